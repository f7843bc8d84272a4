"""A search made ready: the population as arrays once, what must hold of every candidate, and what each one measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from lib.catalog.book import RAILS, Book
from lib.kernel.cube import Cube
from lib.search.constraints import (
    SLACK,
    Batch,
    Constraint,
    Costs,
    Rule,
    Straight,
    Undecided,
    World,
    constraints,
)
from lib.search.features import Array, Fee, Ledger, Population, population
from lib.search.prices import FreePrice, free_prices
from lib.search.settings import Settings


@dataclass(frozen=True)
class Evaluated:
    """Many candidates and what they measure, one row each: objectives, and what is to spare of every constraint."""

    prices: Array
    revenue: Array
    share_up: Array
    sharpest_rise: Array
    values: Array
    spare: Array

    @property
    def feasible(self) -> NDArray[np.bool_]:
        """Which candidates keep every constraint that is decided."""
        found: NDArray[np.bool_] = np.all(self.spare >= -SLACK, axis=1)
        return found

    def rows(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Evaluated:
        """Some of the candidates, in the order of the places given."""
        return Evaluated(*(part[places] for part in self._parts))

    @classmethod
    def joined(cls, parts: Sequence[Evaluated]) -> Evaluated:
        """Several lots of candidates as one."""
        columns = zip(*(part._parts for part in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    @property
    def _parts(self) -> tuple[Array, ...]:
        return self.prices, self.revenue, self.share_up, self.sharpest_rise, self.values, self.spare


@dataclass(frozen=True)
class Problem:
    """Everything a search needs, and nothing that it changes: build it with `problem`."""

    book: Book
    settings: Settings
    world: World
    constraints: tuple[Constraint, ...]
    undecided: tuple[Undecided, ...]

    @property
    def prices(self) -> tuple[FreePrice, ...]:
        """The prices that may move, in the order of a candidate's columns."""
        return self.world.prices

    def bills(self, prices: Array) -> Array:
        """Candidates × prices → candidates × customers: every unrounded bill of the window, in dollars."""
        return self.world.bills(np.atleast_2d(prices))

    def evaluated(self, prices: Array) -> Evaluated:
        """Candidates × prices, at most a batch of them → what each measures."""
        batch = Batch(self.world, prices)
        values = np.stack([one.measure(batch) for one in self.constraints], axis=1)
        spare = np.stack([one.spare(values[:, at]) for at, one in enumerate(self.constraints)], axis=1)
        share_up = batch.share_up(self.world.unchanged)
        return Evaluated(prices, batch.revenue, share_up, batch.sharpest_rise, values, spare)


def problem(
    book: Book,
    cube: Cube,
    fees: Sequence[Fee],
    costs: Costs,
    rules: Sequence[Rule],
    settings: Settings,
    unmoved: Mapping[str, Decimal] | None = None,
    unmoved_usage: Mapping[str, Decimal] | None = None,
) -> Problem:
    """A baseline book, its population's usage and base fees, and what must hold → a search made ready.

    `rules` are laws on prices alone, such as `claim_rules`; `unmoved` is, by customer, the subscription revenue of the
    window that no list price moves, in dollars, and `unmoved_usage` the rest of that kind: private offers. Nothing is
    read but what is passed.
    """
    prices, apart = free_prices(book, settings), (unmoved or {}, unmoved_usage or {})
    people = population(book, cube, fees, prices, {*apart[0], *apart[1]})
    world = _world(book, settings, prices, people, apart)
    decided, undecided = constraints(settings.limits, world, book, costs, rules)
    return Problem(book, settings, world, decided, undecided)


def _world(
    book: Book,
    settings: Settings,
    prices: tuple[FreePrice, ...],
    people: Population,
    unmoved: tuple[Mapping[str, Decimal], Mapping[str, Decimal]],
) -> World:
    size = len(people.customers), len(prices)
    own, own_usage, fees = Ledger(*size), Ledger(*size), Ledger(*size)
    for ledger, amounts in zip((own, own_usage), unmoved, strict=True):
        ledger.fixed += [float(amounts.get(customer, 0)) for customer in people.customers]
    for ledger in people.fees.values():
        fees.include(ledger)
    bills = Ledger(*size)
    for ledger in (own, own_usage, fees, *people.usage.values()):
        bills.include(ledger)
    subscription = Ledger(*size)
    subscription.include(own)
    subscription.include(fees)
    today, low, high = (np.array([float(getattr(p, key)) for p in prices]) for key in ("baseline", "low", "high"))
    before = np.maximum(np.abs(bills.fixed + bills.features @ today), settings.run.least_bill_usd)
    return World(
        prices=prices,
        lists=_lists(book, prices),
        units=_units(book, prices),
        baseline=today,
        low=low,
        high=high,
        customers=people.customers,
        fixed=bills.fixed,
        features=bills.features,
        rising=np.ascontiguousarray((bills.features / before[:, None]).T),
        one_up=_within_reach(people, low, high),
        revenue=_sum(bills),
        by_rail={rail: _sum(*parts) for rail in RAILS if (parts := _of_rail(people, rail))},
        subscription=_sum(subscription),
        used=people.used,
        unchanged=settings.run.unchanged,
    )


def _of_rail(people: Population, rail: str) -> list[Ledger]:
    return [ledgers[rail] for ledgers in (people.usage, people.fees) if rail in ledgers]


def _sum(*ledgers: Ledger) -> Straight:
    """Everybody's bills together."""
    constant = sum(float(ledger.fixed.sum()) for ledger in ledgers)
    return Straight(constant, np.sum([ledger.features.sum(axis=0) for ledger in ledgers], axis=0))


def _within_reach(people: Population, low: Array, high: Array) -> tuple[Array, Array]:
    """What one tier up adds to a bill, for those whom some candidate could serve for less there."""
    fixed, features = people.one_up.fixed, people.one_up.features
    least = fixed + np.minimum(features * low, features * high).sum(axis=1)
    reach = people.upgradable & (least < 0)
    return fixed[reach], features[reach]


def _lists(book: Book, prices: Sequence[FreePrice]) -> dict[tuple[str, str], tuple[int | None, float]]:
    """Every list price of the book: its column where it moves, and today's amount."""
    column = {place: at for at, price in enumerate(prices) for place in price.lists}
    return {
        (rail, key): (column.get((rail, key)), float(price))
        for rail in RAILS
        for key in book.plans
        if isinstance(price := book.list_price(rail, key), Decimal)
    }


def _units(book: Book, prices: Sequence[FreePrice]) -> dict[tuple[str, str, int], tuple[int | None, float]]:
    """Every unit price of the book: its column where it moves, and today's amount."""
    column = {place: at for at, price in enumerate(prices) for place in price.bands}
    return {
        (rail, key, at): (column.get((rail, key, at)), float(band.unit_price))
        for (rail, key), price in book.prices.items()
        for at, band in enumerate(price.bands)
    }
