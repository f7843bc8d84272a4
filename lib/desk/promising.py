"""What the desk knows of promises beside the price list itself: who is billed off list, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib import market, off_list
from lib.claims.finding import Finding
from lib.money import total
from lib.off_list import OffList, Recorded

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def off_list_contracts(desk: Desk) -> tuple[OffList, ...]:
    """Every contract that counts as recurring on the recorded day and is billed another price than its list's."""
    on = desk.recorded_on
    rows = {row["contract_id"]: row for row in desk.warehouse.rows("contract")}
    counted = {key for key, row in rows.items() if market.recurring_contract(row).runs_on(on)}
    recorded = {key: _recorded(rows[key]) for key in counted if rows[key]["recorded_price_usd"] is not None}
    return off_list.off_list(desk.population.contracts.values(), recorded, desk.books, desk.reach, on)


def off_list_findings(desk: Desk) -> list[Finding]:
    """Who is billed off list, and what coupons took off the invoices of the window."""
    return off_list.findings(off_list_contracts(desk), _taken(desk), desk.book.product)


def _recorded(row: Mapping[str, Any]) -> Recorded:
    return Recorded(row["recorded_price_usd"], row["before_coupons_usd"], row["offer_id"] is not None)


def _taken(desk: Desk) -> Decimal:
    first, end = desk.window
    lines = desk.warehouse.rows("invoice_line")
    return total(row["discount_usd"] for row in lines if row["discount_usd"] and first <= row["invoiced_on"] < end)
