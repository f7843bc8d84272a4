"""How the desk reads the marketplace's fee, as acquisition cost and as cost of revenue, over the same months.

Margin, the cost of a customer, payback and the limits on margin move together, because one value decides all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib import costs, guardrails, payback
from lib.desk.selling import sale_terms
from lib.guardrails import Evidence, Verdict
from lib.outcome import Window
from lib.payback import READINGS, Economics

if TYPE_CHECKING:
    from lib.desk.desk import Desk

ON_MARGIN = ("gross_margin", "gross_margin_after_infrastructure")  # the measures that the fee is part of
_SPEND = "acquisition"


@dataclass(frozen=True)
class FeeReading:
    """The months of a window with the fee read one way, and the limits on margin judged by it."""

    economics: Economics
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class FeeReadings:
    """Every reading by its name, the window they share, and the one that the book has."""

    window: Window
    by_name: Mapping[str, FeeReading]
    of_book: str


def fee_readings(desk: Desk) -> FeeReadings:
    """The last full months at today's prices, with the marketplace's fee by its schedule, under every reading.

    Whatever nobody recorded, as what winning customers cost, stays missing on its way through.
    """
    facts = _economics(desk)
    found = {reading: _judged(desk, facts.read_as(reading)) for reading in READINGS}
    return FeeReadings(desk.window, found, desk.book.settings["marketplace_fee"])


def window_margins(desk: Desk) -> costs.Margins:
    """The last full months at today's prices: what is left by month and in all, the fee read as the book reads it."""
    kept = costs.marketplace_fees(desk.baseline.lines, desk.rails, sale_terms(desk))
    reading = desk.book.settings["marketplace_fee"]
    return costs.margins(desk.baseline, desk.population.usage, desk.costs, desk.window, reading, kept)


def _economics(desk: Desk) -> Economics:
    window, left = desk.window, window_margins(desk)
    contracts = desk.population.contracts.values()
    return Economics(
        margin=left.total,
        acquisition_spend=costs.added(desk.costs.spent(_SPEND, one.month) for one in left.months if one.month),
        new_customers=payback.won(contracts, window),
        customer_months=payback.customer_months(contracts, window),
    )


def _judged(desk: Desk, found: Economics) -> FeeReading:
    limits = [limit for limit in desk.guardrails if limit.measure in ON_MARGIN]
    revenue = found.margin.revenue
    evidence = Evidence(customers=(), baseline=revenue, proposed=revenue, margin=found.margin)
    return FeeReading(found, guardrails.judge(limits, guardrails.measures(limits, evidence)))
