"""Bands that did not hold in the past are widened by as much as they lacked then, and say so.

How far a past forecast was off is counted in half widths of its own band, on the side where what came was: 1 is the
band's edge, 2 twice as far from the median. The factor is that score which, of n past forecasts, the ⌈(n + 1) · level⌉
-th closest one had (split conformal prediction), so that bands so wide would have held. It is taken only where too few
bands held to be bad luck, it never narrows, and it is about MRR and customers. Months of a target are read off paths
moved apart as much; odds of a gain off the paths as they were drawn, since a difference of two worlds on the same luck
has no past to check it on.

Past forecasts from neighbouring months share most of what came after them. The chance of so few hits is worked out as
if they did not, so a run of misses reads a little surer than it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, comb, inf

import numpy as np

from lib.forecast.outlook import MIDDLE, Band, Fan

_ALWAYS = 2.0  # every chance is below it
_HAIR = 1e-9  # 0.9 · 70 is 63, and 63.00000000000001 as a float


@dataclass(frozen=True)
class Checked:
    """A band forecast in the past, and what was recorded then; all in one unit."""

    actual: float
    median: float
    lower: float
    upper: float

    @property
    def score(self) -> float:
        """How far off, in half widths of the band on that side: up to 1 the band held."""
        off = abs(self.actual - self.median)
        half = self.upper - self.median if self.actual > self.median else self.median - self.lower
        if off:
            return off / half if half > 0 else inf
        return 0.0


@dataclass(frozen=True)
class Widening:
    """What a band of one level, so many months ahead, is to be multiplied with around its median, and from what.

    `chance` is how often a band that keeps its level has as few hits or fewer; `hits_after` how many of the same past
    forecasts the widened band holds. `is_short` says that so few forecasts were checked that none lies far enough out:
    the farthest is taken, and the level is not promised.
    """

    level: float
    months_ahead: int
    origins: int
    hits: int
    chance: float
    factor: float
    hits_after: int
    is_short: bool

    @property
    def is_widened(self) -> bool:
        """Whether the band failed and is wider now."""
        return self.factor > 1


def widening(checked: Sequence[Checked], level: float, months_ahead: int, fails_below: float) -> Widening:
    """Bands of one level, so many months ahead, held against what came → how much wider they must be; 1 if not.

    A band fails where one that keeps its level has so few hits with a chance below `fails_below`.
    """
    scores = sorted(entry.score for entry in checked)
    hits = sum(score <= 1 for score in scores)
    chance = as_few(hits, len(scores), level)
    place = max(ceil((len(scores) + 1) * level - _HAIR), 1)
    fails = chance < fails_below
    near = [score for score in scores[:place] if score < inf]
    factor = max(1.0, *near[-1:]) if fails and near else 1.0
    after = sum(score <= factor for score in scores)
    return Widening(level, months_ahead, len(scores), hits, chance, factor, after, fails and place > len(near))


def widened_together(
    checked: Mapping[float, Sequence[Checked]], months_ahead: int, fails_below: float
) -> Mapping[float, Widening]:
    """Bands of every level, so many months ahead → how much wider they must be: all by one factor.

    All come off the same paths, so where one level fails all take the score at the place of the widest, which is the
    one that is promised: a factor of its own for each would let the band of 80 % end where that of 90 % does.
    """
    told = {level: widening(entries, level, months_ahead, fails_below) for level, entries in checked.items()}
    if not any(one.is_widened for one in told.values()):
        return told
    promised = widening(checked[max(checked)], max(checked), months_ahead, _ALWAYS)
    return {level: _by(told[level], entries, promised) for level, entries in checked.items()}


def _by(own: Widening, checked: Sequence[Checked], promised: Widening) -> Widening:
    """A level that takes the factor of the widest, with the hits that it has then."""
    held = sum(entry.score <= promised.factor for entry in checked)
    return replace(own, factor=promised.factor, hits_after=held, is_short=promised.is_short)


def as_few(hits: int, origins: int, level: float) -> float:
    """The chance that of so many bands that keep their level so few or fewer hold: the binomial's lower tail."""
    return sum(comb(origins, held) * level**held * (1 - level) ** (origins - held) for held in range(hits + 1))


def widened(told: Fan, widenings: Sequence[Widening], fewest: int = 0) -> Fan:
    """A fan over months 1, 2, … ahead → the same, each band as much wider as its level lacked at the horizons checked.

    Between two horizons the factor goes straight from one to the other, before the first and after the last it stays.
    A horizon checked fewer than `fewest` times cannot clear a nearer one: it takes that one's factor where larger.
    A band stays outside the narrower ones, and what could not fall below zero does not fall below it now.
    """
    months = np.arange(1, len(told.median) + 1)
    inner = Band(0.0, told.median, told.median)
    bands = []
    for band in told.bands:
        factor = _factors([one for one in widenings if one.level == band.level], months, fewest)
        inner = _around(told.median, band, factor, inner)
        bands.append(inner)
    return Fan(told.median, tuple(bands), told.paths)


def widened_paths(series: np.ndarray, widenings: Sequence[Widening], fewest: int = 0) -> np.ndarray:
    """Months × paths → the same, each path as far from its month's median as the bands are wider there.

    All levels of a horizon share one factor, so a fan of these paths is the widened fan.
    """
    months, widest = np.arange(1, len(series) + 1), max((one.level for one in widenings), default=0.0)
    factor = _factors([one for one in widenings if one.level == widest], months, fewest)[:, None]
    drawn = np.asarray(series, dtype=np.float64)
    median = np.quantile(drawn, MIDDLE, axis=1)[:, None]
    apart = np.maximum(median + (drawn - median) * factor, np.minimum(drawn, 0))
    return np.where(factor > 1, apart, drawn)


def by_level(widenings: Sequence[Widening]) -> Mapping[float, tuple[Widening, ...]]:
    """Level → its horizons, where at least one had to be widened: what a page must say."""
    levels = sorted({one.level for one in widenings if one.is_widened})
    return {level: tuple(one for one in widenings if one.level == level) for level in levels}


def _around(median: np.ndarray, band: Band, factor: np.ndarray, inner: Band) -> Band:
    """The band with its distance to the median multiplied; where the factor is 1, the band itself to the last digit."""
    lower = np.where(factor > 1, median - (median - band.lower) * factor, band.lower)
    upper = np.where(factor > 1, median + (band.upper - median) * factor, band.upper)
    floor = np.minimum(band.lower, 0)
    return Band(band.level, np.minimum(np.maximum(lower, floor), inner.lower), np.maximum(upper, inner.upper))


def in_force(widenings: Sequence[Widening], fewest: int) -> Mapping[int, float]:
    """Months ahead → the factor that bands of one level take there: their own, or a nearer horizon's that is larger
    where fewer than `fewest` forecasts were checked.
    """
    kept: dict[int, float] = {}
    for one in sorted(widenings, key=lambda each: each.months_ahead):
        nearer = [*kept.values()][-1:] if one.origins < fewest else []
        kept[one.months_ahead] = max([one.factor, *nearer])
    return kept


def _factors(widenings: Sequence[Widening], months: np.ndarray, fewest: int) -> np.ndarray:
    """A factor a month; 1 where nothing was checked."""
    kept = in_force(widenings, fewest)
    if not kept:
        return np.ones(len(months))
    factors: np.ndarray = np.interp(months, [*kept], [*kept.values()])
    return factors
