"""The journal of a month: double entries, each of which balances, from the course of every invoice.

An invoice, a tax, a refund, a fee and a payout are entered on their day; what was earned in the month on its last, or
for the days until a refund on the refund's. The movement of every balance account over a month is the difference of the
books' balances at its two ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from lib.closing import books
from lib.closing.accounts import Account, Chart
from lib.closing.course import Course
from lib.closing.facts import OTHER, PAYOUT, TAX, ZERO, Turn
from lib.money import EXACT, total
from lib.periods import month_end

INVOICE, TAXED, GIVEN_BACK, FEE, CHARGES, PAID_OUT = "invoice", "tax", "refund", "fee", "other charges", "payout"
EARNED, FEE_EARNED, FEE_RETURNED = "revenue earned", "fee earned", "fee returned"


@dataclass(frozen=True)
class Posting:
    """One account in one entry: a debit or a credit, never both, above zero."""

    account: Account
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class Entry:
    """One double entry about one invoice, on its day; its debits equal its credits.

    `restates` is the closed month that the entry corrects; None for an entry of its own month.
    """

    on: date
    kind: str
    rail: str
    reference: str
    customer_id: str | None
    postings: tuple[Posting, ...]
    restates: date | None = None

    @property
    def debits(self) -> Decimal:
        """The sum of its debits."""
        return total(one.debit for one in self.postings)

    @property
    def credits(self) -> Decimal:
        """The sum of its credits."""
        return total(one.credit for one in self.postings)


Amounts = Iterable[tuple[Account, Decimal]]  # above zero a debit, below a credit


def journal(courses: Iterable[Course], month: date, chart: Chart, fee_read_as: str) -> tuple[Entry, ...]:
    """Invoices → every entry of a month, by day, rail, reference and kind.

    `fee_read_as` is the book's reading of `marketplace_fee`: acquisition or revenue.
    """
    entries = [entry for course in courses for entry in _entries(course, month, chart, fee_read_as)]
    return tuple(sorted(entries, key=lambda one: (one.on, one.rail, one.reference, one.kind)))


def by_account(entries: Iterable[Entry]) -> Mapping[Account, tuple[Decimal, Decimal]]:
    """Entries → each account's debits and credits, by number."""
    found: dict[Account, list[Posting]] = {}
    for posting in (posting for entry in entries for posting in entry.postings):
        found.setdefault(posting.account, []).append(posting)
    ordered = sorted(found.items(), key=lambda item: item[0].number)
    return {account: (total(one.debit for one in own), total(one.credit for one in own)) for account, own in ordered}


def accounts_of(entries: Iterable[Entry]) -> tuple[Account, ...]:
    """Every account that entries post to, by number."""
    found = {posting.account for entry in entries for posting in entry.postings}
    return tuple(sorted(found, key=lambda one: one.number))


def _entries(course: Course, month: date, chart: Chart, fee_read_as: str) -> Iterator[Entry]:
    end, (first, last) = month_end(month), course.span
    if last < month or end <= first:
        return
    cost = chart.fee(course.rail, fee_read_as)
    for on, kind, amounts in (
        *_asked(course, month, end, chart),
        *_charged(course, chart, cost, month),
        *_earned(course, month, end, chart),
        *_spent(course, month, end, chart, cost),
    ):
        postings = _postings(amounts)
        if month <= on < end and postings:
            yield Entry(on, kind, course.rail, course.reference, course.customer_id, postings)


def _asked(course: Course, month: date, end: date, chart: Chart) -> Iterator[tuple[date, str, Amounts]]:
    """What was asked for, taxed and given back, each on its day, whichever month it lies in."""
    owed, roles = chart.receivable(course.rail), chart.roles
    if course.invoiced_on is not None:
        earned_before = books.accrued(course, month)
        rest = EXACT.subtract(course.invoiced, earned_before)
        taken = [(roles["accrued"], _minus(earned_before)), (roles["deferred"], _minus(rest))]
        yield course.invoiced_on, INVOICE, [(owed, course.invoiced), *taken]
    for one in course.moved(TAX):
        yield one.on, TAXED, [(owed, one.amount), (roles["taxes"], _minus(one.amount))]
    for turn in course.turns:
        reversed_ = [
            (_held(course, end, chart), EXACT.add(turn.from_deferred, turn.released)),
            (roles["taxes"], turn.tax),
        ]
        earned = [(roles["refunds"], turn.from_earned), (roles["revenue"], _minus(turn.released))]
        yield turn.on, GIVEN_BACK, [*reversed_, *earned, (owed, _minus(EXACT.add(turn.net, turn.tax)))]


