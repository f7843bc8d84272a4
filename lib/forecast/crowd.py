"""Whole customers of one block of paths, counted by state and class, and what one month does with them.

Counts by cell are 17 MB for 1,250 paths. A year that is over reads and changes those who renew in its month, another
price those of its state; else the sums that are kept beside them (`groups`, `by_month`) say how many there are, and
only those who leave, move or come are looked up, one by one. Whoever comes or goes is counted in every tally of money.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.forecast.coming import Coming
from lib.forecast.draws import Whole, binomial, negative_binomial
from lib.forecast.ladder import BANDS, MONTHS_OF_YEAR, RUNGS, TERMS
from lib.forecast.layout import ANNUAL_TERM, GROUPS, by_cell, grow_older, marks, row_of
from lib.forecast.luck import Floats, For, Luck, Places
from lib.forecast.placing import TURNS, counted_through, picked, turns
from lib.forecast.rates import FIRST_PERSONA, SELLER_RUNG, Rates
from lib.forecast.start import Start
from lib.forecast.tally import Table, Tally
from lib.segments import PERSONAS

MANY = 30_000  # customers of one path, those of this month among them: no cell of 16 bits can overflow below it


class Who(NamedTuple):
    """Customers one by one: path and state in one number, group, month of renewal, the row of marks of these, mark."""

    state: Places
    group: Places
    month: Places
    row: Places
    mark: Places


class WholeCrowd:
    """`cells` [months, bands, P, states, terms, marks] of whole customers.

    `by_month` [months, bands, P, states, terms] and `groups` [P, states, terms × bands] are sums of them.
    """

    def __init__(self, start: Start, rates: Rates, tables: Sequence[Table], luck: Luck, first: int) -> None:
        self.ladder, self.rates, self.luck = start.ladder, rates, luck
        self.paths, self.states, self.marks = len(rates.third_party), len(start.ladder.states), marks(start.ladder)
        begin = by_cell(start.counts, self.ladder)
        kind = np.int16 if begin.sum() < MANY else np.int32
        self.cells = np.repeat(begin[:, :, None].astype(kind), self.paths, axis=2)
        self.by_month = np.repeat(begin.sum(axis=4)[:, :, None].astype(kind), self.paths, axis=2)
        groups = np.einsum("ybstm->stb", begin).reshape(self.states, GROUPS)
        self.groups = np.tile(groups.astype(np.int32), (self.paths, 1, 1))
        self.tallies = [Tally(one, begin, self.paths) for one in tables]
        self.first, self.h = first, 0
        self.ever = np.full(self.paths, begin.sum())  # customers so far, those who left among them
        self.counted: list[tuple[Who, int]] = []

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
        at_risk[:, :, len(BANDS) :] = np.moveaxis(self.by_month[month, ..., ANNUAL_TERM], 0, -1)
        chances = self.rates.leaving.reshape(at_risk.shape)
        gone = binomial(self.luck.uniforms(at_risk.shape, For.LEAVING, self.h), at_risk, chances)
        place, rank = picked(gone.reshape(-1), at_risk.reshape(-1), self.luck.at(For.WHO_LEAVES, self.h))
        self._count(self._leavers(*np.divmod(place, GROUPS), rank, month), -1)
        left: Whole = np.einsum("psg->ps", gone)
        return left

    def _leavers(self, state: Places, group: Places, rank: Places, month: int) -> Who:
        """A monthly customer that leaves may renew in any month, an annual one does in this."""
        months, rank = np.full(len(state), month), rank.copy()
        monthly = np.flatnonzero(group < len(BANDS))
        months[monthly], rank[monthly] = self._month(state[monthly], group[monthly], rank[monthly])
        return self._who(state, group, months, rank)

    def age(self, month: int) -> None:
        """A year is over for everybody whose contract renews this month."""
        for tally in self.tallies:
            tally.age(self.h, month, self.cells)
        grow_older(self.cells[month])
        renewing = self.by_month[month]
        before = renewing.copy()
        grow_older(renewing)
        groups = self.groups.reshape(self.paths, self.states, len(TERMS), len(BANDS))
        groups += np.moveaxis(renewing - before, 0, -1)

    def move(self, month: int) -> Whole:
        """Everybody still here makes at most one move → how often each move of the ladder was made [P, moves]."""
        at_risk, uniforms = self.customers, self.luck.at(For.WHO_MOVES, self.h)
        moved, made = self._moves(at_risk.copy())
        state, rank = picked(np.einsum("pst->ps", moved).reshape(-1), at_risk.reshape(-1), uniforms)
        group, rank = counted_through(np.take(self.groups.reshape(-1, GROUPS), state, axis=0).T, rank)
        months, rank = self._month(state, group, rank)
        who = self._who(state, group, months, rank)
        self._count(who, -1)
        self._count(self._landed(who, turns(moved.reshape(-1))[0] % moved.shape[-1], month), 1)
        return made

    def _moves(self, staying: NDArray[np.int32]) -> tuple[Whole, Whole]:
        """How many of each state move in each turn [P, states, turns], and how often each move [P, moves]."""
        moved = np.zeros((self.paths, self.states, len(self.rates.turns)), np.int64)
        made = np.zeros((self.paths, len(self.ladder.moves)), np.int64)
        for number, turn in enumerate(self.rates.turns):
            uniforms = self.luck.uniforms(turn.chance.shape, For.MOVING, self.h, number)
            drawn = binomial(uniforms, np.take(staying, turn.sources, axis=1), turn.chance)
            path, place = np.divmod(np.flatnonzero(drawn != 0), len(turn.sources))
            some, source = drawn[path, place], turn.sources[place]
            staying[path, source] -= some
            moved[path, source, number] = some
            made[path, turn.numbers[place]] = some
        return moved, made

    def _landed(self, who: Who, turn: Places, month: int) -> Who:
        """Where movers arrive: rail and term are kept; an annual contract that changes tier begins anew this month."""
        path, source = np.divmod(who.state, self.states)
        anew = self.rates.renews[source, turn] & (who.group >= len(BANDS))
        state, months = path * self.states + self.rates.targets[source, turn], np.where(anew, month, who.month)
        return Who(state, who.group, months, self._row(state, who.group, months), who.mark)

    def join(self, month: int, coming: Coming, cohort: int) -> Whole:
        """New customers of this month, and deals won in it → how many by rung [P, rungs]."""
        expected = self.rates.arrivals * coming.share_of_rate[self.h]
        uniforms = self.luck.uniforms(expected.shape, For.ARRIVING, self.h)
        arrived = negative_binomial(uniforms, expected, self.rates.size)
        won = self.luck.uniforms((self.paths, len(coming.deals)), For.WINNING)
        for number, deal in enumerate(coming.deals):
            if deal.month == self.h:
                arrived[:, RUNGS.index(deal.rung)] += won[:, number] < deal.probability
        self._make_room(arrived)
        self._count(self._joined(*turns(arrived.reshape(-1)), month, cohort), 1)
        self._settle()
        return arrived

    def _joined(self, who: Places, turn: Places, month: int, cohort: int) -> Who:
        """Where each new customer begins: `who` is its path and rung."""
        path, rung = np.divmod(who, len(RUNGS))
        split, land, route = (
            self.luck.at(what, self.h)(who * TURNS + turn) for what in (For.SPLITTING, For.LANDING, For.ROUTING)
        )
        persona = FIRST_PERSONA[rung] + ((rung == SELLER_RUNG) & (split < self.rates.third_party[path]))
        landed = _chosen(self.rates.landing_up_to, path * len(PERSONAS) + persona, land)
        tier, term = np.divmod(landed, len(TERMS))
        state = (path * len(PERSONAS) + persona) * len(self.ladder.tiers) + tier
        mark = cohort * len(self.ladder.rails) + _chosen(self.rates.rail_up_to, who, route)
        group, months = term * len(BANDS), np.full(len(who), month)
        return Who(state, group, months, self._row(state, group, months), mark)

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

    def _month(self, state: Places, group: Places, rank: Places) -> tuple[Places, Places]:
        """The month of renewal in which each rank of its group is found, and its rank there."""
        by_month = self.by_month.reshape(MONTHS_OF_YEAR, -1)
        return counted_through(np.take(by_month, self._row(state, group, 0), axis=1), rank)

    def _who(self, state: Places, group: Places, month: Places, rank: Places) -> Who:
        """The customer of each rank of its group and month, with its cohort and rail."""
        row = self._row(state, group, month)
        mark, _ = counted_through(np.take(self.cells.reshape(-1, self.marks), row, axis=0).T, rank)
        return Who(state, group, month, row, mark)

    def _row(self, state: Places, group: Places, month: Places | int) -> Places:
        return row_of(state, group, month, self.paths * self.states)

    def _count(self, who: Who, by: int) -> None:
        """Each of these customers has come (1) or is gone (-1)."""
        cells, groups = who.row * self.marks + who.mark, who.state * GROUPS + who.group
        for counts, places in ((self.cells, cells), (self.by_month, who.row), (self.groups, groups)):
            np.add.at(counts.reshape(-1), places, np.full(len(places), by, counts.dtype))
        self.counted.append((who, by))

    def _make_room(self, arrived: Whole) -> None:
        """Count in 32 bits from the month in which very many customers may stand in one cell; half of it is quicker."""
        self.ever += arrived.sum(axis=1)
        if self.cells.dtype == np.int16 and self.ever.max() >= MANY:
            self.cells, self.by_month = self.cells.astype(np.int32), self.by_month.astype(np.int32)

    def _settle(self) -> None:
        """Count what the month's customers bring, all at once."""
        who = Who(*(np.concatenate(parts) for parts in zip(*(each for each, _ in self.counted), strict=True)))
        signs = np.concatenate([np.full(len(each.state), by, np.float64) for each, by in self.counted])
        self.counted.clear()
        cells = row_of(who.state % self.states, who.group, who.month, self.states) * self.marks + who.mark
        for tally in self.tallies:
            tally.count(self.h, who.state, cells, signs)


def _chosen(running: Floats, row: Places, uniforms: Floats) -> Places:
    """Which share of its row each uniform falls into, by running sums; the last takes what rounding leaves."""
    sums = np.take(running.reshape(-1, running.shape[2]), row, axis=0)
    chosen: Places = (sums[:, :-1] <= uniforms[:, None]).sum(axis=1)
    return chosen
