"""What the rails recorded of every sale, from list price to what is left, and what we absorb by selling there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import rails
from lib.desk import Desk, sale_terms
from lib.money import total
from lib.ui import frames

Row = Mapping[str, Any]

CARD = "card"  # the way of being paid that a sale on the marketplace replaces, by its name in data/rails.toml
GRAIN = ("rail", "payment_method", "customer_id", "tier", "plan_key", "settled_month")
PARTS = (
    "list_usd",
    "discount_usd",
    "refund_usd",
    "gross_usd",
    "fee_charged_usd",
    "fee_returned_usd",
    "fee_usd",
    "net_usd",
    "tax_usd",
)
INVOICE = ("settled_on", "invoice_id", "rail", "payment_method", "tier", "plan_key", *PARTS, "disbursed_on")
_NAMES = {
    "payment_method": "method",
    "settled_month": "month",
    "invoice_count": "sales",
    "undisbursed_usd": "waiting_usd",
}


@dataclass(frozen=True)
class Against:
    """One sale on a rail with a condition, held against a US card: its amount and the fee the rail recorded, what the
    card would have kept, and what we absorb; in USD.
    """

    gross: Decimal
    fee: Decimal
    replaced: Decimal
    absorbed: Decimal


def takings(desk: Desk) -> pd.DataFrame:
    """Rows of marts.takings_month: rail, method, customer_id, tier, plan_key, month, sales and every part in USD.

    `waiting_usd` is not paid out yet. `absorbed_usd` is what we pay for not selling by US card, `replaced_usd` what
    that card would have kept of `compared_usd`, of which the rail kept `compared_fee_usd`: None on the rail that
    replaces none; `uncompared` sales are in none of them.
    """
    rows, against = desk.warehouse.rows("takings_month"), _against(desk)
    found = [against.get(tuple(row[name] for name in GRAIN), []) for row in rows]
    known = [[one for one in group if one is not None] for group in found]
    columns = [*GRAIN, "invoice_count", *PARTS, "undisbursed_usd"]
    frame = pd.DataFrame({_NAMES.get(name, name): [row[name] for row in rows] for name in columns}, dtype=object)
    return frame.assign(
        compared_usd=_sums(known, "gross"),
        compared_fee_usd=_sums(known, "fee"),
        replaced_usd=_sums(known, "replaced"),
        absorbed_usd=_sums(known, "absorbed"),
        uncompared=[len(group) - len(compared) for group, compared in zip(found, known, strict=True)],
    ).astype(object)


def invoices(desk: Desk, customer_id: str) -> pd.DataFrame:
    """Every settled invoice of a customer, the newest first; one without a day comes last."""
    rows = [row for row in desk.warehouse.rows("settlement") if row["customer_id"] == customer_id]
    rows.sort(key=lambda row: (str(row["settled_on"] or ""), row["invoice_id"]), reverse=True)
    frame = pd.DataFrame({_NAMES.get(name, name): [row[name] for row in rows] for name in INVOICE}, dtype=object)
    return frame.astype(object)


def sales(desk: Desk, rows: Sequence[Row]) -> list[tuple[Row, rails.Sale | None]]:
    """Settlements → each as the sale it was; None for a refund, for one without a day, and an offer without a value."""
    known = sale_terms(desk)
    return [(row, _sale(row, known.get(row["contract_id"], rails.Terms()))) for row in rows]


def _sale(row: Row, sold: rails.Terms) -> rails.Sale | None:
    if row["settled_on"] is None or row["gross_usd"] < 0 or sold.lacks_value:
        return None
    return sold.sale(row["rail"], row["payment_method"], row["gross_usd"], row["settled_on"])


def _against(desk: Desk) -> dict[tuple[Any, ...], list[Against | None]]:
    """What each sale absorbs on a rail with a condition, against a US card on the one that is open to everyone."""
    everyones = next(rail.key for rail in desk.rails.values() if rail.offering is None)
    found: dict[tuple[Any, ...], list[Against | None]] = {}
    asked = [row for row in desk.warehouse.rows("settlement") if row["rail"] != everyones]
    for row, sale in sales(desk, asked):
        found.setdefault(tuple(row[name] for name in GRAIN), []).append(_against_card(desk, row, sale, everyones))
    return found


def _against_card(desk: Desk, row: Row, sale: rails.Sale | None, everyones: str) -> Against | None:
    """One sale by both fee schedules; None for what is no sale, and before any row of a schedule."""
    if sale is None:
        return None
    card = rails.Terms().sale(everyones, CARD, sale.amount, sale.on)
    try:
        replaced = rails.fee(desk.rails, card).amount
        absorbed = rails.absorbed(desk.rails, sale, card, absorb=desk.book.absorbs(sale.rail))
    except rails.RailsError:
        return None
    return Against(sale.amount, row["fee_usd"], replaced, absorbed)


def _sums(groups: Sequence[Sequence[Against]], name: str) -> "pd.Series[Any]":
    return frames.column(total(getattr(one, name) for one in group) if group else None for group in groups)
