"""Three forecasts that anybody makes on a napkin: what the forecast with all its beliefs must beat to be worth reading.

Each takes only what was recorded by then and gives one number, no range: everything stays as it is; it grows on as it
grew over the last twelve months; one churn rate for everybody and as many new customers a month as came on average.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from lib.forecast.panel import Panel

LAST, GROWTH, CHURN = NAIVE = ("last value", "constant growth", "constant churn")
MRR, SAME_PRICES, CUSTOMERS = MEASURES = ("mrr", "mrr_same_prices", "customers")
GROWTH_MONTHS = 12


@dataclass(frozen=True)
class Past:
    """Totals at each month's end, and who came and went in each month but the first; MRR in USD a month."""

    mrr: tuple[float, ...]
    customers: tuple[int, ...]
    came: tuple[int, ...]
    went: tuple[int, ...]

    def series(self, measure: str) -> tuple[float, ...]:
        """The totals of one of `MEASURES`; MRR at the prices of the last evening is, up to it, MRR as recorded."""
        return self.customers if measure == CUSTOMERS else self.mrr


def past(panel: Panel) -> Past:
    """The customers of a panel, added up; one without a known MRR counts as a customer and adds nothing to MRR."""
    rows = [panel.at(month) for month in panel.months]
    present = [{row.customer_id for row in month} for month in rows]
    return Past(
        mrr=tuple(float(sum(row.mrr or 0 for row in month)) for month in rows),
        customers=tuple(len(month) for month in rows),
        came=tuple(len(after - before) for before, after in pairwise(present)),
        went=tuple(len(before - after) for before, after in pairwise(present)),
    )


def naive(known: Past, measure: str, months_ahead: int) -> Mapping[str, float]:
    """What each napkin says of a measure so many months after the last one recorded."""
    series = known.series(measure)
    return {
        LAST: series[-1],
        GROWTH: series[-1] * monthly_growth(series) ** months_ahead,
        CHURN: _each(known, measure) * customers_left(known, months_ahead),
    }


def monthly_growth(series: tuple[float, ...]) -> float:
    """The steady factor a month that leads over the last twelve months to today; 1 where there was nothing before."""
    window = series[-GROWTH_MONTHS - 1 :]
    months = len(window) - 1
    return (window[-1] / window[0]) ** (1 / months) if months and window[0] > 0 else 1.0


def customers_left(known: Past, months_ahead: int) -> float:
    """Customers so many months ahead: each month one rate of all leaves, and the mean number comes."""
    customers = float(known.customers[-1])
    months, exposed = len(known.came), sum(known.customers[:-1])
    leaving = sum(known.went) / exposed if exposed else 0.0
    arriving = sum(known.came) / months if months else 0.0
    for _ in range(months_ahead):
        customers += arriving - customers * leaving
    return customers


def _each(known: Past, measure: str) -> float:
    """What one customer counts for today."""
    return known.series(measure)[-1] / known.customers[-1] if known.customers[-1] else 0.0
