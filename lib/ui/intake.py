"""What came in and what did not, in frames a page can show: files, rejected lines, conflicts, columns."""

import re
from typing import Any

import pandas as pd

from lib.desk import Desk
from lib.ui import frames, ledger, numbers

NOTED = "noted"
_ELSEWHERE = re.compile(r" \(?in \S+, line \d+\)?,?")
_NUMBER = re.compile(r"\d[\d,.]*")
_PUNCTUATION = re.compile(r"[\W_]+")

_FILES = (
    *("source", "feed", "file"),
    *("lines_read", "header_lines", "blank_lines", "loaded", "duplicates", "rejected"),
)
_REJECTS = ("feed", "file", "line", "reason", "raw_text")
_CONFLICTS = (
    *("event_id", "customer_id", "dimension", "kept_quantity", "other_quantity"),
    *("kept_file", "kept_line", "file", "line"),
)
_DRIFT = ("source", "feed", "shape", "change", "name", "earlier_header", "column_name", "file")
_MATCHES = ("source", "feed", "shape", "header", "column_name", "file_count", "first_file", "last_file")


def files(desk: Desk) -> pd.DataFrame:
    """Every file with what became of its lines."""
    return _frame(desk.warehouse.rows("file_load"), _FILES)


def rejects(desk: Desk) -> pd.DataFrame:
    """Every line that was not loaded: its source, the kind of its reason, and the line as it stood."""
    source_of = {state.feed: state.source for state in desk.sources()}
    frame = _frame(desk.warehouse.reject_rows(), _REJECTS)
    return frame.assign(
        source=frames.column(source_of.get(feed, feed) for feed in frame["feed"]),
        feed_title=frames.column(numbers.feed(feed) for feed in frame["feed"]),
        kind=frames.column(kind_of(reason) for reason in frame["reason"]),
    )


def kind_of(reason: str) -> str:
    """A reason without the value, the place and the numbers of its line: what many lines have in common."""
    return _NUMBER.sub("…", _ELSEWHERE.sub(" elsewhere", reason).partition(": ")[0]).strip()


def conflicts(desk: Desk) -> pd.DataFrame:
    """Every copy of an event that disagrees with the kept one, what they differ by, and why the one was kept."""
    frame, names = _frame(desk.warehouse.rows("event_conflict"), _CONFLICTS), ledger.names(desk)
    places = frame[["kept_file", "kept_line", "file", "line"]].itertuples(index=False, name=None)
    apart = zip(frame["kept_quantity"], frame["other_quantity"], strict=True)
    return frame.assign(
        customer=frames.column(numbers.who(customer, names) for customer in frame["customer_id"]),
        difference_quantity=frames.column(_less(other, kept) for kept, other in apart),
        why=frames.column(_why(*place) for place in places),
    )


def _less(other: Any, kept: Any) -> Any:
    return None if pd.isna(kept) or pd.isna(other) else other - kept


def _why(kept_file: str | None, kept_line: float | None, file: str, line: int) -> str:
    """Which copy came first, in words."""
    if kept_file is None or kept_line is None:
        return f"the copy that came first does not hold this event; the other stands in {file}, line {line}"
    if kept_file == file:
        return f"came first: line {int(kept_line)}, the other line {line} of {file}"
    return f"came first: line {int(kept_line)} of {kept_file}, the other line {line} of {file}"


def drift(desk: Desk) -> pd.DataFrame:
    """Every header that came, went or was renamed from one file to the next, and what the pull itself had to say."""
    notes = [
        {"source": row["source"], "change": NOTED, "name": row["note"]} for row in desk.warehouse.rows("source_note")
    ]
    return _titled(_frame([*desk.warehouse.rows("schema_drift"), *notes], _DRIFT))


def column_matches(desk: Desk) -> pd.DataFrame:
    """Which header was read as which column; `is_alias` where it goes by another name than the column's own."""
    frame = _titled(_frame(desk.warehouse.rows("column_match"), _MATCHES))
    pairs = zip(frame["header"], frame["column_name"], strict=True)
    return frame.assign(is_alias=frames.column(_is_alias(*pair) for pair in pairs).astype(bool))


def _is_alias(header: str | None, column: str | None) -> bool:
    return header is not None and column is not None and _simple(header) != _simple(column)


def _simple(name: str) -> str:
    return _PUNCTUATION.sub(" ", name.casefold()).strip()


def _titled(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its feeds' names for eyes; a note is of a whole source."""
    pairs = zip(frame["feed"], frame["source"], strict=True)
    return frame.assign(
        feed_title=frames.column(numbers.feed(feed) if feed else numbers.name(source) for feed, source in pairs)
    )


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows → a frame of these columns; whole numbers are a column of numbers, all else stays as it is."""
    values = {name: [row.get(name) for row in rows] for name in columns}
    return pd.DataFrame(
        {
            name: pd.Series(column) if column and all(type(value) is int for value in column) else frames.column(column)
            for name, column in values.items()
        }
    )
