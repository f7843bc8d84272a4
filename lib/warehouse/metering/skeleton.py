"""The skeleton of JSON lines that are built alike: what they share is cut out, and what differs are their values.

A machine writes every line of a file with the same keys in the same order. The first line gives the literals between
the values. Where every line is exactly literal, value, literal, value, … and no value holds a quote, a backslash or a
control character, that is the only way to read it, and a parser would read the same.
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
from lib.warehouse.metering.block import Block, lines_of, texts
from lib.warehouse.metering.documents import found, parsed
from lib.warehouse.metering.unpacked import UTF_8_MARK

MARKS = [mark for mark in range(1, ord(" ")) if mark != ord("\n")]  # one for the end of every value but the last
SPLIT = MARKS[-1]
NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_TOKEN = re.compile(
    r'"(?P<text>[^"\\]*)"|(?P<number>-?[0-9][0-9.eE+-]*)|(?P<word>true|false|null)|(?P<mark>[][{},:])|(?P<space>[ ]+)'
)


@dataclass(frozen=True)
class Skeleton:
    """The literals before, between and behind the values of a line; the path of each value, and which are numbers."""

    literals: tuple[bytes, ...]
    paths: tuple[str, ...]
    numbers: tuple[int, ...]


def quick_block(content: bytes, first: int, columns: Sequence[Column]) -> Block | None:
    """Lines that are built alike, split all at once; None where one of them is built otherwise."""
    if not content.endswith(b"\n") or b"\\" in content:
        return None
    asked = _asked(content[: content.index(b"\n")], columns)
    if asked is None:
        return None
    skeleton, places = asked
    text = lines_of(content)
    try:
        text.validate(full=True)
        table = _split(content, skeleton, len(text))
    except pa.ArrowInvalid:
        return None
    if table is None or not all(_are_numbers(table.column(place)) for place in skeleton.numbers):
        return None
    nothing = texts([""] * len(text))
    values = {
        column: nothing if place is None else table.column(place).combine_chunks() for column, place in places.items()
    }
    return Block(first, text, pa.nulls(len(text), pa.string()), values)


def skeleton_of(line: str) -> Skeleton | None:
    """One line that is a JSON object → its skeleton; None where it has none worth the name."""
    literals: list[bytes] = []
    paths: list[str] = []
    numbers: list[int] = []
    start = 0
    for path, begin, end, is_number in _values(line):
        literals.append(line[start:begin].encode())
        numbers += [len(paths)] if is_number else []
        paths.append(path)
        start = end
    literals.append(line[start:].encode())
    is_sound = 0 < len(paths) < len(MARKS) and len(set(paths)) == len(paths) and all(literals)
    return Skeleton(tuple(literals), tuple(paths), tuple(numbers)) if is_sound else None


def _asked(line: bytes, columns: Sequence[Column]) -> tuple[Skeleton, dict[Column, int | None]] | None:
    """The skeleton of a block's first line, and the place of every column in it."""
    try:
        text = line.decode("utf-8")
        document = parsed(text)
    except ValueError:
        return None
    skeleton = skeleton_of(text) if isinstance(document, dict) and _is_plain(document) else None
    if skeleton is None:
        return None
    places: dict[Column, int | None] = {}
    for column in columns:
        name = next((name for name in column if found(document, (name,)) is not None), None)
        if name is not None and name not in skeleton.paths:
            return None  # a list, an object, true or false where a text belongs
        places[column] = None if name is None else skeleton.paths.index(name)
    return skeleton, places


def _is_plain(document: object) -> bool:
    """Whether no key holds a dot, which would make a path mean two things."""
    if isinstance(document, dict):
        return all("." not in key and _is_plain(value) for key, value in document.items())
    return all(map(_is_plain, document)) if isinstance(document, list) else True


def _split(content: bytes, skeleton: Skeleton, count: int) -> pa.Table | None:
    """Every literal becomes a mark; what the marks leave are the values, if each line has the same marks in order."""
    opening, *between, closing = skeleton.literals
    ending = closing + b"\n"
    is_framed = content.startswith(opening) and content.endswith(ending)
    if not is_framed or np.count_nonzero(np.frombuffer(content, np.uint8) < ord(" ")) != count:
        return None
    body = content[len(opening) : len(content) - len(closing) - 1].replace(ending + opening, b"\n") + b"\n"
    for mark, literal in zip(MARKS, between, strict=False):
        body = body.replace(literal, bytes([mark]))
    if b'"' in body or len(body) != len(content) - count * (sum(map(len, skeleton.literals)) - len(between)):
        return None
    raw = np.frombuffer(body, np.uint8)
    marks = [*MARKS[: len(between)], ord("\n")]
    if not np.array_equal(raw[raw < ord(" ")], np.tile(np.array(marks, np.uint8), count)):
        return None
    if body.startswith(UTF_8_MARK):  # the reader would drop it
        return None
    return _table(body.translate(_TO_SPLIT), len(skeleton.paths), count)


_TO_SPLIT = bytes(SPLIT if letter in MARKS else letter for letter in range(256))


def _table(body: bytes, width: int, count: int) -> pa.Table | None:
    names = list(map(str, range(width)))
    if width == 1:
        return None
    table = arrow_csv.read_csv(
        pa.py_buffer(body),
        read_options=arrow_csv.ReadOptions(column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=chr(SPLIT), quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return table if table.num_rows == count else None


def _are_numbers(column: pa.ChunkedArray) -> bool:
    return bool(compute.all(compute.match_substring_regex(column, NUMBER), min_count=0).as_py())


def _values(line: str) -> Iterator[tuple[str, int, int, bool]]:
    """The texts and numbers of a JSON object: the path of each, and where it begins and ends within its quotes."""
    path: list[str | int] = []
    opened: list[str] = []
    is_key = False
    for token in _TOKEN.finditer(line):
        kind, whole = token.lastgroup, token[0]
        if kind == "mark" and whole in "{[":
            opened.append(whole)
            path.append(0 if whole == "[" else "")
            is_key = whole == "{"
        elif kind == "mark" and whole in "}]":
            opened.pop()
            path.pop()
        elif kind == "mark" and whole == ",":
            is_key = opened[-1] == "{"
            path[-1] = path[-1] if isinstance(path[-1], str) else path[-1] + 1
        elif kind == "mark":
            is_key = False
        elif kind == "text" and is_key:
            path[-1] = token["text"]
        elif kind in ("text", "number"):
            begin, end = token.span(kind)
            yield ".".join(map(str, path)), begin, end, kind == "number"
