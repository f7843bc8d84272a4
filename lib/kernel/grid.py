"""Many books side by side as arrays: the form in which prefix sums answer all of them at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.kernel.bills import Terms
from lib.kernel.cube import Cells, Cube, Segment
from lib.kernel.line import unpriced
from lib.kernel.rounding import ROOM, Whole
from lib.kernel.tariff import KernelError, Packages, Tariff, Tariffs
from lib.money import USD, Currency

PAST = (1 << 63) - 1  # an edge that no quantity passes


@dataclass(frozen=True)
class Stacked:
    """Tariffs of several books that count the same packages (None: quantities), band by band.

    `edges` are all their thresholds in ascending order and `rank` says which is whose: bands × books. `slopes` leave
    out the first piece, which has none. `steepest` and `dearest` bound slopes and intercepts.
    """

    books: Whole
    packages: Packages | None
    edges: Whole
    rank: Whole
    slopes: NDArray[Any]
    intercepts: NDArray[Any]
    steepest: int
    dearest: int


@dataclass(frozen=True)
class Stack:
    """One dimension of all books: their tariffs by segment, over one common divisor."""

    dimension: str
    divisor: int
    parts: tuple[tuple[Segment, tuple[Stacked, ...]], ...]


@dataclass(frozen=True)
class Grid:
    """Books as arrays; `unpriced` names, per book, the segment and dimension without a price, and why."""

    books: int
    currency: Currency
    stacks: tuple[Stack, ...]
    unpriced: tuple[tuple[tuple[Segment, str, str], ...], ...]

    @property
    def divisor(self) -> int:
        """What every stack's divisor divides."""
        return math.lcm(*(stack.divisor for stack in self.stacks))


def grid(cube: Cube, books: Sequence[Terms]) -> Grid:
    """The terms of books → the books as arrays over the segments of a cube.

    A price that is no straight piece is refused by its name, and so are two currencies.
    """
    known = Tariffs()
    without: list[list[tuple[Segment, str, str]]] = [[] for _ in books]
    currencies: set[Currency] = set()
    by_dimension: dict[str, list[tuple[Segment, dict[int, Tariff]]]] = {}
    for cells in cube.cells:
        tariffs: dict[int, Tariff] = {}
        for book, terms in enumerate(books):
            status, currency, found = asked(cells, terms, known)
            if status:
                without[book].append((cells.segment, cells.dimension, status))
            currencies |= {currency} if currency else set()
            if found:
                tariffs[book] = found
        by_dimension.setdefault(cells.dimension, []).append((cells.segment, tariffs))
    currency = one_currency(currencies)
    stacks = tuple(_stack(dimension, parts) for dimension, parts in by_dimension.items())
    return Grid(len(books), currency, stacks, tuple(tuple(entries) for entries in without))


def asked(cells: Cells, terms: Terms, known: Tariffs) -> tuple[str | None, Currency | None, Tariff | None]:
    """What a book asks of cells: why it has no price; or its currency and, unless all is included, its tariff."""
    found = terms(cells.segment, cells.dimension)
    if found is None or (status := unpriced(found[1])):
        return "not_in_book" if found is None else status, None, None
    price, allowance = found
    if allowance.quantity is None:
        return None, price.currency, None
    if reason := known.obstacle(price, allowance):
        raise KernelError(f"prefix sums have no {reason} of {cells.dimension}: rate it with the kernel")
    return None, price.currency, _lowest(known.of(price, allowance, cells.scale))


def one_currency(currencies: set[Currency]) -> Currency:
    """The currency of books that are totalled together; two are refused."""
    if len(currencies) > 1:
        codes = sorted(currency.code for currency in currencies)
        raise KernelError(f"a total is in one currency, and the books are in {' and '.join(codes)}: total each alone")
    return next(iter(currencies), USD)


def _lowest(known: Tariff) -> Tariff:
    """A tariff in lowest terms, its packages counted from a multiple of their size: so books share what they can."""
    above, slopes, intercepts, divisor, packages = known
    if packages is not None:
        common = math.gcd(packages.factor, packages.size)
        size = packages.size // common
        more, offset = divmod(packages.offset // common, size)
        packages = Packages(packages.factor // common, offset, size)
        intercepts = tuple(b + a * more for a, b in zip(slopes, intercepts, strict=True))
    common = math.gcd(divisor, *slopes, *intercepts)
    slopes, intercepts = (tuple(number // common for number in numbers) for numbers in (slopes, intercepts))
    return Tariff(above, slopes, intercepts, divisor // common, packages)


def _stack(dimension: str, parts: Sequence[tuple[Segment, dict[int, Tariff]]]) -> Stack:
    divisor = math.lcm(*(known.divisor for _, tariffs in parts for known in tariffs.values()))
    stacked = []
    for segment, tariffs in parts:
        groups: dict[Packages | None, dict[int, Tariff]] = {}
        for book, known in tariffs.items():
            groups.setdefault(known.packages, {})[book] = known
        stacked.append((segment, tuple(_stacked(group, packages, divisor) for packages, group in groups.items())))
    return Stack(dimension, divisor, tuple(stacked))


def _stacked(tariffs: dict[int, Tariff], packages: Packages | None, divisor: int) -> Stacked:
    bands = max(len(known.above) for known in tariffs.values())
    edges = [[min(edge, PAST) for edge in _padded(known.above[1:], bands - 1, PAST)] for known in tariffs.values()]
    times = [divisor // known.divisor for known in tariffs.values()]
    slopes = [
        [slope * by for slope in _padded(known.slopes[1:], bands - 1, 0)]
        for by, known in zip(times, tariffs.values(), strict=True)
    ]
    intercepts = [
        [intercept * by for intercept in _padded(known.intercepts, bands, 0)]
        for by, known in zip(times, tariffs.values(), strict=True)
    ]
    flat = np.array(edges, np.int64).T.ravel()
    order = np.argsort(flat)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    steepest = max(map(max, slopes))
    dearest = max(abs(intercept) for row in intercepts for intercept in row)
    return Stacked(
        np.array(list(tariffs), np.int64),
        packages,
        flat[order],
        rank.reshape(bands - 1, len(tariffs)),
        _array(slopes, steepest),
        _array(intercepts, dearest),
        steepest,
        dearest,
    )


def _padded(numbers: tuple[int, ...], length: int, by: int) -> tuple[int, ...]:
    return numbers + (by,) * (length - len(numbers))


def _array(rows: list[list[int]], largest: int) -> NDArray[Any]:
    """Rows by book → an array by band: 64-bit whole numbers where they fit, else Python's own."""
    return np.ascontiguousarray(np.array(rows, np.int64 if largest < ROOM else object).T)
