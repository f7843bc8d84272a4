"""Forecasts of the past: made again from what was known on an evening then, and held against what was recorded since.

Every month with enough history before it is an origin. The forecaster is handed the panel as it stood at that month's
end and nothing later, so it can know no more than we did. What came is read off the whole panel afterwards. Forecasts
from neighbouring origins overlap: twelve months ahead, two of them share eleven months of what came.

MRR is held against what came twice. As it was recorded, it holds every price we changed since: a choice of ours, which
no forecast of customers can know. At the prices of the origin's evening, it is what the fan claims: these customers,
those comings and goings, and prices as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lib import scores
from lib.forecast.naive import CUSTOMERS, MEASURES, MRR, SAME_PRICES, Past, naive, past
from lib.forecast.outlook import fan
from lib.forecast.panel import Panel
from lib.forecast.standing import at_prices_of
from lib.forecast.widening import Checked

PINBALL = (0.05, 0.25, 0.5, 0.75, 0.95)

Foretold = Mapping[str, np.ndarray]  # MRR and customers → months ahead × paths
Forecaster = Callable[[Panel, int], Foretold]  # what was known, and how many months ahead to go
Progress = Callable[[float], bool]  # the part that is done → whether to go on


@dataclass(frozen=True)
class Trial:
    """One forecast of one measure made at `origin`, so many months ahead, and what was recorded then.

    MRR in USD a month, customers as a number. `bands` by level; `crps` is the fair one, named because there are two;
    `pinball` by quantile; `pit` the ends of the part of [0, 1] that what came stands at among the paths; `naive` what
    the three napkins said.
    """

    measure: str
    origin: date
    months_ahead: int
    actual: float
    bands: Mapping[float, Checked]
    crps: float
    pinball: Mapping[float, float]
    pit: tuple[float, float]
    naive: Mapping[str, float]


@dataclass(frozen=True)
class Backtest:
    """Every trial by measure, months ahead and origin; a part of them where somebody stopped it.

    `reason` says why there is none, as a sentence; None where there is at least one.
    """

    trials: tuple[Trial, ...]
    origins: tuple[date, ...]
    is_part: bool
    reason: str | None


def backtest(
    panel: Panel,
    forecaster: Forecaster,
    horizons: Sequence[int],
    levels: Sequence[float],
    least_history: int,
    progress: Progress,
) -> Backtest:
    """What our forecaster would have said at each month's end with `least_history` months before it, and what came."""
    origins = panel.months[least_history:-1]
    trials: list[Trial] = []
    done: list[date] = []
    for origin in origins:
        trials += _trials(panel, forecaster, origin, horizons, levels)
        done.append(origin)
        if not progress(len(done) / len(origins)):
            break
    ordered = sorted(trials, key=lambda one: (MEASURES.index(one.measure), one.months_ahead, one.origin))
    return Backtest(tuple(ordered), tuple(done), len(done) < len(origins), _reason(panel, least_history, ordered))


def _trials(
    panel: Panel, forecaster: Forecaster, origin: date, horizons: Sequence[int], levels: Sequence[float]
) -> Iterator[Trial]:
    place = panel.months.index(origin)
    reachable = [ahead for ahead in sorted(horizons) if place + ahead < len(panel.months)]
    if not reachable:
        return
    known = panel.until(origin)
    foretold, before = forecaster(known, reachable[-1]), past(known)
    drawn = {MRR: foretold[MRR], SAME_PRICES: foretold[MRR], CUSTOMERS: foretold[CUSTOMERS]}
    for ahead in reachable:
        came = _recorded(panel, origin, panel.months[place + ahead])
        for measure in MEASURES:
            yield _trial(measure, origin, ahead, came[measure], drawn[measure][ahead - 1], before, levels)


def _recorded(panel: Panel, origin: date, month: date) -> Mapping[str, float]:
    """What stood at a later month's end, by measure."""
    rows = panel.at(month)
    return {
        MRR: float(sum(row.mrr or 0 for row in rows)),
        SAME_PRICES: at_prices_of(panel.at(origin), rows),
        CUSTOMERS: float(len(rows)),
    }


def _trial(
    measure: str, origin: date, ahead: int, actual: float, drawn: np.ndarray, before: Past, levels: Sequence[float]
) -> Trial:
    told = fan(drawn[None, :], levels)
    middle = float(told.median[0])
    stands = scores.pit(drawn, actual)
    quantiles = np.quantile(np.asarray(drawn, dtype=np.float64), PINBALL)
    return Trial(
        measure=measure,
        origin=origin,
        months_ahead=ahead,
        actual=actual,
        bands={band.level: Checked(actual, middle, float(band.lower[0]), float(band.upper[0])) for band in told.bands},
        crps=float(scores.crps(drawn, actual, scores.FAIR)),
        pinball=dict(zip(PINBALL, map(float, scores.pinball(quantiles, actual, PINBALL)), strict=True)),
        pit=(float(stands.low), float(stands.high)),
        naive=naive(before, measure, ahead),
    )


def _reason(panel: Panel, least_history: int, trials: Sequence[Trial]) -> str | None:
    if trials:
        return None
    return (
        f"no forecast of the past can be checked: the panel holds {len(panel.months)} months, and the first forecast "
        f"needs {least_history} before its own month and the nearest horizon after it"
    )
