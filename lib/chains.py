"""What a customer brings that moves from state to state each period, until it is gone: Markov chains with an end.

A chain is a square matrix of probabilities: row i holds where a customer in state i is one period later. A state that
is never left is an end. Time is in periods, rewards are per period in state (USD or anything else), and the reward of
the period in which we look is counted whole. Sources: Kemeny & Snell 1960; Pfeifer & Carraway 2000.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.refusal import Refusal

Array = NDArray[np.float64]
_HAIR = 1e-9  # rows add up to 1 but for the rounding of whoever wrote them


class ChainError(Refusal):
    """A matrix that is no chain, or a question that has no finite answer; the message says which and what to do."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Probabilities of every move in a period; read only once `chain` has looked at them."""

    moves: Array

    @cached_property
    def ends(self) -> NDArray[np.bool_]:
        """Which states are never left."""
        return np.asarray(
            np.count_nonzero(self.moves, axis=1) == np.count_nonzero(np.diag(self.moves)[:, None], axis=1)
        )

    @cached_property
    def fundamental(self) -> Array:
        """Expected visits to each passing state (columns) from each of them (rows), the first one counted."""
        passing = self._passing()
        inside = self.moves[np.ix_(passing, passing)]
        return np.asarray(np.linalg.solve(np.eye(len(passing)) - inside, np.eye(len(passing))), dtype=np.float64)

    @property
    def steps(self) -> Array:
        """Expected periods until the end from every state, ends included (0 there)."""
        found = np.zeros(len(self.moves))
        found[self._passing()] = self.fundamental.sum(axis=1)
        return found

    @property
    def absorbed(self) -> Array:
        """From every state (rows) the chance of each end (columns, in the order of the states)."""
        passing, ends = self._passing(), np.flatnonzero(self.ends)
        found = np.zeros((len(self.moves), len(ends)))
        found[ends, np.arange(len(ends))] = 1.0
        found[passing] = self.fundamental @ self.moves[np.ix_(passing, ends)]
        return found

    def after(self, start: ArrayLike, periods: int) -> Array:
        """Expected numbers by state some periods after they stood as in `start`."""
        standing = self._by_state(start, "start")
        return np.asarray(standing @ np.linalg.matrix_power(self.moves, _whole(periods)), dtype=np.float64)

    def value(self, rewards: ArrayLike, discount: float = 0.0, horizon: int | None = None) -> Array:
        """Present value from every state, of rewards discounted by a rate per period (0.2 is 20 %).

        Over everything to come, or from the period we look in up to `horizon` periods after it: horizon 0 is the first
        reward alone. What never ends has a value only with a discount or a horizon. Several kinds of rewards, a column
        for each, have a column of values each, for little more work than one.
        """
        earned = self._by_state(rewards, "rewards", in_columns=True)
        if not discount >= 0:
            raise ChainError(f"the discount is {discount:g}; give a rate of 0 or more, such as 0.2 for 20 % a period")
        if horizon is not None:
            return self._within(earned, 1 / (1 + discount), _whole(horizon))
        if 1 + discount > 1:
            whole = np.eye(len(self.moves)) - self.moves / (1 + discount)
            return np.asarray(np.linalg.solve(whole, earned), dtype=np.float64)
        return self._undiscounted(earned)

    def _within(self, earned: Array, factor: float, horizon: int) -> Array:
        value = earned
        for _ in range(horizon):
            value = earned + factor * (self.moves @ value)
        return np.asarray(value)

    def _undiscounted(self, earned: Array) -> Array:
        passing = self._passing()
        if np.any(earned[self.ends]):
            raise ChainError("an end brings a reward for ever, which has no sum; state a discount or a horizon")
        value = np.zeros_like(earned)
        value[passing] = self.fundamental @ earned[passing]
        return value

    def _passing(self) -> NDArray[np.intp]:
        """The states that are left for good sooner or later, by number."""
        reaches = self.ends
        for _ in range(len(self.moves)):
            grown = reaches | (self.moves[:, reaches] > 0).any(axis=1)
            if np.array_equal(grown, reaches):
                break
            reaches = grown
        if not reaches.all():
            stuck = int(np.flatnonzero(~reaches)[0])
            raise ChainError(f"from state {stuck} no end is ever reached; state a discount or a horizon, or add an end")
        return np.flatnonzero(~self.ends)

    def _by_state(self, given: ArrayLike, what: str, in_columns: bool = False) -> Array:
        found = np.asarray(given, dtype=np.float64)
        fits = found.shape[:1] == (len(self.moves),) and found.ndim in ((1, 2) if in_columns else (1,))
        if not fits or not np.isfinite(found).all():
            raise ChainError(f"{what} must be one finite number for each of the {len(self.moves)} states")
        return found


def chain(moves: ArrayLike) -> Chain:
    """A matrix of probabilities → the chain; rows that are none are refused by number."""
    matrix = np.array(moves, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ChainError(f"a chain is a square matrix, this is of the shape {matrix.shape}; give a row for each state")
    for number, row in enumerate(matrix):
        if not np.isfinite(row).all() or row.min() < 0 or abs(row.sum() - 1) > _HAIR:
            raise ChainError(
                f"row {number} adds up to {row.sum():.10g} with a smallest entry of {row.min():g}; "
                f"give probabilities of 0 or more that add up to 1"
            )
    matrix.setflags(write=False)
    return Chain(matrix)


def _whole(periods: int) -> int:
    if periods != int(periods) or periods < 0:
        raise ChainError(f"{periods} is no number of periods; give a whole number of 0 or more")
    return int(periods)
