"""Billed periods: what a contract's base fee brings, when it falls due, and what an upgrade credits of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.catalog.book import Book
from lib.contracts.contract import USUAL, Changes, Contract
from lib.periods import Period, add_months, instant, periods_from, unused_part, utc_day
from lib.proration import FeeLine

WHOLE = Fraction(1)


@dataclass(frozen=True)
class BilledPeriod:
    """One base-fee line to come: the period, and the share of its price; negative for a credit on an upgrade.

    `due_on` is the day the line is invoiced: the period's first day, the day of an instalment or of the upgrade.
    `units` are the two integers a part of a period was counted by, before they are reduced: 16 of 31 days, say; None
    for a whole period and for an instalment.
    """

    kind: str
    start_on: date
    end_on: date
    due_on: date
    share: Fraction
    units: tuple[int, int] | None = None


def billed_periods(contract: Contract, first: date, end: date, changes: Changes = USUAL) -> Iterator[BilledPeriod]:
    """One contract → its base fees and credits that fall due from `first` up to, not including, `end`.

    Periods follow the contract's own anchor; where it starts between two billing days, the first line is the part up
    to the next, of the whole period that ends there. A term is billed whole at its start, unless an offer names
    instalments: then each on its day, and a renewal repeats them. An upgrade takes effect at once: the unused part of
    the running period is credited, less what was not paid of it yet. Downgrades and cancellations wait for the
    period's end, so they bring no credit. What would fall due after the end is not billed.
    """
    ended, last = contract.ended, None
    until = end if ended is None else _earlier(ended, end)
    for last in periods_of(contract, until, changes):
        yield from (line for line in _fees(contract, last, changes) if first <= line.due_on and _is_due(line, until))
    if last and ended and contract.end_reason == "upgrade" and first <= utc_day(ended) < end:
        yield from _credit(contract, last, ended, changes)


def periods_of(contract: Contract, until: date, changes: Changes = USUAL) -> Iterator[Period]:
    """A contract's periods that start before `until`: between instants where its rail counts seconds, else days."""
    counted = instant if changes.proration == "second" else utc_day
    started = counted(contract.started)
    anchor = started if contract.anchor is None else counted(contract.anchor)
    return periods_from(started, anchor, contract.months, counted(until))


def base_amount(contract: Contract, period: BilledPeriod, book: Book) -> Decimal | None:
    """The rounded amount of one base-fee line, or None where the price is by contract and no offer sets it."""
    price = term_price(contract, book)
    return None if price is None else FeeLine(price, period.share).amount(book.currency)


def term_price(contract: Contract, book: Book) -> Decimal | None:
    """What a whole billed period of a contract costs: by its offer, else by list; None where neither has a price."""
    offer = contract.offer
    if offer is None:
        return _listed(book, contract.rail, contract.plan_key or "")
    if offer.price is not None or offer.multi_year is None:
        return offer.price
    yearly = _listed(book, contract.rail, _annual_plan(book, contract.plan_key or ""))
    return None if yearly is None else offer.multi_year.price(yearly, book.currency)


def _listed(book: Book, rail: str, plan_key: str | None) -> Decimal | None:
    price = None if plan_key is None else book.list_price(rail, plan_key)
    return price if isinstance(price, Decimal) else None


def _annual_plan(book: Book, plan_key: str) -> str | None:
    """The plan whose list price is a year's: the plan itself, else the annual one of its tier."""
    plan = book.plan(plan_key)
    siblings = (other.key for other in book.plans.values() if (other.tier, other.term) == (plan.tier, "annual"))
    return plan_key if plan.term == "annual" else next(siblings, None)


def _within(period: Period, moment: date) -> date:
    return _earlier(period.end, moment)


def _earlier(one: date, other: date) -> date:
    return one if instant(one) < instant(other) else other


def _is_due(line: BilledPeriod, until: date) -> bool:
    return line.due_on == line.start_on or line.due_on < utc_day(until)


def _fees(contract: Contract, period: Period, changes: Changes) -> Iterator[BilledPeriod]:
    start_on, end_on = utc_day(period.start), utc_day(period.end)
    if contract.offer and contract.offer.instalments:
        for due_on, share in _instalments(contract, period):
            yield BilledPeriod("base", start_on, end_on, due_on, share)
    elif period.start == period.whole_start:
        yield BilledPeriod("base", start_on, end_on, start_on, WHOLE)
    else:
        units = unused_part(period.whole_start, period.end, period.start, changes.proration)
        yield BilledPeriod("base", start_on, end_on, start_on, Fraction(*units), units)


def _instalments(contract: Contract, period: Period) -> Iterator[tuple[date, Fraction]]:
    """The days and shares of a term's instalments, moved by as many months as the term lies behind the first."""
    offer, start_on = contract.offer, utc_day(period.start)
    if offer is None or offer.price is None:
        return
    later = (start_on.year - contract.started_on.year) * 12 + start_on.month - contract.started_on.month
    for instalment in offer.instalments:
        yield add_months(instalment.due_on, later), Fraction(instalment.amount) / Fraction(offer.price)


def _credit(contract: Contract, period: Period, change: date, changes: Changes) -> Iterator[BilledPeriod]:
    units = unused_part(period.whole_start, period.end, _within(period, change), changes.proration)
    unpaid = sum((share for due_on, share in _instalments(contract, period) if due_on >= utc_day(change)), Fraction(0))
    if (left := Fraction(*units) - unpaid) > 0:
        yield BilledPeriod("proration", utc_day(period.start), utc_day(period.end), utc_day(change), -left, units)
