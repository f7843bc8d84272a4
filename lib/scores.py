"""How good forecasts were: what was foretold against what came, by scores that nobody can better by bluffing.

An ensemble is an array whose last axis holds the members (the paths); everything before it is forecasts, and what was
observed has that shape. Scores are in the unit of the forecast, lower is better, and nothing is averaged over forecasts
unless its name says so. Sources: Gneiting & Raftery 2007 (CRPS, pinball), Ferro 2014 (fair), Czado, Gneiting & Held
2009 (PIT of counts).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from lib.refusal import Refusal

PLAIN, FAIR = ESTIMATORS = ("plain", "fair")
Array = NDArray[np.float64]
_FEWEST = {PLAIN: 1, FAIR: 2}  # members


class ScoreError(Refusal):
    """Forecasts that cannot be scored as asked; the message says what is wrong with them."""


def crps(ensemble: ArrayLike, observed: ArrayLike, estimator: str) -> Array:
    """The continuous ranked probability score of every forecast, by an estimator that must be named.

    `plain` is the score of the members taken for the whole distribution: on few members too high. `fair` is without
    bias for the distribution that the members were drawn from: on few members it may fall below zero.
    """
    members, came = _paired(ensemble, observed)
    count = members.shape[-1]
    if estimator not in ESTIMATORS:
        raise ScoreError(f"there is no estimator {estimator!r} of the CRPS; name {PLAIN} or {FAIR}")
    if count < _FEWEST[estimator]:
        raise ScoreError(f"the {estimator} CRPS needs {_FEWEST[estimator]} members or more; the ensemble has {count}")
    members = np.sort(members, axis=-1)  # so that the order of the members moves no digit
    missed = np.abs(members - came[..., None]).mean(axis=-1)
    pairs = count * count if estimator == PLAIN else count * (count - 1)
    return np.asarray(missed - _spread(members) / pairs, dtype=np.float64)


def _spread(members: Array) -> Array:
    """The distances of all pairs of sorted members: each gap between neighbours, as often as a pair spans it.

    Gaps keep the digits that a difference of large sums would lose.
    """
    gaps = np.diff(members, axis=-1)
    below = np.arange(1, members.shape[-1])
    return np.asarray(gaps @ (below * (members.shape[-1] - below)).astype(np.float64), dtype=np.float64)


def crps_normal(mean: ArrayLike, deviation: ArrayLike, observed: ArrayLike) -> Array:
    """The CRPS of normal forecasts in closed form; the standard deviation is above zero."""
    centre, width, came = (_finite(given) for given in (mean, deviation, observed))
    if np.any(width <= 0):
        raise ScoreError(f"a normal forecast has a standard deviation of {width.min():g}; give one above zero")
    z = (came - centre) / width
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return np.asarray(width * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / math.sqrt(math.pi)), dtype=np.float64)


def pinball(quantile: ArrayLike, observed: ArrayLike, level: ArrayLike) -> Array:
    """The pinball loss of forecasts of one quantile: `level` a unit short, 1 − `level` a unit beyond."""
    told, came, at = (_finite(given) for given in (quantile, observed, level))
    if np.any((at <= 0) | (at >= 1)):
        raise ScoreError("a quantile's level lies between 0 and 1, such as 0.05; give one that does")
    short = came - told
    return np.asarray(np.maximum(at * short, (at - 1) * short), dtype=np.float64)


@dataclass(frozen=True)
class Hits:
    """How many of some intervals held what came: raw counts, for few forecasts make no percentage."""

    held: int
    of: int

    @property
    def share(self) -> Fraction | None:
        """The exact share that held; None where nothing was foretold."""
        return Fraction(self.held, self.of) if self.of else None


def covered(low: ArrayLike, high: ArrayLike, observed: ArrayLike) -> NDArray[np.bool_]:
    """Whether each interval, its ends included, held what came."""
    bottom, top, came = (_finite(given) for given in (low, high, observed))
    if np.any(bottom > top):
        raise ScoreError("an interval ends below its beginning; give the lower end first")
    return np.asarray((bottom <= came) & (came <= top))


def hits(low: ArrayLike, high: ArrayLike, observed: ArrayLike) -> Hits:
    """How many of all the intervals, ends included, held what came."""
    held = covered(low, high, observed)
    return Hits(int(held.sum()), held.size)


def interval(ensemble: ArrayLike, level: float) -> tuple[Array, Array]:
    """The central interval of every forecast: as much left out below it as above, by linear quantiles."""
    members = _finite(ensemble)
    if not 0 < level < 1:
        raise ScoreError(f"the level of an interval is {level:g}; give a share between 0 and 1, such as 0.9")
    low, high = np.quantile(members, [(1 - level) / 2, (1 + level) / 2], axis=-1)
    return np.asarray(low), np.asarray(high)


@dataclass(frozen=True)
class Ranked:
    """Where what came stands among the members and itself: the part of the scale [0, 1] that is its own.

    With m members the scale has m + 1 places; one that ties with k members takes k + 1 of them. Honest forecasts fill
    the scale evenly, in the long run, whether they are counts full of ties or not; no dice are thrown for it.
    """

    low: Array
    high: Array

    @property
    def middle(self) -> Array:
        """The probability integral transform as one number: the mid-rank."""
        return (self.low + self.high) / 2

    def histogram(self, bins: int) -> Array:
        """How many observations fall into each of equal bins of [0, 1], every one spread over its own part of it."""
        if bins < 1:
            raise ScoreError(f"a histogram has {bins} bins; give 1 or more")
        edges = np.linspace(0.0, 1.0, bins + 1)
        low, width = self.low.reshape(-1, 1), (self.high - self.low).reshape(-1, 1)
        below = np.clip((edges - low) / width, 0.0, 1.0)
        return np.asarray(np.diff(below, axis=1).sum(axis=0), dtype=np.float64)


def mid_rank(ensemble: ArrayLike, observed: ArrayLike) -> Array:
    """The share of members below what came, those that tie counted half: 0 below all of them, 1 above."""
    members, came = _paired(ensemble, observed)
    below, tied = members < came[..., None], members == came[..., None]
    return np.asarray(below.mean(axis=-1) + tied.mean(axis=-1) / 2, dtype=np.float64)


def pit(ensemble: ArrayLike, observed: ArrayLike) -> Ranked:
    """The probability integral transform of what came, under each forecast."""
    members, came = _paired(ensemble, observed)
    below = (members < came[..., None]).sum(axis=-1)
    tied = (members == came[..., None]).sum(axis=-1)
    places = members.shape[-1] + 1
    return Ranked(np.asarray(below / places, np.float64), np.asarray((below + tied + 1) / places, np.float64))


def skill(score: float, reference: float) -> float | None:
    """By which part a score is better than a reference's: 1 is perfect, 0 no better, below 0 worse.

    None where the reference was perfect: nothing is better than that, and nothing can be measured by it.
    """
    if not (math.isfinite(score) and math.isfinite(reference)):
        raise ScoreError(f"a skill of {score:g} against {reference:g} cannot be told; give finite scores")
    return 1 - score / reference if reference else None


def _paired(ensemble: ArrayLike, observed: ArrayLike) -> tuple[Array, Array]:
    members, came = _finite(ensemble), _finite(observed)
    if members.ndim == 0 or members.shape[:-1] != came.shape or not members.shape[-1]:
        raise ScoreError(
            f"forecasts of the shape {members.shape} do not fit observations of the shape {came.shape}: "
            f"the last axis of forecasts holds the members, the others are those of the observations"
        )
    return members, came


def _finite(given: ArrayLike) -> Array:
    found = np.asarray(given, dtype=np.float64)
    if not np.isfinite(found).all():
        raise ScoreError("a forecast or an observation is no finite number; leave out what is not known")
    return found
