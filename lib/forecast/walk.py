"""The months of one block of paths, one after the other, and what is kept of each.

A month: who leaves, a year over for those who renew, at most one move for everybody still here, and who comes. A
contract that begins anew with a change of tier has its next anniversary in a year, so years are counted before moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from lib.forecast.coming import Coming
from lib.forecast.ladder import COHORTS, Ladder
from lib.forecast.luck import Floats
from lib.forecast.paths import Paths
from lib.forecast.prices import Money
from lib.forecast.start import Start
from lib.forecast.tally import Table, table
from lib.segments import PERSONAS

HERE, NEW = range(len(COHORTS))


class Crowd(Protocol):
    """Customers of some paths, whole or expected, and the steps of a month."""

    @property
    def customers(self) -> NDArray[Any]:
        """Customers by path and state."""

    def begin(self, h: int) -> None:
        """The prices of month `h` are in force."""

    def leave(self, month: int) -> NDArray[Any]:
        """Who left, by path and state."""

    def age(self, month: int) -> None:
        """A year is over for everybody whose contract renews this month."""

    def move(self, month: int) -> NDArray[Any]:
        """How often each move of the ladder was made, by path."""

    def join(self, month: int, coming: Coming, cohort: int) -> NDArray[Any]:
        """Who arrived, by path and rung."""

    def worth(self, number: int) -> Floats:
        """What the customers bring by table `number`, by path, state and rail."""

    def spread(self, customers: NDArray[Any], variation: Floats) -> Floats:
        """How far a month's overage is off its mean, by path and tier."""

    def factor(self, draws: Floats) -> Floats:
        """The draw that belongs to each path, by tier."""


@dataclass(frozen=True, eq=False)
class Priced:
    """One price list by cell, made once for all blocks."""

    ladder: Ladder
    money: Money
    recurring: Table
    overage: Table

    @property
    def tables(self) -> tuple[Table, Table]:
        """Both, in the order in which a crowd is asked what it is worth."""
        return self.recurring, self.overage


def priced(money: Money, ladder: Ladder, months: int, beside: Priced | None = None) -> Priced:
    """Money [H, classes, states] → the same by cell, for so many months; refuses what does not fit.

    A table that costs the same as that of the list `beside` is the same table, kept once.
    """
    money.check(ladder, months)

    def laid(name: str) -> Table:
        amounts: Floats = getattr(money, name)[:months]
        if beside and np.array_equal(amounts, getattr(beside.money, name)[:months]):
            return cast(Table, getattr(beside, name))
        return table(amounts, ladder)

    return Priced(ladder, money, laid("recurring"), laid("overage"))


@dataclass(frozen=True, eq=False)
class Flows:
    """Who left by state [H, S, P], who moved by move [H, moves, P], who came by rung [H, rungs, P], who is here."""

    left: NDArray[Any]
    moved: NDArray[Any]
    arrived: NDArray[Any]
    customers: NDArray[Any]


Watch = Callable[[int, NDArray[Any], NDArray[Any], NDArray[Any], Crowd], None]


def walk(
    crowd: Crowd,
    start: Start,
    coming: Coming,
    lists: Sequence[Priced],
    kept: Sequence[Paths],
    watch: Watch | None = None,
) -> None:
    """Walk one crowd through the months of `kept`, one set of paths for each price list, and fill them in.

    The customers are the same under every list, and written into the first set alone.
    Lists that share a walk share the month from which arrivals count as new. `watch` sees every month's flows.
    """
    for h, first in enumerate(kept[0].months):
        month = first.month - 1
        crowd.begin(h)
        left = crowd.leave(month)
        crowd.age(month)
        moved = crowd.move(month)
        arrived = crowd.join(month, coming, NEW if h >= lists[0].money.starts else HERE)
        customers = _by_both(crowd.customers, start.ladder)
        _keep_customers(h, customers, left, arrived, kept[0])
        for number, (one, paths) in enumerate(zip(lists, kept, strict=True)):
            _keep_money(h, crowd, customers.sum(axis=0).T, one, number, paths)
        if watch:
            watch(h, left, moved, arrived, crowd)


def _keep_customers(h: int, customers: NDArray[Any], left: NDArray[Any], arrived: NDArray[Any], paths: Paths) -> None:
    paths.customers_by_persona[h] = customers.sum(axis=1)
    paths.customers_by_tier[h] = customers.sum(axis=0)
    paths.arrived[h] = np.einsum("pr->p", arrived)
    paths.left[h] = np.einsum("ps->p", left)


def _keep_money(h: int, crowd: Crowd, on_tier: NDArray[Any], one: Priced, number: int, paths: Paths) -> None:
    """What month `h` brings under price list `number`; `on_tier` [P, T] are the customers."""
    recurring, overage = (_by_both(crowd.worth(2 * number + part), one.ladder) for part in range(len(one.tables)))
    off_mean = crowd.factor(one.money.overage_factor) * crowd.spread(on_tier, one.money.overage_cv)
    spent = overage.sum(axis=0) * off_mean.T[:, None]
    mrr = recurring.sum(axis=2)
    paths.mrr_by_persona[h] = mrr.sum(axis=1)
    paths.mrr_by_tier[h] = mrr.sum(axis=0)
    paths.overage[h] = spent.sum(axis=(0, 1))
    paths.kept[h] = one.money.kept_rate @ (recurring.sum(axis=(0, 1)) + spent.sum(axis=0))


def _by_both(by_state: NDArray[Any], ladder: Ladder) -> NDArray[Any]:
    """[P, states, …] → [personas, tiers, …, P]: paths side by side, for what is kept of them is sums over the rest."""
    paths_last = np.ascontiguousarray(np.moveaxis(by_state, 0, -1))
    return paths_last.reshape(len(PERSONAS), len(ladder.tiers), *paths_last.shape[1:])


def empty_paths(start: Start, months: int, paths: int, whole: bool) -> Paths:
    """Room for so many months and paths of whole customers, or of expected ones; money of paths in 32 bits."""
    count, usd = (np.int32, np.float32) if whole else (np.float64, np.float64)
    persona, tier = (months, len(PERSONAS), paths), (months, len(start.ladder.tiers), paths)
    by_month = (months, paths)
    return Paths(
        months=start.months(months),
        customers_by_persona=np.zeros(persona, count),
        customers_by_tier=np.zeros(tier, count),
        mrr_by_persona=np.zeros(persona, usd),
        mrr_by_tier=np.zeros(tier, usd),
        overage=np.zeros(by_month, usd),
        kept=np.zeros(by_month, usd),
        arrived=np.zeros(by_month, count),
        left=np.zeros(by_month, count),
    )
