"""A table whose cells are coloured by their size."""

from collections.abc import Sequence

from lib.charts.style import INK, PALETTE, SMALL, Figure, Trace, house

_FAINTEST, _BLANK = "#EAF3F9", "#D5DBE1"  # the palest blue, and where there is no value
_ROW, _TIGHT, _HEAD = 48, 26, 84  # pixels of a row of a table, and of its head


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
    alt, height = f"A table in shades. {title}", max(SMALL, (_TIGHT if tight else _ROW) * len(rows) + _HEAD)
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
        "textfont": {"color": INK},
        "colorscale": [[0, scale[0]], [1, scale[1]]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": "%{y}<br>%{x}<br>%{text}<extra></extra>",
    }
