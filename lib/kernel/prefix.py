"""The unrounded totals of many books, without touching a cell: sorted quantities and their running sums.

A straight piece of a tariff brings slope × (the sum of its quantities) + intercept × (their number), and both are
differences of two entries found by bisection. So a book costs a few look-ups per dimension and segment, however many
customers there are. Totals are exact, and unrounded: rounded lines differ from them by up to half a coin each, so the
two are never mixed. What is no straight piece is refused by its name; `bills` rates it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.kernel.bills import Terms
from lib.kernel.cube import Cells, Cube, Segment
from lib.kernel.grid import PAST, Grid, Stack, Stacked, asked, one_currency
from lib.kernel.rounding import ROOM, Whole
from lib.kernel.tariff import KernelError, Packages, Tariff, Tariffs
from lib.money import EXACT, Currency

_LOW = 31  # the bits of a low word


@dataclass(frozen=True)
class Sums:
    """How much the first n of ascending numbers from 0 up sum to, for each n; `spread` bounds any part of them.

    `upto` holds 64-bit whole numbers, or Python's own where a sum is too large for them.
    """

    upto: NDArray[Any]
    spread: int

    @classmethod
    def of(cls, ascending: NDArray[Any]) -> Sums:
        """Ascending numbers → their running sums."""
        spread = int(ascending[-1]) * int(ascending.size) if ascending.size else 0
        kind = np.int64 if spread < ROOM else object
        upto: NDArray[Any] = np.zeros(ascending.size + 1, kind)
        np.cumsum(ascending.astype(kind, copy=False), out=upto[1:])
        return cls(upto, spread)


@dataclass(frozen=True)
class Run:
    """Ascending quantities of one dimension, segment and month (None: all months together), and their sums."""

    month: int | None
    quantities: Whole
    sums: Sums
    _packaged: dict[Packages, Sums] = field(default_factory=dict, compare=False, repr=False)

    def sums_of(self, packages: Packages | None) -> Sums:
        """Running sums of the quantities, or of the packages they make: counted once, remembered."""
        if packages is None:
            return self.sums
        if packages not in self._packaged:
            self._packaged[packages] = Sums.of(_packaged(self.quantities, packages))
        return self._packaged[packages]


@dataclass(frozen=True)
class Totals:
    """Unrounded totals of books, exact: `numerators` over one `divisor`, in the books' currency.

    A row per month of `months` (None: all months together), a column per book; `unpriced` as in a grid.
    """

    months: tuple[date | None, ...]
    numerators: NDArray[Any]
    divisor: int
    unpriced: tuple[tuple[tuple[Segment, str, str], ...], ...]

    def of(self, book: int = 0, month: date | None = None) -> Fraction:
        """One book's total, of one month or of all."""
        rows = self.numerators if month is None else self.numerators[[self.months.index(month)]]
        return Fraction(int(rows[:, book].sum()), self.divisor)

    def amount(self, book: int = 0, month: date | None = None) -> Decimal:
        """The same as a decimal: exact wherever the division by a unit size ends."""
        total = self.of(book, month)
        return EXACT.divide(Decimal(total.numerator), Decimal(total.denominator))


