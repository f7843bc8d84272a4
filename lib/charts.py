"""A frame in, a figure out: one house style for every picture on the desk.

Amounts become floats here and nowhere earlier, because a screen has fewer pixels than a ledger has cents.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any, TypeAlias

import pandas as pd
import plotly.graph_objects as go

Trace: TypeAlias = dict[str, Any]
Figure: TypeAlias = Any  # plotly ships no types; the name says what is meant
MOST_POINTS = 2_000
_THOUSAND, _COMPACT_FROM, _MILLION = 1_000.0, 99_950, 999_500
_LARGE = ((999.5e9, 1e12, "T"), (999.5e6, 1e9, "B"), (0.0, 1e6, "M"))
_FAINTEST, _BLANK = "#EAF3F9", "#D5DBE1"  # the palest blue, and where there is no value
_ROW, _TIGHT, _HEAD = 48, 26, 84  # pixels of a row of a table, and of its head
_HAIR, _ROOM_FOR_TOTALS, _HEADROOM, _SMALL = 0.01, 1.18, 1.05, 170
_PALE, _INK, _PAPER = ("sky", "orange"), "#10161C", "#FFFFFF"  # what is written on pale colours, and on the others
_LEGIBLE, _ROOM_FOR_WORDS = 0.06, 0.3  # of a bar's length: the least that holds a count, and what words need behind it
_ROOM_BEHIND, _TICK = 0.7, 0.1  # of the bars' own width, for words behind them; a fraction
_BEYOND = 1.6  # times its target: where a bar ends that goes further

# Okabe and Ito's colours, told apart by colour-blind readers; grey is for what is already so.
PALETTE: Mapping[str, str] = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "vermilion": "#D55E00",
    "grey": "#8C8C8C",
}
GAIN, LOSS = PALETTE["blue"], PALETTE["vermilion"]
BASELINE, SCENARIO = PALETTE["grey"], PALETTE["blue"]
_CENTS_BELOW = 10.0  # dollars
_FEW = 6.0  # things that an axis counts one by one
_SYMBOLS = ("circle", "diamond-open", "square-open", "x-thin")
_BAND, _SHADE, _DASHES = "rgba(86,180,233,0.38)", "rgba(140,140,140,0.10)", ("solid", "dash", "solid", "dash")
_STYLE: Trace = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
    "legend": {
        "orientation": "h",
        "x": 0,
        "y": 1.02,
        "yanchor": "bottom",
        "title": {"text": ""},
        "traceorder": "normal",
    },
    "hoverlabel": {"namelength": -1},
    "bargap": 0.25,
    "separators": ".,",
}
# Months between two ticks, and how many months such an axis has room for on a phone.
_STEPS = ((1, 13), (3, 24), (6, 48), (12, 96))
_SMALL_STEPS = ((1, 4), (3, 12), (6, 24), (12, 48))
_NAMES: Trace = {"autorange": "reversed", "type": "category"}
_MONTH_HOVER, _NAME_HOVER = "%{x|%b %Y}<br>", "%{y}<br>"
ESTIMATED = "USD, estimated"  # a unit: written and told with two digits
_AXIS_TITLES: Mapping[str, str] = {"USD": "US dollars", ESTIMATED: "US dollars, estimated", "share": "percent"}


@dataclass(frozen=True)
class Series:
    """One rail, tier or persona in a legend: the key in the frame, its name for eyes, its fixed palette colour."""

    key: str
    label: str
    colour: str


@dataclass(frozen=True)
class Upright:
    """An upright line across a chart: where, its words, and whether it is where something is now, not a threshold."""

    at: Decimal
    words: str
    is_now: bool = False


def house(
    traces: Sequence[Trace], *, title: str, unit: str, alt: str, x: Trace, y: Trace, height: int = 380, **layout: Any
) -> Figure:
    """Traces and axes in house style: a title that says the finding, a unit on the axis, no background of its own.

    The title travels beside the figure: a page writes it as text, which wraps on a narrow screen. The figure is made
    in one go, because every later update of a figure costs as much as making it.
    """
    _refuse_crowds(traces)
    style = {
        "height": height,
        "meta": {"finding": title, "alt": alt, "unit": unit},
        "xaxis": {"automargin": True, "showgrid": False, **x},
        "yaxis": {"automargin": True, **y},
    }
    return go.Figure(data=list(traces), layout={**_STYLE, **style, **layout})


def title(figure: Figure) -> str:
    """The finding a figure shows."""
    return str(figure.layout.meta["finding"])


def alt(figure: Figure) -> str:
    """What a figure shows, for a reader who cannot see it."""
    return str(figure.layout.meta["alt"])


def stacked_months(
    frame: pd.DataFrame, value: str, by: str, *, series: Sequence[Series], title: str, unit: str
) -> Figure:
    """One bar per month, stacked by a rail, tier or persona; every bar starts at zero."""
    bars = [
        {
            "type": "bar",
            "x": list(part["month"]),
            "y": _floats(part[value]),
            "name": one.label,
            "marker": {"color": PALETTE[one.colour]},
            "hovertemplate": _MONTH_HOVER + _hover(unit),
        }
        for one, part in _parts(frame, by, series)
    ]
    y = {"rangemode": "tozero", **_axis(unit)}
    alt = f"Stacked bars by month. {title}"
    return house(bars, title=title, unit=unit, alt=alt, x=_months(frame["month"]), y=y, barmode="stack")


def lines(
    frame: pd.DataFrame, x: str, value: str, by: str, *, series: Sequence[Series], title: str, unit: str
) -> Figure:
    """One line per name; what `is_estimate` says is estimated goes on dotted from the last recorded point."""
    traces = [
        _line(one, stretch, x, value, unit, dash)
        for one, part in _parts(frame, by, series)
        for stretch, dash in _stretches(part)
    ]
    words = x.replace("_", " ")
    horizontal = _months(frame[x]) if x == "month" else {"title": {"text": words}}
    y = {"rangemode": "tozero", **_axis(unit)}
    return house(traces, title=title, unit=unit, alt=f"Lines over {words}. {title}", x=horizontal, y=y)


def _line(one: Series, stretch: pd.DataFrame, x: str, value: str, unit: str, dash: str) -> Trace:
    return {
        "type": "scatter",
        "x": list(stretch[x]),
        "y": _floats(stretch[value]),
        "name": one.label,
        "legendgroup": one.key,
        "showlegend": dash == "solid",
        "mode": "lines",
        "line": {"color": PALETTE[one.colour], "width": 2.5, "dash": dash},
        "hovertemplate": _hover(unit),
    }


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
    values = _floats(frame[value])
    colours = [PALETTE[shade] for shade in shades] or [_sign(number) if signed else SCENARIO for number in values]
    bars = {
        "type": "bar",
        "x": values,
        "y": [str(name) for name in frame[label]],
        "orientation": "h",
        "marker": {"color": colours},
        "text": [_said(number, unit) for number in values],
        "textposition": "auto",
        "textangle": 0,
        "cliponaxis": False,
        "hovertemplate": _NAME_HOVER + _hover(unit, "x"),
    }
    x = {"rangemode": "tozero", **_axis(unit), **_whole_steps(values, unit)}
    alt = f"Ranked bars. {title}"
    return house([bars], title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=_tall(len(values)))


def stacked_bars(
    frame: pd.DataFrame, label: str, parts: Sequence[Series], *, title: str, unit: str, totals: bool = True
) -> Figure:
    """Horizontal bars made of parts, each a column of the frame; the total is written behind, or each part inside."""
    names = [str(name) for name in frame[label]]
    bars = [_part_of_bars(part, names, _floats(frame[part.key]), unit, not totals) for part in parts]
    sums = [sum(row) for row in zip(*(bar["x"] for bar in bars), strict=True)]
    written = [_written_totals(names, sums, unit)] if totals else []
    room = max([*sums, _HAIR]) * (_ROOM_FOR_TOTALS if totals else 1)
    x = {"range": [0, room], **_axis(unit), **_whole_steps(sums, unit)}
    alt, height = f"Stacked bars. {title}", _tall(len(names))
    return house([*bars, *written], title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=height, barmode="stack")


def _part_of_bars(part: Series, names: Sequence[str], values: Sequence[float], unit: str, is_written: bool) -> Trace:
    return {
        "type": "bar",
        "x": values,
        "y": names,
        "name": part.label,
        "orientation": "h",
        "marker": {"color": PALETTE[part.colour]},
        "text": [_said(value, unit) for value in values] if is_written else None,
        "textposition": "inside",
        "textangle": 0,
        "showlegend": not is_written,
        "hovertemplate": _NAME_HOVER + _hover(unit, "x"),
    }


def _written_totals(names: Sequence[str], totals: Sequence[float], unit: str) -> Trace:
    return {
        "type": "scatter",
        "x": totals,
        "y": names,
        "mode": "text",
        "text": [" " + _said(total, unit) for total in totals],
        "textposition": "middle right",
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def shares(frame: pd.DataFrame, label: str, parts: Sequence[Series], *, title: str, unit: str) -> Figure:
    """Bars of one length, divided by how many are of which part; a count is written where there is room for it."""
    names = [str(name) for name in frame[label]]
    counts = [_floats(frame[part.key]) for part in parts]
    sums = [sum(row) or 1.0 for row in zip(*counts, strict=True)]
    bars = [_divided(part, names, own, sums, unit) for part, own in zip(parts, counts, strict=True)]
    x = {"range": [0, 1], **_axis("share"), "title": {"text": f"share of {unit}"}}
    alt, height = f"Bars divided into shares. {title}", _tall(len(names))
    return house(bars, title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=height, barmode="stack")


def _divided(part: Series, names: Sequence[str], counts: Sequence[float], sums: Sequence[float], unit: str) -> Trace:
    values = [count / whole for count, whole in zip(counts, sums, strict=True)]
    written = [f"{count:,.0f}" if value >= _LEGIBLE else "" for count, value in zip(counts, values, strict=True)]
    return {
        **_part_of_bars(part, names, values, "share", False),
        "text": written,
        "insidetextanchor": "middle",
        "insidetextfont": {"color": _INK if part.colour in _PALE else _PAPER},
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
    room = (high - low or 1.0) * _ROOM_FOR_WORDS
    x = {"range": [low - room if low < 0 else 0, high + room], **_axis(unit), "zeroline": True}
    layout: Trace = {"height": _tall(len(names)) + 24, "barmode": "group", "bargap": 0.3}
    return house(bars, title=title, unit=unit, alt=f"Bars in pairs. {title}", x=x, y=_NAMES, **layout)


def _pair(one: Series, names: Sequence[str], frame: pd.DataFrame, value: str, signed: bool) -> Trace:
    values = [0.0 if number != number else number for number in _floats(frame[f"{one.key}_{value}"])]
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


def spreads(frame: pd.DataFrame, label: str, by: str, *, series: Sequence[Series], title: str, unit: str) -> Figure:
    """Medians as dots with their quarters as whiskers, one dot below the other for each name of a row.

    `frame` has low, middle and high; a row without a middle has no dot.
    """
    known = frame[frame["middle"].notna()]
    dots = [_spread(one, part, label) for one, part in _parts(known, by, series)]
    names = [str(name) for name in dict.fromkeys(frame[label])]
    y = {"type": "category", "categoryarray": names, "range": [len(names) - 0.5, -0.5]}
    end = max([_HAIR, *_floats(known["high"])]) * _HEADROOM
    x = {"range": [-end / 50, end], "showgrid": True, **_axis("share"), "title": {"text": unit}}
    layout: Trace = {"height": _tall(len(names)) + 18 * len(names), "scattermode": "group", "scattergap": 0.35}
    alt = f"Medians and quarters. {title}"
    return house(dots, title=title, unit=unit, alt=alt, x=x, y=y, **layout)


def _spread(one: Series, part: pd.DataFrame, label: str) -> Trace:
    low, middle, high = (_floats(part[column]) for column in ("low", "middle", "high"))
    above, below = ([abs(end - at) for end, at in zip(ends, middle, strict=True)] for ends in (high, low))
    colour = PALETTE[one.colour]
    whiskers = {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 2, "width": 0}
    return {
        "type": "scatter",
        "x": middle,
        "y": [str(name) for name in part[label]],
        "mode": "markers",
        "name": one.label,
        "orientation": "h",
        "offsetgroup": one.key,
        "marker": {"color": colour, "size": 9},
        "error_x": {**whiskers, "color": colour},
        "customdata": list(zip(low, high, strict=True)),
        "hovertemplate": "%{y}<br>median %{x:.1%}, half of them %{customdata[0]:.1%} to %{customdata[1]:.1%}"
        "<extra>%{fullData.name}</extra>",
    }


def steps(
    frame: pd.DataFrame, label: str, value: str, *, title: str, unit: str, total: str, begins: bool = False
) -> Figure:
    """A waterfall of a change that starts at zero: each step a gain or a loss, the total last.

    One that begins at its first row draws it as what it is, a total and no gain.
    """
    values = _floats(frame[value])
    first = "absolute" if begins else "relative"
    fall = {
        "type": "waterfall",
        "x": [*(str(name) for name in frame[label]), total],
        "y": [*values, 0.0],
        "measure": [first, *["relative"] * (len(values) - 1), "total"] if values else ["total"],
        "text": [_said(number, unit) for number in (*values, sum(values))],
        "textposition": "outside",
        "cliponaxis": False,
        "increasing": {"marker": {"color": GAIN}},
        "decreasing": {"marker": {"color": LOSS}},
        "totals": {"marker": {"color": BASELINE}},
        "connector": {"line": {"color": BASELINE, "width": 1}},
        "hovertemplate": "%{x}<br>" + _hover(unit),
    }
    return house([fall], title=title, unit=unit, alt=f"Waterfall of a change. {title}", x={}, y=_axis(unit))


def break_even(
    frame: pd.DataFrame, at: float | None, *, title: str, unit: str = "USD", axis: str = "extra churn"
) -> Figure:
    """What is left of a gain as more customers leave: blue above zero, vermilion below, an upright where it is gone.

    `frame` has extra_churn_rate and delta_usd, ascending, and is_believed: the reader's own range, which is shaded.
    """
    rates, left = _floats(frame["extra_churn_rate"]), _floats(frame["delta_usd"])
    signs = (("a gain", GAIN, [max(one, 0.0) for one in left]), ("a loss", LOSS, [min(one, 0.0) for one in left]))
    areas = [_area(name, rates, values, colour) for name, colour, values in signs if any(values)]
    line = _stroke("what is left", rates, left, SCENARIO, "solid", unit) | {"showlegend": False}
    line["hovertemplate"] = "%{x:.2%} leave<br>" + _hover(unit)
    believed = [rate for rate, inside in zip(rates, frame["is_believed"], strict=True) if inside]
    gone = [] if at is None else [Upright(Decimal(str(at)), f"the gain is gone at {at:.1%}")]
    across: Trace = {
        "shapes": [*_believed_range(believed), *(_upright(one) for one in gone)],
        "annotations": [
            *(_sign_post(one, place, max(rates, default=0.0)) for place, one in enumerate(gone)),
            *_words_of_range(believed),
        ],
        "margin": {**_STYLE["margin"], "t": 28},
    }
    x = {"title": {"text": axis}, "tickformat": ".1~%", "range": [0, max(rates, default=1.0)]}
    y, alt = {"zeroline": True, "zerolinecolor": BASELINE, **_axis(unit)}, f"A curve over {axis}. {title}"
    return house([*areas, line], title=title, unit=unit, alt=alt, x=x, y=y, showlegend=False, **across)


def _area(name: str, x: Sequence[float], y: Sequence[float], colour: str) -> Trace:
    area = {"type": "scatter", "x": list(x), "y": list(y), "name": name, "mode": "none", "fill": "tozeroy"}
    return {**area, "fillcolor": _faint(colour), "hoverinfo": "skip"}


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def _believed_range(believed: Sequence[float]) -> list[Trace]:
    if not believed:
        return []
    ends = {"x0": believed[0], "x1": believed[-1], "y0": 0, "y1": 1, "yref": "paper"}
    return [{"type": "rect", **ends, "fillcolor": _SHADE, "line": {"color": BASELINE, "width": 1, "dash": "dot"}}]


def _words_of_range(believed: Sequence[float]) -> list[Trace]:
    if not believed:
        return []
    where = {"x": (believed[0] + believed[-1]) / 2, "y": 0, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    return [{**where, "text": "believed", "font": {"size": 11, "color": BASELINE}}]


def tornado(frame: pd.DataFrame, label: str, believed: float, *, title: str, unit: str = "USD") -> Figure:
    """How far each belief moves a result, from what is believed to both ends: less in vermilion, more in blue.

    `frame` has low_usd and high_usd: the result with that belief at the low and at the high end of its own range.
    """
    names = [str(name) for name in frame[label]]
    ends = {end: _floats(frame[f"{end}_usd"]) for end in ("low", "high")}
    bars = [_swing(f"at its {end}", names, values, believed, unit) for end, values in ends.items()]
    everything = [*ends["low"], *ends["high"], believed]
    room = max(max(everything) - min(everything), _HAIR) * _ROOM_FOR_WORDS
    x = {**_axis(unit), "range": [min(everything) - room, max(everything) + room], "zeroline": False}
    middle = {"type": "line", "x0": believed, "x1": believed, "y0": 0, "y1": 1, "yref": "paper"}
    across: Trace = {"shapes": [{**middle, "line": {"color": BASELINE, "width": 1.5}}], "barmode": "overlay"}
    alt, height = f"Bars to both sides of what is believed. {title}", _tall(len(names))
    return house(bars, title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=height, showlegend=False, **across)


def _swing(name: str, names: Sequence[str], values: Sequence[float], believed: float, unit: str) -> Trace:
    """One end of every bar, written beside it where it is away from what is believed."""
    moves = [value - believed for value in values]
    return {
        "type": "bar",
        "base": believed,
        "x": moves,
        "y": list(names),
        "orientation": "h",
        "width": 0.5,
        "name": name,
        "marker": {"color": [_sign(move) for move in moves]},
        "text": [_said(value, unit) if abs(move) >= _HAIR else "" for value, move in zip(values, moves, strict=True)],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": values,
        "hovertemplate": _NAME_HOVER + _hover(unit, "customdata"),
    }


def signed_months(frame: pd.DataFrame, value: str, *, title: str, unit: str, axis: str = "") -> Figure:
    """One bar per month, up in blue and down in vermilion, from zero; `axis` says what the months are."""
    values = _floats(frame[value])
    bars = {
        "type": "bar",
        "x": list(frame["month"]),
        "y": values,
        "marker": {"color": [_sign(number) for number in values]},
        "hovertemplate": _MONTH_HOVER + _hover(unit),
    }
    y = {"zeroline": True, **_axis(unit)}
    x = {**_months(frame["month"]), "title": {"text": axis}}
    return house([bars], title=title, unit=unit, alt=f"Bars by month, signed. {title}", x=x, y=y)


def signed_stack(
    frame: pd.DataFrame, parts: Sequence[Series], *, title: str, unit: str, axis: str = "", height: int = 380
) -> Figure:
    """One bar per month, its parts stacked up where they gain and down where they lose; a part's key is its column."""
    bars = [
        {
            "type": "bar",
            "x": list(frame["month"]),
            "y": values,
            "name": one.label,
            "marker": {"color": PALETTE[one.colour]},
            "hovertemplate": _MONTH_HOVER + _hover(unit),
        }
        for one in parts
        if any(values := _floats(frame[one.key]))
    ]
    x, y = {**_months(frame["month"]), "title": {"text": axis}}, {"zeroline": True, **_axis(unit)}
    alt = f"Signed bars by month, stacked. {title}"
    return house(bars, title=title, unit=unit, alt=alt, x=x, y=y, barmode="relative", height=height, showlegend=True)


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    words: Sequence[Sequence[str]],
    *,
    title: str,
    unit: str,
    axis: str = "",
    tight: bool = False,
    opens: bool = False,
) -> Figure:
    """A table in shades of one blue, the larger the darker; what a cell is worth is written in it, in `words`.

    A cell that has words and no value is grey, one without either is left open. Tight rows hold one line of words.
    Where cells open, the last trace has a mark on every one with words, row by row, for a shade cannot be picked.
    """
    shaded = [[*row] for row in values]
    grey = [
        [0 if value is None and said else None for value, said in zip(*pair, strict=True)]
        for pair in zip(values, words, strict=True)
    ]
    squares = [
        _squares(rows, columns, cells, words, scale)
        for cells, scale in ((shaded, (_FAINTEST, PALETTE["sky"])), (grey, (_BLANK, _BLANK)))
        if any(cell is not None for row in cells for cell in row)
    ]
    names: Trace = {"type": "category", "categoryorder": "array", "showgrid": False}
    x: Trace = {**names, "categoryarray": list(columns), "side": "top", "title": {"text": axis}}
    y: Trace = {**names, "categoryarray": list(rows), "autorange": "reversed"}
    alt, height = f"A table in shades. {title}", max(_SMALL, (_TIGHT if tight else _ROW) * len(rows) + _HEAD)
    marks = [_marks(rows, columns, words)] if opens else []
    look: Trace = {"showlegend": False, "clickmode": "event+select"} if opens else {}
    return house([*squares, *marks], title=title, unit=unit, alt=alt, x=x, y=y, height=height, **look)


