"""Traces that more than one picture draws: strokes, dots, parts of bars, upright lines, written sums."""

from collections.abc import Sequence
from typing import Any

from lib.charts.style import BASELINE, PALETTE, SCENARIO, Series, Trace, Upright
from lib.charts.words import NAME_HOVER, hover, said


def part_of_bars(part: Series, names: Sequence[str], values: Sequence[float], unit: str, is_written: bool) -> Trace:
    """One part of stacked bars; its numbers stand inside it, or its name in the legend."""
    return {
        "type": "bar",
        "x": values,
        "y": names,
        "name": part.label,
        "orientation": "h",
        "marker": {"color": PALETTE[part.colour]},
        "text": [said(value, unit) for value in values] if is_written else None,
        "textposition": "inside",
        "textangle": 0,
        "showlegend": not is_written,
        "hovertemplate": NAME_HOVER + hover(unit, "x"),
    }


def written_totals(names: Sequence[str], totals: Sequence[float], unit: str) -> Trace:
    """What bars add up to, written behind each."""
    return {
        "type": "scatter",
        "x": totals,
        "y": names,
        "mode": "text",
        "text": [" " + said(total, unit) for total in totals],
        "textposition": "middle right",
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def stroke(name: str, x: Sequence[Any], y: Sequence[float], colour: str, dash: str, unit: str) -> Trace:
    """One line from point to point."""
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "hovertemplate": "%{x}<br>" + hover(unit),
    }


def dots(name: str, names: Sequence[str], values: Sequence[float], symbol: str, colour: str, unit: str) -> Trace:
    """One dot for each name, in a shape of its own."""
    return {
        "type": "scatter",
        "x": values,
        "y": names,
        "mode": "markers",
        "name": name,
        "marker": {"color": colour, "size": 14, "symbol": symbol, "line": {"width": 3}},
        "hovertemplate": NAME_HOVER + hover(unit, "x"),
    }


def small_dots(name: str, names: Sequence[str], values: Sequence[float], symbol: str, colour: str, unit: str) -> Trace:
    """The same, where many stand close together."""
    marker = {"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}}
    return {**dots(name, names, values, symbol, colour, unit), "marker": marker}


def upright(one: Upright) -> Trace:
    """The line of an upright; solid where it is where something is now."""
    line = {"color": SCENARIO if one.is_now else BASELINE, "width": 1.5, "dash": "solid" if one.is_now else "dot"}
    at = float(one.at)
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def sign_post(one: Upright, place: int, end: float) -> Trace:
    """The words of an upright, each on a line of its own above the chart, and towards the middle of it."""
    at = float(one.at)
    side = "right" if at > end / 2 else "left"
    where = {"x": at, "y": 1, "yref": "paper", "xanchor": side, "yanchor": "bottom", "yshift": 15 * place}
    return {**where, "text": one.words, "showarrow": False, "font": {"size": 11}}
