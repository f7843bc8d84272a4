"""How numbers, months and names stand on an axis, beside a bar and under the pointer."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lib.charts.style import Trace

ESTIMATED = "USD, estimated"  # a unit: written and told with two digits
_THOUSAND, _COMPACT_FROM, _MILLION = 1_000.0, 99_950, 999_500
_LARGE = ((999.5e9, 1e12, "T"), (999.5e6, 1e9, "B"), (0.0, 1e6, "M"))
_FEW = 6.0  # things that an axis counts one by one
_AXIS_TITLES: Mapping[str, str] = {"USD": "US dollars", ESTIMATED: "US dollars, estimated", "share": "percent"}
NAMES: Trace = {"autorange": "reversed", "type": "category"}
MONTH_HOVER, NAME_HOVER = "%{x|%b %Y}<br>", "%{y}<br>"
# Months between two ticks, and how many months such an axis has room for on a phone.
_STEPS = ((1, 13), (3, 24), (6, 48), (12, 96))
SMALL_STEPS = ((1, 4), (3, 12), (6, 24), (12, 48), (24, 96))


def value_axis(unit: str) -> dict[str, Any]:
    """A unit → the axis of its values: its words, and how its ticks are written."""
    dollars = {"tickformat": "$~s"}
    formats = {"USD": dollars, ESTIMATED: dollars, "share": {"tickformat": ".1~%"}}
    return {"title": {"text": _AXIS_TITLES.get(unit, unit)}, **formats.get(unit, {"tickformat": ",~r"})}


def whole_steps(values: Sequence[float], unit: str) -> Trace:
    """A few things are counted one by one: no tick stands between two of them."""
    is_few = unit not in _AXIS_TITLES and max(values, default=0.0) <= _FEW
    return {"dtick": 1} if is_few else {}


def month_axis(column: "pd.Series[Any]", steps: Sequence[tuple[int, int]] = _STEPS) -> Trace:
    """An axis of months: a tick for each, or for every third, sixth … as far as they fit; the year where it begins."""
    months = sorted(set(column))
    step = next((step for step, room in steps if len(months) <= room), len(months))
    shown = months[::step]
    years = [one.year for one in shown]
    starts = [year != before for year, before in zip(years, [None, *years], strict=False)]
    words = [f"{one:%b}<br>{one:%Y}" if first else f"{one:%b}" for one, first in zip(shown, starts, strict=True)]
    return {"tickvals": shown, "ticktext": words, "tickangle": 0, "hoverformat": "%b %Y"}


def hover(unit: str, axis: str = "y") -> str:
    """What stands under the pointer: the value of one axis in its unit, and the name of its trace."""
    about = f"about $%{{{axis}:.2s}}"
    shown = {"USD": f"$%{{{axis}:,.2f}}", ESTIMATED: about, "share": f"%{{{axis}:.2%}}"}
    return shown.get(unit, f"%{{{axis}:,}} {unit}") + "<extra>%{fullData.name}</extra>"


def said(number: float, unit: str) -> str:
    """A number written at a mark: dollars or a whole percent, short enough for a phone, with a true minus."""
    size = abs(number)
    dollars = {"USD": _dollars(size), ESTIMATED: _about(size)}
    shown = {**dollars, "share": f"{size:.0%}"}.get(unit, f"{size:,.0f}")
    return f"−{shown}" if number < 0 and shown.strip("$0.%,") else shown


def moved(number: float, unit: str) -> str:
    """A change written at a mark: as `said`, with a plus where it is a rise."""
    shown = said(number, unit)
    return f"+{shown}" if number > 0 and shown.strip("$0.%,") else shown


def _dollars(size: float) -> str:
    if size < _COMPACT_FROM:
        return f"${size:,.0f}"
    if size < _MILLION:
        return f"${size / 1e3:,.0f}k"
    scale, letter = next((scale, letter) for least, scale, letter in _LARGE if size >= least)
    return f"${size / scale:,.2f}{letter}"


def _about(size: float) -> str:
    """An estimate: two digits, $27k."""
    digits = float(f"{size:.1e}")
    for least, scale, letter in (*_LARGE, (_THOUSAND, _THOUSAND, "k")):
        if digits >= max(least, scale):
            return f"${digits / scale:g}{letter}"
    return f"${digits:,.0f}"
