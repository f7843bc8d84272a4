"""A bill as a straight line in its prices: with allowances and band edges fixed, it is a fixed part + F · prices.

The column of a price is the population's usage rated with that price at one dollar and every other at none; the fixed
part is the same usage with every free price at none. Both are read off the kernel's own straight pieces, so a bill here
is the unrounded sum of the lines that the kernel rounds. They are estimates to search on, hence floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book, Plan
from lib.catalog.price import Price
from lib.kernel.bills import terms_of
from lib.kernel.cube import Cells, Cube, Segment
from lib.kernel.grid import PAST
from lib.kernel.line import rate_cells, slower_line, unpriced
from lib.kernel.rounding import ROOM
from lib.kernel.tariff import Tariff, Tariffs, obstacle
from lib.rating import rate
from lib.search.prices import FreePrice
from lib.search.settings import SearchError

Array = NDArray[np.float64]
Part = tuple[Array, int | None]  # dollars of each cell at the price's own unit, and the price's column; None is fixed


@dataclass(frozen=True)
class Fee:
    """What a customer's base fees of one plan come to: the exact sum of their shares of the plan's list price."""

    customer: str
    rail: str
    plan: str
    share: Fraction


class Ledger:
    """Bills in the making, in dollars: a fixed part per customer, and a column per free price."""

    def __init__(self, customers: int, prices: int) -> None:
        self.fixed: Array = np.zeros(customers)
        self.features: Array = np.zeros((customers, prices))

    def add(self, whose: Any, part: Part, sign: int = 1) -> None:
        """Add a part to customers, by place; or take it off."""
        amounts, column = part
        np.add.at(self.fixed if column is None else self.features[:, column], whose, sign * amounts)

    def include(self, other: Ledger) -> None:
        """Add another ledger of the same customers."""
        self.fixed += other.fixed
        self.features += other.features


@dataclass(frozen=True)
class Population:
    """Everybody's bills as straight lines: what usage and fees bring, by rail, and what one tier up would add.

    `upgradable` says for whom there is a next tier with a price; `used` is what was used of each dimension, in units.
    """

    customers: tuple[str, ...]
    usage: Mapping[str, Ledger]
    fees: Mapping[str, Ledger]
    one_up: Ledger
    upgradable: NDArray[np.bool_]
    used: Mapping[str, float]


def population(
    book: Book, cube: Cube, fees: Sequence[Fee], prices: Sequence[FreePrice], others: Iterable[str]
) -> Population:
    """A book, its population's usage and fees, and the free prices → everybody's bills as straight lines.

    `others` are customers with neither. A price that is no straight piece is refused where it is to be moved.
    """
    names = tuple(sorted({*cube.customers, *(fee.customer for fee in fees), *others}))
    return _Building(book, names, prices).of(cube, fees)


class _Building:
    """The population's lines in the making."""

    def __init__(self, book: Book, names: Sequence[str], prices: Sequence[FreePrice]) -> None:
        self.book, self.names, self.count = book, names, len(prices)
        self.place_of = {name: place for place, name in enumerate(names)}
        self.of_list = {place: column for column, price in enumerate(prices) for place in price.lists}
        self.of_band = {place: column for column, price in enumerate(prices) for place in price.bands}
        self.terms = terms_of(book)
        self.usage: dict[str, Ledger] = {}
        self.fees: dict[str, Ledger] = {}
        self.one_up = self._ledger()
        self.upgradable = np.zeros(len(names), bool)
        self.used: dict[str, float] = {}

    def of(self, cube: Cube, fees: Sequence[Fee]) -> Population:
        place_in_cube = np.array([self.place_of[name] for name in cube.customers], np.int64)
        for cells in cube.cells:
            whose = place_in_cube[cube.customer_of[_places(cells)]] if cells.size else np.zeros(0, np.int64)
            self._add_usage(cells, whose)
        for fee in fees:
            self._add_fee(fee)
        return Population(tuple(self.names), self.usage, self.fees, self.one_up, self.upgradable, self.used)

    def _ledger(self) -> Ledger:
        return Ledger(len(self.names), self.count)

    def _add_usage(self, cells: Cells, whose: NDArray[np.int64]) -> None:
        rail = cells.segment.rail
        quantity = float(cells.quantities.sum(dtype=float)) / 10**cells.scale + float(sum(q for _, q in cells.beyond))
        self.used[cells.dimension] = self.used.get(cells.dimension, 0.0) + quantity
        here = self._parts(cells, cells.segment)
        for part in here or ():
            self.usage.setdefault(rail, self._ledger()).add(whose, part)
        upper = next_tier(self.book, rail, cells.segment.tier)
        above = self._parts(cells, Segment(rail, upper)) if upper and not cells.segment.own else None
        if here is not None and above is not None:
            for parts, sign in ((above, 1), (here, -1)):
                for part in parts:
                    self.one_up.add(whose, part, sign)

    def _add_fee(self, fee: Fee) -> None:
        place, plan = self.place_of[fee.customer], self.book.plan(fee.plan)
        here = self._fee(fee, plan.key)
        self.fees.setdefault(fee.rail, self._ledger()).add(place, here)
        if upper := next_plan(self.book, fee.rail, plan):
            self.one_up.add(place, self._fee(fee, upper))
            self.one_up.add(place, here, -1)
            self.upgradable[place] |= fee.share > 0

    def _fee(self, fee: Fee, plan: str) -> Part:
        price = self.book.list_price(fee.rail, plan)
        if not isinstance(price, Decimal):
            raise SearchError(
                f"{fee.customer} pays the list price of {plan} on {fee.rail}, which is {price.value!r}: "
                "pass what was negotiated among the bills that no list price moves"
            )
        column = self.of_list.get((fee.rail, plan))
        return np.array(float(fee.share if column is not None else fee.share * Fraction(price))), column

    def _parts(self, cells: Cells, segment: Segment) -> list[Part] | None:
        """The cells' dollars under a segment's terms, price by price; None where they have none."""
        asked = self.terms(segment, cells.dimension)
        if asked is None or unpriced(asked[1]):
            return None
        price, allowance = asked
        moves = {
            band: column
            for band in range(len(price.bands))
            if (column := self.of_band.get((segment.rail, cells.dimension, band))) is not None
        }
        if reason := obstacle(price):
            if moves:
                raise SearchError(
                    f"{cells.dimension} on {segment.rail} has {reason}: its bills are no straight line in its price; "
                    "take it out of the free prices"
                )
            return [(_rounded(price, allowance, cells), None)]
        fixed = _asking(price, {band: Decimal(0) for band in moves})
        alone = {band: _asking(price, dict.fromkeys(range(len(price.bands)), Decimal(0)), band) for band in moves}
        parts: list[Part] = [(_unrounded(fixed, allowance, cells), None)]
        return [*parts, *((_unrounded(alone[band], allowance, cells), column) for band, column in moves.items())]


