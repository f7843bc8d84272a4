"""A board: rows that go through the same steps, a cell for each, its state told by colour, pattern and words."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lib.charts.style import PALETTE, Figure, Series, Trace, faint, house

_ROW, _FRAME = 34, 150
_GAP = 0.04  # of a cell's width
_EMPTY = 0.22  # of its colour: a cell that is left empty
_INK, _PAPER, _PALE = "#10161C", "#FFFFFF", ("sky", "orange")


@dataclass(frozen=True)
class Mark:
    """How a state is told besides its colour: a pattern ("" is none), and whether the cell is left empty."""

    series: Series
    pattern: str = ""
    is_empty: bool = False


def board(
    frame: pd.DataFrame, label: str, steps: Sequence[str], state: str, words: str, marks: Sequence[Mark], *, title: str
) -> Figure:
    """Cells of rows × steps in their order, one trace for each state, so that the legend names it.

    `frame` has a row per cell: the row's `label`, its `step` as a place in `steps`, its `state` and its `words`.
    """
    cells = [_cells(mark, frame[frame[state] == mark.series.key], label, words, steps) for mark in marks]
    rows = list(dict.fromkeys(frame[label]))
    x = {
        "range": [0, len(steps)],
        "tickvals": [place + 0.5 for place in range(len(steps))],
        "ticktext": list(steps),
        "side": "top",
        "zeroline": False,
        "autotickangles": [0, 90],  # upright on a phone
    }
    y = {"autorange": "reversed", "type": "category", "categoryorder": "array", "categoryarray": rows}
    look: Trace = {"height": _ROW * len(rows) + _FRAME, "barmode": "overlay", "bargap": 0.12}
    look["legend"] = {"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "traceorder": "normal"}
    return house(cells, title=title, unit="step", alt=f"A board of rows and steps. {title}", x=x, y=y, **look)


def _cells(mark: Mark, own: pd.DataFrame, label: str, words: str, steps: Sequence[str]) -> Trace:
    colour = PALETTE[mark.series.colour]
    ink = _INK if mark.series.colour in _PALE else _PAPER
    pattern = {
        "shape": mark.pattern,
        "fillmode": "overlay",
        "fgcolor": ink,
        "fgopacity": 0.35,
        "size": 6,
        "solidity": 0.25,
    }
    return {
        "type": "bar",
        "orientation": "h",
        "base": [place + _GAP / 2 for place in own["step"]],
        "x": [1 - _GAP] * len(own),
        "y": [str(name) for name in own[label]],
        "name": mark.series.label,
        "marker": {"color": faint(colour, _EMPTY) if mark.is_empty else colour, "pattern": pattern},
        "text": [str(word) for word in own[words]],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": ink},
        "customdata": [[steps[place]] for place in own["step"]],
        "hovertemplate": "%{y}<br>%{customdata[0]}: %{text}<extra>%{fullData.name}</extra>",
    }
