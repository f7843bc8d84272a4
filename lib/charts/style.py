"""One house style for every picture: its colours, its frame, its title that says the finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import plotly.graph_objects as go

Trace: TypeAlias = dict[str, Any]
Figure: TypeAlias = Any  # plotly ships no types; the name says what is meant
MOST_POINTS = 2_000
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
BAND = "rgba(86,180,233,0.38)"
SHADE = "rgba(140,140,140,0.10)"
PALE, INK, PAPER = ("sky", "orange"), "#10161C", "#FFFFFF"  # what is written on pale colours, and on the others
HAIR = 0.01  # of an axis: a gap that the eye does not see
ROOM_FOR_TOTALS = 1.18  # times the longest bar: what its total needs behind it
ROOM_FOR_WORDS = 0.3  # of a bar's length: what words need behind it
HEADROOM = 1.05  # times the highest point
SMALL = 170  # pixels: the height of one small chart among many
STYLE: Trace = {
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
    return go.Figure(data=list(traces), layout={**STYLE, **style, **layout})


def title(figure: Figure) -> str:
    """The finding a figure shows."""
    return str(figure.layout.meta["finding"])


def alt(figure: Figure) -> str:
    """What a figure shows, for a reader who cannot see it."""
    return str(figure.layout.meta["alt"])


def faint(colour: str, shade: float = 0.18) -> str:
    """A colour of the palette as a pale area, through which what lies below it is seen."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{shade})"


def _refuse_crowds(traces: Sequence[Trace]) -> None:
    points = sum(len(trace["x"]) for trace in traces)
    if points > MOST_POINTS:
        raise ValueError(f"a chart carries at most {MOST_POINTS:,} points and this one has {points:,}: aggregate first")
