"""How well forecasts of the past did, by measure and months ahead: the record that stands beside the fan.

A score is a mean over origins. With fewer origins than the settings ask for, a share of them says more than is known:
`is_raw` is set, and a reader is told "7 of 8".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from lib import scores
from lib.forecast.backtest import PINBALL, Trial
from lib.forecast.naive import NAIVE
from lib.forecast.widening import Checked, Widening, as_few, in_force, widened_together

PIT_BINS = 5  # of a histogram; a dozen origins fill no more
_EVEN = 0.5


@dataclass(frozen=True)
class Scored:
    """The forecasts of one measure so many months ahead, all origins together.

    `bands` by level: how often each held, and by how much it is widened. `factor` is what the fan's bands of this
    measure take so many months ahead: that of the bands, or of nearer ones where origins are too few to clear those.
    `above` is how often more came than the median
    said; it `leans` where one side has so many that a fair middle has with a chance below the setting. `crps` (fair)
    and `pinball` by quantile are means in the measure's unit, lower is better. `pit` counts origins by where what came
    stood among the paths, in equal bins from lowest to highest: even is honest, high at both ends is too narrow, high
    at one end leans. `skill` against each napkin: 1 is perfect, 0 no better, below 0 worse; None where the napkin was
    exactly right throughout.
    """

    measure: str
    months_ahead: int
    origins: int
    is_raw: bool
    bands: Mapping[float, Widening]
    factor: float
    above: int
    leans: bool
    crps: float
    pinball: Mapping[float, float]
    pit: tuple[float, ...]
    skill: Mapping[str, float | None]


def scored(
    trials: Sequence[Trial], levels: Sequence[float], fewest_origins: int, fails_below: float
) -> tuple[Scored, ...]:
    """Trials → a row for each measure and horizon, in the trials' order."""
    groups = dict(_grouped(trials))
    bands = {
        (measure, ahead): widened_together(_checked(entries, levels), ahead, fails_below)
        for (measure, ahead), entries in groups.items()
    }
    factors = {measure: in_force(_widest(bands, measure), fewest_origins) for measure, _ in groups}
    return tuple(
        _row(key, entries, bands[key], factors[key[0]][key[1]], fewest_origins, fails_below)
        for key, entries in groups.items()
    )


def widenings(rows: Sequence[Scored], measure: str) -> tuple[Widening, ...]:
    """How much wider the bands of a measure's fan must be, at every horizon that was checked."""
    return tuple(band for row in rows if row.measure == measure for band in row.bands.values())


def _grouped(trials: Sequence[Trial]) -> Iterator[tuple[tuple[str, int], list[Trial]]]:
    for key, entries in groupby(trials, key=lambda one: (one.measure, one.months_ahead)):
        yield key, list(entries)


def _checked(trials: Sequence[Trial], levels: Sequence[float]) -> Mapping[float, Sequence[Checked]]:
    return {level: [one.bands[level] for one in trials] for level in levels}


def _widest(bands: Mapping[tuple[str, int], Mapping[float, Widening]], measure: str) -> list[Widening]:
    """The promised band of a measure at every horizon; all levels of a horizon take its factor."""
    return [levels[max(levels)] for (name, _), levels in bands.items() if name == measure]


def _row(
    key: tuple[str, int],
    trials: Sequence[Trial],
    bands: Mapping[float, Widening],
    factor: float,
    fewest_origins: int,
    fails_below: float,
) -> Scored:
    own, middle = _mean([one.crps for one in trials]), min(bands)
    above = sum(one.actual > one.bands[middle].median for one in trials)
    return Scored(
        measure=key[0],
        months_ahead=key[1],
        origins=len(trials),
        is_raw=len(trials) < fewest_origins,
        bands=bands,
        factor=factor,
        above=above,
        leans=_leans(above, len(trials), fails_below),
        crps=own,
        pinball={at: _mean([one.pinball[at] for one in trials]) for at in PINBALL},
        pit=_histogram(trials),
        skill={napkin: scores.skill(own, _missed(trials, napkin)) for napkin in NAIVE},
    )


def _leans(above: int, origins: int, fails_below: float) -> bool:
    """Whether what came lies on one side of the middle too often for chance, which may be either side."""
    return 2 * as_few(min(above, origins - above), origins, _EVEN) < fails_below


def _missed(trials: Sequence[Trial], napkin: str) -> float:
    """The mean miss of a napkin: the CRPS of a single number is its distance to what came."""
    return _mean([abs(one.naive[napkin] - one.actual) for one in trials])


def _histogram(trials: Sequence[Trial]) -> tuple[float, ...]:
    ends = np.array([one.pit for one in trials]).T
    return tuple(map(float, scores.Ranked(ends[0], ends[1]).histogram(PIT_BINS)))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
