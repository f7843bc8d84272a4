"""A block: a run of records as text, column by column, each with what it looked like and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lib.mapping import Column

BLANK = "blank"
NOT_UTF_8 = "bytes that are not UTF-8"
NUL = "a NUL byte"


@dataclass(frozen=True)
class Block:
    """Records from line `first` on; `fault` is null where a record could be read, and then its values are texts."""

    first: int
    text: pa.Array
    fault: pa.Array
    values: Mapping[Column, pa.Array]

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class Line:
    """One record read by itself: its values in the order of the columns asked for, or the reason it has none."""

    text: str
    fault: str | None
    values: Sequence[str] = ()


def gathered(first: int, lines: Sequence[Line], columns: Sequence[Column]) -> Block:
    """Records that were read one by one → their block."""
    rows = [line.values if line.fault is None else ("",) * len(columns) for line in lines]
    values = {column: texts([row[place] for row in rows]) for place, column in enumerate(columns)}
    return Block(first, texts([line.text for line in lines]), texts([line.fault for line in lines]), values)


def texts(values: Sequence[str | None]) -> pa.Array:
    """Texts → an array of them."""
    return pa.array(values, pa.string())


def decoded(line: bytes) -> tuple[str, str | None]:
    """The bytes of one line → its text, and what is wrong with it before anybody asks what it means."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace"), NOT_UTF_8
    if not text.strip():
        return text, BLANK
    return text, NUL if "\0" in text else None


def lines_of(content: bytes) -> pa.Array:
    """Whole lines → an array over the same bytes, each with its line end."""
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(content))
