"""Dots by name or by two numbers: gaps to a promise, trade-offs, ages, magnitudes."""

from collections.abc import Sequence
from math import log10

import pandas as pd

from lib.charts.columns import floats, tall
from lib.charts.style import (
    BASELINE,
    GAIN,
    HEADROOM,
    LOSS,
    PALETTE,
    SCENARIO,
    SHADE,
    Figure,
    Series,
    Trace,
    house,
)
from lib.charts.traces import dots, small_dots
from lib.charts.words import NAME_HOVER, NAMES, hover, value_axis

_SYMBOLS = ("circle", "diamond-open", "square-open", "x-thin")


def gap(frame: pd.DataFrame, label: str, *, title: str, unit: str) -> Figure:
    """Promised against delivered: two dots and the distance between them."""
    names = [str(name) for name in frame[label]]
    promised, delivered = floats(frame["promised"]), floats(frame["delivered"])
    distances = [_distance(*ends) for ends in zip(names, promised, delivered, strict=True)]
    ends = [
        dots("promised", names, promised, "circle-open", BASELINE, unit),
        dots("delivered", names, delivered, "circle", SCENARIO, unit),
    ]
    x, alt = {"rangemode": "tozero", **value_axis(unit)}, f"Promised against delivered. {title}"
    return house([*distances, *ends], title=title, unit=unit, alt=alt, x=x, y=NAMES, height=tall(len(names)))


def _distance(name: str, promised: float, delivered: float) -> Trace:
    return {
        "type": "scatter",
        "x": [promised, delivered],
        "y": [name, name],
        "mode": "lines",
        "showlegend": False,
        "hoverinfo": "skip",
        "line": {"color": LOSS if delivered < promised else GAIN, "width": 4},
    }


def trade_off(
    frame: pd.DataFrame, x: str, y: str, *, marked: pd.DataFrame, title: str, unit: str, axis: str, names: Sequence[str]
) -> Figure:
    """A share against an amount: a cloud of points, and marked ones with a column `label`; a name for either."""
    colours = ({"color": BASELINE, "size": 6, "opacity": 0.6}, {"color": SCENARIO, "size": 12, "symbol": "diamond"})
    clouds = [
        {
            "type": "scatter",
            "x": floats(part[x]),
            "y": floats(part[y]),
            "mode": "markers",
            "name": name,
            "text": [str(words) for words in part.get("label", [""] * len(part))],
            "marker": marker,
            "hovertemplate": "%{text} %{x:.1%}<br>" + hover(unit),
        }
        for part, name, marker in zip((frame, marked), names, colours, strict=True)
    ]
    across, up = (
        {**value_axis("share"), "title": {"text": axis}, "zeroline": False},
        {**value_axis(unit), "zeroline": True},
    )
    return house(clouds, title=title, unit=unit, alt=f"Points, two against each other. {title}", x=across, y=up)


def ages(frame: pd.DataFrame, label: str, *, title: str) -> Figure:
    """How old each thing is in days against how old it may be: a track up to the limit, a dot, past the limit red.

    `frame` has age, record_age and limit; what is None has no dot.
    """
    names = [str(name) for name in frame[label]]
    age, record, limit = (floats(frame[column]) for column in ("age", "record_age", "limit"))
    track = {
        "type": "bar",
        "x": limit,
        "y": names,
        "orientation": "h",
        "width": 0.4,
        "name": "allowed age",
        "marker": {"color": SHADE, "line": {"color": BASELINE, "width": 1}},
        "hovertemplate": NAME_HOVER + hover("days", "x"),
    }
    colours = [LOSS if days > most else GAIN for days, most in zip(age, limit, strict=True)]
    pulled = small_dots("last pull", names, age, "circle", GAIN, "days")
    pulled["marker"] = {**pulled["marker"], "color": colours, "line": {"width": 2, "color": colours}}
    newest = small_dots("newest record", names, record, "diamond-open", BASELINE, "days")
    drawn = [number for number in (*age, *record, *limit) if number == number]
    x = {"range": [-0.02 * max([*drawn, 1.0]), max([*drawn, 1.0]) * HEADROOM], **value_axis("days"), "zeroline": False}
    alt = f"Ages in days against limits. {title}"
    return house([track, newest, pulled], title=title, unit="days", alt=alt, x=x, y=NAMES, height=tall(len(names)))


def magnitudes(frame: pd.DataFrame, label: str, parts: Sequence[Series], *, title: str, unit: str) -> Figure:
    """Counts that differ a thousandfold, on one scale of powers of ten: a mark for each part, none for a zero.

    Each part has its own symbol, so that equal counts show through each other; the last is written below its mark.
    """
    names = [str(name) for name in frame[label]]
    symbols = zip(parts, _SYMBOLS, strict=False)
    marks = [_magnitude(part, symbol, names, floats(frame[part.key]), unit) for part, symbol in symbols]
    marks[-1]["textposition"] = "bottom center"
    rows = {"type": "scatter", "x": [1.0] * len(names), "y": names, "mode": "none", "showlegend": False}
    top = max([10.0, *(count for mark in marks for count in mark["x"])])
    powers = [10**power for power in range(len(str(int(top))) + 1)]
    ticks = {"type": "log", "tickvals": powers, "ticktext": [_power(power) for power in powers], "showgrid": True}
    x = {**ticks, "range": [-0.3, log10(top) + 0.5], "title": {"text": f"{unit}, each step ten times as many"}}
    alt, height = f"Marks on a scale of powers of ten. {title}", tall(len(names))
    return house([{**rows, "hoverinfo": "skip"}, *marks], title=title, unit=unit, alt=alt, x=x, y=NAMES, height=height)


def _magnitude(part: Series, symbol: str, names: Sequence[str], counts: Sequence[float], unit: str) -> Trace:
    some = [(name, count) for name, count in zip(names, counts, strict=True) if count > 0]
    at, values = [name for name, _ in some], [count for _, count in some]
    written = {"mode": "markers+text", "text": [f"{value:,.0f}" for value in values], "textposition": "top center"}
    drawn = small_dots(part.label, at, values, symbol, PALETTE[part.colour], unit)
    return {**drawn, **written, "textfont": {"size": 11}, "cliponaxis": False}


def _power(number: int) -> str:
    scales = ((1_000_000, "M"), (1_000, "k"))
    return next((f"{number // scale:,}{letter}" for scale, letter in scales if number >= scale), str(number))
