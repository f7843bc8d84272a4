"""A prepared population under another book: who pays what, how much of the change moved, and what holds the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.catalog.book import Book
from lib.contracts import REPRICED, STATES, Shelf
from lib.kernel.bills import Bills, rerated, terms_of
from lib.kernel.fees import rerated_fees
from lib.kernel.rounding import ROOM
from lib.kernel.scale import decimal
from lib.moved import MovedMonth, Parts, monthly_sums, moved, moved_month
from lib.outcome import CUTS, GROUPS, outcome, without_price
from lib.refusal import Refusal
from lib.replay.prepare import OUTSIDE, Prepared, price_of, shelves

Coins = NDArray[np.int64]
# Comparing a change with a bill multiplies both by the cuts' denominators; states and lines are added before.
MOST = 8 * max(cut.as_integer_ratio()[1] for cut in CUTS)


class ReplayError(Refusal):
    """Prices that nobody can be billed by, or bills too large to be added; the message says what to do."""


@dataclass(frozen=True)
class Answer:
    """What a book changes: customers × months in coins of the baseline, and of the change by the state it is in.

    The states sum to `could`, the change with everybody reached; the repriced one is what moved. A state in which
    nothing changes is one zero seen everywhere, which takes no room.
    """

    customers: tuple[str, ...]
    months: tuple[date, ...]
    exponent: int
    baseline: Coins
    by_state: Mapping[str, Coins]
    could: Coins
    recur: Callable[[], tuple[MovedMonth, ...]]

    @cached_property
    def recurring(self) -> tuple[MovedMonth, ...]:
        """MRR at every month's end, worked out when it is asked for: no bill needs it."""
        return self.recur()

    @property
    def did(self) -> Coins:
        """The part of it that moved."""
        return self.by_state[REPRICED]

    def amount(self, coins: Coins) -> Decimal:
        """Coins of any shape → their sum as an amount."""
        return decimal(int(coins.sum()), self.exponent)

    def by_month(self, coins: Coins) -> list[Decimal]:
        """Customers × months → an amount per month."""
        return [decimal(int(sum_), self.exponent) for sum_ in coins.sum(axis=0)]

    def by_customer(self, coins: Coins) -> list[Decimal]:
        """Customers × months → an amount per customer."""
        return [decimal(int(sum_), self.exponent) for sum_ in coins.sum(axis=1)]

    def grouped(self, coins: Coins) -> dict[str, int]:
        """How many customers' bills change by how much under a change of theirs; groups as in `outcome`."""
        was, change = self.baseline.sum(axis=1), coins.sum(axis=1)
        place = np.zeros(was.size, np.int64)
        for cut in CUTS:
            numerator, denominator = cut.as_integer_ratio()
            passed = change * denominator - np.abs(was) * numerator
            place += np.where(passed > 0 if cut > 0 else passed >= 0, 1, 0)
        new = np.where(change > 0, len(GROUPS) - 1, np.where(change < 0, 0, GROUPS.index("unchanged")))
        place = np.where(was == 0, new, place)
        return {group: int((place == at).sum()) for at, group in enumerate(GROUPS)}

    @property
    def groups(self) -> dict[str, int]:
        """The same with everybody reached."""
        return self.grouped(self.could)


def answer(prepared: Prepared, book: Book) -> Answer:
    """A prepared population and the book that the layer makes → what it changes."""
    nothing = np.broadcast_to(np.int64(0), (len(prepared.customers), len(prepared.months)))
    changes = dict.fromkeys(STATES, nothing)
    for state, coins in (*_fee_changes(prepared, book), *_usage_changes(prepared, book)):
        changes[state] = coins if changes[state] is nothing else changes[state] + coins
    at_once, dated = (
        outcome(shelf, prepared.odd, prepared.window, prepared.reach) for shelf in shelves(prepared, book)
    )
    for line in without_price(prepared.odd_baseline, at_once)[:1]:
        raise _lost(line.dimension or "the plan", line.contract.plan_key or "", line.contract.rail)
    changes |= _with_odd(changes, prepared, moved(prepared.odd_baseline, at_once, dated))
    changed = [coins for coins in changes.values() if coins is not nothing]
    return Answer(
        prepared.customers,
        prepared.months,
        book.currency.exponent,
        prepared.baseline,
        changes,
        sum(changed[1:], changed[0]) if changed else nothing,
        partial(_recurring_months, prepared, book),
    )


