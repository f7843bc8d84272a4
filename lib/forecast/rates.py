"""The parameters of one block of paths as a month needs them: paths first, one chance for every group of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import DOWN_A_TIER, RUNGS, UP_A_TIER, Ladder, Move
from lib.forecast.luck import Floats
from lib.forecast.parameters import Parameters
from lib.segments import LADDER, PERSONAS, UNKNOWN

FIRST_PERSONA = np.array([PERSONAS.index(personas[0]) for personas in (*LADDER.values(), (UNKNOWN,))])
SELLER_RUNG = RUNGS.index("seller")  # its second persona is the one with an integrator


@dataclass(frozen=True)
class Turn:
    """Moves that are drawn together: at most one out of each state, those of a state one turn after the other.

    `chance` [P, moves]: the chance of the move among those who have not made one in a turn before. `renews`: whether
    an annual contract begins anew with it, as a change of tier does.
    """

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    renews: NDArray[np.bool_]
    numbers: NDArray[np.int64]
    chance: Floats


@dataclass(frozen=True)
class Rates:
    """Paths first. `leaving` [P, S, terms, bands]; `arrivals`, `size` [P, rungs]; `third_party` [P].

    `landing` [P, personas, tiers × terms] and `rail` [P, rungs, rails] are shares of those who arrive.
    """

    leaving: Floats
    turns: tuple[Turn, ...]
    arrivals: Floats
    size: Floats
    third_party: Floats
    landing: Floats
    rail: Floats

    @cached_property
    def targets(self) -> NDArray[np.int64]:
        """Where the move of each state and turn leads [states, turns]."""
        return self._of_turns([turn.targets for turn in self.turns], np.int64)

    @cached_property
    def renews(self) -> NDArray[np.bool_]:
        """Whether an annual contract begins anew with the move of each state and turn [states, turns]."""
        return self._of_turns([turn.renews for turn in self.turns], np.bool_)

    def _of_turns(self, values: Sequence[NDArray[Any]], kind: type) -> NDArray[Any]:
        spread: NDArray[Any] = np.zeros((self.leaving.shape[1], len(self.turns)), kind)
        for number, turn in enumerate(self.turns):
            spread[turn.sources, number] = values[number]
        return spread

    @cached_property
    def landing_up_to(self) -> Floats:
        """Running sums of `landing`."""
        return np.cumsum(self.landing, axis=2)

    @cached_property
    def rail_up_to(self) -> Floats:
        """Running sums of `rail`."""
        return np.cumsum(self.rail, axis=2)


def rates(parameters: Parameters, ladder: Ladder) -> Rates:
    """Parameters, paths last → the same by path, spread over the states of the ladder."""
    by_persona = np.ascontiguousarray(np.moveaxis(parameters.leaving, -1, 0))
    landing = np.moveaxis(parameters.landing, -1, 0).reshape(parameters.paths, len(parameters.landing), -1)
    return Rates(
        leaving=np.repeat(by_persona, len(ladder.tiers), axis=1),
        turns=_turns(parameters, ladder),
        arrivals=parameters.arrivals.T.copy(),
        size=parameters.dispersion.T.copy(),
        third_party=parameters.third_party,
        landing=landing,
        rail=np.moveaxis(parameters.rail_share, -1, 0),
    )


def _turns(parameters: Parameters, ladder: Ladder) -> tuple[Turn, ...]:
    stayed = np.ones((parameters.paths, len(ladder.states)))
    return tuple(_turn(numbers, parameters, ladder, stayed) for numbers in _by_turn(ladder))


def _turn(numbers: list[int], parameters: Parameters, ladder: Ladder, stayed: Floats) -> Turn:
    """One turn; takes its moves out of the chance `stayed` [P, S] to have made none so far."""
    moves: list[Move] = [ladder.moves[number] for number in numbers]
    sources = np.array([move.source for move in moves])
    chance = parameters.moves[numbers].T
    before = stayed[:, sources]
    stayed[:, sources] = before - chance
    return Turn(
        sources=sources,
        targets=np.array([move.target for move in moves]),
        renews=np.array([move.kind in (UP_A_TIER, DOWN_A_TIER) for move in moves]),
        numbers=np.array(numbers),
        chance=np.clip(np.divide(chance, before, out=np.zeros_like(chance), where=before > 0), 0, 1),
    )


def _by_turn(ladder: Ladder) -> list[list[int]]:
    """The numbers of the moves by their place among the moves out of one state, first places first."""
    by_source = [list(group) for _, group in groupby(range(len(ladder.moves)), lambda n: ladder.moves[n].source)]
    longest = max(map(len, by_source), default=0)
    return [[numbers[place] for numbers in by_source if len(numbers) > place] for place in range(longest)]
