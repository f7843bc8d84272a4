"""The expected number of customers by cell: the month of `crowd`, with every chance taken as a share.

The paths are variants here, and customers are not whole. Nothing is drawn, so what a month does is a product of the
cells with shares, and what many walks of whole customers come to on average is checked against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.coming import Coming
from lib.forecast.ladder import RUNGS, TERMS
from lib.forecast.layout import ANNUAL_TERM, MONTHLY_TERM, by_cell, grow_older, marks
from lib.forecast.luck import Floats
from lib.forecast.rates import FIRST_PERSONA, SELLER_RUNG, Rates, Turn
from lib.forecast.start import Start
from lib.forecast.tally import Table, worth


class ExpectedCrowd:
    """Expected customers: `cells` [months, bands, variants, states, terms, marks]."""

    def __init__(self, start: Start, rates: Rates, tables: Sequence[Table]) -> None:
        self.ladder, self.rates, self.tables = start.ladder, rates, tables
        self.paths, self.marks = len(rates.third_party), marks(start.ladder)
        begin = by_cell(start.counts, self.ladder)[:, :, None].astype(np.float64)
        self.cells = np.repeat(begin, self.paths, axis=2)
        self.h = 0

    @property
    def customers(self) -> Floats:
        """Expected customers by variant and state."""
        return _by_state(self.cells)

    def begin(self, h: int) -> None:
        """The prices of month `h` are in force."""
        self.h = h

    def leave(self, month: int) -> Floats:
        """Monthly customers may all leave, annual ones in the month their contract renews → who left [P, S]."""
        before = self.customers
        stays = np.moveaxis(1 - self.rates.leaving, -1, 0)[..., None]
        self.cells[..., MONTHLY_TERM, :] *= stays[..., MONTHLY_TERM, :]
        self.cells[month, ..., ANNUAL_TERM, :] *= stays[..., ANNUAL_TERM, :]
        return before - self.customers

    def age(self, month: int) -> None:
        """A year is over for everybody whose contract renews this month."""
        grow_older(self.cells[month])

    def move(self, month: int) -> Floats:
        """Everybody still here makes at most one move → how often each move of the ladder [P, moves]."""
        made = np.zeros((self.paths, len(self.ladder.moves)))
        arriving = np.zeros_like(self.cells)
        for turn in self.rates.turns:
            for place in range(len(turn.sources)):
                made[:, turn.numbers[place]] = self._move(turn, place, month, arriving)
        self.cells += arriving
        return made

    def _move(self, turn: Turn, place: int, month: int, arriving: Floats) -> Floats:
        source, target = turn.sources[place], turn.targets[place]
        moving = self.cells[:, :, :, source] * turn.chance[:, place, None, None]
        self.cells[:, :, :, source] -= moving
        if turn.renews[place]:
            arriving[month, :, :, target, ANNUAL_TERM] += moving[..., ANNUAL_TERM, :].sum(axis=0)
            arriving[:, :, :, target, MONTHLY_TERM] += moving[..., MONTHLY_TERM, :]
        else:
            arriving[:, :, :, target] += moving
        moved: Floats = moving.sum(axis=(0, 1, 3, 4))
        return moved

    def join(self, month: int, coming: Coming, cohort: int) -> Floats:
        """New customers of this month, and deals as far as they are likely → how many by rung [P, rungs]."""
        arrived: Floats = self.rates.arrivals * coming.share_of_rate[self.h]
        for deal in coming.deals:
            if deal.month == self.h:
                arrived[:, RUNGS.index(deal.rung)] += deal.probability
        for rung in range(len(RUNGS)):
            for persona, share in self._personas(rung):
                self._land(arrived[:, rung] * share, rung, persona, month, cohort)
        return arrived

    def _personas(self, rung: int) -> tuple[tuple[int, Any], ...]:
        """The personas of a rung, each with its share by variant."""
        first = int(FIRST_PERSONA[rung])
        if rung != SELLER_RUNG:
            return ((first, 1.0),)
        return ((first, 1 - self.rates.third_party), (first + 1, self.rates.third_party))

    def _land(self, arrived: Floats, rung: int, persona: int, month: int, cohort: int) -> None:
        shape = (self.paths, len(self.ladder.tiers), len(TERMS))
        landed = arrived[:, None, None] * self.rates.landing[:, persona].reshape(shape)
        by_rail = landed[..., None] * self.rates.rail[:, rung, None, None, :]
        rails, tiers = len(self.ladder.rails), len(self.ladder.tiers)
        states = slice(persona * tiers, (persona + 1) * tiers)
        self.cells[month, 0, :, states, :, cohort * rails : (cohort + 1) * rails] += by_rail

    def worth(self, number: int) -> Floats:
        """What the customers bring by table `number` [P, states, rails]."""
        return worth(self.tables[number], self.h, self.cells)

    def spread(self, customers: NDArray[Any], variation: Floats) -> Floats:
        """A month's overage is its mean."""
        return np.ones(np.broadcast_shapes(customers.shape, variation.shape))

    def factor(self, draws: Floats) -> Floats:
        """The mean of all draws."""
        return np.broadcast_to(draws.mean(axis=1), (self.paths, len(draws)))


def _by_state(cells: Floats) -> Floats:
    total: Floats = cells.sum(axis=(0, 1, 4, 5))
    return total