@dataclass(frozen=True)
class PrefixSums:
    """Running sums of a cube, by segment and dimension, and by month where they were built so."""

    months: tuple[date | None, ...]
    runs: Mapping[tuple[Segment, str], tuple[Run, ...]]
    cells: tuple[Cells, ...]

    def total(self, terms: Terms) -> Totals:
        """One book → its unrounded totals, in Python's own whole numbers; many books are faster as a grid."""
        known, currencies = Tariffs(), set[Currency]()
        without, parts = [], dict[int, list[int]]()
        for cells in self.cells:
            status, currency, tariff = asked(cells, terms, known)
            if status:
                without.append((cells.segment, cells.dimension, status))
            currencies |= {currency} if currency else set()
            if tariff:
                part = parts.setdefault(tariff.divisor, [0] * len(self.months))
                for run in self.runs[cells.segment, cells.dimension]:
                    part[run.month or 0] += _brought(run, tariff)
        coins, divisor = 10 ** one_currency(currencies).exponent, math.lcm(*parts)
        sums = [sum(part[at] * (divisor // by) for by, part in parts.items()) for at in range(len(self.months))]
        return Totals(self.months, np.array([[number] for number in sums], object), divisor * coins, (tuple(without),))

    def totals(self, books: Grid) -> Totals:
        """Every book of a grid → its unrounded totals."""
        divisor = books.divisor
        numerators = np.zeros((len(self.months), books.books), object)
        for stack in books.stacks:
            numerators += self._dimension(stack, books.books) * (divisor // stack.divisor)
        return Totals(self.months, numerators, divisor * 10**books.currency.exponent, books.unpriced)

    def _dimension(self, stack: Stack, books: int) -> NDArray[Any]:
        """One dimension's totals, months × books, times the stack's divisor."""
        parts = [
            (run, run.sums_of(part.packages), part)
            for segment, stacked in stack.parts
            for run in self.runs[segment, stack.dimension]
            for part in stacked
        ]
        words = _words(parts)
        high, low = (np.zeros((len(self.months), books), np.int64 if words else object) for _ in range(2))
        for run, sums, part in parts:
            _add(run, sums, part, words, high[run.month or 0], low[run.month or 0])
        return high.astype(object) * (1 << _LOW) + low if words == 2 else low.astype(object)


def prefix_sums(cube: Cube, by_month: bool = False) -> PrefixSums:
    """The cube → running sums, built once for every book; quantities that are no whole numbers are refused."""
    for cells in cube.cells:
        if cells.beyond:
            raise KernelError(
                f"prefix sums have no quantity below zero, of more than 9 decimals or of more than 18 digits, and "
                f"{len(cells.beyond)} of {cells.dimension} are: rate them with the kernel"
            )
    months: tuple[date | None, ...] = cube.months if by_month else (None,)
    runs = {
        (cells.segment, cells.dimension): tuple(_monthly(cube, cells)) if by_month else (_run(None, cells.quantities),)
        for cells in cube.cells
    }
    return PrefixSums(months, runs, cube.cells)


def _monthly(cube: Cube, cells: Cells) -> Iterator[Run]:
    month = cube.month_of[cells.places]
    order = np.argsort(month.astype(np.min_scalar_type(len(cube.months))), kind="stable")
    quantities = cells.quantities[order]
    bounds = np.searchsorted(month[order], np.arange(len(cube.months) + 1)).tolist()
    for at, (begin, end) in enumerate(pairwise(bounds)):
        if begin < end:
            yield _run(at, quantities[begin:end])


def _run(month: int | None, quantities: Whole) -> Run:
    return Run(month, quantities, Sums.of(quantities))


def _packaged(quantities: Whole, packages: Packages) -> NDArray[Any]:
    largest = int(quantities[-1]) if quantities.size else 0
    fits = packages.factor * largest + packages.offset < ROOM and packages.size < ROOM
    counted: NDArray[Any] = quantities if fits else quantities.astype(object)
    packed: NDArray[Any] = (counted * packages.factor + packages.offset) // packages.size
    return packed


def _brought(run: Run, tariff: Tariff) -> int:
    """What a run brings under one tariff, times its divisor."""
    edges = np.array([min(edge, PAST) for edge in tariff.above[1:]], np.int64)
    ends = [0, *run.quantities.searchsorted(edges, "right").tolist(), int(run.quantities.size)]
    used = run.sums_of(tariff.packages).upto[ends].tolist()
    parts = zip(tariff.slopes, tariff.intercepts, pairwise(used), pairwise(ends), strict=True)
    return sum(a * (more - less) + b * (end - begin) for a, b, (less, more), (begin, end) in parts)


def _words(parts: Sequence[tuple[Run, Sums, Stacked]]) -> int:
    """In how many 64-bit words totals are proven to add up: 1, or 2 that part at _LOW bits; 0 where not even two do."""
    whole, high, low = 0, 0, 0
    for run, sums, part in parts:
        if object in (sums.upto.dtype, part.slopes.dtype, part.intercepts.dtype):
            return 0
        count, bands = run.quantities.size, len(part.slopes)
        whole += part.steepest * sums.spread + part.dearest * count
        high += part.steepest * ((sums.spread >> _LOW) + bands) + ((part.dearest >> _LOW) + 1) * count
        low += (part.steepest * bands + count) << _LOW
    return 1 if whole < ROOM else 2 if max(high, low) < ROOM else 0


def _add(run: Run, sums: Sums, part: Stacked, words: int, high: NDArray[Any], low: NDArray[Any]) -> None:
    """Add what a run brings under each book of one part of a stack."""
    kind = np.int64 if words else object
    found = np.empty((len(part.intercepts) + 1, part.books.size), np.int64)
    found[0], found[-1] = 0, run.quantities.size
    found[1:-1] = np.searchsorted(run.quantities, part.edges, side="right")[part.rank]
    used = np.diff(sums.upto[found[1:]].astype(kind, copy=False), axis=0)
    counts = np.diff(found, axis=0).astype(kind, copy=False)
    if words == 2:
        mask = (1 << _LOW) - 1
        high[part.books] += (part.slopes * (used >> _LOW)).sum(0) + ((part.intercepts >> _LOW) * counts).sum(0)
        low[part.books] += (part.slopes * (used & mask)).sum(0) + ((part.intercepts & mask) * counts).sum(0)
    else:
        low[part.books] += (part.slopes * used).sum(0) + (part.intercepts * counts).sum(0)
