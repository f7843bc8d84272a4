"""What comes up with a customer: renewals, ends, expiries of private offers, business reviews; and how usage moves.

Days are counted from the day looked from. A monthly contract renews every month, which is no event and is not listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.contracts import Contract, Reach, periods_of
from lib.money import EXACT, total
from lib.periods import add_months, last_full_months, months_between, utc_day

RENEWS, ENDS, EXPIRES, REVIEW = "renews", "ends", "offer expires", "business review"
KINDS = (RENEWS, ENDS, EXPIRES, REVIEW)
_YEAR = 12
Leaving = Mapping[str, date | None]
NOBODY: Leaving = {}


@dataclass(frozen=True)
class Coming:
    """One day with one customer. `days` lie before it, below zero where it has passed and the contract still runs.

    `list_price_by` is the last day from which a new list price would hold at the renewal, by the rail's notice; None
    where no list price reaches it: an offer's end, a contract's end, a review. A review has no contract.
    """

    kind: str
    on: date
    days: int
    customer_id: str
    contract_id: str | None = None
    rail: str | None = None
    tier: str | None = None
    plan_key: str | None = None
    term: str | None = None
    offer_id: str | None = None
    list_price_by: date | None = None


@dataclass(frozen=True)
class Trend:
    """How much of one dimension a customer used in the last three full months and in the three before.

    `share` is an average month of the last three as a part of the allowance, None where there is no such number.
    """

    dimension: str
    before: Decimal
    after: Decimal
    share: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """The relative change, below zero where usage fell; None where nothing was used before."""
        return EXACT.divide(EXACT.subtract(self.after, self.before), self.before) if self.before else None


@dataclass(frozen=True)
class Saving:
    """What a customer spent a month before us and now, by the newest measurement of one metric; USD."""

    customer_id: str
    product: str
    metric: str
    baseline: Decimal
    current: Decimal
    measured_on: date

    @property
    def amount(self) -> Decimal:
        """USD a month that are spent no more, below zero where more is spent."""
        return EXACT.subtract(self.baseline, self.current)

    @property
    def rate(self) -> Decimal | None:
        """The part of the baseline that is saved; None where nothing was spent before."""
        return EXACT.divide(self.amount, self.baseline) if self.baseline else None


def coming(
    contracts: Iterable[Contract],
    expiries: Mapping[str, date],
    on: date,
    within: int,
    reach: Mapping[str, Reach],
    leaving: Leaving = NOBODY,
) -> tuple[Coming, ...]:
    """Running contracts → what comes up with each within some days, the soonest first.

    `expiries` are the days on which private offers have expired, by id: the day before is the last that one holds. A
    contract that is cancelled ends; one under an offer with an expiry meets that; any other of a year or more renews at
    the end of its running period. `leaving` are contracts by id that are cancelled ahead, with the day they end; where
    no day is known, that is the end of the running period.
    """
    found = [_of(contract, expiries, on, reach, leaving) for contract in contracts if contract.runs_on(on)]
    return _sorted(one for one in found if one is not None and one.days <= within)


def reviews(signed: Mapping[str, date], on: date, within: int, every_months: int) -> tuple[Coming, ...]:
    """The day each customer signed → its next business review within some days, counted from that day."""
    found = [Coming(REVIEW, day, (day - on).days, who) for who, day in _next_reviews(signed, on, every_months)]
    return _sorted(one for one in found if one.days <= within)


def group(days: int, within: Sequence[int]) -> int | None:
    """Into which of some groups, each named by its last day, a number of days falls; None where it has passed."""
    return None if days < 0 else next((last for last in within if days <= last), None)


def trends(
    usage: Mapping[str, Mapping[date, Decimal]],
    allowances: Mapping[str, Allowance],
    contracts: Iterable[Contract],
    recorded_on: date,
    span: int,
) -> tuple[Trend, ...] | None:
    """Usage by dimension and month → how each moved over twice `span` full months, the fullest allowance first.

    `contracts` are all the customer has had. None where they do not hold every day of those months: a month that had
    to be bought first says nothing, and neither does one in which the customer was away.
    """
    first, end = last_full_months(recorded_on, 2 * span)
    if not _hold(contracts, first, end):
        return None
    middle = add_months(first, span)
    early, late = months_between(first, middle), months_between(middle, end)
    found = [_trend(key, months, early, late, allowances.get(key)) for key, months in usage.items()]
    return tuple(sorted(filter(_is_used, found), key=lambda one: (-(one.share or 0), one.dimension)))


def _hold(contracts: Iterable[Contract], first: date, end: date) -> bool:
    """Whether contracts, one after the other, leave no day from `first` up to, not including, `end`."""
    held_until = first
    for one in sorted(contracts, key=lambda one: one.started_on):
        if one.started_on <= held_until:
            held_until = max(held_until, one.ended_on or end)
    return held_until >= end


def _of(
    contract: Contract, expiries: Mapping[str, date], on: date, reach: Mapping[str, Reach], leaving: Leaving
) -> Coming | None:
    own = reach[contract.rail]
    if contract.ended_on is not None or contract.contract_id in leaving:
        ends = contract.ended_on or leaving[contract.contract_id] or _period_end(contract, on, own)
        return _at(contract, ENDS, ends, on)
    if contract.offer and (expires := expiries.get(contract.offer.offer_id)):
        return _at(contract, EXPIRES, expires, on)
    if contract.months < _YEAR:
        return None
    renews = _period_end(contract, on, own)
    list_priced = contract.offer is None
    return _at(contract, RENEWS, renews, on, renews - timedelta(own.notice_days) if list_priced else None)


def _period_end(contract: Contract, on: date, own: Reach) -> date:
    *_, running = periods_of(contract, on + timedelta(1), own.changes)
    return utc_day(running.end)


def _at(contract: Contract, kind: str, day: date, on: date, list_price_by: date | None = None) -> Coming:
    return Coming(
        kind=kind,
        on=day,
        days=(day - on).days,
        customer_id=contract.customer_id,
        contract_id=contract.contract_id,
        rail=contract.rail,
        tier=contract.tier,
        plan_key=contract.plan_key,
        term=contract.term,
        offer_id=contract.offer.offer_id if contract.offer else None,
        list_price_by=list_price_by,
    )


def _next_reviews(signed: Mapping[str, date], on: date, every_months: int) -> Iterable[tuple[str, date]]:
    for who, day in signed.items():
        number = 1
        while (due := add_months(day, number * every_months)) < on:
            number += 1
        yield who, due


def _trend(
    key: str, months: Mapping[date, Decimal], early: Sequence[date], late: Sequence[date], allowance: Allowance | None
) -> Trend:
    before, after = (total(months.get(month, Decimal(0)) for month in part) for part in (early, late))
    included = allowance.quantity if allowance else None
    share = EXACT.divide(after, EXACT.multiply(Decimal(len(late)), included)) if included else None
    return Trend(key, before, after, share)


def _is_used(one: Trend) -> bool:
    return bool(one.before or one.after)


def _sorted(found: Iterable[Coming]) -> tuple[Coming, ...]:
    return tuple(sorted(found, key=lambda one: (one.on, one.customer_id, one.contract_id or "")))
