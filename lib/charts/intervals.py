"""From here to there: ranges of estimates, spreads of a group, spans against zero, a metric against its target."""

from collections.abc import Sequence
from math import ceil, floor

import pandas as pd

from lib.charts.columns import floats, parts_of, tall
from lib.charts.style import (
    BAND,
    BASELINE,
    GAIN,
    HAIR,
    HEADROOM,
    LOSS,
    PALETTE,
    ROOM_FOR_TOTALS,
    SCENARIO,
    Figure,
    Series,
    Trace,
    house,
)
from lib.charts.traces import small_dots, written_totals
from lib.charts.words import ESTIMATED, NAME_HOVER, NAMES, said, value_axis

_ROOM_BEHIND, _TICK = 0.7, 0.1  # of the bars' own width, for words behind them; a fraction
_BEYOND = 1.6  # times its target: where a bar ends that goes further


def spreads(frame: pd.DataFrame, label: str, by: str, *, series: Sequence[Series], title: str, unit: str) -> Figure:
    """Medians as dots with their quarters as whiskers, one dot below the other for each name of a row.

    `frame` has low, middle and high; a row without a middle has no dot.
    """
    known = frame[frame["middle"].notna()]
    dots = [_spread(one, part, label) for one, part in parts_of(known, by, series)]
    names = [str(name) for name in dict.fromkeys(frame[label])]
    y = {"type": "category", "categoryarray": names, "range": [len(names) - 0.5, -0.5]}
    end = max([HAIR, *floats(known["high"])]) * HEADROOM
    x = {"range": [-end / 50, end], "showgrid": True, **value_axis("share"), "title": {"text": unit}}
    layout: Trace = {"height": tall(len(names)) + 18 * len(names), "scattermode": "group", "scattergap": 0.35}
    alt = f"Medians and quarters. {title}"
    return house(dots, title=title, unit=unit, alt=alt, x=x, y=y, **layout)


def _spread(one: Series, part: pd.DataFrame, label: str) -> Trace:
    low, middle, high = (floats(part[column]) for column in ("low", "middle", "high"))
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
    low, middle, high = (floats(frame[column]) for column in ("low", "middle", "high"))
    digits = ",.2s" if unit == ESTIMATED else ",.2f"
    bars = {
        "type": "bar",
        "base": low,
        "x": [end - begin for begin, end in zip(low, high, strict=True)],
        "y": names,
        "orientation": "h",
        "width": 0.35,
        "name": called[0],
        "marker": {"color": BAND},
        "customdata": list(zip(low, high, strict=True)),
        "hovertemplate": f"%{{y}}<br>$%{{customdata[0]:{digits}}} to $%{{customdata[1]:{digits}}}<extra></extra>",
    }
    dots = [small_dots(called[1], names, middle, "circle", SCENARIO, unit)]
    became = floats(frame["became"]) if "became" in frame else []
    if became:
        dots.append(small_dots(called[2], names, became, "diamond-open", BASELINE, unit))
    ends = [max(pair) for pair in zip(high, middle, strict=True)]
    written = written_totals(names, ends, unit) | {"text": ["    " + said(value, unit) for value in middle]}
    known = [at for at in (*ends, *middle, *became) if at == at]
    x = {"range": [min([0.0, *known]) * ROOM_FOR_TOTALS, max([*known, HAIR]) * ROOM_FOR_TOTALS], **value_axis(unit)}
    alt, height = f"Ranges. {title}", tall(len(names))
    return house([bars, *dots, written], title=title, unit=unit, alt=alt, x=x, y=NAMES, height=height)


def spans(frame: pd.DataFrame, label: str, *, title: str, axis: str, zero: str) -> Figure:
    """Low to high as fractions around a zero with a name, one row each; a column `written` stands in words behind it.

    What lies above the zero throughout is blue, what lies below it vermilion, and what holds it grey.
    """
    names, low, high = [str(name) for name in frame[label]], floats(frame["low"]), floats(frame["high"])
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
        "hovertemplate": NAME_HOVER + "%{customdata[0]:+.1%} to %{customdata[1]:+.1%}<extra></extra>",
    }
    ends = [max(end, 0.0) for end in high]
    behind = {**written_totals(names, ends, "share"), "text": [f"  {words}" for words in frame["written"]]}
    least, most = min([*low, 0.0]), max([*ends, HAIR])
    ticks = [number * _TICK for number in range(ceil(least / _TICK), floor(most / _TICK) + 1)]
    words = [f"{said(tick, 'share')}" if tick < 0 else f"+{tick:.0%}" if tick else zero for tick in ticks]
    room = {"range": [least - HAIR, most + _ROOM_BEHIND * (most - least)], "tickvals": ticks, "ticktext": words}
    x = {"title": {"text": axis}, "zeroline": False, **room}
    now = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": BASELINE}}
    look: Trace = {"height": tall(len(names)), "showlegend": False, "shapes": [now]}
    return house([bars, behind], title=title, unit="share", alt=f"Ranges. {title}", x=x, y=NAMES, **look)


def bullets(frame: pd.DataFrame, label: str, *, title: str) -> Figure:
    """Each value as a part of its own target, which is one upright for all of them, and peers as a pale band behind.

    `frame` has reach and is_kept, low and high of the peers, each a part of the target; a row without a value has no
    bar. A bar that goes beyond the scale ends at its edge: its name tells it.
    """
    names, reach = [str(name) for name in frame[label]], floats(frame["reach"])
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
    ends = zip(names, floats(frame["low"]), floats(frame["high"]), strict=True)
    bands = [_peers(name, low, high) for name, low, high in ends if low == low]
    mark = {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": BASELINE}}
    x = {"range": [0, _BEYOND], "tickvals": [0, 0.5, 1, 1.5], "ticktext": ["0", "half", "target", "half more"]}
    y = {**NAMES, "categoryorder": "array", "categoryarray": names}
    look: Trace = {"height": tall(len(names)), "showlegend": False, "shapes": [mark], "barmode": "overlay"}
    alt = f"Bars against targets. {title}"
    return house([*bands, bars], title=title, unit="share", alt=alt, x={**x, "zeroline": False}, y=y, **look)


def _peers(name: str, low: float, high: float) -> Trace:
    band = {"type": "bar", "base": [low], "x": [high - low], "y": [name], "orientation": "h", "width": 0.7}
    return {**band, "marker": {"color": BAND}, "hoverinfo": "skip"}
