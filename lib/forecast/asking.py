"""How far a forecast may be asked: months, paths and levers within what `data/forecast.toml` says, whoever asks."""

from __future__ import annotations

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.levers import Levers
from lib.forecast.settings import WHERE, Settings

_GROUPS = {"churn_of": "churn"}  # a persona's churn is turned as far as everybody's


def check_asked(months: int, paths: int, levers: Levers, settings: Settings) -> None:
    """Refuse what lies beyond the settings, and name the nearest that does not."""
    asked, run = settings.months, settings.run
    _check("months", months, asked.least, asked.most, "months ahead go")
    _check("paths", paths, 1, run.paths_most, "paths go")
    for name, value in levers.turned.items():
        group = name.partition(".")[0]
        reach = settings.levers[_GROUPS.get(group, group)]
        _check(f"the lever {name}", value, reach.low, reach.high, "it goes")


def _check(what: str, value: float, low: float, high: float, goes: str) -> None:
    if not low <= value <= high:
        nearest = low if value < low else high
        raise AssumptionsError(
            f"{what} is {_number(value)}; {goes} from {_number(low)} to {_number(high)} in {WHERE}: "
            f"the nearest is {_number(nearest)}"
        )


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
