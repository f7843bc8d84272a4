"""One book over the cube: every customer-month's bill, the sum of its rounded lines; and many books compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.price import Price
from lib.kernel.cube import Cells, Cube, Segment
from lib.kernel.line import slower_line, unpriced
from lib.kernel.rounding import ROOM, Piece, Whole, pieces, runs
from lib.kernel.scale import decimal
from lib.kernel.tariff import KernelError, Tariffs
from lib.money import USD, Currency

CHUNK = 1 << 15  # cells at a time: their quantities and lines stay in the processor's own cache

Terms = Callable[[Segment, str], tuple[Price, Allowance] | None]


class BookTerms:
    """A book's terms: what it asks of a segment for a dimension; None where it knows the tier or the dimension not.

    They keep the book's prices in whole numbers, so that rating it again begins with the bounds.
    """

    def __init__(self, book: Book) -> None:
        self.book, self.tariffs = book, Tariffs()

    def __call__(self, segment: Segment, dimension: str) -> tuple[Price, Allowance] | None:
        """Price and allowance of a segment for a dimension."""
        book = self.book
        if segment.tier not in book.tiers or dimension not in book.dimensions:
            return None
        own = dict(segment.own).get(dimension)
        return book.price(segment.rail, dimension), own or book.allowance(segment.rail, segment.tier, dimension)


def terms_of(book: Book) -> BookTerms:
    """A book → its terms."""
    return BookTerms(book)


@dataclass(frozen=True)
class Unpriced:
    """Cells for which a book holds no price, and why: not_offered, by_contract or not_in_book."""

    cells: Cells
    status: str


@dataclass(frozen=True)
class Bills:
    """What a book brings, in coins: per customer-month of the cube, and per dimension.

    Cells without a price add nothing and stand in `unpriced`. `slower` counts the cells on the exact slower path.
    `by_month` holds 64-bit whole numbers, or Python's own where `largest`, which no bill passes, fits none of them.
    """

    by_month: NDArray[Any]
    by_dimension: Mapping[str, int]
    unpriced: tuple[Unpriced, ...]
    slower: int
    largest: int
    currency: Currency

    @property
    def total(self) -> Decimal:
        """The sum of the rounded lines, as an amount."""
        return decimal(sum(self.by_dimension.values()), self.currency.exponent)


class _Ledger:
    """Bills in the making: lines are added where they are due, in 64 bits while every sum is proven to fit."""

    def __init__(self, size: int) -> None:
        self.by_month: NDArray[Any] = np.zeros(size, np.int64)
        self.by_dimension: dict[str, int] = {}
        self.slower = 0
        self.largest = 0  # no bill can be above this
        self._buffer = np.empty(CHUNK, np.int64)

    def expect(self, line: int) -> None:
        """Make room for one more line of at most this size in every bill."""
        self.largest += abs(line)
        if self.largest >= ROOM and self.by_month.dtype != object:
            self.by_month = self.by_month.astype(object)

    def add(self, cells: Cells, known: Sequence[tuple[Piece, int, int]]) -> None:
        """Add the lines of the pieces that fit, a chunk at a time."""
        total, fits = 0, max(piece.largest for piece, _, _ in known) < ROOM // CHUNK
        for low in range(known[0][1], known[-1][2], CHUNK):
            high = min(low + CHUNK, known[-1][2])
            lines = self._buffer[: high - low]
            _fill(known, cells.quantities, low, lines)
            np.add.at(self.by_month, cells.places[low:high], lines)
            total += int(lines.sum()) if fits else _sum(lines)
        self.by_dimension[cells.dimension] += total

    def add_slowly(self, cells: Cells, places: Sequence[int], lines: Sequence[int]) -> None:
        """Add lines that took the exact slower path."""
        self.expect(max(map(abs, lines), default=0))
        for place, line in zip(places, lines, strict=True):
            self.by_month[place] += line
        self.by_dimension[cells.dimension] += sum(lines)
        self.slower += len(lines)


def bills(cube: Cube, terms: Terms) -> Bills:
    """The cube and a book's terms → every bill, each line rounded half away from zero to the currency's exponent."""
    ledger = _Ledger(cube.customer_of.size)
    tariffs = terms.tariffs if isinstance(terms, BookTerms) else Tariffs()
    without, currency = [], None
    for cells in cube.cells:
        ledger.by_dimension.setdefault(cells.dimension, 0)
        asked = terms(cells.segment, cells.dimension)
        status = "not_in_book" if asked is None else unpriced(asked[1])
        if asked is None or status:
            without.append(Unpriced(cells, status or ""))
            continue
        currency = currency or asked[0].currency
        if asked[0].currency != currency:
            raise KernelError(f"a bill in {currency.code} cannot hold {cells.dimension} in {asked[0].currency.code}")
        _bill(ledger, cells, *asked, tariffs)
    return Bills(ledger.by_month, ledger.by_dimension, tuple(without), ledger.slower, ledger.largest, currency or USD)


def rerated(cube: Cube, before: Bills, terms_before: Terms, terms_now: Terms) -> Bills:
    """A book's bills → another's, as `bills` gives them, where only cells whose price or allowance differ are rated.

    The bills before must be those of the same cube under `terms_before`; they are left as they are, and are the answer
    where nothing differs.
    """
    moved = tuple(cells for cells in cube.cells if _differ(cells, terms_before, terms_now))
    if not moved:
        return before
    part = replace(cube, cells=moved)
    was, after = bills(part, terms_before), bills(part, terms_now)
    if len({before.currency, was.currency, after.currency}) > 1:
        return bills(cube, terms_now)  # whether one bill can hold both is for the whole book to say
    largest = before.largest - was.largest + after.largest
    fits = before.by_month.dtype == np.int64 and largest < ROOM
    months = [own.by_month if fits else own.by_month.astype(object) for own in (before, was, after)]
    by_month = months[0] - months[1] + months[2]
    dimensions = {name: after.by_dimension[name] - coins for name, coins in was.by_dimension.items()}
    return Bills(
        by_month.astype(np.int64, copy=False) if largest < ROOM else by_month,
        {name: coins + dimensions.get(name, 0) for name, coins in before.by_dimension.items()},
        _without(cube, moved, before, after),
        before.slower - was.slower + after.slower,
        largest,
        before.currency,
    )


def _differ(cells: Cells, terms_before: Terms, terms_now: Terms) -> bool:
    """Whether two books ask something else of the same cells."""
    return terms_before(cells.segment, cells.dimension) != terms_now(cells.segment, cells.dimension)


def _without(cube: Cube, moved: Sequence[Cells], before: Bills, after: Bills) -> tuple[Unpriced, ...]:
    """What has no price after some cells moved, in the cube's order."""
    rated = {id(cells) for cells in moved}
    kept = [entry for entry in before.unpriced if id(entry.cells) not in rated]
    found = {id(entry.cells): entry for entry in (*kept, *after.unpriced)}
    return tuple(found[id(cells)] for cells in cube.cells if id(cells) in found)


