"""What the desk holds, in frames a page can show: revenue month by month, a customer's usage, what each rail kept.

Persona is worked out from today's facts of the customer, because the CRM keeps no history of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import pandas as pd

from lib import market, rails
from lib.catalog.scenario import Scenario, overlay
from lib.desk import Desk
from lib.money import total
from lib.outcome import bill
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


def _started(row: Mapping[str, Any]) -> date:
    started: date = row["started_on"]
    return started


def usage_of(desk: Desk, customer_id: str) -> dict[date, dict[str, Decimal]]:
    """What one customer used under any contract: dimension and quantity by month."""
    found: dict[date, dict[str, Decimal]] = {}
    for cell in desk.population.usage:
        if desk.population.contracts[cell.contract_id].customer_id == customer_id:
            month = found.setdefault(cell.month, {})
            month[cell.dimension] = month.get(cell.dimension, Decimal(0)) + cell.quantity
    return found


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


def settlements(desk: Desk) -> pd.DataFrame:
    """Every settlement with what the rail kept, and what a US card on the other rail would have kept of it."""
    rows = desk.warehouse.rows("settlement")
    frame = pd.DataFrame(
        {
            "month": [row["settled_month"] for row in rows],
            "rail": [row["rail"] for row in rows],
            "method": [row["payment_method"] for row in rows],
            "gross_usd": [row["gross_usd"] for row in rows],
            "fee_usd": [row["fee_usd"] for row in rows],
            "net_usd": [row["net_usd"] for row in rows],
            "by_card_usd": [_by_card(desk.rails, row) for row in rows],
            "waiting_usd": [row["net_usd"] if row["disbursed_on"] is None else Decimal(0) for row in rows],
        }
    )
    return frame.astype(object)


def _by_card(the_rails: rails.Rails, row: Mapping[str, Any]) -> Decimal:
    """The fee of the same amount, paid by a US card on the rail that is open to everyone."""
    everyones = next(rail.key for rail in the_rails.values() if rail.offering is None)
    sale = rails.Sale(rail=everyones, method="card", amount=abs(row["gross_usd"]), on=row["settled_on"])
    return rails.fee(the_rails, sale).amount.copy_sign(row["gross_usd"])
