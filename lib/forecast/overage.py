"""What customers use above their plans, in the months to come: their own usage of the last year under each book.

MRR has no overage in it; a month's revenue is both. Everybody's own year is rated under every book that will hold, by
the function that rates a simulation. A customer uses what the customers of its persona, tier and rail use on average;
where they are fewer than some number, the small groups of a tier and rail are taken together. The mean of so few uneven
customers is uncertain, and the draws over customers tell by how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.catalog.book import BASE_FEE, Book
from lib.contracts import Contract, Reach
from lib.forecast.ladder import State
from lib.forecast.money import HERE, NEW, Cell, Customers, arrived
from lib.forecast.paying import Payer
from lib.forecast.pricing import Pricing, signed
from lib.forecast.uneven import relative, variation
from lib.outcome import Population, Window, outcome
from lib.periods import months_between

Floats = NDArray[np.float64]
RECURRING = ("base", "proration")  # lines of MRR; all others are what comes on top


@dataclass(frozen=True, eq=False)
class Usage:
    """Today's contracts with the usage of their own last year, to be rated under any book.

    `unmetered` customers have no full month on record. `fewest` customers make a group of their own.
    """

    population: Population
    window: Window
    reach: Mapping[str, Reach]
    unmetered: frozenset[str]
    fewest: int
    _books: list[Mapping[str, object]] = field(default_factory=list, repr=False)
    _rated: list[Mapping[str, Floats]] = field(default_factory=list, repr=False)

    def under(self, book: Book) -> Mapping[str, Floats]:
        """USD above the base fee by contract, in each month of the window, with everybody on a book.

        What the book has no price for adds nothing. Books that say the same of usage are rated once.
        """
        said = _said_of_usage(book)
        for known, rated in zip(self._books, self._rated, strict=True):
            if known == said:
                return rated
        self._books.append(said)
        self._rated.append(self._rate(book))
        return self._rated[-1]

    def _rate(self, book: Book) -> Mapping[str, Floats]:
        found = {key: np.zeros(len(months_between(*self.window))) for key in self.population.contracts}
        lines = outcome([book], self.population, self.window, self.reach)
        sums = lines.by(lambda line: "" if line.kind in RECURRING else f"{line.contract.contract_id} {line.month}")
        for key in found:
            found[key] += [float(sums.get(f"{key} {month}", 0)) for month in months_between(*self.window)]
        return found


@dataclass(frozen=True, eq=False)
class OverageTable:
    """What customers pay above their plans in one world."""

    customers: Customers
    usage: Usage
    pricing: Pricing
    _kept: dict[object, Floats] = field(default_factory=dict, repr=False)
    _ruled: dict[object, tuple[Book, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def metered(self) -> tuple[Payer, ...]:
        """Those of today's customers whose usage is on record."""
        known = self.usage.population.contracts
        return tuple(
            payer
            for payer in self.customers.payers
            if payer.row.customer_id not in self.usage.unmetered
            and any(one.contract_id in known for one in payer.contracts)
        )

    @cached_property
    def overage(self) -> Floats:
        """Expected USD a month of one customer by month to come, class and state [H, C, S]."""
        ladder, horizon = self.customers.ladder, self.customers.horizon
        table = np.zeros((horizon, *ladder.shape, len(ladder.states)))
        own = {payer.row.customer_id: self._reached(payer) for payer in self.metered}
        for s, r, t, cell in self.customers.cells:
            pool = self.pool(cell[0], cell[1])
            if pool:
                here = np.mean([own[payer.row.customer_id] for payer in pool], axis=0)
                table[:, HERE, r, t, :, :, s] = here[:, None, None]
                table[:, NEW, r, t, :, :, s] = arrived(self._new(cell, pool), self.customers.months)
        return table.reshape(horizon, -1, len(ladder.states))

    def pool(self, state: State, rail: str) -> tuple[Payer, ...]:
        """Whose usage stands for a state on a rail: its own customers, where they are not too few."""
        own, fewest = self._cells.get((state, rail), ()), self.usage.fewest
        if len(own) >= fewest:
            return own
        on_tier = [(cell, some) for cell, some in self._cells.items() if cell[0].tier == state.tier]
        small = [payer for (_, on), some in on_tier if on == rail and len(some) < fewest for payer in some]
        if len(small) >= fewest:
            return tuple(small)
        on_rail = tuple(payer for (_, on), some in on_tier if on == rail for payer in some)
        return on_rail or tuple(payer for _, some in on_tier for payer in some)

    def spread(self, weights: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """How uncertain the mean of each tier is [T, draws], and how far one customer's month is off it [T].

        Of today's usage under the book that newcomers pay by. `weights` by tier are those of its customers, draws last.
        """
        factors, offs = [], []
        for tier in self.customers.ladder.tiers:
            months = np.array([self._months(payer) for payer in self.metered if payer.row.tier == tier])
            factors.append(relative(months, weights[tier]))
            offs.append(variation(months))
        return np.array(factors), np.array(offs)

    @cached_property
    def _cells(self) -> Mapping[tuple[State, str], tuple[Payer, ...]]:
        cells: dict[tuple[State, str], list[Payer]] = {}
        for payer in self.metered:
            cells.setdefault((payer.state, payer.row.rail), []).append(payer)
        return {key: tuple(some) for key, some in cells.items()}

    def _reached(self, payer: Payer) -> Floats:
        """The mean month of a customer under the book that has reached it by each month to come [H]."""
        total = np.zeros(self.customers.horizon)
        for contract in payer.contracts:
            total += [self._mean(self.pricing.rates(contract, month), contract) for month in self.customers.months]
        return total

    def _mean(self, book: Book, contract: Contract) -> float:
        key = (id(book), contract.contract_id)
        if key not in self._kept:
            rated = self.usage.under(book)
            self._kept.update(((id(book), one), months.mean(keepdims=True)) for one, months in rated.items())
            self._kept.setdefault(key, np.zeros(1))
        return float(self._kept[key][0])

    def _new(self, cell: Cell, pool: Sequence[Payer]) -> Floats:
        """The mean month of a pool under the books of those who come in each month, as `arrived` takes it."""
        months = self.customers.months
        last = self.pricing.welcoming_from(months)
        return np.array([self._signed(cell, pool, month) for month in months[: last + 1]])

    def _signed(self, cell: Cell, pool: Sequence[Payer], began: date) -> Floats:
        books = self._books(cell, began)
        means = {id(book): self._pooled(book, pool) for book in books}
        return np.array([means[id(book)] for book in books] or np.zeros(self.customers.horizon))

    def _books(self, cell: Cell, began: date) -> tuple[Book, ...]:
        """The books of those who come in a month; the same for every persona, unless a layer asks for it."""
        state, rail, term = cell
        persona = state.persona if "persona" in self.pricing.asks_for else self.customers.ladder.states[0].persona
        key = (persona, state.tier, rail, term, began)
        if key not in self._ruled:
            contract = signed(self.pricing, State(persona, state.tier), rail, term, began)
            months = [max(month, began) for month in self.customers.months]
            self._ruled[key] = tuple(self.pricing.rates(contract, month) for month in months) if contract else ()
        return self._ruled[key]

    def _pooled(self, book: Book, pool: Sequence[Payer]) -> float:
        key = (id(book), tuple(payer.row.customer_id for payer in pool))
        if key not in self._kept:
            means = [sum(self._mean(book, one) for one in payer.contracts) for payer in pool]
            self._kept[key] = np.array([np.mean(means)])
        return float(self._kept[key][0])

    def _months(self, payer: Payer) -> Floats:
        """A customer's year under the book that somebody like it would sign at the end of the months to come."""
        cell, last = (payer.state, payer.row.rail, payer.term), self.customers.months[-1]
        contract = signed(self.pricing, *cell, last)
        book = self.pricing.book if contract is None else self.pricing.rates(contract, last)
        rated, known = self.usage.under(book), self.usage.population.contracts
        own = [rated[one.contract_id] for one in payer.contracts if one.contract_id in known]
        months: Floats = np.sum(own, axis=0)
        return months


def _said_of_usage(book: Book) -> Mapping[str, object]:
    """A book's document without its list prices, unless something is priced by the base fee."""
    by_fee = any(item.counted_on == BASE_FEE for item in book.dimensions.values())
    return {key: value for key, value in book.document.items() if by_fee or key != "plans"}
