"""The bill over one dimension's quantity, in frames a page can draw: every plan of a term, and one plan's own line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.catalog.book import READINGS, Book
from lib.contracts import Contract, allowance_of, price_of
from lib.simulator.crossings import Crossing, tier_crossing
from lib.simulator.curve import Mark, Point, Usage, bill_curve, line_curve, marks, priced_curve
from lib.simulator.readings import reread
from lib.ui import frames

_BEYOND = Decimal("1.25")  # how far a curve goes on beyond the last thing there is to see
_LEAST = Decimal(10)


@dataclass(frozen=True)
class Curve:
    """One dimension of one plan: `bills` of the plans of its term, `line` under both readings of the bands.

    `bills` has plan_key, tier, quantity and total_usd; `line` has reading, quantity and amount_usd before rounding.
    `crossings` are where a plan of the term gives way to the next tier, `cliffs` the marks under the volume reading.
    """

    dimension: str
    used: Decimal
    bills: pd.DataFrame
    line: pd.DataFrame
    crossings: tuple[Crossing, ...]
    marks: tuple[Mark, ...]
    cliffs: tuple[Mark, ...]


def of(book: Book, rail: str, plan_key: str, usage: Usage, dimension: str) -> Curve:
    """A plan, a month's usage and a dimension → what its bill looks like from no usage to beyond the last threshold."""
    term, tier = book.plan(plan_key).term, book.plan(plan_key).tier
    keys = [plan.key for plan in book.plans.values() if plan.term == term]
    used, allowance = usage.get(dimension, Decimal(0)), book.allowance(rail, tier, dimension)
    found = [tier_crossing(book, rail, key, usage, dimension) for key in keys]
    crossings = tuple(one for one in found if one.quantity is not None)
    both = {reading: reread(book, "bands", reading) for reading in READINGS["bands"]}
    own, volume = marks(book.price(rail, dimension), allowance), marks(both["volume"].price(rail, dimension), allowance)
    until = _end([used, *(mark.quantity for mark in own), *(one.quantity or used for one in crossings)])
    lines = {reading: line_curve(read, rail, plan_key, dimension, until) for reading, read in both.items()}
    points = bill_curve(book, rail, keys, usage, dimension, until)
    return Curve(
        dimension=dimension,
        used=used,
        bills=_frame(points, "total_usd").assign(tier=[book.plan(point.plan_key).tier for point in points]),
        line=pd.concat([_frame(some, "amount_usd").assign(reading=reading) for reading, some in lines.items()]),
        crossings=crossings,
        marks=own,
        cliffs=tuple(mark for mark in volume if mark.drop),
    )


def own(book: Book, contract: Contract, dimension: str, used: Decimal) -> Curve:
    """A contract's own line of a dimension, at its allowance and the price that governs it; it has no list to cross."""
    both = {reading: price_of(contract, reread(book, "bands", reading), dimension) for reading in READINGS["bands"]}
    price, allowance = price_of(contract, book, dimension), allowance_of(contract, book, dimension)
    own_marks = marks(price, allowance)
    until, key = _end([used, *(mark.quantity for mark in own_marks)]), contract.plan_key or ""
    lines = {reading: priced_curve(key, read, allowance, until) for reading, read in both.items()}
    return Curve(
        dimension=dimension,
        used=used,
        bills=_frame((), "total_usd").assign(tier=[]),
        line=pd.concat([_frame(some, "amount_usd").assign(reading=reading) for reading, some in lines.items()]),
        crossings=(),
        marks=own_marks,
        cliffs=tuple(mark for mark in marks(both["volume"], allowance) if mark.drop),
    )


def _end(seen: Sequence[Decimal]) -> Decimal:
    """Somewhat beyond the last of the quantities, to two digits."""
    end = max([_LEAST, *seen]) * _BEYOND
    step = Decimal(1).scaleb(end.adjusted() - 1)
    return (end / step).to_integral_value() * step


def _frame(points: Sequence[Point], amount: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "plan_key": [point.plan_key for point in points],
            "quantity": frames.column(point.quantity for point in points),
            amount: frames.column(point.amount for point in points),
        }
    )
