"""What the desk holds, in frames a page can show: revenue month by month, customers, what was invoiced.

Persona is worked out from today's facts of the customer, in past months too; when they changed, the forecast tells.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import market
from lib.catalog.scenario import Scenario, overlay
from lib.claims.finding import Finding, Remedy
from lib.desk import Desk
from lib.money import total
from lib.periods import month_end, month_of
from lib.reconciliation import MATCHED, ParityLine, Reproduction, reproduction
from lib.ui.effects import Known

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


def invoiced(desk: Desk, window: tuple[date, date]) -> Decimal:
    """What the invoices dated in a window really say, on both rails."""
    first, end = window
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


def lines_of(report: Sequence[ParityLine]) -> dict[tuple[str, date], tuple[ParityLine, ...]]:
    """The parity report by customer and month: that of the usage, or in which any other line falls due."""
    found: dict[tuple[str, date], list[ParityLine]] = {}
    for line in report:
        found.setdefault((line.customer_id, month_of(line.start_on)), []).append(line)
    return {key: tuple(lines) for key, lines in found.items()}


def _started(row: Mapping[str, Any]) -> date:
    started: date = row["started_on"]
    return started


def invoiced_for(desk: Desk, customer_id: str, month: date) -> pd.DataFrame:
    """Every invoice line of a customer that touches a month, as the rails wrote it."""
    columns = ("invoiced_on", "rail", "kind", "item", "period_start_on", "period_end_on", "amount_usd")
    rows = desk.warehouse.rows("invoice_line", customer_id=customer_id)
    touching = [{**row, "item": row["dimension"] or row["plan_key"]} for row in rows if _touches(row, month)]
    return pd.DataFrame({name: pd.Series([row[name] for row in touching], dtype=object) for name in columns})


def _touches(row: Mapping[str, Any], month: date) -> bool:
    if row["usage_month"] is not None:
        return bool(row["usage_month"] == month)
    return bool(row["period_start_on"] < month_end(month) and row["period_end_on"] > month)


def judged(desk: Desk, chosen: Sequence[Scenario]) -> tuple[Finding, ...]:
    """Every claim judged; with a rail missing nobody knows who would pay less, so prices have no cost, not zero."""
    found = desk.findings_under(*chosen)
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