def _charged(course: Course, chart: Chart, cost: Account, month: date) -> Iterator[tuple[date, str, Amounts]]:
    """What the rail charged, returned and paid out, each on its day, whichever month it lies in."""
    owed, roles = chart.receivable(course.rail), chart.roles
    for number, (on, amount) in enumerate(course.fees.charged):
        spent_before = ZERO if number else books.accrued_fee(course, month)
        rest = EXACT.subtract(amount, spent_before)
        yield on, FEE, [(roles["accrued_fees"], spent_before), (roles["prepaid_fees"], rest), (owed, _minus(amount))]
    for turn in course.fees.turns:
        spent = EXACT.subtract(turn.released, turn.from_earned)
        held = _minus(EXACT.add(turn.from_deferred, turn.released))
        yield turn.on, FEE_RETURNED, [(cost, spent), (roles["prepaid_fees"], held), (owed, turn.net)]
    for one in course.moved(OTHER):
        yield one.on, CHARGES, [(owed, one.amount), (roles["other_charges"], _minus(one.amount))]
    for on, amount in _by_day(course):
        yield on, PAID_OUT, [(roles["cash"], amount), (owed, _minus(amount))]


def _by_day(course: Course) -> Iterator[tuple[date, Decimal]]:
    """What was paid out of an invoice on each day, in one sum: a refund in the same payout is not two transfers."""
    for on in sorted({one.on for one in course.moved(PAYOUT)}):
        yield on, total(one.amount for one in course.moved(PAYOUT) if one.on == on)


def _earned(course: Course, month: date, end: date, chart: Chart) -> Iterator[tuple[date, str, Amounts]]:
    """Revenue of the days of a month; before anything is given back, what was earned until then is booked."""
    held = _held(course, end, chart)
    for first, last, on in _stretches(course.turns, month, end):
        gained = EXACT.subtract(books.recognised(course, last), books.recognised(course, first))
        amount = EXACT.add(gained, _turned(course.turns, first, last))
        yield on, EARNED, [(held, amount), (chart.roles["revenue"], _minus(amount))]


def _held(course: Course, end: date, chart: Chart) -> Account:
    """What a month's revenue is booked against: what was deferred, or what will be invoiced."""
    return chart.roles["deferred" if books.is_invoiced(course, end) else "accrued"]


def _spent(course: Course, month: date, end: date, chart: Chart, cost: Account) -> Iterator[tuple[date, str, Amounts]]:
    """The rail's fee of the days of a month, in the same way."""
    fees = course.fees
    held = chart.roles["prepaid_fees" if fees.is_charged(end) else "accrued_fees"]
    for first, last, on in _stretches(fees.turns, month, end):
        amount = EXACT.add(EXACT.subtract(fees.earned(last), fees.earned(first)), _turned(fees.turns, first, last))
        yield on, FEE_EARNED, [(cost, amount), (held, _minus(amount))]


def _stretches(turns: Iterable[Turn], month: date, end: date) -> Iterator[tuple[date, date, date]]:
    """A month cut at its turns → the first day of each stretch, the day after its last, and the day it is booked on."""
    cuts = sorted({turn.on for turn in turns if month < turn.on < end})
    for first, last in pairwise([month, *cuts, end]):
        yield first, last, last if last < end else end - timedelta(days=1)


def _turned(turns: Iterable[Turn], first: date, last: date) -> Decimal:
    """What turns of some days took from what was earned, less what they released: that is booked with the turn."""
    return total(EXACT.subtract(turn.from_earned, turn.released) for turn in turns if first <= turn.on < last)


def _postings(amounts: Amounts) -> tuple[Posting, ...]:
    return tuple(
        Posting(account, max(amount, ZERO), max(_minus(amount), ZERO)) for account, amount in amounts if amount
    )


def _minus(amount: Decimal) -> Decimal:
    return EXACT.minus(amount)
