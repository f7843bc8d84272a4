"""What changed between two openings of the desk: money, findings, allowances; and what falls due.

Recurring revenue of both days is told from the newer records, so the movements add up; what the older snapshot said of
its own day is held beside it. Findings are judged by today's claims and papers on the facts of either snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib import market, renewals, scorecard
from lib.catalog.scenario import parse_scenario
from lib.claims.acknowledged import Acknowledgement
from lib.decisions import APPROVED, Decision
from lib.desk import expansion, publishing, renewing
from lib.desk.offering import offer_rules
from lib.desk.scoring import the_metrics
from lib.offers import Standing
from lib.periods import last_full_months, month_end
from lib.refusal import Refusal
from lib.revenue import Paid, monthly, yearly
from lib.scorecard import Crossings, Due, Moved, Turned, Who
from lib.scorecard.due import ACCEPTED, EFFECTIVE, LAPSES, OPEN, REACHES, TERM
from lib.segments import UNKNOWN
from lib.surfaces.open_decisions import OPEN as UNDECIDED
from lib.warehouse.publish import published_days
from lib.warehouse.snapshots import days

if TYPE_CHECKING:
    from lib.desk.desk import Desk

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Restated:
    """MRR of the older snapshot's day, in USD: as it was told then, and as the newer records tell it."""

    told: Decimal
    tells: Decimal

    @property
    def change(self) -> Decimal:
        """By how much that day was told anew."""
        return self.tells - self.told


@dataclass(frozen=True)
class Paying:
    """What customers paid on a day, and how many running contracts have no price on record and are in no number."""

    paid: tuple[Paid, ...]
    unpriced: int


def earlier_days(out: Path, before: date) -> tuple[date, ...]:
    """The days of the published snapshots before a day, the newest first."""
    return tuple(day for day in reversed(published_days(out)) if day < before)


def keeping(snapshots: Path, out: Path, before: date, options: str = "") -> str:
    """The command that gives a day to compare with: it publishes an earlier snapshot that is kept, or takes another."""
    kept = [day for day in days(snapshots) if day < before and day not in published_days(out)]
    if kept:
        return f"python -m lib build --as-of {kept[-1]}{options}"
    return f"python -m lib pull{options} && python -m lib build{options}"


# Money


def moved(desk: Desk, since: date) -> Moved:
    """How recurring revenue moved from the evening of a day to that of the recorded one, by the newer records."""
    until = desk.recorded_on
    then, later = paying_on(desk, since), paying_on(desk, until)
    people = {row["customer_id"]: row for row in desk.warehouse.rows("customer")}
    homes = {**_homes(desk, since), **_homes(desk, until)}
    found = scorecard.moved(
        _paid_before(desk, since),
        then.paid,
        later.paid,
        (since, until),
        lambda key: _who(desk, people.get(key), key, homes),
    )
    return replace(found, unpriced=later.unpriced)


def restated(desk: Desk, older: Desk) -> Restated:
    """What the older desk told of its own day beside what the newer records tell of it."""
    day = older.recorded_on
    told, tells = (monthly(sum((one.arr for one in paying_on(of, day).paid), Fraction(0))) for of in (older, desk))
    return Restated(told, tells)


def paying_on(desk: Desk, day: date) -> Paying:
    """What every customer pays on a day, in USD a year: the base price billed for the period that holds the day.

    A contract counts as in marts.recurring_month, on any day and not on a month's last alone.
    """
    prices = _billed(desk, day)
    running = [one for row in desk.warehouse.rows("contract") if (one := market.recurring_contract(row)).runs_on(day)]
    priced = [(one, prices.get(one.contract_id)) for one in running]
    paid = tuple(Paid(one.customer_id, day, yearly(price, one.term)) for one, price in priced if price is not None)
    return Paying(paid, len(priced) - len(paid))


def _billed(desk: Desk, day: date) -> dict[str, Decimal]:
    """The base price of each contract's period that holds a day, the highest where several lines bill it.

    What is paid in instalments has its recorded price: a line of it bills one part.
    """
    found: dict[str, Decimal] = {}
    for row in desk.warehouse.rows("invoice_line", kind="base"):
        starts, ends = row["period_start_on"], row["period_end_on"]
        if row["contract_id"] is not None and starts is not None and ends is not None and starts <= day < ends:
            price = row["amount_usd"]
            if price is not None:
                found[row["contract_id"]] = max(price, found.get(row["contract_id"], price))
    contracts = desk.warehouse.rows("contract")
    told = {row["contract_id"]: row["recorded_price_usd"] for row in contracts if row["is_in_instalments"]}
    return {key: price for key, price in {**found, **told}.items() if price is not None}


def _paid_before(desk: Desk, day: date) -> Iterator[Paid]:
    """What customers paid at the month ends before a day: who paid then and not on the day has left."""
    for row in desk.warehouse.rows("recurring_month"):
        if row["price_usd"] is not None and month_end(row["recurring_month"]) - timedelta(1) < day:
            yield Paid(row["customer_id"], row["recurring_month"], yearly(row["price_usd"], row["term"]))


