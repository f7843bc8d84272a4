"""What contracts bring: billed periods, their credits, and the book that governs each.

A contract is one stay of a customer on one plan: a Stripe subscription or an AWS agreement. A change of plan
ends one contract and begins another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from lib.catalog.allowance import Allowance
from lib.catalog.book import TERM_MONTHS, Book, Unpriced
from lib.money import EXACT, round_line
from lib.periods import anchored_periods, unused_fraction


@dataclass(frozen=True)
class Offer:
    """A private offer: one customer's price per billed period, and the allowances that replace the tier's."""

    offer_id: str
    price: Decimal
    allowances: Mapping[str, Allowance] = field(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """One stay on one plan, from `started_on` up to, not including, `ended_on` (None while it runs).

    `plan_key` and `tier` are None where the rail bills a plan that no book knows.
    """

    contract_id: str
    customer_id: str
    rail: str
    plan_key: str | None
    tier: str | None
    term: str
    started_on: date
    ended_on: date | None = None
    end_reason: str | None = None
    offer: Offer | None = None

    def runs_on(self, day: date) -> bool:
        """Whether the contract holds on this day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True)
class Reach:
    """When a new book reaches a contract that is already running on a rail.

    A list price reaches it in the first billed period that begins `notice_days` or more after the book. A
    dimension rate does the same where `rates` is "notice", and never where it is "new_entitlements": then only
    contracts begun on or after the book get it. Source: data/rails.toml.
    """

    notice_days: int
    rates: str


@dataclass(frozen=True)
class BilledPeriod:
    """One base-fee line to come: the period, and the share of its price; negative for a credit on an upgrade.

    `due_on` is the day the line is invoiced: the period's first day, or the day of the upgrade.
    """

    kind: str
    start_on: date
    end_on: date
    due_on: date
    share: Fraction


def billed_periods(contract: Contract, first: date, end: date) -> Iterator[BilledPeriod]:
    """One contract → its base fees and credits that fall due from `first` up to, not including, `end`.

    Periods follow the contract's own anchor. An upgrade takes effect at once: the unused days of the running
    period are credited. Downgrades and cancellations wait for the period's end, so they bring no credit.
    """
    until = end if contract.ended_on is None else min(contract.ended_on, end)
    last = None
    for start, stop in anchored_periods(contract.started_on, TERM_MONTHS[contract.term], until):
        last = BilledPeriod("base", start, stop, start, Fraction(1))
        if start >= first:
            yield last
    change = contract.ended_on if contract.end_reason == "upgrade" else None
    if last and change and first <= change < min(last.end_on, end):
        unused = unused_fraction(last.start_on, last.end_on, change)
        yield BilledPeriod("proration", last.start_on, last.end_on, change, -unused)


def governing_list(books: Sequence[Book], contract: Contract, start_on: date, reach: Reach) -> Book:
    """The book whose list price a contract pays in the period that starts on `start_on`; books ascend by date."""
    return _governing(books, contract.started_on, start_on, reach.notice_days)


def governing_rates(books: Sequence[Book], contract: Contract, month: date, reach: Reach) -> Book:
    """The book whose rates and allowances hold for a contract's usage of one month; books ascend by date."""
    start_on = max(month, contract.started_on)
    return _governing(books, contract.started_on, start_on, reach.notice_days if reach.rates == "notice" else None)


def base_amount(contract: Contract, period: BilledPeriod, book: Book) -> Decimal | None:
    """The rounded amount of one base-fee line, or None where the price is by contract and no offer sets it."""
    price = contract.offer.price if contract.offer else book.list_price(contract.rail, contract.plan_key or "")
    if isinstance(price, Unpriced):
        return None
    product = EXACT.multiply(price, Decimal(period.share.numerator))
    return round_line(EXACT.divide(product, Decimal(period.share.denominator)), book.currency)


def allowance_of(contract: Contract, book: Book, dimension: str) -> Allowance:
    """What a contract includes of a dimension per usage month: its offer's allowance, else its tier's.

    The allowance of a month is whole in the months in which the contract begins and ends; the papers name no part.
    """
    if contract.offer and dimension in contract.offer.allowances:
        return contract.offer.allowances[dimension]
    return book.allowance(contract.rail, contract.tier or "", dimension)


def _governing(books: Sequence[Book], started_on: date, on: date, notice_days: int | None) -> Book:
    reached = [
        book
        for book in books
        if book.effective <= started_on
        or (notice_days is not None and book.effective + timedelta(days=notice_days) <= on)
    ]
    return reached[-1] if reached else books[0]
