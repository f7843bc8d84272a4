"""Counts written down by hand, for tests that need what was seen and nothing else."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import BANDS, RUNGS, TERMS, Ladder
from lib.segments import PERSONAS


@dataclass(frozen=True)
class ByHand:
    """What `lib.forecast.counted` would have counted."""

    moves: NDArray[Any]
    stayed: NDArray[Any]
    left: NDArray[Any]
    exposed: NDArray[Any]
    arrivals: NDArray[Any]
    landed: NDArray[Any]
    on_rail: NDArray[Any]
    sellers: NDArray[Any]
    months: int


def nothing(ladder: Ladder) -> ByHand:
    """Arrays of zeros, to be written into."""
    leaving = (len(PERSONAS), len(TERMS), len(BANDS))
    return ByHand(
        moves=np.zeros(len(ladder.moves)),
        stayed=np.zeros(len(ladder.states)),
        left=np.zeros(leaving),
        exposed=np.zeros(leaving),
        arrivals=np.zeros((0, len(RUNGS))),
        landed=np.zeros((len(PERSONAS), len(ladder.tiers), len(TERMS))),
        on_rail=np.zeros((len(RUNGS), len(ladder.rails))),
        sellers=np.zeros(2),
        months=0,
    )
