"""What one more unit costs each customer, by dimension: the price a customer meets, and not the one on the list.

It is the difference of two charges before rounding, so it is zero inside an allowance, a band's price above it, and
below zero where the next unit moves all others into a cheaper band.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.book import Book
from lib.contracts import Contract
from lib.money import EXACT
from lib.outcome import Population
from lib.owed import Used
from lib.periods import month_end

ZERO, ONE = Decimal(0), Decimal(1)
PER_EVENT = "priced_per_event"


@dataclass(frozen=True)
class Marginal:
    """One customer's price of one more natural unit of a dimension, exact; None where more of it has no price.

    `status` is the charge's for the quantity with that unit (rated, within_allowance, unlimited, not_offered,
    by_contract), or priced_per_event: then a unit costs what its event makes of it.
    """

    customer_id: str
    contract_id: str
    dimension: str
    quantity: Decimal
    price: Decimal | None
    status: str


def marginal_prices(book: Book, population: Population, month: date) -> tuple[Marginal, ...]:
    """A book and a month → the price of one more unit of every dimension, for each contract that runs at its end.

    A dimension that the contract did not use in the month is asked at no usage. Several contracts of one customer at
    the month's end have a price each. A plan that is in no book has none.
    """
    last = month_end(month) - timedelta(days=1)
    running = [one for one in population.contracts.values() if one.runs_on(last) and one.tier in book.tiers]
    used = {(cell.contract_id, cell.dimension): cell for cell in population.usage if cell.month == month}
    found = []
    for contract in running:
        for dimension in book.dimensions:
            cell = used.get((contract.contract_id, dimension))
            found.append(_marginal(contract, book, dimension, cell.quantity if cell else ZERO))
    return tuple(found)


def _marginal(contract: Contract, book: Book, dimension: str, quantity: Decimal) -> Marginal:
    used = Used(contract, book, dimension, quantity)
    about = (contract.customer_id, contract.contract_id, dimension, quantity)
    if used.price.per_event:
        return Marginal(*about, None, PER_EVENT)
    becomes = replace(used, quantity=EXACT.add(quantity, ONE)).charge
    was = used.charge
    if becomes.exact is None or was.exact is None:
        return Marginal(*about, None, becomes.status)
    return Marginal(*about, EXACT.subtract(becomes.exact, was.exact).normalize(EXACT), becomes.status)


def changed(was: Iterable[Marginal], becomes: Iterable[Marginal]) -> Iterator[tuple[Marginal, Marginal]]:
    """The prices of one more unit under two books, of one population and month → the pairs that differ."""
    before = {(one.contract_id, one.dimension): one for one in was}
    pairs = ((before.get((one.contract_id, one.dimension)), one) for one in becomes)
    return ((old, new) for old, new in pairs if old is not None and old.price != new.price)
