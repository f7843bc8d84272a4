"""What the rails and the meter recorded, in what finance asks: the fees of each month, and usage no contract covers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import rails
from lib.desk import Desk
from lib.money import total

# A rail, a payment method and a month; None is the month of what carries no day.
Group = tuple[str, str, date | None]


@dataclass(frozen=True)
class Terms:
    """How the book treats what a rail keeps: whose fee stays off the customer's price, and what kind of cost it is."""

    absorbs: Mapping[str, bool]
    marketplace_fee: str


@dataclass(frozen=True)
class Uncovered:
    """Usage outside any contract, which nobody can bill."""

    events: int
    customers: int


def terms(desk: Desk) -> Terms:
    """The book's own settings on fees."""
    return Terms({key: desk.book.absorbs(key) for key in desk.rails}, desk.book.settings["marketplace_fee"])


def fees(desk: Desk) -> pd.DataFrame:
    """Every month, rail and method: what was settled and kept, and what that absorbs against the rail replaced.

    `absorbed_usd` is None on the rail that replaces none; `uncompared` sales are not in it.
    """
    rows = desk.warehouse.rows("settlement_month")
    against = _absorbed(desk)
    found = [against.get((row["rail"], row["payment_method"], row["settled_month"]), []) for row in rows]
    known = [[amount for amount in group if amount is not None] for group in found]
    frame = pd.DataFrame(
        {
            "month": [row["settled_month"] for row in rows],
            "rail": [row["rail"] for row in rows],
            "method": [row["payment_method"] for row in rows],
            "sales": [row["invoice_count"] for row in rows],
            "gross_usd": [row["gross_usd"] for row in rows],
            "fee_usd": [row["fee_usd"] for row in rows],
            "net_usd": [row["net_usd"] for row in rows],
            "waiting_usd": [row["undisbursed_usd"] for row in rows],
            "absorbed_usd": [total(group) if group else None for group in known],
            "uncompared": [len(group) - len(compared) for group, compared in zip(found, known, strict=True)],
        }
    )
    return frame.astype(object)


def _absorbed(desk: Desk) -> dict[Group, list[Decimal | None]]:
    """What each sale absorbs on a rail with a condition, against a US card on the one that is open to everyone."""
    everyones = next(rail.key for rail in desk.rails.values() if rail.offering is None)
    found: dict[Group, list[Decimal | None]] = {}
    for row in desk.warehouse.rows("settlement"):
        if row["rail"] != everyones:
            group = (row["rail"], row["payment_method"], row["settled_month"])
            found.setdefault(group, []).append(_against_card(desk, row, everyones))
    return found


def _against_card(desk: Desk, row: Mapping[str, Any], everyones: str) -> Decimal | None:
    """One sale by both fee schedules; None for a refund, for a sale without a day, and before any row of a schedule."""
    if row["settled_on"] is None or row["gross_usd"] < 0:
        return None
    sale = rails.Sale(rail=row["rail"], method=row["payment_method"], amount=row["gross_usd"], on=row["settled_on"])
    replaced = replace(sale, rail=everyones, method="card")
    try:
        return rails.absorbed(desk.rails, sale, replaced, absorb=desk.book.absorbs(sale.rail))
    except rails.RailsError:
        return None


def names(desk: Desk) -> dict[str, str]:
    """The name of every customer on file, by id."""
    return {row["customer_id"]: row["customer_name"] for row in desk.warehouse.rows("customer")}


def uncovered(desk: Desk) -> Uncovered:
    """How many events of how many customers fall outside any contract."""
    rows = [row for row in desk.warehouse.rows("usage_month") if row["contract_id"] is None]
    return Uncovered(sum(row["event_count"] for row in rows), len({row["customer_id"] for row in rows}))
