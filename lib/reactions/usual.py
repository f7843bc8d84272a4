"""What everybody usually uses, and what that costs on any tier and rail of a book.

Every month of the usual ones is rated exactly, line by line as it would be invoiced, and the mean is taken of the
bills: the bill of a mean month would know nothing of the months that pass an allowance.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from lib.catalog.book import Book
from lib.kernel.bills import Bills, BookTerms, bills, by_customer, rerated
from lib.kernel.cube import Cube, Segment, Used, cube
from lib.outcome import Population, cumulated
from lib.reactions.stays import Stay
from lib.response.people import Floats, Mask, Numbers

_NOWHERE = Segment("", "")


@dataclass(frozen=True)
class Usual:
    """Everybody's usage in their usual months, all contracts of a month together.

    `whose` says of each of the cube's customers which of all `customers` it is; `months` how many usual months each
    has, one at least.
    """

    cube: Cube
    whose: Numbers
    months: Floats

    @property
    def customers(self) -> int:
        """How many customers there are, those without usage too."""
        return int(self.months.size)

    def without(self, dimensions: Collection[str]) -> Usual:
        """The same without some dimensions."""
        kept = tuple(cells for cells in self.cube.cells if cells.dimension not in dimensions)
        return replace(self, cube=replace(self.cube, cells=kept))

    def on(self, rail: str, tier: str) -> Cube:
        """The cube with everybody on one tier and rail; nothing is copied."""
        moved = (replace(cells, segment=Segment(rail, tier)) for cells in self.cube.cells)
        return replace(self.cube, cells=tuple(moved))


@dataclass(frozen=True)
class Charged:
    """Usage on one tier and rail of a book: `amount` n, USD in a usual month, of the lines that have a price.

    `lacking` says by dimension who uses of it what the tier has no price for. `cube` is what `bills` were made from.
    """

    cube: Cube
    bills: Bills
    amount: Floats
    lacking: Mapping[str, Mask]


class Charges:
    """One book over everybody's usual usage, on any tier and rail; what was asked once is remembered.

    With the charges of another book before it only what differs is rated again.
    """

    def __init__(self, usual: Usual, book: Book, before: Charges | None = None) -> None:
        self.usual, self.book, self.terms, self._before = usual, book, BookTerms(book), before
        self._known: dict[tuple[str, str], Charged] = {}

    def of(self, rail: str, tier: str) -> Charged:
        """Everybody on a tier and rail."""
        if (rail, tier) not in self._known:
            self._known[rail, tier] = self._charged(rail, tier)
        return self._known[rail, tier]

    def _charged(self, rail: str, tier: str) -> Charged:
        if self._before is None:
            moved = self.usual.on(rail, tier)
            return self._summed(moved, bills(moved, self.terms))
        known = self._before.of(rail, tier)
        return self._summed(known.cube, rerated(known.cube, known.bills, self._before.terms, self.terms))

    def _summed(self, moved: Cube, found: Bills) -> Charged:
        coins = np.zeros(self.usual.customers)
        coins[self.usual.whose] = by_customer(moved, found).astype(np.float64)
        without = ((one.cells.dimension, one.cells) for one in found.unpriced)
        lacking = {name: self._users(cells.places[cells.quantities > 0]) for name, cells in without}
        return Charged(moved, found, coins / 10**found.currency.exponent / self.usual.months, lacking)

    def _users(self, places: Numbers) -> Mask:
        users = np.zeros(self.usual.customers, bool)
        users[self.usual.whose[self.usual.cube.customer_of[places]]] = True
        return users


def usual(population: Population, stays: Sequence[Stay], book: Book) -> Usual:
    """A population and everybody's stay → what they use in their usual months."""
    place_of = {stay.customer_id: at for at, stay in enumerate(stays)}
    months = {stay.customer_id: stay.usual for stay in stays}
    contracts = population.contracts
    cells: dict[tuple[str, date], list[tuple[str, Decimal]]] = {}
    for cell in population.usage:
        customer = contracts[cell.contract_id].customer_id
        if cell.dimension in book.dimensions and cell.month in months.get(customer, ()):
            cells.setdefault((customer, cell.month), []).append((cell.dimension, cell.quantity))
    rows = (
        Used(customer, customer, _NOWHERE, month, dimension, quantity)
        for (customer, month), used in cells.items()
        for dimension, quantity in cumulated(book, used).items()
    )
    whole = cube(rows)
    whose = np.array([place_of[name] for name in whole.customers], np.int64)
    counts = np.array([max(len(stay.usual), 1) for stay in stays], np.float64)
    return Usual(whole, whose, counts)
