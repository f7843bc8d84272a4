"""Small quoted exports (RFC 4180) → records, line by line, so that one stray quote costs one line and not the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_RECORD = 40  # lines a quoted field may run on for, before its quote is called stray
UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Record:
    """One record and the lines it stands on; `fields` is empty where `fault` says why it cannot be read."""

    line: int
    lines: int
    text: str
    fields: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on the line."""
        return not self.text.strip()


def split_lines(content: bytes) -> list[str]:
    """The bytes of a file → its lines without line ends (LF or CRLF) and without a byte-order mark."""
    lines = content.decode("utf-8-sig", errors="replace").split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def delimiter_of(header: str) -> str:
    """A header line → what separates its fields: some exports use semicolons."""
    return ";" if header.count(";") > header.count(",") else ","


def parse_line(text: str, delimiter: str) -> tuple[str, ...]:
    """One line that is a whole record → its fields; raises csv.Error where quotes are out of order."""
    return tuple(next(csv.reader([text], delimiter=delimiter, strict=True), ()))


def read_records(lines: Sequence[str], first: int, width: int, delimiter: str) -> Iterator[Record]:
    """Lines from index `first` on → records of `width` fields; faulty and blank ones are yielded too."""
    place = first
    while place < len(lines):
        record = _record(lines, place, width, delimiter)
        yield record
        place += record.lines


def _record(lines: Sequence[str], place: int, width: int, delimiter: str) -> Record:
    text = lines[place]
    if not text.strip():
        return Record(place + 1, 1, "")
    length = _length(lines, place)
    if length is None:
        return Record(place + 1, 1, text, fault="odd number of quotes")
    whole = "\n".join(lines[place : place + length])
    fault, fields = _fields(whole, width, delimiter)
    if fault and length > 1:
        return Record(place + 1, 1, text, fault="odd number of quotes")
    return Record(place + 1, length, whole, fields, fault)


def _length(lines: Sequence[str], place: int) -> int | None:
    """How many lines the record that begins here stands on: it ends where its quotes are even."""
    quotes = 0
    for length, line in enumerate(lines[place : place + LONGEST_RECORD], start=1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return length
    return None


def _fields(text: str, width: int, delimiter: str) -> tuple[str | None, tuple[str, ...]]:
    if UNDECODABLE in text:
        return "bytes that are not UTF-8", ()
    if "\0" in text:
        return "a NUL byte", ()
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return f"quotes out of order ({error})", ()
    fields = tuple(rows[0]) if len(rows) == 1 else ()
    if len(fields) != width:
        return f"{len(fields)} fields where the header has {width}", ()
    return None, fields