def _bill(ledger: _Ledger, cells: Cells, price: Price, allowance: Allowance, tariffs: Tariffs) -> None:
    largest = int(cells.quantities[-1]) if cells.quantities.size else -1
    known = runs(pieces(price, allowance, cells.scale, largest, tariffs), cells.quantities)
    if fast := [run for run in known if run[0].rounded]:
        ledger.expect(max(piece.largest for piece, _, _ in fast))
        ledger.add(cells, fast)
    slow = [at for piece, begin, end in known if not piece.rounded for at in range(begin, end)]
    odd = [(int(cells.places[at]), decimal(int(cells.quantities[at]), cells.scale)) for at in slow]
    odd += cells.beyond
    if odd:
        lines = [slower_line(price, allowance, quantity) for _, quantity in odd]
        ledger.add_slowly(cells, [place for place, _ in odd], lines)


def _fill(known: Sequence[tuple[Piece, int, int]], quantities: Whole, low: int, lines: Whole) -> None:
    """The lines of the quantities from place `low` on; zero between the pieces that are given."""
    filled, high = low, low + lines.size
    for piece, begin, end in known:
        begin, end = max(begin, low), min(end, high)
        if begin < end:
            lines[filled - low : begin - low] = 0
            piece.into(quantities[begin:end], lines[begin - low : end - low])
            filled = end
    lines[filled - low :] = 0


def _sum(lines: Whole) -> int:
    """An exact sum of lines that together could overflow: high and low words apart."""
    return (int((lines >> 32).sum()) << 32) + int((lines & 0xFFFFFFFF).sum())


def by_customer(cube: Cube, bills: Bills) -> NDArray[Any]:
    """Every customer's bills of all months together, in coins, in the order of the cube's customers."""
    months = bills.by_month
    largest = int(np.abs(months).max()) if months.size else 0
    sums: NDArray[Any] = np.zeros(len(cube.customers), object if largest * months.size >= ROOM else np.int64)
    np.add.at(sums, cube.customer_of, months)
    return sums


@dataclass(frozen=True)
class Comparison:
    """One book against a baseline over the cube's months: how many customers pay more, less, the same; the total."""

    more: int
    less: int
    same: int
    total: Decimal
    slower: int


def compared(cube: Cube, baseline: Terms, books: Sequence[Terms]) -> Iterator[Comparison]:
    """A baseline and books → the winners and losers of each, from every customer's own rounded bills."""
    before = by_customer(cube, bills(cube, baseline))
    for terms in books:
        found = bills(cube, terms)
        change = by_customer(cube, found) - before
        more, less = int((change > 0).sum()), int((change < 0).sum())
        yield Comparison(more, less, change.size - more - less, found.total, found.slower)
