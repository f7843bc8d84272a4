"""What each dimension brings and leaves under both books of a simulation, and what one more unit of it costs whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

import pandas as pd

from lib.catalog.book import Book, Dimension
from lib.contracts import Reach
from lib.costs import Costs, DimensionMargin, Figure, Missing, dimension_margins
from lib.desk import Simulation
from lib.impact.by_book import marginal_prices_by_book
from lib.impact.marginal import Marginal, marginal_prices
from lib.money import EXACT
from lib.periods import add_months
from lib.ui import frames

BASELINE, PROPOSED = "baseline", "proposed"
BOOKS = (BASELINE, PROPOSED)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Dimensions:
    """Dimensions of a price change: one row each in `margins`, the largest baseline revenue first.

    Every column of `margins` stands there for `baseline_` and for `proposed_`: revenue_usd; share_rate of all revenue;
    unit_margin_usd and unit_margin_rate of a unit charged; cost_usd of everything used and what it leaves, left_usd.
    A figure is None where it cannot be worked out, and `missing` says of each dimension what it would need.

    `next_unit` has the price of one more unit in the last month of the window, for every contract that runs at its end:
    how many pay nothing (free), pay, or have no price for it (without), and the middle one of the prices that are paid,
    in USD per `unit_size` of its `unit`, the baseline's on both sides. `repriced` contracts meet another price.
    """

    month: date
    revenue_usd: Mapping[str, Decimal]
    margins: pd.DataFrame
    missing: Mapping[str, str]
    next_unit: pd.DataFrame
    repriced: int

    @property
    def usage_usd(self) -> dict[str, Decimal]:
        """What all dimensions bring together, under each book."""
        return {book: Decimal(frames.total(self.margins[f"{book}_revenue_usd"])) for book in BOOKS}


def of(result: Simulation, known: Costs, reach: Mapping[str, Reach]) -> Dimensions:
    """A simulation, what usage costs, and when prices reach contracts → its dimensions under both books."""
    sides = dict(zip(BOOKS, (result.baseline, result.proposed), strict=True))
    found = {
        book: {one.dimension: one for one in dimension_margins(side, result.population.usage, known, result.window)}
        for book, side in sides.items()
    }
    month = add_months(result.window[1], -1)
    before = marginal_prices(result.books[0], result.population, month)
    after = marginal_prices_by_book(result.shelf, result.population, month, reach)
    order = [*found[BASELINE], *(key for key in found[PROPOSED] if key not in found[BASELINE])]
    return Dimensions(
        month=month,
        revenue_usd={book: side.revenue for book, side in sides.items()},
        margins=_margins(order, found),
        missing=_missing(order, found[BASELINE]) | _missing(order, found[PROPOSED]),
        next_unit=_next_unit(_ordered(result.books[0], order), before, after),
        repriced=_repriced(before, after),
    )


def _margins(order: Sequence[str], found: Mapping[str, Mapping[str, DimensionMargin]]) -> pd.DataFrame:
    figures: dict[str, Callable[[DimensionMargin], Figure]] = {
        "revenue_usd": lambda one: one.revenue,
        "share_rate": lambda one: one.share,
        "unit_margin_usd": lambda one: one.charged_unit_margin,
        "unit_margin_rate": lambda one: one.charged_margin_rate,
        "cost_usd": lambda one: one.cost,
        "left_usd": lambda one: one.margin,
    }
    columns = {
        f"{book}_{name}": frames.column(
            _number(figure(found[book][key])) if key in found[book] else None for key in order
        )
        for book in BOOKS
        for name, figure in figures.items()
    }
    return pd.DataFrame({"dimension": list(order), **columns})


def _number(figure: Figure) -> Decimal | None:
    return None if isinstance(figure, Missing) else figure


def _missing(order: Iterable[str], found: Mapping[str, DimensionMargin]) -> dict[str, str]:
    """Of each dimension whose unit margin cannot be worked out, or what it leaves, what that needs."""
    said = {key: [one.charged_margin_rate, one.margin] for key in order if (one := found.get(key))}
    return {
        key: lacking[0].words
        for key, figures in said.items()
        if (lacking := [figure for figure in figures if isinstance(figure, Missing)])
    }


# One more unit


def _ordered(book: Book, order: Sequence[str]) -> list[Dimension]:
    """A book's dimensions in an order; those that nobody used come last."""
    return sorted(book.dimensions.values(), key=lambda item: order.index(item.key) if item.key in order else len(order))


def _next_unit(items: Iterable[Dimension], before: Sequence[Marginal], after: Sequence[Marginal]) -> pd.DataFrame:
    rows = []
    for item in items:
        key = item.key
        row: dict[str, Any] = {"dimension": key, "unit": item.unit, "unit_size": item.unit_size}
        for side, prices in zip(BOOKS, (before, after), strict=True):
            row |= {f"{side}_{name}": value for name, value in _asked(key, prices, item.unit_size).items()}
        rows.append(row)
    return pd.DataFrame(rows)


def _asked(dimension: str, prices: Iterable[Marginal], unit_size: Decimal) -> dict[str, Any]:
    own = [one.price for one in prices if one.dimension == dimension]
    paid = sorted(price for price in own if price)
    return {
        "free": own.count(ZERO),
        "pays": len(paid),
        "without": own.count(None),
        "middle_usd": EXACT.multiply(median(paid), unit_size) if paid else None,
    }


def _repriced(before: Iterable[Marginal], after: Iterable[Marginal]) -> int:
    """Contracts that meet another price of one more unit, of whatever dimension."""
    was = {(one.contract_id, one.dimension): one.price for one in before}
    return len({one.contract_id for one in after if was.get((one.contract_id, one.dimension)) != one.price})
