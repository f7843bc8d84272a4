"""How many are still there after a time, where some have not left yet: Kaplan & Meier's curve with Greenwood's error.

Somebody who was last seen at a time is at risk at that time. Sources: Kaplan & Meier 1958; Greenwood 1926; the band on
the log-log scale is Kalbfleisch & Prentice's, which never leaves [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.retention.refusal import RetentionError

Array = NDArray[np.float64]
_LONGEST = 1e15  # so that all of them can be added up


@dataclass(frozen=True, eq=False)
class Curve:
    """One row per time at which somebody left: at risk just before, how many left, share still there after, its error.

    `watched` customers of whom `ended` left; nobody is known beyond `last`, so nothing is said beyond it. The error is
    0 where nobody is left, the limit of Greenwood's formula.
    """

    times: Array
    at_risk: NDArray[np.int64]
    left: NDArray[np.int64]
    survival: Array
    errors: Array
    watched: int
    last: float

    @property
    def ended(self) -> int:
        """How many have left."""
        return int(self.left.sum())

    def at(self, time: float) -> float:
        """The share still there after a time; a time beyond everybody's is refused."""
        return float(self.survival[place]) if (place := self._place(time)) >= 0 else 1.0

    def error_at(self, time: float) -> float:
        """Greenwood's standard error after a time; 0 before anybody left."""
        return float(self.errors[place]) if (place := self._place(time)) >= 0 else 0.0

    def band(self, level: float = 0.95) -> tuple[Array, Array]:
        """Lower and upper ends by row, inside [0, 1]; where nobody is left, from 0 to the upper end before."""
        if not 0 < level < 1:
            raise RetentionError(f"the level of a band is {level:g}; give a share between 0 and 1, such as 0.95")
        z = NormalDist().inv_cdf((1 + level) / 2)
        inside = self.survival > 0
        log = -np.log(self.survival, where=inside, out=np.full(len(self.times), -1.0))
        width = z * self.errors / (np.where(inside, self.survival, 1.0) * log)
        low = np.where(inside, np.exp(-log * np.exp(width)), 0.0)
        high = np.where(inside, np.exp(-log * np.exp(-width)), 0.0)
        gone = np.flatnonzero(~inside)
        high[gone] = high[gone[0] - 1] if gone.size and gone[0] else 1.0
        return low, high

    @property
    def median(self) -> float | None:
        """The first time at which half or fewer are still there; None where it is not reached."""
        return self._first(self.survival)

    def median_range(self, level: float = 0.95) -> tuple[float | None, float | None]:
        """The times at which the two ends of the band reach one half; None where one does not."""
        low, high = self.band(level)
        return self._first(low), self._first(high)

    def _first(self, shares: Array) -> float | None:
        reached = np.flatnonzero(shares <= 0.5 + 1e-12)
        return float(self.times[reached[0]]) if reached.size else None

    def _place(self, time: float) -> int:
        if not 0 <= time <= self.last:
            raise RetentionError(f"nobody is known at {time:g}; ask for a time from 0 to {self.last:g}")
        return int(np.searchsorted(self.times, time, side="right")) - 1


def kaplan_meier(durations: ArrayLike, ended: ArrayLike) -> Curve:
    """How long each has stayed, and whether it then left (1) or was still there (0) → the curve."""
    stayed, gone = observed(durations, ended)
    times, left = np.unique(stayed[gone], return_counts=True)
    at_risk = len(stayed) - np.searchsorted(np.sort(stayed), times)
    survival = np.asarray(np.cumprod(1 - left / at_risk), dtype=np.float64)
    remain = at_risk - left
    terms = np.divide(left, at_risk * remain, where=remain > 0, out=np.zeros(len(times)))
    errors = np.asarray(survival * np.sqrt(np.cumsum(terms)), dtype=np.float64)
    return Curve(times, at_risk, left, survival, errors, len(stayed), float(stayed.max()))


def constant_hazard(durations: ArrayLike, ended: ArrayLike) -> float:
    """The one rate of leaving per unit of time that suits best: those who left over all the time they were watched."""
    stayed, gone = observed(durations, ended)
    watched = float(stayed.sum())
    if not watched:
        raise RetentionError("nobody was watched for any time; a rate needs durations above 0")
    return float(gone.sum()) / watched


def observed(durations: ArrayLike, ended: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    """Durations and endings, checked: a number of 0 or more each, and 1 or 0."""
    stayed, marks = np.asarray(durations, dtype=np.float64), np.asarray(ended, dtype=np.float64)
    if stayed.ndim != 1 or stayed.shape != marks.shape:
        raise RetentionError(f"{stayed.size} durations do not fit {marks.size} endings; give one of each for everybody")
    if not stayed.size:
        raise RetentionError("nobody was watched; a curve needs at least one duration")
    if not np.isfinite(stayed).all() or stayed.min() < 0 or stayed.max() > _LONGEST:
        raise RetentionError("a duration is negative, endless or no number; give how long each has stayed, 0 or more")
    if not np.isin(marks, (0.0, 1.0)).all():
        raise RetentionError("an ending is neither 0 nor 1; give 1 for who left and 0 for who was still there")
    return stayed, marks == 1
