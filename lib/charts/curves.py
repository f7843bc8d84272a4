"""Curves with bands and upright lines: what breaks even, and prices that bend at thresholds."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pandas as pd

from lib.charts.columns import floats, parts_of
from lib.charts.style import (
    BASELINE,
    GAIN,
    LOSS,
    PALETTE,
    SCENARIO,
    SHADE,
    STYLE,
    Figure,
    Series,
    Trace,
    Upright,
    faint,
    house,
)
from lib.charts.traces import sign_post, stroke, upright
from lib.charts.words import hover, value_axis

_CENTS_BELOW = 10.0  # dollars
_DASHES = ("solid", "dash", "solid", "dash")


def break_even(
    frame: pd.DataFrame, at: float | None, *, title: str, unit: str = "USD", axis: str = "extra churn"
) -> Figure:
    """What is left of a gain as more customers leave: blue above zero, vermilion below, an upright where it is gone.

    `frame` has extra_churn_rate and delta_usd, ascending, and is_believed: the reader's own range, which is shaded.
    """
    rates, left = floats(frame["extra_churn_rate"]), floats(frame["delta_usd"])
    signs = (("a gain", GAIN, [max(one, 0.0) for one in left]), ("a loss", LOSS, [min(one, 0.0) for one in left]))
    areas = [_area(name, rates, values, colour) for name, colour, values in signs if any(values)]
    line = stroke("what is left", rates, left, SCENARIO, "solid", unit) | {"showlegend": False}
    line["hovertemplate"] = "%{x:.2%} leave<br>" + hover(unit)
    believed = [rate for rate, inside in zip(rates, frame["is_believed"], strict=True) if inside]
    gone = [] if at is None else [Upright(Decimal(str(at)), f"the gain is gone at {at:.1%}")]
    across: Trace = {
        "shapes": [*_believed_range(believed), *(upright(one) for one in gone)],
        "annotations": [
            *(sign_post(one, place, max(rates, default=0.0)) for place, one in enumerate(gone)),
            *_words_of_range(believed),
        ],
        "margin": {**STYLE["margin"], "t": 28},
    }
    x = {"title": {"text": axis}, "tickformat": ".1~%", "range": [0, max(rates, default=1.0)]}
    y, alt = {"zeroline": True, "zerolinecolor": BASELINE, **value_axis(unit)}, f"A curve over {axis}. {title}"
    return house([*areas, line], title=title, unit=unit, alt=alt, x=x, y=y, showlegend=False, **across)


def _area(name: str, x: Sequence[float], y: Sequence[float], colour: str) -> Trace:
    area = {"type": "scatter", "x": list(x), "y": list(y), "name": name, "mode": "none", "fill": "tozeroy"}
    return {**area, "fillcolor": faint(colour), "hoverinfo": "skip"}


def _believed_range(believed: Sequence[float]) -> list[Trace]:
    if not believed:
        return []
    ends = {"x0": believed[0], "x1": believed[-1], "y0": 0, "y1": 1, "yref": "paper"}
    return [{"type": "rect", **ends, "fillcolor": SHADE, "line": {"color": BASELINE, "width": 1, "dash": "dot"}}]


def _words_of_range(believed: Sequence[float]) -> list[Trace]:
    if not believed:
        return []
    where = {"x": (believed[0] + believed[-1]) / 2, "y": 0, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    return [{**where, "text": "believed", "font": {"size": 11, "color": BASELINE}}]


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
        stroke(one.label, floats(part[x]), floats(part[value]), PALETTE[one.colour], dashes[one.key], unit)
        for one, part in parts_of(frame, by, series)
    ]
    ends = [float(one.at) for one in uprights if not one.is_now]
    end, top = (max(floats(frame[column]), default=0.0) for column in (x, value))
    across = {
        "shapes": [*_bands([*ends, end]), *(upright(one) for one in uprights)],
        "annotations": [sign_post(one, place, end) for place, one in enumerate(uprights)],
        "margin": {**STYLE["margin"], "t": 15 * len(uprights) + 8, "b": 76},
        "legend": {**STYLE["legend"], "yref": "container", "y": 0},
    }
    horizontal = {"title": {"text": axis}, "tickformat": "~s", "rangemode": "tozero"}
    y = {"rangemode": "tozero", **value_axis(unit), **({"tickformat": "$.2f"} if top < _CENTS_BELOW else {})}
    alt = f"Lines over {axis}, with thresholds. {title}"
    return house(traces, title=title, unit=unit, alt=alt, x=horizontal, y=y, height=height, **across)


def _bands(ends: Sequence[float]) -> list[Trace]:
    """Every other stretch between thresholds, faintly shaded."""
    stretches = list(pairwise(ends))[::2]
    style = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "fillcolor": SHADE, "line": {"width": 0}}
    return [{**style, "x0": begin, "x1": end, "layer": "below"} for begin, end in stretches]
