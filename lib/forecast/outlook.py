"""What many paths say together: how wide it may come, how often a proposal gains, and when a target is reached.

A path is one way the months to come may go, and all count the same. A fan is read off the paths month by month, so no
single path need stay inside it. Baseline and proposal are compared path by path: the same luck in both, and the
difference is what the proposal does. Estimates throughout: floats, in the unit of the series that comes in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from lib.refusal import Refusal

EARLY, MIDDLE, LATE = 0.10, 0.50, 0.90  # a target's month is told as a range: one path in ten is earlier, one later

_HAIR = 1e-9  # a tenth of 30 paths is 3 of them, and 3.0000000000000004 as a float


class OutlookError(Refusal):
    """Paths that cannot be read together; the message says which."""


@dataclass(frozen=True)
class Band:
    """The central part of the paths: `level` of them lie between lower and upper, half of the rest on each side."""

    level: float
    lower: np.ndarray  # a number a month
    upper: np.ndarray


@dataclass(frozen=True)
class Fan:
    """One series over the months to come: its middle and its bands, the narrowest first, read off so many paths."""

    median: np.ndarray
    bands: tuple[Band, ...]
    paths: int

    def band(self, level: float) -> Band:
        """The band of a level, as 0.90; refused where it was not asked for."""
        for band in self.bands:
            if band.level == level:
                return band
        raise OutlookError(
            f"there is no band of {level:g}; the fan holds {', '.join(f'{b.level:g}' for b in self.bands)}"
        )


@dataclass(frozen=True)
class Share:
    """How many of the paths did something. It is not known better than the number of paths allows."""

    hits: int
    paths: int

    @property
    def value(self) -> float:
        """The part of the paths, 0 to 1."""
        return self.hits / self.paths

    @property
    def standard_error(self) -> float:
        """How far the share may lie from that of endlessly many paths: √(p(1 − p)/n); 0 where all agree."""
        return sqrt(self.value * (1 - self.value) / self.paths)

    @property
    def is_one_sided(self) -> bool:
        """Whether all paths agree: the standard error of 0 then says too much, and a page says "all of n paths"."""
        return self.hits in (0, self.paths)


@dataclass(frozen=True)
class Odds:
    """A proposal against the baseline, path by path, one entry a month."""

    gain: tuple[Share, ...]  # paths on which the proposal brings more; a tie is no gain
    same: tuple[Share, ...]  # paths on which nothing differs
    difference: Fan  # proposal less baseline


@dataclass(frozen=True)
class Reached:
    """When a series first stands at a target or above it, in months from today; later falls do not count.

    `is_already` says that today's number is there; no path needs to reach it then, and every month below is 0. A month
    is None where fewer paths than that part ever get there within the months asked for.
    """

    target: float
    is_already: bool
    early: int | None  # one path in ten is there by then
    middle: int | None
    late: int | None
    never: Share
    by_month: np.ndarray  # the part of the paths that is there by each month


def fan(series: np.ndarray, levels: Sequence[float]) -> Fan:
    """Months × paths and central levels, as 0.5, 0.8, 0.9 → the fan, by numpy's linear quantiles."""
    paths = _paths(series)
    whole = np.asarray(series, dtype=np.float64)
    wanted = sorted(levels)
    edges = [edge for level in wanted for edge in ((1 - level) / 2, (1 + level) / 2)]
    middle, *ends = np.quantile(whole, [MIDDLE, *edges], axis=1)
    bands = (Band(level, ends[2 * place], ends[2 * place + 1]) for place, level in enumerate(wanted))
    return Fan(middle, tuple(bands), paths)


def fans(series: np.ndarray, names: Sequence[str], levels: Sequence[float]) -> Mapping[str, Fan]:
    """Months × names × paths → a fan for each name. Medians of parts do not add up to the median of the whole."""
    if series.shape[1] != len(names):
        raise OutlookError(f"{series.shape[1]} series cannot carry the {len(names)} names {', '.join(names)}")
    return {name: fan(series[:, place], levels) for place, name in enumerate(names)}


def odds(baseline: np.ndarray, proposal: np.ndarray, levels: Sequence[float]) -> Odds:
    """Months × paths of both, on the same draws → how often the proposal gains each month, and what it brings."""
    return _odds(_difference(baseline, proposal), levels)


def odds_so_far(baseline: np.ndarray, proposal: np.ndarray, levels: Sequence[float]) -> Odds:
    """As `odds`, of all months up to and including each added up: what a proposal has brought by then."""
    return _odds(np.cumsum(_difference(baseline, proposal), axis=0), levels)


def reached(series: np.ndarray, target: float, at_hand: float) -> Reached:
    """Months × paths, a target and today's number, all in one unit → when the paths first stand at the target."""
    paths = _paths(series)
    is_already = at_hand >= target
    there = np.maximum.accumulate(np.asarray(series) >= target, axis=0) | is_already
    by_month = np.count_nonzero(there, axis=1)
    early, middle, late = (_first_month(by_month, part * paths, is_already) for part in (EARLY, MIDDLE, LATE))
    never = Share(paths - int(by_month[-1]), paths)
    return Reached(target, is_already, early, middle, late, never, by_month / paths)


def _first_month(by_month: np.ndarray, wanted: float, is_already: bool) -> int | None:
    """The first month, counted from 1, by which that many paths are there."""
    if is_already:
        return 0
    enough = np.flatnonzero(by_month >= wanted - _HAIR)
    return int(enough[0]) + 1 if len(enough) else None


def _odds(difference: np.ndarray, levels: Sequence[float]) -> Odds:
    paths = difference.shape[1]
    gain = tuple(Share(int(hits), paths) for hits in np.count_nonzero(difference > 0, axis=1))
    same = tuple(Share(int(hits), paths) for hits in np.count_nonzero(difference == 0, axis=1))
    return Odds(gain, same, fan(difference, levels))


def _difference(baseline: np.ndarray, proposal: np.ndarray) -> np.ndarray:
    if baseline.shape != proposal.shape:
        raise OutlookError(f"paths of {baseline.shape} and {proposal.shape} cannot be paired: run both alike")
    _paths(baseline)
    return np.asarray(proposal, dtype=np.float64) - np.asarray(baseline, dtype=np.float64)


def _paths(series: np.ndarray) -> int:
    months, paths = series.shape
    if not months or not paths:
        raise OutlookError(f"{paths} paths of {months} months say nothing: run at least one of each")
    return int(paths)
