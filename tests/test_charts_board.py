"""A board of steps: every cell is drawn once, under the name of its state, and told by more than a colour."""

import pandas as pd

from lib import charts
from lib.charts import Mark, Series, board

MARKS = (Mark(Series("kept", "Kept", "blue")), Mark(Series("missed", "Missed", "vermilion"), "x"))
FRAME = pd.DataFrame(
    {
        "who": ["Acme", "Acme", "Bolt", "Bolt"],
        "step": [0, 1, 0, 1],
        "state": ["kept", "missed", "kept", "kept"],
        "words": ["$1", "−5%", "$2", "−12%"],
    }
)


def test_every_cell_is_drawn_once_at_its_step_and_under_its_state() -> None:
    figure = board(FRAME, "who", ("0 Capture", "1 Save"), "state", "words", MARKS, title="1 of 4 is missed")
    drawn = {
        (trace.name, name, round(base), text)
        for trace in figure.data
        for name, base, text in zip(trace.y, trace.base, trace.text, strict=True)
    }
    assert drawn == {
        ("Kept", "Acme", 0, "$1"),
        ("Missed", "Acme", 1, "−5%"),
        ("Kept", "Bolt", 0, "$2"),
        ("Kept", "Bolt", 1, "−12%"),
    }
    assert [trace.marker.pattern.shape for trace in figure.data] == ["", "x"]
    assert charts.title(figure) == "1 of 4 is missed" and charts.alt(figure).startswith("A board")


def test_a_state_that_nobody_is_in_keeps_its_name_in_the_legend() -> None:
    figure = board(FRAME[FRAME["state"] == "kept"], "who", ("a", "b"), "state", "words", MARKS, title="0 missed")
    assert [trace.name for trace in figure.data] == ["Kept", "Missed"]
    assert list(figure.data[1].x) == []