def _homes(desk: Desk, day: date) -> dict[str, str]:
    """The rail that bills most of what each customer pays on a day."""
    prices = _billed(desk, day)
    running = (one for row in desk.warehouse.rows("contract") if (one := market.recurring_contract(row)).runs_on(day))
    ranked = sorted(running, key=lambda one: (yearly(prices.get(one.contract_id, Decimal(0)), one.term), one.rail))
    return {one.customer_id: one.rail for one in ranked}


def _who(desk: Desk, row: Row | None, key: str, homes: Mapping[str, str]) -> Who:
    """A customer of the CRM; whoever pays our bills and is not in it buys our book."""
    rail = homes.get(key, UNKNOWN)
    product = market.product_bought(row, desk.book.product)
    if row is None:
        return Who(key, key, product, UNKNOWN, None, rail)
    return Who(key, row["customer_name"], product, market.persona(row), row["icp_segment"], rail)


# What we say, and how full allowances are


def turned(desk: Desk, older: Desk) -> tuple[Turned, ...]:
    """Which findings came, went or turned, whatever is accepted of them."""
    return scorecard.turned(older.findings, desk.findings)


def crossings(desk: Desk, since: date) -> Crossings:
    """Which allowances were crossed from the last month that was full on a day to the last full one, by newer records.

    Where no month has ended between the two days, nothing was.
    """
    before, after = (last_full_months(day, 1)[0] for day in (since, desk.recorded_on))
    if before == after:
        return Crossings(before, after, ())
    rows = (expansion.allowances_in(desk, month) for month in (before, after))
    return Crossings(before, after, scorecard.crossed(*rows))


# What falls due


def questions(desk: Desk) -> tuple[Due, ...]:
    """What nobody has decided of what must be before the listing is published; none of it has a day."""
    entries = publishing.register(desk).entries
    return tuple(Due(OPEN, one.decision.question) for one in entries if one.decision.status == UNDECIDED)


def acceptances(desk: Desk, accepted: Iterable[Acknowledgement]) -> tuple[Due, ...]:
    """The acceptances of findings that end soon: after their last day the finding counts again."""
    return _due(desk, (Due(ACCEPTED, one.finding, one.until) for one in accepted))


def decided(desk: Desk, decisions: Iterable[Decision]) -> tuple[Due, ...]:
    """Approved changes that take effect soon, and the days on which they reach contracts that run already.

    What another decision has taken the place of is nothing to wait for.
    """
    standing = (one for one in decisions if one.decision == APPROVED and one.superseded_by is None)
    return _due(desk, (item for one in standing for item in _days_of(desk, one)))


def expiring(desk: Desk) -> tuple[Due, ...]:
    """The accepted private offers whose term ends soon and whose contracts run; `about` is the customer's name."""
    expiries = {row["offer_id"]: row["ends_on"] for row in desk.warehouse.rows("private_offer") if row["ends_on"]}
    names = {row["customer_id"]: row["customer_name"] for row in desk.warehouse.rows("customer")}
    within = the_metrics(desk).due_within_days
    contracts, leaving = desk.population.contracts.values(), renewing.leaving(desk)
    found = renewals.coming(contracts, expiries, desk.as_of, within, desk.reach, leaving)
    offers = (one for one in found if one.kind == renewals.EXPIRES)
    return _due(
        desk,
        (Due(TERM, names.get(one.customer_id, one.customer_id), one.on, one.customer_id, one.rail) for one in offers),
    )


def lapsing(desk: Desk, found: Iterable[Standing]) -> tuple[Due, ...]:
    """The private offers that were sent and can be accepted for a few days more; `about` is the company's name."""
    rail, sent = offer_rules(desk).rail, (one.offer for one in found if one.days_left is not None)
    return _due(desk, (Due(LAPSES, one.company, one.expires_on, one.customer_id, rail) for one in sent))


def _due(desk: Desk, found: Iterable[Due]) -> tuple[Due, ...]:
    return scorecard.due(found, desk.as_of, the_metrics(desk).due_within_days)


def _days_of(desk: Desk, decision: Decision) -> Iterator[Due]:
    if decision.effective_on is None:
        return
    yield Due(EFFECTIVE, decision.key, decision.effective_on)
    for rail, (on, customers) in _reached(desk, decision, decision.effective_on).items():
        yield Due(REACHES, decision.key, on, rail=rail, customers=customers)


def _reached(desk: Desk, decision: Decision, on: date) -> dict[str, tuple[date, int]]:
    """Rail → the day its first notice is over and how many customers must have been told, where anybody must.

    A scenario that today's book cannot take any more reaches nobody; the page of the decision says why.
    """
    found: dict[str, tuple[date, int]] = {}
    try:
        told = publishing.announcement(desk, [parse_scenario(decision.text, decision.key)], on)
    except Refusal:
        return found
    for one in told.notices:
        customers = told.told_on(one.rail)
        if one.reaches_on is not None and customers and one.rail not in found:
            found[one.rail] = (one.reaches_on, customers)
    return found
