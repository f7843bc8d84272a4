"""Whole customers of one block of paths, counted by state and class, and what one month does with them.

Counts by cell are 14 MB for 500 paths and are never read through: what a month needs of them is kept beside them
(`groups`), and only those who leave, move or come are looked up, one by one. Whoever comes or goes is counted in every
tally of money at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.forecast.coming import Coming
from lib.forecast.draws import Whole, binomial, negative_binomial
from lib.forecast.ladder import BANDS, MONTHS_OF_YEAR, TERMS
from lib.forecast.layout import GROUPS, by_cell, grow_older, marks
from lib.forecast.luck import Floats, For, Luck, Places
from lib.forecast.parameters import RUNGS
from lib.forecast.placing import TURNS, counted_through, picked, turns
from lib.forecast.rates import FIRST_PERSONA, SELLER_RUNG, Rates
from lib.forecast.start import Start
from lib.forecast.tally import Table, Tally
from lib.segments import PERSONAS


class WholeCrowd:
    """`cells` [P, states, terms, bands, months, marks] and `groups` [P, states, terms × bands] of them."""

    def __init__(self, start: Start, rates: Rates, tables: Sequence[Table], luck: Luck, first: int) -> None:
        self.ladder, self.rates, self.luck = start.ladder, rates, luck
        self.paths, self.states, self.marks = len(rates.third_party), len(start.ladder.states), marks(start.ladder)
        self.in_a_group = MONTHS_OF_YEAR * self.marks
        # 32 bits hold every count a company can have, and are half of what is to be fetched.
        self.cells = np.tile(by_cell(start.counts, self.ladder).astype(np.int32), (self.paths, 1, 1, 1, 1, 1))
        self.groups = self.cells.sum(axis=(4, 5), dtype=np.int32).reshape(self.paths, self.states, GROUPS)
        self.tallies = [Tally(one, self.paths) for one in tables]
        self.first, self.h = first, 0

    @property
    def customers(self) -> NDArray[np.int32]:
        """Customers by path and state."""
        total: NDArray[np.int32] = np.einsum("psg->ps", self.groups)
        return total

    def begin(self, h: int) -> None:
        """The prices of month `h` are in force."""
        self.h = h
        for tally in self.tallies:
            tally.reprice(h, self.cells)

    def leave(self, month: int) -> Whole:
        """Monthly customers may all leave, annual ones in the month their contract renews → how many left [P, S]."""
        at_risk = self.groups.copy()
        renewing = self.cells[:, :, 1, :, month]
        at_risk[:, :, len(BANDS) :] = sum(renewing[..., mark] for mark in range(self.marks))
        uniforms = self.luck.uniforms(at_risk.shape, For.LEAVING, self.h)
        gone = binomial(uniforms, at_risk, self.rates.leaving.reshape(at_risk.shape))
        group, rank = picked(gone.reshape(-1), at_risk.reshape(-1), self.luck.at(For.WHO_LEAVES, self.h))
        self._count(group * self.in_a_group + self._who_leaves(group, rank, month), -1)
        left: Whole = np.einsum("psg->ps", gone)
        return left

    def _who_leaves(self, group: Places, rank: Places, month: int) -> Places:
        """The cell within its group of each who leaves: a monthly one in any, an annual one in those that renew."""
        cell = np.empty(len(group), np.int64)
        annual = group % GROUPS >= len(BANDS)
        cell[~annual], _ = counted_through(self._cells_of(group[~annual]), rank[~annual])
        renewing = self.cells.reshape(-1, MONTHS_OF_YEAR, self.marks)[group[annual], month]
        mark, _ = counted_through(renewing, rank[annual])
        cell[annual] = month * self.marks + mark
        return cell

    def age(self, month: int) -> None:
        """A year is over for everybody whose contract renews this month."""
        for tally in self.tallies:
            tally.age(self.h, month, self.cells)
        younger = self.cells[:, :, :, :-1, month]
        older = sum(younger[..., mark] for mark in range(self.marks))
        by_term = self.groups.reshape(self.paths, self.states, len(TERMS), len(BANDS))
        by_term[..., 1:] += older
        by_term[..., :-1] -= older
        grow_older(self.cells, month)

    def move(self, month: int) -> Whole:
        """Everybody still here makes at most one move → how often each move of the ladder was made [P, moves]."""
        moved, made = self._moves()
        state, rank = picked(
            np.einsum("pst->ps", moved).reshape(-1), self.customers.reshape(-1), self.luck.at(For.WHO_MOVES, self.h)
        )
        group, rank = counted_through(self.groups.reshape(-1, GROUPS)[state], rank)
        cell, _ = counted_through(self._cells_of(state * GROUPS + group), rank)
        turn = np.repeat(np.tile(np.arange(moved.shape[-1]), self.paths * self.states), moved.reshape(-1))
        self._count((state * GROUPS + group) * self.in_a_group + cell, -1)
        self._count(self._landed(state, group, cell, turn, month), 1)
        return made

    def _moves(self) -> tuple[Whole, Whole]:
        """How many of each state move in each turn [P, states, turns], and how often each move [P, moves]."""
        staying = self.customers
        moved = np.zeros((self.paths, self.states, len(self.rates.turns)), np.int64)
        made = np.zeros((self.paths, len(self.ladder.moves)), np.int64)
        for number, turn in enumerate(self.rates.turns):
            uniforms = self.luck.uniforms(turn.chance.shape, For.MOVING, self.h, number)
            drawn = binomial(uniforms, staying[:, turn.sources], turn.chance)
            staying[:, turn.sources] -= drawn.astype(np.int32)
            moved[:, turn.sources, number] = drawn
            made[:, turn.numbers] = drawn
        return moved, made

    def _landed(self, state: Places, group: Places, cell: Places, turn: Places, month: int) -> Places:
        """Where movers arrive: rail and term are kept; an annual contract that changes tier begins anew this month."""
        path, source = np.divmod(state, self.states)
        anew = self.rates.renews[source, turn] & (group >= len(BANDS))
        cell = np.where(anew, month * self.marks + cell % self.marks, cell)
        target = path * self.states + self.rates.targets[source, turn]
        return (target * GROUPS + group) * self.in_a_group + cell

    def join(self, month: int, coming: Coming, cohort: int) -> Whole:
        """New customers of this month, and deals won in it → how many by rung [P, rungs]."""
        expected = self.rates.arrivals * coming.share_of_rate[self.h]
        uniforms = self.luck.uniforms(expected.shape, For.ARRIVING, self.h)
        arrived = negative_binomial(uniforms, expected, self.rates.size)
        won = self.luck.uniforms((self.paths, len(coming.deals)), For.WINNING)
        for number, deal in enumerate(coming.deals):
            if deal.month == self.h:
                arrived[:, RUNGS.index(deal.rung)] += won[:, number] < deal.probability
        self._count(self._joined(*turns(arrived.reshape(-1)), month, cohort), 1)
        return arrived

    def _joined(self, who: Places, turn: Places, month: int, cohort: int) -> Places:
        """The cell of each new customer: `who` is its path and rung."""
        path, rung = np.divmod(who, len(RUNGS))
        split, land, route = (
            self.luck.at(what, self.h)(who * TURNS + turn) for what in (For.SPLITTING, For.LANDING, For.ROUTING)
        )
        persona = FIRST_PERSONA[rung] + ((rung == SELLER_RUNG) & (split < self.rates.third_party[path]))
        tier, term = np.divmod(_chosen(self.rates.landing_up_to[path, persona], land), len(TERMS))
        mark = cohort * len(self.ladder.rails) + _chosen(self.rates.rail_up_to[path, rung], route)
        state = (path * len(PERSONAS) + persona) * len(self.ladder.tiers) + tier
        cells: Places = (state * GROUPS + term * len(BANDS)) * self.in_a_group + month * self.marks + mark
        return cells

    def worth(self, number: int) -> Floats:
        """What the customers bring by table `number` [P, states, rails]."""
        return self.tallies[number].by_rail

    def spread(self, customers: NDArray[Any], variation: Floats) -> Floats:
        """How far a month's overage is off its mean [P, T]: of mean 1, deviation `variation` / √customers.

        A log-normal factor, as usage is: its mean and variance are exact, and it comes in closed form from a uniform.
        """
        variance = np.log1p(variation**2 / np.maximum(customers, 1))
        deviation = special.ndtri(self.luck.uniforms(customers.shape, For.SPENDING, self.h))
        factor: Floats = np.exp(np.sqrt(variance) * deviation - variance / 2)
        return factor

    def factor(self, draws: Floats) -> Floats:
        """The draw [P, T] that belongs to each path of this block, in turn."""
        return draws[:, np.arange(self.first, self.first + self.paths) % draws.shape[1]].T

    def _cells_of(self, group: Places) -> NDArray[np.int32]:
        return np.take(self.cells.reshape(-1, self.in_a_group), group, axis=0)

    def _count(self, cells: Places, by: int) -> None:
        """Somebody came into each of these cells (1) or is gone from it (-1)."""
        one = np.full(len(cells), by, np.int32)
        np.add.at(self.cells.reshape(-1), cells, one)
        np.add.at(self.groups.reshape(-1), cells // self.in_a_group, one)
        for tally in self.tallies:
            tally.count(self.h, cells, by)


def _chosen(running: Floats, uniforms: Floats) -> Places:
    """Which of several shares a uniform falls into, by their running sums; the last takes what rounding leaves."""
    chosen: Places = (running[:, :-1] <= uniforms[:, None]).sum(axis=1)
    return chosen
