"""A population by the book each of its contracts is on: a change that not everybody is asked for leaves two.

What is asked of a book alone, such as its cliffs or the price of one more unit, is asked of each with its own people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from lib.catalog.book import Book
from lib.contracts import Contract, Reach, Shelf
from lib.impact.cliffs import Cliffs, cliffs
from lib.impact.marginal import Marginal, marginal_prices
from lib.outcome import Line, Population, Window


def by_book(shelf: Shelf, population: Population, reach: Mapping[str, Reach]) -> tuple[tuple[Book, Population], ...]:
    """A shelf of one book whose layers reach everybody they ask for at once → each book with its own contracts."""
    books: dict[int, Book] = {}
    contracts: dict[int, dict[str, Contract]] = {}
    for key, contract in population.contracts.items():
        book = shelf.rated(contract, contract.started_on.replace(day=1), reach[contract.rail]).book
        books[id(book)] = book
        contracts.setdefault(id(book), {})[key] = contract
    return tuple((book, _only(population, contracts[key])) for key, book in books.items())


def cliffs_by_book(
    shelf: Shelf, population: Population, window: Window, reach: Mapping[str, Reach], lines: Sequence[Line]
) -> Cliffs:
    """The cliffs of every book over its own contracts, together; `lines` are those the shelf brings in the window."""
    found = [
        cliffs(book, people, window, reach, [line for line in lines if line.contract.contract_id in people.contracts])
        for book, people in by_book(shelf, population, reach)
    ]
    without: dict[str, int] = {}
    for reason, count in (item for one in found for item in one.not_compared.items()):
        without[reason] = without.get(reason, 0) + count
    units = sorted(
        (unit for one in found for unit in one.units),
        key=lambda one: (-one.gap, one.contract_id, one.dimension, one.month),
    )
    choices = sorted((choice for one in found for choice in one.choices), key=lambda one: one.contract_id)
    return Cliffs(tuple(units), tuple(choices), without)


def marginal_prices_by_book(
    shelf: Shelf, population: Population, month: date, reach: Mapping[str, Reach]
) -> tuple[Marginal, ...]:
    """The price of one more unit for every contract, each by its own book."""
    books = by_book(shelf, population, reach)
    return tuple(one for book, people in books for one in marginal_prices(book, people, month))


def _only(population: Population, contracts: Mapping[str, Contract]) -> Population:
    return replace(
        population, contracts=contracts, usage=tuple(cell for cell in population.usage if cell.contract_id in contracts)
    )
