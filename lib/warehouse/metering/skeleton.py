"""The skeleton of JSON lines that are built alike: what they share is held against all at once, the rest are values.

A machine writes every line of a file with the same keys in the same order. Where no letter is escaped, each quote
opens or closes a text, so lines fall into pieces at their quotes: keys, texts, and what stands between. If the pieces
of every line are those of the first, but for its texts and numbers, there is one way to read them, and a parser reads
the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv

from lib.mapping import Column
from lib.warehouse.exact_json import parsed
from lib.warehouse.metering.block import Block, lines_of, texts
from lib.warehouse.metering.documents import found

QUOTE = '"'
NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
MOST_PIECES = 400  # of one line; beyond that it is no machine's usage
_TOKEN = re.compile(r'"(?P<text>[^"\\]*)"|(?P<number>-?[0-9][0-9.eE+-]*)|true|false|null|(?P<mark>[][{},:])')


@dataclass(frozen=True)
class Piece:
    """A piece of every line: the same text in all, or (with a path) a text, or a number between two constant parts."""

    before: str
    path: str | None = None
    is_number: bool = False
    after: str = ""


@dataclass(frozen=True)
class Value:
    """A text or a number of an object: its path, and where it stands in the line, quotes aside."""

    path: str
    begin: int
    end: int
    is_number: bool


def quick_block(content: bytes, first: int, columns: Sequence[Column]) -> Block | None:
    """Lines that are built alike, split all at once; None where one of them is built otherwise."""
    if not content.endswith(b"\n") or b"\\" in content:
        return None
    asked = _asked(content[: content.index(b"\n")], columns)
    if asked is None:
        return None
    pieces, places = asked
    text = lines_of(content)
    if np.count_nonzero(np.frombuffer(content, np.uint8) < ord(" ")) != len(text):
        return None
    try:
        text.validate(full=True)
        table = _split(content, len(pieces))
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(text) or not all(_holds(table.column(at), piece) for at, piece in enumerate(pieces)):
        return None
    nothing = texts([""] * len(text))
    values = {
        column: nothing if place is None else _value(table.column(place), pieces[place])
        for column, place in places.items()
    }
    return Block(first, text, pa.nulls(len(text), pa.string()), values)


def skeleton_of(line: str) -> list[Piece] | None:
    """One line that is a JSON object → its pieces; None where a path would mean two things."""
    values = list(_values(line))
    if len({value.path for value in values}) < len(values) or line.count(QUOTE) >= MOST_PIECES:
        return None
    pieces, start = [], 0
    for text in line.split(QUOTE):
        end = start + len(text)
        inside = [value for value in values if start <= value.begin and value.end <= end]
        pieces.append(_piece(line, start, end, inside))
        start = end + 1
    return pieces


def _piece(line: str, start: int, end: int, inside: Sequence[Value]) -> Piece:
    """A piece with one value in it; numbers of a list stay constant, or the lines are not built alike."""
    if len(inside) != 1:
        return Piece(line[start:end])
    [value] = inside
    return Piece(line[start : value.begin], value.path, value.is_number, line[value.end : end])


def _asked(line: bytes, columns: Sequence[Column]) -> tuple[list[Piece], dict[Column, int | None]] | None:
    """The pieces of a block's first line, and which of them holds each column; None as its place is: it has none."""
    try:
        text = line.decode("utf-8")
        document = parsed(text)
    except ValueError:
        return None
    pieces = skeleton_of(text) if isinstance(document, dict) and _is_plain(document) else None
    if pieces is None:
        return None
    place_of = {piece.path: at for at, piece in enumerate(pieces) if piece.path is not None}
    places: dict[Column, int | None] = {}
    for column in columns:
        name = next((name for name in column if found(document, (name,)) is not None), None)
        if name is not None and name not in place_of:
            return None  # a list, an object, true or false where a text belongs
        places[column] = None if name is None else place_of[name]
    return pieces, places


def _is_plain(document: object) -> bool:
    """Whether no key holds a dot, which would make a path mean two things."""
    if isinstance(document, dict):
        return all("." not in key and _is_plain(value) for key, value in document.items())
    return all(map(_is_plain, document)) if isinstance(document, list) else True


def _split(content: bytes, width: int) -> pa.Table:
    """Lines → the pieces between their quotes; refused where one has more or fewer than the first."""
    names = list(map(str, range(width)))
    return arrow_csv.read_csv(
        pa.py_buffer(content),
        read_options=arrow_csv.ReadOptions(column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=QUOTE, quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _holds(column: pa.ChunkedArray, piece: Piece) -> bool:
    """Whether a piece is in every line what it is in the first, its value aside."""
    if piece.path is None:
        return _all(compute.equal(column, piece.before))
    if not piece.is_number:
        return True
    pattern = f"^{re.escape(piece.before)}{NUMBER}{re.escape(piece.after)}$"
    return _all(compute.match_substring_regex(column, pattern))


def _value(column: pa.ChunkedArray, piece: Piece) -> pa.Array:
    whole = column.combine_chunks()
    if not piece.is_number:
        return whole
    behind = -len(piece.after) if piece.after else None
    return compute.utf8_slice_codeunits(whole, len(piece.before), behind)


def _all(answers: pa.ChunkedArray) -> bool:
    return bool(compute.all(answers, min_count=0).as_py())


def _values(line: str) -> Iterator[Value]:
    """The texts and numbers of a JSON object in which nothing is escaped."""
    path: list[str | int] = []
    opened: list[str] = []
    is_key = False
    for token in _TOKEN.finditer(line):
        kind, mark = token.lastgroup, token["mark"]
        if mark in ("{", "["):
            opened.append(mark)
            path.append(0 if mark == "[" else "")
            is_key = mark == "{"
        elif mark in ("}", "]"):
            opened.pop()
            path.pop()
        elif mark == ",":
            is_key = opened[-1] == "{"
            path[-1] = path[-1] if isinstance(path[-1], str) else path[-1] + 1
        elif mark == ":":
            is_key = False
        elif kind == "text" and is_key:
            path[-1] = token["text"]
        elif kind is not None:
            yield Value(".".join(map(str, path)), *token.span(kind), kind == "number")
