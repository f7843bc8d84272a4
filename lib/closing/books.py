"""The books of a month: one line per rail and invoice, what happened in the month and what stands at its end.

What happened: gross, discount, refund, tax, fee, revenue and fee recognised, paid out. What stands: deferred revenue,
revenue that is earned and not invoiced yet, the same two of fees, and what the rail still owes us. Amounts are in USD.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from lib.closing.course import Course
from lib.closing.facts import OTHER, PAYOUT, TAX, ZERO
from lib.money import EXACT, total
from lib.periods import month_end


@dataclass(frozen=True)
class LedgerLine:
    """One invoice of one rail in one month.

    A `refund` is below zero; `fee` is what the rail charged less what it returned, `other` its other charges less its
    credits. `deferred`, `accrued`, `prepaid_fee`, `accrued_fee` and `receivable` stand at the month's end; all else is
    of the month. `recognised` is less what was given back of earlier revenue.
    """

    rail: str
    reference: str
    customer_id: str | None
    gross: Decimal = ZERO
    discount: Decimal = ZERO
    refund: Decimal = ZERO
    tax: Decimal = ZERO
    fee: Decimal = ZERO
    other: Decimal = ZERO
    recognised: Decimal = ZERO
    deferred: Decimal = ZERO
    accrued: Decimal = ZERO
    recognised_fee: Decimal = ZERO
    prepaid_fee: Decimal = ZERO
    accrued_fee: Decimal = ZERO
    paid_out: Decimal = ZERO
    receivable: Decimal = ZERO

    @property
    def is_idle(self) -> bool:
        """Whether nothing happened, and nothing stands."""
        return not any(getattr(self, amount) for amount in AMOUNTS)


KEYS = ("rail", "reference", "customer_id")
AMOUNTS = tuple(field.name for field in fields(LedgerLine) if field.name not in KEYS)
BALANCES = ("deferred", "accrued", "prepaid_fee", "accrued_fee", "receivable")


def ledger(courses: Iterable[Course], month: date) -> tuple[LedgerLine, ...]:
    """Invoices → the lines of one month, by rail and reference; an invoice with nothing to say has none."""
    lines = (ledger_line(course, month) for course in courses if _may_speak(course, month))
    return tuple(line for line in lines if not line.is_idle)


def _may_speak(course: Course, month: date) -> bool:
    """Whether a month may hold anything of an invoice: after its last day only what is owed can still stand."""
    first, last = course.span
    return first < month_end(month) and (month <= last or receivable(course, month) != ZERO)


def ledger_line(course: Course, month: date) -> LedgerLine:
    """One invoice in one month."""
    end = month_end(month)
    asked = course.invoiced_on is not None and month <= course.invoiced_on < end
    return LedgerLine(
        rail=course.rail,
        reference=course.reference,
        customer_id=course.customer_id,
        gross=EXACT.add(course.invoiced, course.discount) if asked else ZERO,
        discount=course.discount if asked else ZERO,
        refund=_less(refunded(course, month), refunded(course, end)),
        tax=_less(taxed(course, end), taxed(course, month)),
        fee=_less(course.fees.known(end), course.fees.known(month)),
        other=_less(_moved(course, OTHER, month), _moved(course, OTHER, end)),
        recognised=_less(recognised(course, end), recognised(course, month)),
        deferred=deferred(course, end),
        accrued=accrued(course, end),
        recognised_fee=_less(course.fees.earned(end), course.fees.earned(month)),
        prepaid_fee=prepaid(course, end),
        accrued_fee=accrued_fee(course, end),
        paid_out=_less(_moved(course, PAYOUT, end), _moved(course, PAYOUT, month)),
        receivable=receivable(course, end),
    )


def totals(lines: Iterable[LedgerLine]) -> Mapping[str, Decimal]:
    """Lines of a month → the sum of every column."""
    listed = list(lines)
    return {amount: total(getattr(line, amount) for line in listed) for amount in AMOUNTS}


# What stands before a day


def recognised(course: Course, before: date) -> Decimal:
    """The revenue earned before a day."""
    return total(piece.earned(before) for piece in course.revenue)


def is_invoiced(course: Course, before: date) -> bool:
    """Whether the invoice was written before a day."""
    return course.invoiced_on is not None and course.invoiced_on < before


def deferred(course: Course, before: date) -> Decimal:
    """What was invoiced and not given back, and is not earned yet; below zero on a credit for days to come."""
    if not is_invoiced(course, before):
        return ZERO
    return _less(_less(course.invoiced, refunded(course, before)), recognised(course, before))


def accrued(course: Course, before: date) -> Decimal:
    """What was earned, and not given back already, and stands on no invoice yet."""
    return ZERO if is_invoiced(course, before) else EXACT.add(recognised(course, before), refunded(course, before))


def prepaid(course: Course, before: date) -> Decimal:
    """What the rail has charged, and is no cost yet."""
    fees = course.fees
    return _less(fees.known(before), fees.earned(before)) if fees.is_charged(before) else ZERO


def accrued_fee(course: Course, before: date) -> Decimal:
    """What is cost already, and the rail charges with an invoice to come."""
    return ZERO if course.fees.is_charged(before) else course.fees.earned(before)


def refunded(course: Course, before: date) -> Decimal:
    """What was given back before a day, without its tax."""
    return total(one.net for one in course.turns if one.on < before)


def taxed(course: Course, before: date) -> Decimal:
    """The tax that was asked for before a day and not given back."""
    returned = total(one.tax for one in course.turns if one.on < before)
    return _less(_moved(course, TAX, before), returned)


def receivable(course: Course, before: date) -> Decimal:
    """What the rail still owes us, or the buyer does: invoiced and taxed, less refunds, fees and what was paid out."""
    asked = course.invoiced if is_invoiced(course, before) else ZERO
    owed = total([asked, taxed(course, before), _moved(course, OTHER, before)])
    taken = total([refunded(course, before), course.fees.known(before), _moved(course, PAYOUT, before)])
    return _less(owed, taken)


def _moved(course: Course, part: str, before: date) -> Decimal:
    return total(one.amount for one in course.moved(part) if one.on < before)


def _less(one: Decimal, other: Decimal) -> Decimal:
    return EXACT.subtract(one, other)
