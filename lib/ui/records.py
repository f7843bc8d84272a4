"""What the desk holds, in frames a page can show: revenue month by month, a customer's usage and bills.

Persona is worked out from today's facts of the customer, because the CRM keeps no history of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import pandas as pd

from lib import market
from lib.catalog.scenario import Scenario, overlay
from lib.claims.finding import Finding, Remedy
from lib.desk import Desk
from lib.money import total
from lib.outcome import Bill, bill, contract_bill, crossing
from lib.periods import month_end, months_between
from lib.reconciliation import MATCHED, ParityLine, Reproduction, reproduction
from lib.ui.effects import Known

GROWTH = tuple(Decimal(quarters) / 4 for quarters in range(1, 17))
NO_TIER = "no tier"


def history(desk: Desk) -> pd.DataFrame:
    """MRR and customers at each month's last recorded day, by rail, tier and persona."""
    persona = {row["customer_id"]: market.persona(row) for row in desk.warehouse.rows("customer")}
    months = desk.recurring(lambda row: "|".join((row["rail"], row["tier"] or NO_TIER, persona[row["customer_id"]])))
    groups = [month.group.split("|") for month in months]
    return pd.DataFrame(
        {
            "month": [month.month for month in months],
            "rail": [rail for rail, _, _ in groups],
            "tier": [tier for _, tier, _ in groups],
            "persona": [who for _, _, who in groups],
            "mrr_usd": pd.Series([month.recurring.mrr for month in months], dtype=object),
            "customers": [month.recurring.customers for month in months],
        }
    )


def known(desk: Desk) -> dict[str, Known]:
    """Every customer with a contract by id, on the rail and tier of the newest; unnamed ones go by their id."""
    newest = {row["customer_id"]: row for row in sorted(desk.warehouse.rows("contract"), key=_started)}
    accounts = {row["customer_id"]: row for row in desk.warehouse.rows("customer")}
    return {key: _known(accounts.get(key), contract) for key, contract in newest.items()}


def _known(account: Mapping[str, Any] | None, contract: Mapping[str, Any]) -> Known:
    rail, tier = contract["rail"], contract["tier"]
    if account is None:
        return Known(contract["customer_id"], rail, tier)
    return Known(account["customer_name"], rail, tier, market.persona(account))


def invoiced(desk: Desk) -> Decimal:
    """What the invoices dated in the desk's window really say, on both rails."""
    first, end = desk.window
    rows = desk.warehouse.rows("invoice_line")
    return total(row["amount_usd"] for row in rows if first <= row["invoiced_on"] < end)


@dataclass(frozen=True)
class Parity:
    """What we rated against what was invoiced, without the thousands of lines that match.

    `counts` are lines by (rail, class); `lines` is every line that is not matched; `reproduced` the report in numbers.
    """

    counts: Mapping[tuple[str, str], int]
    lines: tuple[ParityLine, ...]
    reproduced: Reproduction


def parity(report: Sequence[ParityLine]) -> Parity:
    """The parity report, reduced to what a page shows."""
    counts = Counter((line.rail, line.verdict) for line in report)
    return Parity(dict(counts), tuple(line for line in report if line.verdict != MATCHED), reproduction(report))


def _started(row: Mapping[str, Any]) -> date:
    started: date = row["started_on"]
    return started


@dataclass(frozen=True)
class OwnMonth:
    """One customer's month: what was used, the own contract's bill, and every invoice line that touches the month.

    `bill` is None where no contract runs at the month's end, or its plan is in no book.
    """

    name: str
    month: date
    usage: Mapping[str, Decimal]
    bill: Bill | None
    is_private: bool
    invoiced: pd.DataFrame


def own_month(desk: Desk, customer_id: str, month: date) -> OwnMonth:
    """What a customer used in a month and pays for it under the newest contract of that month."""
    contracts = [one for one in desk.population.contracts.values() if one.customer_id == customer_id]
    begun = sorted((one for one in contracts if one.started_on < month_end(month)), key=lambda one: one.started_on)
    usage = desk.usage_of(customer_id, month)
    own = contract_bill(desk.books, begun[-1], month, usage, desk.reach) if begun else None
    name = known(desk)[customer_id].name
    is_private = bool(begun) and begun[-1].offer is not None
    return OwnMonth(name, month, usage, own, is_private, _invoiced_for(desk, customer_id, month))


def months_of(desk: Desk, customer_id: str) -> list[date]:
    """The months in which a customer had a contract, the newest first."""
    contracts = [one for one in desk.population.contracts.values() if one.customer_id == customer_id]
    ends = [one.ended_on or desk.recorded_on for one in contracts]
    return months_between(min(one.started_on for one in contracts), month_end(max(ends)))[::-1]


def _invoiced_for(desk: Desk, customer_id: str, month: date) -> pd.DataFrame:
    columns = ("invoiced_on", "rail", "kind", "item", "period_start_on", "period_end_on", "amount_usd")
    rows = [row for row in desk.warehouse.rows("invoice_line") if row["customer_id"] == customer_id]
    touching = [{**row, "item": row["dimension"] or row["plan_key"]} for row in rows if _touches(row, month)]
    return pd.DataFrame({name: pd.Series([row[name] for row in touching], dtype=object) for name in columns})


def _touches(row: Mapping[str, Any], month: date) -> bool:
    if row["usage_month"] is not None:
        return bool(row["usage_month"] == month)
    return bool(row["period_start_on"] < month_end(month) and row["period_end_on"] > month)


def judged(desk: Desk, chosen: Sequence[Scenario]) -> tuple[Finding, ...]:
    """Every claim judged; with a rail missing nobody knows who would pay less, so prices have no cost, not zero."""
    found = desk.judged(*chosen)
    if not desk.missing("stripe_subscription", "marketplace_agreement"):
        return found
    return tuple(replace(one, remedies=tuple(map(_uncosted, one.remedies))) for one in found)


def scenario_with(desk: Desk, prices: Mapping[str, Decimal]) -> str | None:
    """The scenario on file under which the plans have these prices."""
    for key in desk.scenario_keys():
        book = overlay(desk.book, desk.scenario(key))
        if all(book.plan(plan).list_price == price for plan, price in prices.items()):
            return key
    return None


def _uncosted(remedy: Remedy) -> Remedy:
    return replace(remedy, cost=None) if remedy.prices else remedy


def growth(desk: Desk, usage: Mapping[str, Decimal], chosen: Sequence[Scenario], rail: str) -> pd.DataFrame:
    """The total on every monthly plan of a rail as a month's usage grows in all dimensions alike."""
    book = reduce(overlay, chosen, desk.book)
    monthly = [plan.key for plan in book.plans.values() if plan.term == "monthly"]
    grown = ((times, {key: used * times for key, used in usage.items()}) for times in GROWTH)
    every = [(times, bill(book, rail, plan, more)) for times, more in grown for plan in monthly]
    shown = [(times, one) for times, one in every if one.total is not None]
    return pd.DataFrame(
        {
            "times_this_month": [float(times) for times, _ in shown],
            "tier": [one.tier for _, one in shown],
            "total_usd": pd.Series([one.total for _, one in shown], dtype=object),
        }
    )


def next_plan(
    desk: Desk, usage: Mapping[str, Decimal], chosen: Sequence[Scenario], rail: str
) -> tuple[Decimal, str] | None:
    """How many times a month's usage makes another monthly plan the cheapest, and which; None means never."""
    return crossing(reduce(overlay, chosen, desk.book), rail, usage)
