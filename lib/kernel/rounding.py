"""Rounded lines of whole runs of quantities: bounds checked before anything is multiplied.

Rounding costs no division. With half a coin in the intercept, the rounded line is the whole part of (a·q + b) / d,
and within known bounds that is (A·q + B) >> bits for A and B rounded up from a·2**bits/d and b·2**bits/d: their error
is below (q + 1) / 2**bits, which stays below 1/d, the least distance to the next whole coin, once 2**bits reaches
d·(q + 1). Where the shifted numbers would not fit into 63 bits the division is made; where the product itself would
not fit, the cells take the exact slower path, `lib.rating.rate`, and are counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.catalog.allowance import Allowance
from lib.catalog.price import Price
from lib.kernel.tariff import Packages, Tariff, Tariffs

# Lines stay below a quarter of what 64 bits hold, so that a sum and a rounding have room.
ROOM = 1 << 62

Whole = NDArray[np.int64]


class Floor(NamedTuple):
    """The whole part of a straight line: (factor · q + addend) >> bits, or over `divisor`."""

    factor: int
    addend: int
    bits: int = 0
    divisor: int = 1

    def of(self, quantity: int) -> int:
        """The value at one quantity."""
        return ((self.factor * quantity + self.addend) >> self.bits) // self.divisor

    def into(self, quantities: Whole, result: Whole) -> None:
        """The values at many quantities, written into `result`."""
        np.multiply(quantities, self.factor, out=result)
        np.add(result, self.addend, out=result)
        if self.bits:
            np.right_shift(result, self.bits, out=result)
        if self.divisor > 1:
            np.floor_divide(result, self.divisor, out=result)


class Piece(NamedTuple):
    """A run of quantities above `above` with one rounded line; `rounded` is None where they take the slower path.

    `largest` is the line of the last quantity, in coins; the others cost no more, for no price is below zero.
    """

    above: int
    rounded: Floor | None
    packages: Floor | None = None
    largest: int = 0

    @property
    def is_free(self) -> bool:
        """Whether every line of the piece is zero."""
        return self.rounded is not None and self.largest == 0

    def into(self, quantities: Whole, result: Whole) -> None:
        """The lines at many quantities, in coins, written into `result`."""
        assert self.rounded is not None
        if self.packages:
            self.packages.into(quantities, result)
        self.rounded.into(result if self.packages else quantities, result)


def pieces(
    price: Price, allowance: Allowance, scale: int, largest: int, tariffs: Tariffs | None = None
) -> tuple[Piece, ...]:
    """A price, an allowance that has one, the quantities' scale and the largest of them → pieces proven up to there.

    A price the kernel has no pieces for is one long piece on the slower path.
    """
    known = tariffs or Tariffs()
    if allowance.quantity is None:
        return ()
    if known.obstacle(price, allowance):
        return (Piece(-1, None),)
    return proven(known.of(price, allowance, scale), largest)


def proven(known: Tariff, largest: int) -> tuple[Piece, ...]:
    """A tariff's pieces for quantities from 0 to `largest`; where numbers could overflow, a piece says so."""
    found: list[Piece] = []
    edges, slopes, intercepts, divisor, packages = known
    for above, end, slope, intercept in zip(edges, [*edges[1:], largest], slopes, intercepts, strict=True):
        if above < largest and above < end:
            high = min(end, largest)
            half_up = (2 * slope, 2 * intercept + divisor, 2 * divisor)  # rule C7
            piece = _piece(above, high, half_up, packages)
            found += [piece] if piece else _bounded(above, high, half_up, packages)
    return tuple(found)


def _bounded(above: int, high: int, line: tuple[int, int, int], packages: Packages | None) -> list[Piece]:
    """A piece whose last quantities pass the bounds, in two: what fits, and what takes the slower path."""
    fits, too_far = above, high
    while too_far - fits > 1:
        middle = (fits + too_far) // 2
        fits, too_far = (middle, too_far) if _piece(above, middle, line, packages) else (fits, middle)
    last = _piece(above, fits, line, packages) if fits > above else None
    return [*([last] if last else []), Piece(fits, None)]


def _piece(above: int, high: int, line: tuple[int, int, int], packages: Packages | None) -> Piece | None:
    """The quantities up to `high` with their rounded line; None where the numbers would not fit."""
    if packages is None or not line[0]:
        rounded = _floor(*line, high)
        return Piece(above, rounded, None, rounded.of(high)) if rounded else None
    counted = _floor(packages.factor, packages.offset, packages.size, high)
    rounded = _floor(*line, packages.of(high))
    if counted is None or rounded is None:
        return None
    return Piece(above, rounded, counted, rounded.of(packages.of(high)))


def _floor(slope: int, intercept: int, divisor: int, high: int) -> Floor | None:
    """The whole part of (slope · q + intercept) / divisor for q up to `high`; None where it would not fit."""
    if not slope:
        constant = intercept // divisor
        return Floor(0, constant) if constant < ROOM else None
    if (common := math.gcd(slope, divisor)) > 1:
        slope, intercept, divisor = slope // common, intercept // common, divisor // common
    high = high or 1
    bits = (divisor * (high + 1) - 1).bit_length()
    factor, addend = -((-slope << bits) // divisor), -((-intercept << bits) // divisor)
    if bits < 63 and factor * high + abs(addend) < ROOM:
        return Floor(factor, addend, bits)
    if slope * high + abs(intercept) < ROOM and divisor < ROOM:
        return Floor(slope, intercept, divisor=divisor)
    return None


def runs(known: Sequence[Piece], ordered: Whole) -> list[tuple[Piece, int, int]]:
    """Pieces and ascending quantities → which places of the quantities fall into each piece that costs something."""
    begins = ordered.searchsorted(np.array([piece.above for piece in known], np.int64), "right").tolist()
    spans = zip(known, begins, [*begins[1:], ordered.size][: len(known)], strict=True)
    return [(piece, begin, end) for piece, begin, end in spans if begin < end and not piece.is_free]
