"""The shelf: the books of history and the dated layers over them, and which of them a contract has been reached by.

A layer is a change of the price list with a date and a rollout. What a contract pays is the book of its time with every
layer laid over it that has reached it; a layer that has not says what holds it. Tier prices and dimension rates follow
different rules: a list price counts per billed period, a rate per usage month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from lib.catalog.book import Book
from lib.catalog.rollout import EVERYBODY, Rollout
from lib.contracts.billed import periods_of
from lib.contracts.contract import Contract, Reach
from lib.contracts.governing import governing_list, governing_rates
from lib.periods import month_end, notice_over, utc_day

REPRICED = "repriced"
IN_NOTICE = "in notice"
GRANDFATHERED = "grandfathered"
LOCKED = "contract-locked"
PREPAID = "prepaid until renewal"
BEFORE = "before"
STATES = (REPRICED, IN_NOTICE, GRANDFATHERED, LOCKED, PREPAID, BEFORE)


@dataclass(frozen=True)
class Waiting:
    """How long a rail's running contracts wait for a layer: its notice, and a freeze nobody is reached within."""

    days: int
    lands_on: str = "any_day"
    freeze_until: date | None = None


@dataclass(frozen=True)
class Layer:
    """One change of the price list: the books it makes, when it takes effect, whom it reaches, and each rail's wait."""

    laid_over: Callable[[Book], Book]
    effective: date
    rollout: Rollout = EVERYBODY
    waiting: Mapping[str, Waiting] = field(default_factory=dict)

    def addresses(self, contract: Contract) -> bool:
        """Whether the contract has every fact the layer asks for."""
        return all(contract.fact(name) in wanted for name, wanted in self.rollout.where.items())

    def welcomes(self, contract: Contract) -> bool:
        """Whether the layer was in force when the contract began: for the cohort `new`, when its customer came."""
        return (contract.since if self.rollout.cohort == "new" else contract.started_on) >= self.effective

    def over_on(self, rail: str) -> date:
        """The first day on which the notice is over for running contracts, and the freeze."""
        wait = self.waiting[rail]
        return max(notice_over(self.effective, wait.days, wait.lands_on), wait.freeze_until or date.min)

    def frozen_on(self, rail: str, day: date) -> bool:
        """Whether the rail's running contracts are protected on a day."""
        until = self.waiting[rail].freeze_until
        return until is not None and day < until


class Ruling(NamedTuple):
    """What a contract pays by at one moment: the book, and what holds the first layer that has not reached it."""

    book: Book
    state: str


class Term(NamedTuple):
    """A billed period whose list price is asked for; `on` is the day it is asked on, which is when it begins.

    Seen from a later day, as recurring revenue is, a period waits for its own end.
    """

    start_on: date
    end_on: date
    on: date | None = None


@dataclass(frozen=True)
class Shelf:
    """Books ascending by date, and layers in the order they are laid."""

    books: tuple[Book, ...]
    layers: tuple[Layer, ...] = ()
    _laid: dict[tuple[str, tuple[int, ...]], Book] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, books: Shelf | Sequence[Book]) -> Shelf:
        """Books in any order, or a shelf → a shelf."""
        return books if isinstance(books, Shelf) else cls(tuple(sorted(books, key=lambda book: book.effective)))

    def listed(self, contract: Contract, term: Term, reach: Reach) -> Ruling:
        """The book whose list price a contract pays for a billed period."""
        book = governing_list(self.books, contract, term.start_on, reach)
        return self._ruling(book, [(at, listed_state(layer, contract, term)) for at, layer in self._asked(contract)])

    def rated(self, contract: Contract, month: date, reach: Reach) -> Ruling:
        """The book whose rates and allowances hold for a contract's usage of one month."""
        book = governing_rates(self.books, contract, month, reach)
        found = [(at, rated_state(layer, contract, month, reach)) for at, layer in self._asked(contract)]
        return self._ruling(book, found)

    def _asked(self, contract: Contract) -> list[tuple[int, Layer]]:
        return [(at, layer) for at, layer in enumerate(self.layers) if layer.addresses(contract)]

    def _ruling(self, book: Book, states: Sequence[tuple[int, str]]) -> Ruling:
        reached = tuple(at for at, state in states if state == REPRICED)
        held = next((state for _, state in states if state != REPRICED), REPRICED)
        key = (book.id, reached)
        if key not in self._laid:
            for at in reached:
                book = self.layers[at].laid_over(book)
            self._laid[key] = book
        return Ruling(self._laid[key], held)


def listed_state(layer: Layer, contract: Contract, term: Term) -> str:
    """What a layer's list price is to a contract in a billed period: repriced, or what holds it."""
    if layer.welcomes(contract):
        return REPRICED
    if term.end_on <= layer.effective or (term.on is not None and term.on < layer.effective):
        return BEFORE
    if layer.rollout.cohort == "new":
        return GRANDFATHERED
    over = layer.over_on(contract.rail)
    if term.start_on >= over:
        return REPRICED
    if contract.offer:
        return LOCKED
    return _waiting_state(layer, contract, term, over)


def _waiting_state(layer: Layer, contract: Contract, term: Term, over: date) -> str:
    """What holds a list price: on its invoice, that it was due before the change; seen from later, its period's end."""
    if term.on is None and term.start_on < layer.effective:
        return PREPAID
    if layer.frozen_on(contract.rail, term.start_on if term.on is None else term.end_on):
        return GRANDFATHERED
    if term.on is None:
        return IN_NOTICE
    return IN_NOTICE if term.end_on < over else PREPAID


def rated_state(layer: Layer, contract: Contract, month: date, reach: Reach) -> str:
    """What a layer's rates and allowances are to a contract in a usage month: repriced, or what holds them.

    One state holds for the whole month, that of its first day or of the contract's own.
    """
    if layer.welcomes(contract):
        return REPRICED
    on, over = max(month, contract.started_on), layer.over_on(contract.rail)
    if month_end(month) <= layer.effective:
        return BEFORE
    if layer.rollout.cohort == "new" or reach.rates == "new_entitlements":
        return GRANDFATHERED
    if (contract.offer or layer.rollout.cohort == "renewal") and _last_start(contract, on, reach) < over:
        return LOCKED if contract.offer else PREPAID
    if layer.frozen_on(contract.rail, on):
        return GRANDFATHERED
    return REPRICED if on >= over else IN_NOTICE


def _last_start(contract: Contract, on: date, reach: Reach) -> date:
    """The first day of the period that runs on a day."""
    starts = [utc_day(period.start) for period in periods_of(contract, on + timedelta(days=1), reach.changes)]
    return max((start for start in starts if start <= on), default=contract.started_on)
