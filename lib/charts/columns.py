"""What a frame holds, as a picture needs it: its parts, its floats, and how tall its bars stand."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from lib.charts.style import GAIN, LOSS, Series


def parts_of(frame: pd.DataFrame, by: str, series: Sequence[Series]) -> Iterator[tuple[Series, pd.DataFrame]]:
    """A frame → each series that it holds with its rows; a key that has no series gets a grey one of its own."""
    keys = frame[by].astype(str)
    known = {one.key for one in series}
    strangers = [Series(key, key, "grey") for key in sorted(set(keys) - known)]
    for one in [*series, *strangers]:
        if (keys == one.key).any():
            yield one, frame[keys == one.key]


def floats(column: "pd.Series[Any]") -> list[float]:
    """A column → its numbers; what is missing is nan, and leaves a gap."""
    return [float(value) if pd.notna(value) else float("nan") for value in column]


def gain_or_loss(number: float) -> str:
    """The colour of a number: a loss below zero."""
    return LOSS if number < 0 else GAIN


def tall(bars: int) -> int:
    """Pixels that so many bars need."""
    return max(180, 44 * bars + 96)
