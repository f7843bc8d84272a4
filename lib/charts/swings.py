"""What makes up a change: steps from one sum to another, and how far each belief swings it."""

from collections.abc import Sequence

import pandas as pd

from lib.charts.columns import floats, gain_or_loss, tall
from lib.charts.style import BASELINE, GAIN, HAIR, LOSS, ROOM_FOR_WORDS, Figure, Trace, house
from lib.charts.words import ESTIMATED, NAME_HOVER, NAMES, hover, moved, said, value_axis


def steps(
    frame: pd.DataFrame, label: str, value: str, *, title: str, unit: str, total: str, begins: bool = False
) -> Figure:
    """A waterfall of a change that starts at zero: each step a gain or a loss, the total last.

    One that begins at its first row draws it as what it is, recorded: a total and no gain, and no estimate.
    """
    values = floats(frame[value])
    units = ["USD" if begins and unit == ESTIMATED else unit, *[unit] * len(values)]
    first = "absolute" if begins else "relative"
    fall = {
        "type": "waterfall",
        "x": [*(str(name) for name in frame[label]), total],
        "y": [*values, 0.0],
        "measure": [first, *["relative"] * (len(values) - 1), "total"] if values else ["total"],
        "text": [said(number, one) for number, one in zip((*values, sum(values)), units, strict=True)],
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "increasing": {"marker": {"color": GAIN}},
        "decreasing": {"marker": {"color": LOSS}},
        "totals": {"marker": {"color": BASELINE}},
        "connector": {"line": {"color": BASELINE, "width": 1}},
        "hovertemplate": "%{x}<br>" + hover(unit),
    }
    return house([fall], title=title, unit=unit, alt=f"Waterfall of a change. {title}", x={}, y=value_axis(unit))


def tornado(
    frame: pd.DataFrame, label: str, believed: float, *, title: str, unit: str = "USD", as_moves: bool = False
) -> Figure:
    """How far each belief moves a result, from what is believed to both ends: less in vermilion, more in blue.

    `frame` has low_usd and high_usd: the result with that belief at the low and at the high end of its own range.
    Beside each end stands the result, or how far it is from what is believed: small moves of a large one read alike.
    """
    names = [str(name) for name in frame[label]]
    ends = {end: floats(frame[f"{end}_usd"]) for end in ("low", "high")}
    bars = [_swing(f"at its {end}", names, values, believed, unit, as_moves) for end, values in ends.items()]
    everything = [*ends["low"], *ends["high"], believed]
    room = max(max(everything) - min(everything), HAIR) * ROOM_FOR_WORDS
    x = {**value_axis(unit), "range": [min(everything) - room, max(everything) + room], "zeroline": False}
    middle = {"type": "line", "x0": believed, "x1": believed, "y0": 0, "y1": 1, "yref": "paper"}
    across: Trace = {"shapes": [{**middle, "line": {"color": BASELINE, "width": 1.5}}], "barmode": "overlay"}
    alt, height = f"Bars to both sides of what is believed. {title}", tall(len(names))
    return house(bars, title=title, unit=unit, alt=alt, x=x, y=NAMES, height=height, showlegend=False, **across)


def _swing(
    name: str, names: Sequence[str], values: Sequence[float], believed: float, unit: str, as_moves: bool
) -> Trace:
    """One end of every bar, written beside it where it is away from what is believed."""
    moves = [value - believed for value in values]
    words = [moved(move, unit) for move in moves] if as_moves else [said(value, unit) for value in values]
    return {
        "type": "bar",
        "base": believed,
        "x": moves,
        "y": list(names),
        "orientation": "h",
        "width": 0.5,
        "name": name,
        "marker": {"color": [gain_or_loss(move) for move in moves]},
        "text": [word if abs(move) >= HAIR else "" for word, move in zip(words, moves, strict=True)],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": values,
        "hovertemplate": NAME_HOVER + hover(unit, "customdata"),
    }
