"""How the desk tells what our customers were at every month's end, by the facts and contracts of that evening.

Customers are those of the book's product with a contract that counts as recurring. Of two contracts at once the newest
says tier, rail and term, and MRR is that of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from lib import market
from lib.catalog.book import TERM_MONTHS
from lib.desk.papers import DeskError
from lib.forecast.panel import CustomerMonth, Panel, SetAside
from lib.periods import add_months, month_end, month_of
from lib.revenue import MONTHS_PER_YEAR, RecurringContract, recurring

if TYPE_CHECKING:
    from lib.desk.desk import Desk

NO_TIER = "its plan is of no tier in the book"
_FACTS = ("has_aws_account", "is_partner", "is_seller", "integrator")
Row = Mapping[str, Any]
Stays = Mapping[tuple[str, date], Sequence[Row]]


@dataclass(frozen=True)
class _Known:
    """What is looked up for every customer and month, read once; `since` is the day of the first contract."""

    facts: Mapping[str, Sequence[Row]]
    contracts: Mapping[str, Row]
    since: Mapping[str, date]
    tiers: Sequence[str]


def panel(desk: Desk) -> Panel:
    """Every customer of the book's product at every full month's end on record; refused where none is."""
    rows = _of_the_book(desk)
    months = _without_a_gap({row["recurring_month"] for row in rows})
    if not months:
        raise DeskError("no full month with a contract is on record yet; the forecast needs what customers did")
    known, stays = _known(desk), _stays(row for row in rows if row["recurring_month"] in months)
    found = [
        _customer_month(known, month, own) for (_, month), own in sorted(stays.items(), key=lambda one: one[0][::-1])
    ]
    facts = [row for own in known.facts.values() for row in own]
    return Panel(
        months=months,
        rows=tuple(row for row in found if isinstance(row, CustomerMonth)),
        set_aside=tuple(row for row in found if isinstance(row, SetAside)),
        seen_before=frozenset(who for who, since in known.since.items() if since < months[0]),
        lacks_history=not _dated(facts),
        unexplained=frozenset((row["customer_id"], month_of(row["from_on"])) for row in facts if row["is_unexplained"]),
    )


def keeps_history(desk: Desk) -> bool:
    """Whether the CRM kept a history of the facts that tell a customer's persona."""
    return _dated(row for own in _known(desk).facts.values() for row in own)


def _dated(facts: Iterable[Row]) -> bool:
    return any(row["from_on"] is not None for row in facts)


def _of_the_book(desk: Desk) -> list[Row]:
    """The contracts at full month ends whose customers buy the book's product."""
    product = desk.book.product
    buyers = {row["customer_id"]: row for row in desk.warehouse.rows("customer")}
    return [
        row
        for row in desk.warehouse.rows("recurring_month")
        if row["recurring_on"] + timedelta(days=1) == month_end(row["recurring_month"])
        and market.product_bought(buyers.get(row["customer_id"]), product) == product
    ]


def _without_a_gap(months: set[date]) -> tuple[date, ...]:
    """The newest months that follow each other: before a month of which nothing is on record, nothing is told."""
    found: list[date] = []
    month = max(months, default=None)
    while month in months:
        found.append(month)
        month = add_months(month, -1)
    return tuple(reversed(found))


def _known(desk: Desk) -> _Known:
    facts: dict[str, list[Row]] = {}
    for row in desk.warehouse.rows("company_fact"):
        if row["fact"] in _FACTS:
            facts.setdefault(row["customer_id"], []).append(row)
    contracts = {row["contract_id"]: row for row in desk.warehouse.rows("contract")}
    newest_first = sorted(contracts.values(), key=lambda row: row["started_on"], reverse=True)
    since = {row["customer_id"]: row["started_on"] for row in newest_first}
    return _Known(facts, contracts, since, tuple(desk.book.tiers))


def _stays(rows: Iterable[Row]) -> Stays:
    found: dict[tuple[str, date], list[Row]] = {}
    for row in rows:
        found.setdefault((row["customer_id"], row["recurring_month"]), []).append(row)
    return found


def _customer_month(known: _Known, month: date, rows: Sequence[Row]) -> CustomerMonth | SetAside:
    newest = max(rows, key=lambda row: (known.contracts[row["contract_id"]]["started_on"], row["contract_id"]))
    who, on = newest["customer_id"], newest["recurring_on"]
    priced = [one for one in (_recurring(known, row) for row in rows) if one.price is not None]
    mrr = recurring(priced, on).mrr if priced else None
    if newest["tier"] not in known.tiers:
        return SetAside(who, month, NO_TIER, mrr)
    is_annual = TERM_MONTHS[newest["term"]] > 1
    started = known.contracts[newest["contract_id"]]["started_on"] if is_annual else known.since[who]
    return CustomerMonth(
        customer_id=who,
        month=month,
        persona=market.persona(_facts_on(known.facts.get(who, ()), on)),
        tier=newest["tier"],
        rail=newest["rail"],
        is_annual=is_annual,
        renews_in=started.month - 1,
        years=_whole_years(known.since[who], on),
        mrr=mrr,
    )


def _recurring(known: _Known, row: Row) -> RecurringContract:
    """The contract at the price its rail billed for that month's end; at its recorded one where nothing was billed."""
    billed = row["price_usd"]
    price = known.contracts[row["contract_id"]]["recorded_price_usd"] if billed is None else billed
    dated = {"recurring_from_on": row["recurring_on"], "recurring_until_on": None, "recorded_price_usd": price}
    return market.recurring_contract({**row, **dated})


def _facts_on(rows: Iterable[Row], day: date) -> Row:
    """What was recorded of a customer on a day's evening; whom the CRM does not know is still to be asked."""
    held = {row["fact"]: row["value"] for row in rows if _holds(row, day)}
    return {**market.stranger(""), **held}


def _holds(row: Row, day: date) -> bool:
    return (row["from_on"] is None or row["from_on"] <= day) and (row["until_on"] is None or day < row["until_on"])


def _whole_years(since: date, day: date) -> int:
    years = day.year - since.year
    return years if add_months(since, MONTHS_PER_YEAR * years) <= day else years - 1
