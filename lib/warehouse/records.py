"""Small quoted exports (RFC 4180) → records, line by line, so that one stray quote costs one line and not the rest."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

LONGEST_RECORD = 40  # lines a quoted field may run on for, before its quote is called stray
QUOTE = '"'
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CUT = "no line end: the file may be cut short here"
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


@dataclass(frozen=True, slots=True)
class Lines:
    """A file's lines without their ends; `is_cut` where the last one has none, so that its end may be missing."""

    texts: tuple[str, ...]
    is_cut: bool = False


def split_lines(content: bytes, encoding: str | None = None) -> Lines:
    """The bytes of a file → its lines (LF or CRLF) without a byte-order mark.

    What is not UTF-8 is read in `encoding`, where one is given; else those letters are marked as undecodable.
    """
    text = _decoded(content, encoding)
    if not text:
        return Lines(())
    lines = (text if "\n" in text else text.replace("\r", "\n")).split("\n")  # CR alone ended lines once
    is_cut = bool(lines[-1])
    if not is_cut:
        lines.pop()
    return Lines(tuple(line.removesuffix("\r") for line in lines), is_cut)


def _decoded(content: bytes, encoding: str | None) -> str:
    if content.startswith(UTF_16_MARKS):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = encoding if encoding and not _holds_utf8(content) else "utf-8-sig"
        return content.decode(told, errors="replace")


def _holds_utf8(content: bytes) -> bool:
    """Whether some line has letters that only UTF-8 writes so: a damaged file, and none of another encoding."""
    return any(_is_utf8(line) for line in content.split(b"\n") if not line.isascii())


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


@cache
def _quoting(delimiter: str) -> re.Pattern[str]:
    """Records whose quotes stand where RFC 4180 lets them: around a whole field, and doubled within it."""
    field = rf'(?:"(?:[^"]|"")*"|[^"{delimiter}]*)'
    return re.compile(f"{field}(?:{delimiter}{field})*")


def fault_of_text(text: str) -> str | None:
    """What is wrong with the letters of a line, before anything is read into them."""
    if UNDECODABLE in text:
        return "bytes that are not UTF-8"
    return "a NUL byte" if "\0" in text else None


def delimiter_of(header: str) -> str:
    """A header line → what separates its fields: some exports use semicolons."""
    return ";" if header.count(";") > header.count(",") else ","


def parse_line(text: str, delimiter: str) -> tuple[str, ...]:
    """One line that is a whole record → its fields; raises csv.Error where quotes are out of order."""
    return tuple(next(csv.reader([text], delimiter=delimiter, strict=True), ()))


def read_records(lines: Lines, first: int, width: int, delimiter: str) -> Iterator[Record]:
    """Lines from index `first` on → records of `width` fields; faulty and blank ones are yielded too."""
    place = first
    while place < len(lines.texts):
        record = _record(lines.texts, place, width, delimiter)
        place += record.lines
        is_last = place == len(lines.texts)
        yield _uncertain(record) if is_last and lines.is_cut else record


def _uncertain(record: Record) -> Record:
    """The last record of a file without a last line end: nothing says that its last field is whole, unless a quote."""
    if record.fault or record.is_blank or record.text.endswith(QUOTE):
        return record
    return Record(record.line, record.lines, record.text, fault=CUT)


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
        quotes += line.count(QUOTE)
        if quotes % 2 == 0:
            return length
    return None


def _fields(text: str, width: int, delimiter: str) -> tuple[str | None, tuple[str, ...]]:
    if fault := fault_of_text(text):
        return fault, ()
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "a carriage return inside the line" if "\r" in text else f"quotes out of order ({error})", ()
    if QUOTE in text and not _quoting(delimiter).fullmatch(text):
        return "quotes out of order (a quote inside a field that is not quoted)", ()
    fields = tuple(rows[0]) if len(rows) == 1 else ()
    if len(fields) != width:
        return f"{len(fields)} fields where the header has {width}", ()
    return None, fields