def _marks(rows: Sequence[str], columns: Sequence[str], words: Sequence[Sequence[str]]) -> Trace:
    """A mark on every cell with words, row by row: seen only once it is picked."""
    lines = [(row, zip(columns, line, strict=True)) for row, line in zip(rows, words, strict=True)]
    cells = [(row, column, said) for row, line in lines for column, said in line]
    shown = [cell for cell in cells if cell[2]]
    return {
        "type": "scatter",
        "x": [column for _, column, _ in shown],
        "y": [row for row, _, _ in shown],
        "text": [said for _, _, said in shown],
        "mode": "markers",
        "marker": {"size": 30, "symbol": "square", "color": PALETTE["blue"], "opacity": 0},
        "selected": {"marker": {"opacity": 0.35}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": "%{y}<br>%{x}<br>%{text}<extra></extra>",
    }


def _squares(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | None]],
    words: Sequence[Sequence[str]],
    scale: tuple[str, str],
) -> Trace:
    """The cells that have a value, from the palest shade to the darkest, each with its words."""
    said = [
        [word if cell is not None else "" for cell, word in zip(*pair, strict=True)]
        for pair in zip(cells, words, strict=True)
    ]
    return {
        "type": "heatmap",
        "x": list(columns),
        "y": list(rows),
        "z": [list(row) for row in cells],
        "text": said,
        "texttemplate": "%{text}",
        "textfont": {"color": _INK},
        "colorscale": [[0, scale[0]], [1, scale[1]]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": "%{y}<br>%{x}<br>%{text}<extra></extra>",
    }


def gap(frame: pd.DataFrame, label: str, *, title: str, unit: str) -> Figure:
    """Promised against delivered: two dots and the distance between them."""
    names = [str(name) for name in frame[label]]
    promised, delivered = _floats(frame["promised"]), _floats(frame["delivered"])
    distances = [_distance(*ends) for ends in zip(names, promised, delivered, strict=True)]
    dots = [
        _dots("promised", names, promised, "circle-open", BASELINE, unit),
        _dots("delivered", names, delivered, "circle", SCENARIO, unit),
    ]
    x, alt = {"rangemode": "tozero", **_axis(unit)}, f"Promised against delivered. {title}"
    return house([*distances, *dots], title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=_tall(len(names)))


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


def _dots(name: str, names: Sequence[str], values: Sequence[float], symbol: str, colour: str, unit: str) -> Trace:
    return {
        "type": "scatter",
        "x": values,
        "y": names,
        "mode": "markers",
        "name": name,
        "marker": {"color": colour, "size": 14, "symbol": symbol, "line": {"width": 3}},
        "hovertemplate": _NAME_HOVER + _hover(unit, "x"),
    }


def bullets(frame: pd.DataFrame, label: str, *, title: str) -> Figure:
    """Each value as a part of its own target, which is one upright for all of them, and peers as a pale band behind.

    `frame` has reach and is_kept, low and high of the peers, each a part of the target; a row without a value has no
    bar. A bar that goes beyond the scale ends at its edge: its name tells it.
    """
    names, reach = [str(name) for name in frame[label]], _floats(frame["reach"])
    values = [min(one, _BEYOND) if one == one else 0.0 for one in reach]
    bars = {
        "type": "bar",
        "x": values,
        "y": names,
        "orientation": "h",
        "width": 0.3,
        "marker": {"color": [GAIN if kept else LOSS for kept in frame["is_kept"]]},
        "hoverinfo": "skip",
    }
    ends = zip(names, _floats(frame["low"]), _floats(frame["high"]), strict=True)
    bands = [_peers(name, low, high) for name, low, high in ends if low == low]
    mark = {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": BASELINE}}
    x = {"range": [0, _BEYOND], "tickvals": [0, 0.5, 1, 1.5], "ticktext": ["0", "half", "target", "half more"]}
    y = {**_NAMES, "categoryorder": "array", "categoryarray": names}
    look: Trace = {"height": _tall(len(names)), "showlegend": False, "shapes": [mark], "barmode": "overlay"}
    alt = f"Bars against targets. {title}"
    return house([*bands, bars], title=title, unit="share", alt=alt, x={**x, "zeroline": False}, y=y, **look)


def _peers(name: str, low: float, high: float) -> Trace:
    band = {"type": "bar", "base": [low], "x": [high - low], "y": [name], "orientation": "h", "width": 0.7}
    return {**band, "marker": {"color": _BAND}, "hoverinfo": "skip"}


def month_ends(
    frame: pd.DataFrame, last: date, ends: tuple[Decimal, Decimal, Decimal], *, title: str, unit: str
) -> Figure:
    """A total day by day up to today, the band in which the month ends, and in grey what followed where it is known.

    `frame` has day, total_usd and is_past; `ends` are low, middle and high on the `last` day of the month.
    """
    past, later = frame[frame["is_past"]], frame[~frame["is_past"]]
    days, totals = list(past["day"]), _floats(past["total_usd"])
    low, middle, high = (float(end) for end in ends)
    begin, begun = days[-1:], totals[-1:]
    followed = pd.concat([past.tail(1), later])
    band = {"x": [*begin, last, last, *begin], "y": [*begun, high, low, *begun], "fill": "toself", "mode": "none"}
    ahead = [
        {**band, "type": "scatter", "name": "range", "fillcolor": _BAND, "hoverinfo": "skip"},
        _stroke("projected", [*begin, last], [*begun, middle], SCENARIO, "dash", unit),
    ]
    after = _stroke("what followed", list(followed["day"]), _floats(followed["total_usd"]), BASELINE, "dot", unit)
    ends_at = {"middle right": middle, **({"top right": high, "bottom right": low} if low < high else {})}
    traces = [
        *(ahead if begin != [last] else []),
        _stroke("as it stood", days, totals, SCENARIO, "solid", unit),
        *([after] if len(later) else []),
        *(_written_at(last, value, unit, place) for place, value in ends_at.items()),
    ]
    ticks = [last.replace(day=day) for day in (1, 8, 15, 22)] + [last]
    x = {"tickvals": ticks, "tickformat": "%-d %b", "range": [ticks[0], _after(last)]}
    return house(traces, title=title, unit=unit, alt=f"A line over a month and its range. {title}", x=x, y=_axis(unit))


def _after(day: date) -> date:
    """Room behind the last day for what is written there."""
    return date.fromordinal(day.toordinal() + 3)


def _stroke(name: str, x: Sequence[Any], y: Sequence[float], colour: str, dash: str, unit: str) -> Trace:
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "hovertemplate": "%{x}<br>" + _hover(unit),
    }


def _written_at(x: Any, value: float, unit: str, place: str) -> Trace:
    written = {"x": [x], "y": [value], "text": [" " + _said(value, unit)], "textposition": place, "mode": "text"}
    return {"type": "scatter", **written, "showlegend": False, "hoverinfo": "skip", "cliponaxis": False}


def ranges(
    frame: pd.DataFrame,
    label: str,
    *,
    title: str,
    unit: str,
    called: tuple[str, str, str] = ("low to high", "middle", "what it became"),
) -> Figure:
    """Low to high as a bar, the middle as a dot, one row each; a diamond where a column `became` says what it was.

    Dot and diamond may lie outside of the bar, and below zero; `called` names the three in the legend.
    """
    names = [str(name) for name in frame[label]]
    low, middle, high = (_floats(frame[column]) for column in ("low", "middle", "high"))
    digits = ",.2s" if unit == ESTIMATED else ",.2f"
    bars = {
        "type": "bar",
        "base": low,
        "x": [end - begin for begin, end in zip(low, high, strict=True)],
        "y": names,
        "orientation": "h",
        "width": 0.35,
        "name": called[0],
        "marker": {"color": _BAND},
        "customdata": list(zip(low, high, strict=True)),
        "hovertemplate": f"%{{y}}<br>$%{{customdata[0]:{digits}}} to $%{{customdata[1]:{digits}}}<extra></extra>",
    }
    dots = [_small_dots(called[1], names, middle, "circle", SCENARIO, unit)]
    became = _floats(frame["became"]) if "became" in frame else []
    if became:
        dots.append(_small_dots(called[2], names, became, "diamond-open", BASELINE, unit))
    ends = [max(pair) for pair in zip(high, middle, strict=True)]
    written = _written_totals(names, ends, unit) | {"text": ["    " + _said(value, unit) for value in middle]}
    known = [at for at in (*ends, *middle, *became) if at == at]
    x = {"range": [min([0.0, *known]) * _ROOM_FOR_TOTALS, max([*known, _HAIR]) * _ROOM_FOR_TOTALS], **_axis(unit)}
    alt, height = f"Ranges. {title}", _tall(len(names))
    return house([bars, *dots, written], title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=height)


def spans(frame: pd.DataFrame, label: str, *, title: str, axis: str, zero: str) -> Figure:
    """Low to high as fractions around a zero with a name, one row each; a column `written` stands in words behind it.

    What lies above the zero throughout is blue, what lies below it vermilion, and what holds it grey.
    """
    names, low, high = [str(name) for name in frame[label]], _floats(frame["low"]), _floats(frame["high"])
    colours = [GAIN if begin > 0 else LOSS if end < 0 else BASELINE for begin, end in zip(low, high, strict=True)]
    bars = {
        "type": "bar",
        "base": low,
        "x": [end - begin for begin, end in zip(low, high, strict=True)],
        "y": names,
        "orientation": "h",
        "width": 0.45,
        "marker": {"color": colours, "line": {"color": colours, "width": 2}},  # a range of nothing is still seen
        "customdata": list(zip(low, high, strict=True)),
        "hovertemplate": _NAME_HOVER + "%{customdata[0]:+.1%} to %{customdata[1]:+.1%}<extra></extra>",
    }
    ends = [max(end, 0.0) for end in high]
    behind = {**_written_totals(names, ends, "share"), "text": [f"  {words}" for words in frame["written"]]}
    least, most = min([*low, 0.0]), max([*ends, _HAIR])
    ticks = [number * _TICK for number in range(ceil(least / _TICK), floor(most / _TICK) + 1)]
    words = [f"{_said(tick, 'share')}" if tick < 0 else f"+{tick:.0%}" if tick else zero for tick in ticks]
    room = {"range": [least - _HAIR, most + _ROOM_BEHIND * (most - least)], "tickvals": ticks, "ticktext": words}
    x = {"title": {"text": axis}, "zeroline": False, **room}
    now = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": BASELINE}}
    look: Trace = {"height": _tall(len(names)), "showlegend": False, "shapes": [now]}
    return house([bars, behind], title=title, unit="share", alt=f"Ranges. {title}", x=x, y=_NAMES, **look)


def trade_off(
    frame: pd.DataFrame, x: str, y: str, *, marked: pd.DataFrame, title: str, unit: str, axis: str, names: Sequence[str]
) -> Figure:
    """A share against an amount: a cloud of points, and marked ones with a column `label`; a name for either."""
    colours = ({"color": BASELINE, "size": 6, "opacity": 0.6}, {"color": SCENARIO, "size": 12, "symbol": "diamond"})
    clouds = [
        {
            "type": "scatter",
            "x": _floats(part[x]),
            "y": _floats(part[y]),
            "mode": "markers",
            "name": name,
            "text": [str(words) for words in part.get("label", [""] * len(part))],
            "marker": marker,
            "hovertemplate": "%{text} %{x:.1%}<br>" + _hover(unit),
        }
        for part, name, marker in zip((frame, marked), names, colours, strict=True)
    ]
    across, up = {**_axis("share"), "title": {"text": axis}, "zeroline": False}, {**_axis(unit), "zeroline": True}
    return house(clouds, title=title, unit=unit, alt=f"Points, two against each other. {title}", x=across, y=up)


def _small_dots(name: str, names: Sequence[str], values: Sequence[float], symbol: str, colour: str, unit: str) -> Trace:
    marker = {"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}}
    return {**_dots(name, names, values, symbol, colour, unit), "marker": marker}


def ages(frame: pd.DataFrame, label: str, *, title: str) -> Figure:
    """How old each thing is in days against how old it may be: a track up to the limit, a dot, past the limit red.

    `frame` has age, record_age and limit; what is None has no dot.
    """
    names = [str(name) for name in frame[label]]
    age, record, limit = (_floats(frame[column]) for column in ("age", "record_age", "limit"))
    track = {
        "type": "bar",
        "x": limit,
        "y": names,
        "orientation": "h",
        "width": 0.4,
        "name": "allowed age",
        "marker": {"color": _SHADE, "line": {"color": BASELINE, "width": 1}},
        "hovertemplate": _NAME_HOVER + _hover("days", "x"),
    }
    colours = [LOSS if days > most else GAIN for days, most in zip(age, limit, strict=True)]
    pulled = _small_dots("last pull", names, age, "circle", GAIN, "days")
    pulled["marker"] = {**pulled["marker"], "color": colours, "line": {"width": 2, "color": colours}}
    newest = _small_dots("newest record", names, record, "diamond-open", BASELINE, "days")
    drawn = [number for number in (*age, *record, *limit) if number == number]
    x = {"range": [-0.02 * max([*drawn, 1.0]), max([*drawn, 1.0]) * _HEADROOM], **_axis("days"), "zeroline": False}
    alt = f"Ages in days against limits. {title}"
    return house([track, newest, pulled], title=title, unit="days", alt=alt, x=x, y=_NAMES, height=_tall(len(names)))


def magnitudes(frame: pd.DataFrame, label: str, parts: Sequence[Series], *, title: str, unit: str) -> Figure:
    """Counts that differ a thousandfold, on one scale of powers of ten: a mark for each part, none for a zero.

    Each part has its own symbol, so that equal counts show through each other; the last is written below its mark.
    """
    names = [str(name) for name in frame[label]]
    symbols = zip(parts, _SYMBOLS, strict=False)
    marks = [_magnitude(part, symbol, names, _floats(frame[part.key]), unit) for part, symbol in symbols]
    marks[-1]["textposition"] = "bottom center"
    rows = {"type": "scatter", "x": [1.0] * len(names), "y": names, "mode": "none", "showlegend": False}
    top = max([10.0, *(count for mark in marks for count in mark["x"])])
    powers = [10**power for power in range(len(str(int(top))) + 1)]
    ticks = {"type": "log", "tickvals": powers, "ticktext": [_power(power) for power in powers], "showgrid": True}
    x = {**ticks, "range": [-0.3, log10(top) + 0.5], "title": {"text": f"{unit}, each step ten times as many"}}
    alt, height = f"Marks on a scale of powers of ten. {title}", _tall(len(names))
    return house([{**rows, "hoverinfo": "skip"}, *marks], title=title, unit=unit, alt=alt, x=x, y=_NAMES, height=height)


def _magnitude(part: Series, symbol: str, names: Sequence[str], counts: Sequence[float], unit: str) -> Trace:
    some = [(name, count) for name, count in zip(names, counts, strict=True) if count > 0]
    at, values = [name for name, _ in some], [count for _, count in some]
    written = {"mode": "markers+text", "text": [f"{value:,.0f}" for value in values], "textposition": "top center"}
    dots = _small_dots(part.label, at, values, symbol, PALETTE[part.colour], unit)
    return {**dots, **written, "textfont": {"size": 11}, "cliponaxis": False}


def _power(number: int) -> str:
    scales = ((1_000_000, "M"), (1_000, "k"))
    return next((f"{number // scale:,}{letter}" for scale, letter in scales if number >= scale), str(number))


def bent_lines(
    frame: pd.DataFrame,
    x: str,
    value: str,
    by: str,
    *,
    series: Sequence[Series],
    uprights: Sequence[Upright],
    title: str,
    unit: str,
    axis: str,
    height: int = 380,
) -> Figure:
    """Lines through the places where they bend or fall, the bands between thresholds shaded, every upright labelled."""
    dashes = {one.key: _DASHES[place % len(_DASHES)] for place, one in enumerate(series)}
    traces = [
        _stroke(one.label, _floats(part[x]), _floats(part[value]), PALETTE[one.colour], dashes[one.key], unit)
        for one, part in _parts(frame, by, series)
    ]
    ends = [float(one.at) for one in uprights if not one.is_now]
    end, top = (max(_floats(frame[column]), default=0.0) for column in (x, value))
    across = {
        "shapes": [*_bands([*ends, end]), *(_upright(one) for one in uprights)],
        "annotations": [_sign_post(one, place, end) for place, one in enumerate(uprights)],
        "margin": {**_STYLE["margin"], "t": 15 * len(uprights) + 8, "b": 76},
        "legend": {**_STYLE["legend"], "yref": "container", "y": 0},
    }
    horizontal = {"title": {"text": axis}, "tickformat": "~s", "rangemode": "tozero"}
    y = {"rangemode": "tozero", **_axis(unit), **({"tickformat": "$.2f"} if top < _CENTS_BELOW else {})}
    alt = f"Lines over {axis}, with thresholds. {title}"
    return house(traces, title=title, unit=unit, alt=alt, x=horizontal, y=y, height=height, **across)


def _bands(ends: Sequence[float]) -> list[Trace]:
    """Every other stretch between thresholds, faintly shaded."""
    stretches = list(pairwise(ends))[::2]
    style = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "fillcolor": _SHADE, "line": {"width": 0}}
    return [{**style, "x0": begin, "x1": end, "layer": "below"} for begin, end in stretches]


def _upright(one: Upright) -> Trace:
    line = {"color": SCENARIO if one.is_now else BASELINE, "width": 1.5, "dash": "solid" if one.is_now else "dot"}
    at = float(one.at)
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _sign_post(one: Upright, place: int, end: float) -> Trace:
    """The words of an upright, each on a line of its own above the chart, and towards the middle of it."""
    at = float(one.at)
    side = "right" if at > end / 2 else "left"
    where = {"x": at, "y": 1, "yref": "paper", "xanchor": side, "yanchor": "bottom", "yshift": 15 * place}
    return {**where, "text": one.words, "showarrow": False, "font": {"size": 11}}


def multiples(frame: pd.DataFrame, value: str, by: str, *, series: Sequence[Series], unit: str) -> list[Figure]:
    """One small figure per name over the same months, all on one scale; each is titled by its name."""
    top = max(_floats(frame[value]), default=1.0) * _HEADROOM
    return [_small(one, part, value, unit, top) for one, part in _parts(frame, by, series)]


def _small(one: Series, part: pd.DataFrame, value: str, unit: str, top: float) -> Figure:
    area = {
        "type": "scatter",
        "x": list(part["month"]),
        "y": _floats(part[value]),
        "mode": "lines",
        "fill": "tozeroy",
        "name": one.label,
        "line": {"color": PALETTE[one.colour], "width": 2},
        "hovertemplate": _MONTH_HOVER + _hover(unit),
    }
    x, y = _months(part["month"], _SMALL_STEPS), {**_axis(unit), "range": [0, top], "nticks": 4}
    alt = f"{one.label} by month, on a common scale"
    return house([area], title=one.label, unit=unit, alt=alt, x=x, y=y, height=_SMALL)


def _months(column: "pd.Series[Any]", steps: Sequence[tuple[int, int]] = _STEPS) -> Trace:
    """An axis of months: a tick for each, or for every third, sixth … as far as they fit; the year where it begins."""
    months = sorted(set(column))
    step = next((step for step, room in steps if len(months) <= room), len(months))
    shown = months[::step]
    years = [one.year for one in shown]
    starts = [year != before for year, before in zip(years, [None, *years], strict=False)]
    words = [f"{one:%b}<br>{one:%Y}" if first else f"{one:%b}" for one, first in zip(shown, starts, strict=True)]
    return {"tickvals": shown, "ticktext": words, "tickangle": 0, "hoverformat": "%b %Y"}


def _parts(frame: pd.DataFrame, by: str, series: Sequence[Series]) -> Iterator[tuple[Series, pd.DataFrame]]:
    keys = frame[by].astype(str)
    known = {one.key for one in series}
    strangers = [Series(key, key, "grey") for key in sorted(set(keys) - known)]
    for one in [*series, *strangers]:
        if (keys == one.key).any():
            yield one, frame[keys == one.key]


def _floats(column: "pd.Series[Any]") -> list[float]:
    return [float(value) if pd.notna(value) else float("nan") for value in column]


def _stretches(part: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """The recorded stretch of a line, and the estimated one, joined at the last recorded point."""
    if "is_estimate" not in part:
        return [(part, "solid")]
    estimated = part["is_estimate"].astype(bool)
    recorded = part[~estimated]
    return [(recorded, "solid"), (pd.concat([recorded.tail(1), part[estimated]]), "dot")]


def _sign(number: float) -> str:
    return LOSS if number < 0 else GAIN


def _tall(bars: int) -> int:
    return max(180, 44 * bars + 96)


def _axis(unit: str) -> dict[str, Any]:
    dollars = {"tickformat": "$~s"}
    formats = {"USD": dollars, ESTIMATED: dollars, "share": {"tickformat": ".1~%"}}
    return {"title": {"text": _AXIS_TITLES.get(unit, unit)}, **formats.get(unit, {"tickformat": ",~r"})}


def _whole_steps(values: Sequence[float], unit: str) -> Trace:
    """A few things are counted one by one: no tick stands between two of them."""
    is_few = unit not in _AXIS_TITLES and max(values, default=0.0) <= _FEW
    return {"dtick": 1} if is_few else {}


def _hover(unit: str, axis: str = "y") -> str:
    about = f"about $%{{{axis}:.2s}}"
    shown = {"USD": f"$%{{{axis}:,.2f}}", ESTIMATED: about, "share": f"%{{{axis}:.2%}}"}
    return shown.get(unit, f"%{{{axis}:,}} {unit}") + "<extra>%{fullData.name}</extra>"


def _said(number: float, unit: str) -> str:
    """A number written at a mark: dollars or a whole percent, short enough for a phone, with a true minus."""
    size = abs(number)
    dollars = {"USD": _dollars(size), ESTIMATED: _about(size)}
    shown = {**dollars, "share": f"{size:.0%}"}.get(unit, f"{size:,.0f}")
    return f"−{shown}" if number < 0 and shown.strip("$0.%,") else shown


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


def _refuse_crowds(traces: Sequence[Trace]) -> None:
    points = sum(len(trace["x"]) for trace in traces)
    if points > MOST_POINTS:
        raise ValueError(f"a chart carries at most {MOST_POINTS:,} points and this one has {points:,}: aggregate first")
