"""The months of one new customer as a chain: where it stands, for how long, and that it is gone one day.

A monthly customer's place is its state and the months since it signed, of which all after two years are alike; an
annual one's is its state, the months since its contract last began and the years it has stayed, and it can leave at an
anniversary alone. A change of tier begins an annual contract anew. It is the walk's own month, without anybody else in
it: rail and term are kept, so each term is a chain of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.chains import Chain, chain
from lib.forecast.ladder import ANNUAL, BANDS, DOWN_A_TIER, MONTHS_OF_YEAR, TERMS, UP_A_TIER, Ladder
from lib.forecast.parameters import Parameters

Floats = NDArray[np.float64]
Ages = NDArray[np.int64]
_LAST_BAND = len(BANDS) - 1


@dataclass(frozen=True)
class Calendar:
    """The places in time of one term, by number; a customer signs into number 0.

    `later` and `anew`: the place a month later, and where a change of tier leads to. `band`: the years stayed by then.
    `exposed`: whether it may leave in the month to come.
    """

    later: Ages
    anew: Ages
    band: Ages
    exposed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.later)


def calendar(term: str) -> Calendar:
    """Monthly: the first two years month by month, then all alike. Annual: twelve months in each band of years."""
    if term != ANNUAL:
        ages = np.arange(MONTHS_OF_YEAR * _LAST_BAND + 1)
        later = np.minimum(ages + 1, ages[-1])
        return Calendar(later, later, ages // MONTHS_OF_YEAR, np.ones(len(ages), np.bool_))
    ages = np.arange(MONTHS_OF_YEAR * len(BANDS))
    band, since = np.divmod(ages, MONTHS_OF_YEAR)
    is_over = since == MONTHS_OF_YEAR - 1
    year = MONTHS_OF_YEAR * np.where(is_over, np.minimum(band + 1, _LAST_BAND), band)
    return Calendar(np.where(is_over, year, ages + 1), year, band, is_over)


@dataclass(frozen=True, eq=False)
class Life:
    """A term's chain: a place for every state and place in time, state by state, and the end after them."""

    moves: Chain
    places: int

    def value(self, monthly: Floats, discount: float, months: int | None = None) -> Floats:
        """What a customer who signs into each state brings, of so much a month by state [S], or several such [S, n].

        Discounted by a rate a month, for ever or in so many months, the one it signs in being the first.
        """
        rewards = np.repeat(monthly, self.places, axis=0)
        ended = np.concatenate([rewards, np.zeros_like(rewards[:1])])
        value = self.moves.value(ended, discount, None if months is None else months - 1)
        return value[: -1 : self.places]

    def staying(self, months: int | None) -> Floats:
        """The months a customer who signs into each state is expected to be there [S], of so many or of all."""
        states = (len(self.moves.moves) - 1) // self.places
        return self.value(np.ones(states), 0.0, months)


def lives(parameters: Parameters, ladder: Ladder) -> tuple[Life, ...]:
    """The numbers of one path → the chain of each term, in the order of `TERMS`."""
    return tuple(_life(parameters, ladder, number, calendar(term)) for number, term in enumerate(TERMS))


def _life(parameters: Parameters, ladder: Ladder, term: int, times: Calendar) -> Life:
    states, places = len(ladder.states), len(times)
    by_persona = np.where(times.exposed, parameters.leaving[:, term, times.band, 0], 0.0)
    leaving = np.repeat(by_persona, len(ladder.tiers), axis=0)
    months = np.zeros((states * places + 1, states * places + 1))
    months[-1, -1] = 1.0
    months[:-1, -1] = leaving.reshape(-1)
    staying, here = 1 - leaving, np.maximum(1 - parameters.going(ladder)[:, 0], 0.0)
    into = _into(months, places)
    for state in range(states):
        into(state, state, times.later, staying[state] * here[state])
    for move, chance in zip(ladder.moves, parameters.moves[:, 0], strict=True):
        then = times.anew if move.kind in (UP_A_TIER, DOWN_A_TIER) else times.later
        into(move.source, move.target, then, staying[move.source] * chance)
    return Life(chain(months), places)


def _into(months: Floats, places: int) -> Callable[[int, int, Ages, Floats], None]:
    """Writes the chances of one way from every place in time."""
    every = np.arange(places)

    def write(source: int, target: int, then: Ages, chances: Floats) -> None:
        months[source * places + every, target * places + then] += chances

    return write
