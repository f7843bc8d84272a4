"""How the book treats fees, what the schedules keep of our prices, who is on file, and usage no contract covers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from lib import rails
from lib.desk import Desk
from lib.ui import frames

# Ways of being paid and a line of the fees, by their names in data/rails.toml.
MARKETPLACE, CARD, BILLING = "marketplace", "card", "billing"


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


@dataclass(frozen=True)
class Headline:
    """What each way of being paid keeps of our public prices by today's schedules, as fractions before any rounding.

    `frame` has a row per public plan: plan_key, price_usd, and a rate per way of being paid (`<method>_rate`).
    `same_card_usd` are the prices at which a rail with a condition keeps what a US card does, with our biller and
    without it.
    """

    frame: pd.DataFrame
    same_card_usd: tuple[Decimal, ...]
    same_card_unbilled_usd: tuple[Decimal, ...]


def headline(desk: Desk) -> Headline:
    """Every public price under every way of being paid that a rail has a fee row for."""
    ways = {method: _sale(desk, rail.key, method) for rail in desk.rails.values() for method in _methods(rail)}
    public = [(plan.key, plan.list_price) for plan in desk.book.plans.values() if plan.is_public]
    priced = [(key, price) for key, price in public if isinstance(price, Decimal)]
    sold = sorted(priced, key=lambda plan: plan[1])
    rates = {
        f"{method}_rate": frames.column(rails.take_rate(desk.rails, replace(sale, amount=price)) for _, price in sold)
        for method, sale in ways.items()
    }
    columns = {"plan_key": [key for key, _ in sold], "price_usd": frames.column(price for _, price in sold), **rates}
    both = ways[MARKETPLACE], ways[CARD]
    return Headline(
        pd.DataFrame(columns),
        rails.same_cost(desk.rails, *both),
        rails.same_cost(desk.rails, *both, apart_from=(BILLING,)),
    )


def _methods(rail: rails.Rail) -> list[str]:
    return sorted({method for row in rail.fees for method in row.when.get("method", ())})


def _sale(desk: Desk, rail: str, method: str) -> rails.Sale:
    return rails.Sale(rail=rail, method=method, amount=Decimal(1), on=desk.as_of)


def names(desk: Desk) -> dict[str, str]:
    """The name of every customer on file, by id."""
    return {row["customer_id"]: row["customer_name"] for row in desk.warehouse.rows("customer")}


def uncovered(desk: Desk) -> Uncovered:
    """How many events of how many customers fall outside any contract."""
    rows = [row for row in desk.warehouse.rows("usage_month") if row["contract_id"] is None]
    return Uncovered(sum(row["event_count"] for row in rows), len({row["customer_id"] for row in rows}))
