"""A rail's fee as a function of the price: straight between the prices at which a part reaches its cap."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from lib.money import EXACT
from lib.rails.fees import Sale, fee, rows_in_force
from lib.rails.rail import FeeRow, Rails

_ONE = Decimal(1)

Stretch = tuple[Fraction, Fraction | None]  # from one price to another; None is without end


def schedule(rails: Rails, sale: Sale, apart_from: Container[str] = ()) -> list[FeeRow]:
    """The rows that a way of selling falls under at any price, less the lines left out; its amount does not matter."""
    any_price = replace(sale, amount=_ONE)
    fee(rails, any_price)  # refuses a way of paying that the rail does not take
    return [row for row in rows_in_force(rails[sale.rail], any_price) if row.line not in apart_from]


def stretches(rows: Iterable[FeeRow]) -> list[Stretch]:
    """The stretches of the price on which no part of some rows reaches its cap, the lowest first."""
    corners = sorted({Fraction(0), *(corner for row in rows if (corner := _capped_at(row)))})
    return [*pairwise(corners), (corners[-1], None)]


def line(rows: Sequence[FeeRow], stretch: Stretch) -> tuple[Fraction, Fraction]:
    """What rows keep on a stretch: so much of every dollar, and so much besides."""
    start, end = stretch
    inside = (start + end) / 2 if end is not None else start + 1
    parts = list(_parts(rows, inside))
    return sum((slope for slope, _ in parts), Fraction(0)), sum((base for _, base in parts), Fraction(0))


def holds(stretch: Stretch, price: Fraction) -> bool:
    """Whether a price lies on a stretch, its ends included."""
    start, end = stretch
    return start <= price and (end is None or price <= end)


def decimal(price: Fraction) -> Decimal:
    """An exact price → the decimal with as many digits as are ever kept."""
    return EXACT.divide(Decimal(price.numerator), Decimal(price.denominator))


def _parts(rows: Iterable[FeeRow], price: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
    for row in rows:
        corner = _capped_at(row)
        if corner is not None and price > corner:
            yield Fraction(0), Fraction(row.cap_usd or 0)
        else:
            yield Fraction(row.rate), Fraction(row.fixed_usd)


def _capped_at(row: FeeRow) -> Fraction | None:
    """The price from which a row takes no more; None where it always takes more."""
    if row.cap_usd is None or not row.rate:
        return None
    return max(Fraction(0), (Fraction(row.cap_usd) - Fraction(row.fixed_usd)) / Fraction(row.rate))
