"""The uniforms of a run: each named by the seed and by what it is for, and how many are drawn never depends on luck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
STEP, MIX_1, MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class For(IntEnum):
    """What uniforms are for; each purpose has its own, and a new one goes last."""

    PARAMETERS = 0
    LEAVING = 1
    WHO_LEAVES = 2
    MOVING = 3
    WHO_MOVES = 4
    ARRIVING = 5
    SPLITTING = 6
    LANDING = 7
    ROUTING = 8
    WINNING = 9
    SPENDING = 10


@dataclass(frozen=True)
class Luck:
    """The uniforms of one block of paths: each set by the seed, the block and what it is for, and by nothing else."""

    seed: int
    block: int

    def generator(self, *what: int) -> np.random.Generator:
        """A generator of its own for one purpose."""
        return np.random.Generator(np.random.SFC64(self._sequence(what)))

    def uniforms(self, shape: tuple[int, ...], *what: int) -> Floats:
        """One uniform in [0, 1) for every element of a full array."""
        return self.generator(*what).random(shape)

    def at(self, *what: int) -> Callable[[Places], Floats]:
        """Uniforms by place: SplitMix64 from a start of its own, where a few of very many places are wanted."""
        start = self._sequence(what).generate_state(1, np.uint64).astype(np.uint64)
        return lambda places: np.ldexp((split_mix(start, places) >> np.uint64(11)).astype(np.float64), -53)

    def _sequence(self, what: tuple[int, ...]) -> np.random.SeedSequence:
        return np.random.SeedSequence(self.seed, spawn_key=(self.block, *what))


def split_mix(start: NDArray[np.uint64], places: Places) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea and Flood 2014): the number at each place of the sequence after `start`, 1 the first."""
    state: NDArray[np.uint64] = start + places.astype(np.uint64) * STEP
    state = (state ^ (state >> np.uint64(30))) * MIX_1
    state = (state ^ (state >> np.uint64(27))) * MIX_2
    return state ^ (state >> np.uint64(31))
