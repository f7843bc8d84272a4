"""The numbers a forecast runs on: one value per path, drawn once, so that not knowing a rate widens every month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import BANDS, RUNGS, TERMS, Ladder
from lib.segments import PERSONAS

Floats = NDArray[np.float64]
ROUNDING = 1e-9  # sums of shares in floats


@dataclass(frozen=True)
class Parameters:
    """Probabilities and rates, the paths on the last axis.

    `moves` [moves of the ladder, P]: the chance a month that a customer who stays with us makes that move; the split
    of new sellers is inside. `leaving` [personas, terms, bands, P]: the chance to leave, a month for monthly
    customers, at the anniversary for annual ones. `arrivals` [rungs and unknown, P]: new customers a month.
    `dispersion` [rungs and unknown, P]: the size r of the negative binomial, variance = mean + mean²/r. `third_party`
    [P]: the part of arriving sellers with an integrator. `landing` [personas, tiers, terms, P] and `rail_share`
    [rungs and unknown, rails, P]: where arrivals begin; each adds up to 1.
    """

    moves: Floats
    leaving: Floats
    arrivals: Floats
    dispersion: Floats
    third_party: Floats
    landing: Floats
    rail_share: Floats

    @property
    def paths(self) -> int:
        """How many paths these numbers are for."""
        return int(self.third_party.shape[-1])

    def check(self, ladder: Ladder) -> None:
        """Refuse arrays that do not fit the ladder, chances outside 0 to 1, shares that do not add up to 1, and rates
        that are no number.
        """
        for name, shape in _shapes(ladder, self.paths).items():
            if getattr(self, name).shape != shape:
                raise AssumptionsError(f"{name} has the shape {getattr(self, name).shape}; the ladder wants {shape}")
        for name in ("moves", "leaving", "third_party", "landing", "rail_share"):
            _check_range(name, getattr(self, name))
        for name in ("arrivals", "dispersion"):
            _check_rate(name, getattr(self, name))
        _check_whole("moves out of a state", self.going(ladder), at_most=True)
        _check_whole("landing", self.landing.sum(axis=(1, 2)))
        _check_whole("rail_share", self.rail_share.sum(axis=1))

    def going(self, ladder: Ladder) -> Floats:
        """The chance a month of any move at all, by state and path."""
        going = np.zeros((len(ladder.states), self.paths))
        np.add.at(going, [move.source for move in ladder.moves], self.moves)
        return going

    def same_as(self, other: Parameters) -> bool:
        """Whether every number is equal: such worlds walk the same paths."""
        return all(np.array_equal(mine, vars(other)[name]) for name, mine in vars(self).items())


def _shapes(ladder: Ladder, paths: int) -> dict[str, tuple[int, ...]]:
    return {
        "moves": (len(ladder.moves), paths),
        "leaving": (len(PERSONAS), len(TERMS), len(BANDS), paths),
        "arrivals": (len(RUNGS), paths),
        "dispersion": (len(RUNGS), paths),
        "third_party": (paths,),
        "landing": (len(PERSONAS), len(ladder.tiers), len(TERMS), paths),
        "rail_share": (len(RUNGS), len(ladder.rails), paths),
    }


def _check_range(name: str, chances: NDArray[Any]) -> None:
    if not ((chances >= 0) & (chances <= 1 + ROUNDING)).all():
        raise AssumptionsError(f"{name} holds a chance below 0 or above 1; every one is between")


def _check_rate(name: str, rates: NDArray[Any]) -> None:
    if not ((rates >= 0) & np.isfinite(rates)).all():
        raise AssumptionsError(f"{name} holds a rate below 0 or without end; every one is a number from 0 on")


def _check_whole(name: str, sums: NDArray[Any], at_most: bool = False) -> None:
    if (sums > 1 + ROUNDING).any() or (not at_most and (sums < 1 - ROUNDING).any()):
        raise AssumptionsError(f"{name} adds up to {float(sums.max())}; {'at most' if at_most else 'exactly'} 1")