def _fee_changes(prepared: Prepared, book: Book) -> Iterator[tuple[str, Coins]]:
    """By state, what list prices change."""
    before, after = price_of(prepared.book), price_of(book)
    for state, was in prepared.fee_baseline.items():
        if state != OUTSIDE:
            becomes = rerated_fees(prepared.fees.only({state}), was, before, after)
            for part in sorted(becomes.unpriced.keys() - was.unpriced.keys())[:1]:
                raise _lost("the plan", part.plan_key, part.rail)
            if becomes is was:
                continue
            yield state, _fitting(becomes.by_month) - was.by_month


def _usage_changes(prepared: Prepared, book: Book) -> Iterator[tuple[str, Coins]]:
    """By state, what rates and allowances change."""
    terms, shape = terms_of(book), (len(prepared.customers), len(prepared.months))
    for state, was in prepared.usage_baseline.items():
        if state != OUTSIDE:
            becomes = rerated(prepared.cubes[state], was, prepared.terms, terms)
            if becomes is was:
                continue
            _check_priced(was, becomes)
            changes = np.zeros(shape, np.int64)
            np.add.at(changes.reshape(-1), prepared.places, _fitting(becomes.by_month) - was.by_month)
            yield state, changes


def _check_priced(was: Bills, becomes: Bills) -> None:
    """No price is not a price of zero: what was billed and has none is refused by name."""
    before = {id(entry.cells) for entry in was.unpriced}
    for entry in becomes.unpriced:
        if entry.status != "not_offered" and id(entry.cells) not in before:
            raise _lost(entry.cells.dimension, entry.cells.segment.tier, entry.cells.segment.rail)


def _lost(what: str, whose: str, rail: str) -> ReplayError:
    return ReplayError(
        f"{what} of {whose} on {rail} has no price under these prices; set one, 0 where it costs nothing"
    )


def _fitting(coins: NDArray[Any]) -> Coins:
    """Bills that a table of whole numbers holds, with room to add and compare them; larger ones are refused."""
    largest = int(np.abs(coins).max()) if coins.size else 0
    _check_sizes([largest * coins.size])
    return coins.astype(np.int64, copy=False)


def _check_sizes(sizes: Iterable[int]) -> None:
    if sum(map(abs, sizes)) >= ROOM // MOST:
        beyond = "these prices make bills beyond what a table of everybody holds"
        raise ReplayError(f"{beyond}: look for a zero too many; python -m lib simulate rates them line by line")


def _with_odd(changes: Mapping[str, Coins], prepared: Prepared, parts: Parts) -> dict[str, Coins]:
    """Lines that were rated one by one, each in its place of the table of its state → those tables with them."""
    _check_sizes([prepared.coins(amount) for one in parts.lines for amount in (one.baseline, one.could, one.did)])
    touched = {REPRICED, *(one.line.state for one in parts.lines)} if parts.lines else set()
    tables = {state: changes[state].copy() for state in touched}
    for one in parts.lines:
        place = prepared.place(one.line)
        tables[REPRICED][place] += prepared.coins(one.moved)
        tables[one.line.state][place] += prepared.coins(one.held)
    return tables


def _recurring_months(prepared: Prepared, book: Book) -> tuple[MovedMonth, ...]:
    """MRR at every month's end: contracts by list counted where their price moves, the others looked at one by one."""
    before, after = price_of(prepared.book), price_of(book)
    baseline, (at_once, dated) = Shelf((prepared.book,)), shelves(prepared, book)
    sums = monthly_sums(baseline, [dated, at_once], prepared.odd, prepared.window, prepared.reach)
    for month, amount in prepared.recurring_baseline.items():
        sums[month]["baseline"] += amount
    for (rail, plan_key), counted in prepared.recurring_by_plan.items():
        move = Fraction(after(rail, plan_key) or 0) - Fraction(before(rail, plan_key) or 0)
        for key, count in counted if move else ():
            if key.state != OUTSIDE:
                sums[key.month][key.state] += move * count / key.months
    return tuple(moved_month(month, found) for month, found in sums.items())
