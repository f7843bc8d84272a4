"""How many are still there after so many months: what was seen as steps with a band, and a model's curve dashed."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from lib.charts.columns import floats, parts_of
from lib.charts.style import PALETTE, SMALL, Figure, Series, Trace, faint, house
from lib.charts.words import said, value_axis

_SHADE, _SHARE, _WHOLE, _STEP, _LARGE, _QUARTER = 0.18, "share", 1.0, 6, 60, 0.25


def still_there(
    seen: pd.DataFrame, modelled: pd.DataFrame, by: str, *, series: Sequence[Series], alone: Series
) -> list[Figure]:
    """A small picture for each name of `by`, with everybody, `alone`, in grey; all on one scale up to all.

    The scale begins at the quarter below the lowest, as leaving is rare and steps are small.
    `seen` has `by`, months, share, low and high, a row at 0, at each time at which somebody left, and at the last that
    is known; `modelled` has `by`, months and share, and no row of a name that has no model.
    """
    groups, whole = seen[seen[by] != alone.key], seen[seen[by] == alone.key]
    last = max(floats(seen["months"]), default=_WHOLE)
    lowest = min([*floats(groups["low"]), *floats(modelled["share"])], default=_WHOLE)
    reach = [last, lowest // _QUARTER * _QUARTER if lowest < _WHOLE else 0.0]
    return [
        _small(one, alone, part, modelled[modelled[by] == one.key], whole, reach)
        for one, part in parts_of(groups, by, series)
    ]


def _small(
    one: Series, alone: Series, seen: pd.DataFrame, modelled: pd.DataFrame, whole: pd.DataFrame, reach: Sequence[float]
) -> Figure:
    colour, (last, least) = PALETTE[one.colour], reach
    edge: Trace = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    traces = [
        {**_over(seen, "low"), **edge},
        {**_over(seen, "high"), **edge, "fill": "tonexty", "fillcolor": faint(colour, _SHADE)},
        _steps(alone.label, whole, PALETTE[alone.colour], 1.5),
        _steps(one.label, seen, colour, 2.5),
        *([_model(modelled, colour)] if len(modelled) else []),
    ]
    step = _STEP if last <= _LARGE else 2 * _STEP
    x = {"range": [0, last], "dtick": step, "title": {"text": "months"}}
    y = {**value_axis(_SHARE), "range": [least, _WHOLE], "dtick": _QUARTER, "title": {"text": ""}}
    alt = f"{one.label}: the share still there by months since the first contract, with a band of 9 in 10"
    return house(traces, title=one.label, unit=_SHARE, alt=alt, x=x, y=y, height=SMALL + 30, showlegend=False)


def _steps(name: str, seen: pd.DataFrame, colour: str, width: float) -> Trace:
    return {
        **_over(seen, "share"),
        "mode": "lines",
        "name": name,
        "line": {"color": colour, "width": width, "shape": "hv"},
        "text": [said(share, _SHARE) for share in floats(seen["share"])],
        "hovertemplate": "after %{x:.0f} months<br>%{text} still there<extra>%{fullData.name}</extra>",
    }


def _model(modelled: pd.DataFrame, colour: str) -> Trace:
    return {
        **_over(modelled, "share"),
        "mode": "lines",
        "name": "model, of those who pay by the month",
        "line": {"color": colour, "width": 1.5, "dash": "dash"},
        "hovertemplate": "after %{x:.0f} months<br>%{y:.0%}<extra>%{fullData.name}</extra>",
    }


def _over(frame: pd.DataFrame, value: str) -> dict[str, Any]:
    return {"type": "scatter", "x": floats(frame["months"]), "y": floats(frame[value])}
