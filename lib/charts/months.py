"""Pictures over months: what is recorded, what is expected, each part, and each month's change."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.charts.columns import floats, gain_or_loss, parts_of
from lib.charts.style import (
    BAND,
    BASELINE,
    HEADROOM,
    PALETTE,
    SCENARIO,
    SMALL,
    Figure,
    Series,
    Trace,
    house,
)
from lib.charts.traces import stroke
from lib.charts.words import MONTH_HOVER, SMALL_STEPS, hover, month_axis, said, value_axis


def stacked_months(
    frame: pd.DataFrame, value: str, by: str, *, series: Sequence[Series], title: str, unit: str
) -> Figure:
    """One bar per month, stacked by a rail, tier or persona; every bar starts at zero."""
    bars = [
        {
            "type": "bar",
            "x": list(part["month"]),
            "y": floats(part[value]),
            "name": one.label,
            "marker": {"color": PALETTE[one.colour]},
            "hovertemplate": MONTH_HOVER + hover(unit),
        }
        for one, part in parts_of(frame, by, series)
    ]
    y = {"rangemode": "tozero", **value_axis(unit)}
    alt = f"Stacked bars by month. {title}"
    return house(bars, title=title, unit=unit, alt=alt, x=month_axis(frame["month"]), y=y, barmode="stack")


def lines(
    frame: pd.DataFrame, x: str, value: str, by: str, *, series: Sequence[Series], title: str, unit: str
) -> Figure:
    """One line per name; what `is_estimate` says is estimated goes on dotted from the last recorded point."""
    traces = [
        _line(one, stretch, x, value, unit, dash)
        for one, part in parts_of(frame, by, series)
        for stretch, dash in _stretches(part)
    ]
    words = x.replace("_", " ")
    horizontal = month_axis(frame[x]) if x == "month" else {"title": {"text": words}}
    y = {"rangemode": "tozero", **value_axis(unit)}
    return house(traces, title=title, unit=unit, alt=f"Lines over {words}. {title}", x=horizontal, y=y)


def _line(one: Series, stretch: pd.DataFrame, x: str, value: str, unit: str, dash: str) -> Trace:
    return {
        "type": "scatter",
        "x": list(stretch[x]),
        "y": floats(stretch[value]),
        "name": one.label,
        "legendgroup": one.key,
        "showlegend": dash == "solid",
        "mode": "lines",
        "line": {"color": PALETTE[one.colour], "width": 2.5, "dash": dash},
        "hovertemplate": hover(unit),
    }


def _stretches(part: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """The recorded stretch of a line, and the estimated one, joined at the last recorded point."""
    if "is_estimate" not in part:
        return [(part, "solid")]
    estimated = part["is_estimate"].astype(bool)
    recorded = part[~estimated]
    return [(recorded, "solid"), (pd.concat([recorded.tail(1), part[estimated]]), "dot")]


def signed_months(frame: pd.DataFrame, value: str, *, title: str, unit: str, axis: str = "") -> Figure:
    """One bar per month, up in blue and down in vermilion, from zero; `axis` says what the months are."""
    values = floats(frame[value])
    bars = {
        "type": "bar",
        "x": list(frame["month"]),
        "y": values,
        "marker": {"color": [gain_or_loss(number) for number in values]},
        "hovertemplate": MONTH_HOVER + hover(unit),
    }
    y = {"zeroline": True, **value_axis(unit)}
    x = {**month_axis(frame["month"]), "title": {"text": axis}}
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
            "hovertemplate": MONTH_HOVER + hover(unit),
        }
        for one in parts
        if any(values := floats(frame[one.key]))
    ]
    x, y = {**month_axis(frame["month"]), "title": {"text": axis}}, {"zeroline": True, **value_axis(unit)}
    alt = f"Signed bars by month, stacked. {title}"
    return house(bars, title=title, unit=unit, alt=alt, x=x, y=y, barmode="relative", height=height, showlegend=True)


def month_ends(
    frame: pd.DataFrame, last: date, ends: tuple[Decimal, Decimal, Decimal], *, title: str, unit: str
) -> Figure:
    """A total day by day up to today, the band in which the month ends, and in grey what followed where it is known.

    `frame` has day, total_usd and is_past; `ends` are low, middle and high on the `last` day of the month.
    """
    past, later = frame[frame["is_past"]], frame[~frame["is_past"]]
    days, totals = list(past["day"]), floats(past["total_usd"])
    low, middle, high = (float(end) for end in ends)
    begin, begun = days[-1:], totals[-1:]
    followed = pd.concat([past.tail(1), later])
    band = {"x": [*begin, last, last, *begin], "y": [*begun, high, low, *begun], "fill": "toself", "mode": "none"}
    ahead = [
        {**band, "type": "scatter", "name": "range", "fillcolor": BAND, "hoverinfo": "skip"},
        stroke("projected", [*begin, last], [*begun, middle], SCENARIO, "dash", unit),
    ]
    after = stroke("what followed", list(followed["day"]), floats(followed["total_usd"]), BASELINE, "dot", unit)
    ends_at = {"middle right": middle, **({"top right": high, "bottom right": low} if low < high else {})}
    traces = [
        *(ahead if begin != [last] else []),
        stroke("as it stood", days, totals, SCENARIO, "solid", unit),
        *([after] if len(later) else []),
        *(_written_at(last, value, unit, place) for place, value in ends_at.items()),
    ]
    ticks = [last.replace(day=day) for day in (1, 8, 15, 22)] + [last]
    x = {"tickvals": ticks, "tickformat": "%-d %b", "range": [ticks[0], _after(last)]}
    return house(
        traces, title=title, unit=unit, alt=f"A line over a month and its range. {title}", x=x, y=value_axis(unit)
    )


def _after(day: date) -> date:
    """Room behind the last day for what is written there."""
    return date.fromordinal(day.toordinal() + 3)


def _written_at(x: Any, value: float, unit: str, place: str) -> Trace:
    written = {"x": [x], "y": [value], "text": [" " + said(value, unit)], "textposition": place, "mode": "text"}
    return {"type": "scatter", **written, "showlegend": False, "hoverinfo": "skip", "cliponaxis": False}


def multiples(frame: pd.DataFrame, value: str, by: str, *, series: Sequence[Series], unit: str) -> list[Figure]:
    """One small figure per name over the same months, all on one scale; each is titled by its name."""
    top = max(floats(frame[value]), default=1.0) * HEADROOM
    return [_small(one, part, value, unit, top) for one, part in parts_of(frame, by, series)]


def _small(one: Series, part: pd.DataFrame, value: str, unit: str, top: float) -> Figure:
    area = {
        "type": "scatter",
        "x": list(part["month"]),
        "y": floats(part[value]),
        "mode": "lines",
        "fill": "tozeroy",
        "name": one.label,
        "line": {"color": PALETTE[one.colour], "width": 2},
        "hovertemplate": MONTH_HOVER + hover(unit),
    }
    x, y = month_axis(part["month"], SMALL_STEPS), {**value_axis(unit), "range": [0, top], "nticks": 4}
    alt = f"{one.label} by month, on a common scale"
    return house([area], title=one.label, unit=unit, alt=alt, x=x, y=y, height=SMALL)
