"""What may come as a fan: what is recorded, the middle of many paths, and the bands that hold most of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from lib.charts.columns import floats, parts_of
from lib.charts.style import BASELINE, HEADROOM, PALETTE, SMALL, Figure, Series, Trace, faint, house
from lib.charts.words import MONTH_HOVER, SMALL_STEPS, month_axis, said, value_axis

LEVELS = (90, 80, 50)  # percent of the paths inside a band, the widest first, so that the narrower lie on top of it
_WORDS = {90: "9 in 10", 80: "8 in 10", 50: "half"}
_SHADES = {90: 0.16, 80: 0.16, 50: 0.24}  # each adds to the wider one below it
_PALE = 0.20  # the widest band alone, of what a fan is held against
_DASH = "dot"


def fan(
    recorded: pd.DataFrame,
    value: str,
    ahead: pd.DataFrame,
    by: str,
    *,
    fans: Sequence[Series],
    title: str,
    unit: str,
    target: float | None = None,
    tested_to: date | None = None,
) -> Figure:
    """Months that are recorded, then a fan for each name of `by`: the last has all its bands, others their widest.

    `recorded` has month and a value; `ahead` has month, `by`, middle, and low_90, high_90 and so on for every level.
    `recorded` may be empty, as of a difference. A target lies across as a dashed line; a dotted one stands where the
    test of the past ends, if that is within the months.
    """
    *others, last = list(parts_of(ahead, by, fans))
    start = recorded.tail(1).rename(columns={value: "middle"})
    traces = [
        *(_band(one, part, start, 90, _PALE) for one, part in others),
        *(_band(last[0], last[1], start, level, _SHADES[level]) for level in LEVELS),
        *_swatches(last[0]),
        *_recorded(recorded, value, unit, BASELINE),
        *(_middle(one, part, start, unit) for one, part in (*others, last)),
    ]
    months = pd.concat([recorded["month"], ahead["month"]])
    marks = [
        *([_target(target, months, unit)] if target is not None else []),
        *([_tested(tested_to)] if tested_to is not None and tested_to in set(ahead["month"]) else []),
    ]
    reach = _reach([recorded[value], ahead["low_90"], ahead["high_90"]], target)
    y = {"range": reach, "zeroline": reach[0] < 0, **value_axis(unit)}
    alt = f"A fan over months: half, 8 and 9 in 10. {title}"
    lines, words = [line for line, _ in marks], [written for _, written in marks]
    look: Trace = {"hovermode": "x", "height": 400, "shapes": lines, "annotations": words}
    return house(traces, title=title, unit=unit, alt=alt, x=month_axis(months), y=y, **look)


def small_fans(
    recorded: pd.DataFrame, value: str, ahead: pd.DataFrame, by: str, *, series: Sequence[Series], unit: str
) -> list[Figure]:
    """A small fan per persona or tier over the same months, all on one scale; in grey what it is held against.

    As `fan`, with a column `by` in both frames; `is_baseline` marks the rows of `ahead` that another is held against.
    """
    reach = _reach([recorded[value], ahead["low_90"], ahead["high_90"]])
    return [
        _small(one, recorded[recorded[by].astype(str) == one.key], value, part, unit, reach)
        for one, part in parts_of(ahead, by, series)
    ]


def _small(
    one: Series, recorded: pd.DataFrame, value: str, ahead: pd.DataFrame, unit: str, reach: list[float]
) -> Figure:
    start = recorded.tail(1).rename(columns={value: "middle"})
    base, own = ahead[ahead["is_baseline"]], ahead[~ahead["is_baseline"]]
    grey = Series("baseline", "Baseline", "grey")
    shown = own if len(own) else base
    traces = [
        *(_band(one, shown, start, level, _SHADES[level]) for level in (90, 50)),
        *_recorded(recorded, value, unit, PALETTE[one.colour]),
        *([_middle(grey, base, start, unit)] if len(own) and len(base) else []),
        _middle(one, shown, start, unit),
    ]
    months = pd.concat([recorded["month"], shown["month"]])
    y = {**value_axis(unit), "range": reach, "nticks": 4, "title": {"text": ""}}
    alt = f"{one.label}: a fan over months, on a common scale"
    x = month_axis(months, SMALL_STEPS)
    return house(traces, title=one.label, unit=unit, alt=alt, x=x, y=y, height=SMALL, showlegend=False)


def _band(one: Series, part: pd.DataFrame, start: pd.DataFrame, level: int, shade: float) -> Trace:
    """The area that holds so many percent of the paths; it opens where the record ends."""
    months, begun = [*start["month"], *part["month"]], floats(start["middle"])
    low, high = [*begun, *floats(part[f"low_{level}"])], [*begun, *floats(part[f"high_{level}"])]
    return {
        "type": "scatter",
        "x": [*months, *months[::-1]],
        "y": [*high, *low[::-1]],
        "mode": "none",
        "fill": "toself",
        "fillcolor": faint(PALETTE[one.colour], shade),
        "name": _WORDS[level] if shade != _PALE else f"{one.label}, 9 in 10",
        "legendgroup": _WORDS[level] if shade != _PALE else one.key,
        "showlegend": shade == _PALE,
        "hoverinfo": "skip",
    }


def _swatches(one: Series) -> list[Trace]:
    """The bands in the legend as they are seen, each through the wider ones below it: alone two of them are alike."""
    seen, clear = {}, 1.0
    for level in LEVELS:
        clear *= 1 - _SHADES[level]
        seen[level] = faint(PALETTE[one.colour], round(1 - clear, 3))
    return [
        {
            "type": "scatter",
            "x": [None],
            "y": [None],
            "mode": "markers",
            "marker": {"symbol": "square", "size": 14, "color": colour},
            "name": _WORDS[level],
            "legendgroup": _WORDS[level],
            "hoverinfo": "skip",
        }
        for level, colour in seen.items()
    ]


def _middle(one: Series, part: pd.DataFrame, start: pd.DataFrame, unit: str) -> Trace:
    """The middle path of each month, with what its bands hold under the pointer."""
    ends = zip(*(floats(part[f"{end}_{level}"]) for level in (90, 50) for end in ("low", "high")), strict=True)
    blank = [floats(start["middle"]) * 4] if len(start) else []
    return {
        "type": "scatter",
        "x": [*start["month"], *part["month"]],
        "y": [*floats(start["middle"]), *floats(part["middle"])],
        "mode": "lines",
        "name": one.label,
        "line": {"color": PALETTE[one.colour], "width": 2.5, "dash": _DASH},
        "customdata": [[said(end, unit) for end in row] for row in (*blank, *ends)],
        "text": [said(number, unit) for number in (*floats(start["middle"]), *floats(part["middle"]))],
        "hovertemplate": MONTH_HOVER + "middle %{text}<br>half %{customdata[2]} to %{customdata[3]}"
        "<br>9 in 10 %{customdata[0]} to %{customdata[1]}<extra>%{fullData.name}</extra>",
    }


def _recorded(recorded: pd.DataFrame, value: str, unit: str, colour: str) -> list[Trace]:
    """The line of what happened; none where nothing of it is on record."""
    numbers = floats(recorded[value])
    line = {
        "type": "scatter",
        "x": list(recorded["month"]),
        "y": numbers,
        "mode": "lines",
        "name": "recorded",
        "line": {"color": colour, "width": 2.5},
        "text": [said(number, unit) for number in numbers],
        "hovertemplate": MONTH_HOVER + "%{text}<extra>recorded</extra>",
    }
    return [line] if numbers else []


def _target(target: float, months: "pd.Series[Any]", unit: str) -> tuple[Trace, Trace]:
    """A target across the chart, and its words at the left, where nothing else is written."""
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target}
    words = {"x": months.iloc[0], "y": target, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    return (
        {**line, "line": {"color": BASELINE, "width": 1.5, "dash": "dash"}},
        {**words, "text": f"target {said(target, unit)}", "font": {"size": 11}},
    )


def _tested(month: date) -> tuple[Trace, Trace]:
    """A thin upright where the test of the past ends, and its words before its foot, where they widen no axis."""
    line = {"type": "line", "yref": "paper", "x0": month, "x1": month, "y0": 0, "y1": 1}
    words = {"x": month, "y": 0, "yref": "paper", "xanchor": "right", "yanchor": "bottom", "showarrow": False}
    return (
        {**line, "line": {"color": BASELINE, "width": 1, "dash": "dot"}},
        {**words, "text": "tested to here", "font": {"size": 11}},
    )


def _reach(columns: Sequence["pd.Series[Any]"], target: float | None = None) -> list[float]:
    """From zero, or from below it where something lies there, to a little above the highest."""
    values = [0.0, *(number for column in columns for number in floats(column)), *([target] if target else [])]
    return [min(values) * HEADROOM, (max(values) or 1.0) * HEADROOM]