def next_tier(book: Book, rail: str, tier: str) -> str | None:
    """The next tier up that a rail sells to the public at a price; None at the top, or where a book knows it not."""
    if tier not in book.tiers:
        return None
    above = [plan for plan in book.plans.values() if book.tiers[plan.tier].rank > book.tiers[tier].rank]
    sold = [plan.tier for plan in above if plan.is_public and isinstance(book.list_price(rail, plan.key), Decimal)]
    return min(sold, key=lambda key: book.tiers[key].rank, default=None)


def next_plan(book: Book, rail: str, plan: Plan) -> str | None:
    """The plan of the same term one tier up, where it has a price."""
    upper = next_tier(book, rail, plan.tier)
    same = [one.key for one in book.plans.values() if one.tier == upper and one.term == plan.term]
    return next((key for key in same if isinstance(book.list_price(rail, key), Decimal)), None)


def _places(cells: Cells) -> NDArray[np.int64]:
    return np.concatenate([cells.places, np.array([place for place, _ in cells.beyond], np.int64)])


def _asking(price: Price, instead: Mapping[int, Decimal], alone: int | None = None) -> Price:
    """A price with other unit prices in some bands; with `alone`, one dollar in that band and nothing else at all."""
    bands = [
        replace(
            band, unit_price=instead.get(at, band.unit_price), flat_fee=band.flat_fee if alone is None else Decimal(0)
        )
        for at, band in enumerate(price.bands)
    ]
    if alone is not None:
        bands[alone] = replace(bands[alone], unit_price=Decimal(1))
    return replace(price, bands=tuple(bands))


def _unrounded(price: Price, allowance: Allowance, cells: Cells) -> Array:
    """The exact amounts of cells before any rounding, in dollars, in the order of the cells and what is beyond."""
    amounts: Array = np.zeros(cells.size)
    if allowance.quantity is None:
        return amounts
    known = Tariffs().of(price, allowance, cells.scale)
    amounts[: cells.quantities.size] = _on_pieces(known, cells) / (known.divisor * 10.0**price.currency.exponent)
    for at, (_, quantity) in enumerate(cells.beyond, start=cells.quantities.size):
        amounts[at] = float(rate(price, allowance, quantity).exact or 0)
    return amounts


def _on_pieces(known: Tariff, cells: Cells) -> Array:
    """slope · u + intercept on every piece, in whole numbers until the end: their difference may be small."""
    quantities: NDArray[Any] = cells.quantities
    largest = int(quantities[-1]) if quantities.size else 0
    edges = np.array([min(edge, PAST) for edge in known.above[1:]], np.int64)
    ends = [0, *quantities.searchsorted(edges, "right").tolist(), quantities.size]
    counted = known.packages.factor * largest + abs(known.packages.offset) if known.packages else largest
    steepest, dearest = max(known.slopes), max(map(abs, known.intercepts))
    if max(counted, steepest * counted + dearest) >= ROOM:
        quantities = quantities.astype(object)
    if known.packages:
        quantities = (quantities * known.packages.factor + known.packages.offset) // known.packages.size
    found: Array = np.zeros(quantities.size)
    for slope, intercept, (begin, end) in zip(known.slopes, known.intercepts, pairwise(ends), strict=True):
        found[begin:end] = quantities[begin:end] * slope + intercept
    return found


def _rounded(price: Price, allowance: Allowance, cells: Cells) -> Array:
    """Lines that are no straight piece and do not move: as the kernel rates them, rounded."""
    lines = rate_cells(price, allowance, cells.quantities, cells.scale).amounts
    assert lines is not None
    beyond = [slower_line(price, allowance, quantity) for _, quantity in cells.beyond]
    found: Array = np.array([*lines.tolist(), *beyond], float) / 10.0**price.currency.exponent
    return found
