"""What the papers advise for one customer, with how steady its own bills are as evidence beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lib import market
from lib.desk.papers import read_text
from lib.impact.monthly import earlier_fees
from lib.impact.predictability import HYBRID, predictability
from lib.impact.settings import parse_settings

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def advice(desk: Desk, customer_id: str, measured: Mapping[str, float]) -> market.Advice:
    """Persona, approach, rail, pricing model and open questions of a customer; `measured` comes from `variations`.

    A payer whom the CRM does not know is asked about, and what it buys is what the price list sells.
    """
    rows = {row["customer_id"]: row for row in desk.warehouse.rows("customer")}
    row = rows.get(customer_id) or {**market.stranger(customer_id), "product": desk.book.product}
    return market.advice(row, desk.segments, desk.rails, measured.get(customer_id))


def variations(desk: Desk) -> Mapping[str, float]:
    """How far each customer's bills vary from month to month, as a fraction of their mean: an estimate.

    Bills are the current book over the last full months' real usage, fees spread over the months they pay for. Whoever
    has fewer whole months of service than data/impact.toml asks for is not in it.
    """
    fewest = fewest_months(desk)
    earlier = earlier_fees([desk.book], desk.population, desk.window, desk.reach)
    found = predictability(desk.baseline.lines, earlier, desk.population, desk.window, {}, fewest)
    return found.of_customer[HYBRID]


def fewest_months(desk: Desk) -> int:
    """How many whole months of service a customer needs before its variation is measured."""
    return parse_settings(read_text(desk.data / "impact.toml")).fewest_months
