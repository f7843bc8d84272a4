"""Bars by name: ranked, stacked, divided, beside each other."""

from collections.abc import Sequence

import pandas as pd

from lib.charts.columns import floats, gain_or_loss, tall
from lib.charts.style import (
    HAIR,
    INK,
    LOSS,
    PALE,
    PALETTE,
    PAPER,
    ROOM_FOR_TOTALS,
    ROOM_FOR_WORDS,
    SCENARIO,
    Figure,
    Series,
    Trace,
    house,
)
from lib.charts.traces import part_of_bars, written_totals
from lib.charts.words import NAME_HOVER, NAMES, hover, said, value_axis, whole_steps

_LEGIBLE = 0.06  # of a bar's length: the least that holds a count


def ranked(
    frame: pd.DataFrame,
    label: str,
    value: str,
    *,
    title: str,
    unit: str,
    signed: bool = False,
    shades: Sequence[str] = (),
) -> Figure:
    """Horizontal bars in their order; with a sign gains are blue and losses vermilion, or each bar has its shade."""
    values = floats(frame[value])
    colours = [PALETTE[shade] for shade in shades] or [
        gain_or_loss(number) if signed else SCENARIO for number in values
    ]
    bars = {
        "type": "bar",
        "x": values,
        "y": [str(name) for name in frame[label]],
        "orientation": "h",
        "marker": {"color": colours},
        "text": [said(number, unit) for number in values],
        "textposition": "auto",
        "textangle": 0,
        "cliponaxis": False,
        "hovertemplate": NAME_HOVER + hover(unit, "x"),
    }
    x = {"rangemode": "tozero", **value_axis(unit), **whole_steps(values, unit)}
    alt = f"Ranked bars. {title}"
    return house([bars], title=title, unit=unit, alt=alt, x=x, y=NAMES, height=tall(len(values)))


def stacked_bars(
    frame: pd.DataFrame, label: str, parts: Sequence[Series], *, title: str, unit: str, totals: bool = True
) -> Figure:
    """Horizontal bars made of parts, each a column of the frame; the total is written behind, or each part inside."""
    names = [str(name) for name in frame[label]]
    bars = [part_of_bars(part, names, floats(frame[part.key]), unit, not totals) for part in parts]
    sums = [sum(row) for row in zip(*(bar["x"] for bar in bars), strict=True)]
    written = [written_totals(names, sums, unit)] if totals else []
    room = max([*sums, HAIR]) * (ROOM_FOR_TOTALS if totals else 1)
    x = {"range": [0, room], **value_axis(unit), **whole_steps(sums, unit)}
    alt, height = f"Stacked bars. {title}", tall(len(names))
    return house([*bars, *written], title=title, unit=unit, alt=alt, x=x, y=NAMES, height=height, barmode="stack")


def shares(frame: pd.DataFrame, label: str, parts: Sequence[Series], *, title: str, unit: str) -> Figure:
    """Bars of one length, divided by how many are of which part; a count is written where there is room for it."""
    names = [str(name) for name in frame[label]]
    counts = [floats(frame[part.key]) for part in parts]
    sums = [sum(row) or 1.0 for row in zip(*counts, strict=True)]
    bars = [_divided(part, names, own, sums, unit) for part, own in zip(parts, counts, strict=True)]
    x = {"range": [0, 1], **value_axis("share"), "title": {"text": f"share of {unit}"}}
    alt, height = f"Bars divided into shares. {title}", tall(len(names))
    return house(bars, title=title, unit=unit, alt=alt, x=x, y=NAMES, height=height, barmode="stack")


def _divided(part: Series, names: Sequence[str], counts: Sequence[float], sums: Sequence[float], unit: str) -> Trace:
    values = [count / whole for count, whole in zip(counts, sums, strict=True)]
    written = [f"{count:,.0f}" if value >= _LEGIBLE else "" for count, value in zip(counts, values, strict=True)]
    return {
        **part_of_bars(part, names, values, "share", False),
        "text": written,
        "insidetextanchor": "middle",
        "insidetextfont": {"color": INK if part.colour in PALE else PAPER},
        "customdata": list(counts),
        "hovertemplate": f"%{{y}}<br>%{{customdata:,}} {unit}, %{{x:.0%}}<extra>%{{fullData.name}}</extra>",
    }


def beside(
    frame: pd.DataFrame,
    label: str,
    value: str,
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    signed: bool = False,
) -> Figure:
    """Pairs of bars below each other, one for each of a few books, what a bar is worth written at its end.

    For a series `key` the frame has a column `key_<value>`, and `key_words`, which are written also where there is no
    value and so no bar. With a sign a loss is vermilion, whosever it is.
    """
    names = [str(name) for name in frame[label]]
    bars = [_pair(one, names, frame, value, signed) for one in series]
    ends = [0.0, *(number for bar in bars for number in bar["x"])]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * ROOM_FOR_WORDS
    x = {"range": [low - room if low < 0 else 0, high + room], **value_axis(unit), "zeroline": True}
    layout: Trace = {"height": tall(len(names)) + 24, "barmode": "group", "bargap": 0.3}
    return house(bars, title=title, unit=unit, alt=f"Bars in pairs. {title}", x=x, y=NAMES, **layout)


def _pair(one: Series, names: Sequence[str], frame: pd.DataFrame, value: str, signed: bool) -> Trace:
    values = [0.0 if number != number else number for number in floats(frame[f"{one.key}_{value}"])]
    words = [str(word) for word in frame[f"{one.key}_words"]]
    return {
        "type": "bar",
        "x": values,
        "y": list(names),
        "name": one.label,
        "orientation": "h",
        "marker": {"color": [LOSS if signed and number < 0 else PALETTE[one.colour] for number in values]},
        "text": words,
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "hovertemplate": "%{y}<br>%{text}<extra>%{fullData.name}</extra>",
    }
