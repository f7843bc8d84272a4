"""CSV → blocks: a block without a quote is split at once, any other line by line, so that a stray quote costs one line.

The two ways give the same block for the same bytes; a block that the quick way cannot vouch for goes the slow one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.csv as arrow_csv

from lib.mapping import Column
from lib.warehouse.metering.block import Block, Line, decoded, gathered, lines_of
from lib.warehouse.metering.unpacked import UTF_8_MARK
from lib.warehouse.records import CUT, delimiter_of, parse_line
from lib.warehouse.refusal import BuildRefused

QUOTES = "quotes out of order"
CARRIAGE = "a carriage return inside the line"
NOT_QUICK = (b'"', b"\0", b"\r")


@dataclass(frozen=True)
class Header:
    """The first line that is not blank: its names, and what separates them."""

    names: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True)
class Layout:
    """Where the columns asked for stand in a line: how wide it is, what separates it, and the place of each."""

    width: int
    delimiter: str
    places: dict[Column, int]

    @cached_property
    def well_quoted(self) -> re.Pattern[str]:
        """A line of which every quote opens or closes a whole field."""
        part = rf'(?:[^"{self.delimiter}]*|"(?:[^"]|"")*")'
        return re.compile(rf"{part}(?:{self.delimiter}{part})*")

    @cached_property
    def quick(self) -> dict[str, object]:
        """What the quick reader is told: every field is text, and nothing is quoted, escaped, skipped or null."""
        names = [str(place) for place in range(self.width)]
        return {
            "parse_options": arrow_csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char=False,
                double_quote=False,
                escape_char=False,
                ignore_empty_lines=False,
            ),
            "convert_options": arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                include_columns=[str(place) for place in self.places.values()],
            ),
        }


def header_of(blocks: Iterator[bytes], file: str) -> tuple[Header | None, int, bytes]:
    """The header of a file, if any line is not blank; the lines down to it, and what its block holds below it."""
    line = 0
    for block in blocks:
        rest = block
        while rest:
            text, _, rest = rest.partition(b"\n")
            line += 1
            if name := text.decode("utf-8", "replace").strip():
                return _header(name, file), line, rest
    return None, line, b""


def read(blocks: Iterator[bytes], first: int, layout: Layout) -> Iterator[Block]:
    """The lines below a header → blocks, in order."""
    for content in blocks:
        block = quick_block(content, first, layout) or slow_block(content, first, layout)
        first += len(block)
        yield block


def quick_block(content: bytes, first: int, layout: Layout) -> Block | None:
    """Lines split all at once; None where one of them needs a closer look."""
    starts_odd = not content.endswith(b"\n") or content.startswith(UTF_8_MARK)  # the reader would drop a mark
    if starts_odd or layout.width < 2 or any(mark in content for mark in NOT_QUICK):
        return None
    text = lines_of(content)
    names = [str(place) for place in range(layout.width)]
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(content), read_options=arrow_csv.ReadOptions(column_names=names), **layout.quick
        )
        text.validate(full=True)  # the reader checks only the columns it was asked for
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(text):
        return None
    values = {column: table.column(str(place)).combine_chunks() for column, place in layout.places.items()}
    return Block(first, text, pa.nulls(len(text), pa.string()), values)


def slow_block(content: bytes, first: int, layout: Layout) -> Block:
    """The same lines, one by one."""
    *lines, rest = content.split(b"\n")
    read = [_line(line, layout) for line in lines]
    if rest:
        cut = _line(rest, layout)
        read.append(Line(cut.text, cut.fault or CUT))
    return gathered(first, read, list(layout.places))


def _line(content: bytes, layout: Layout) -> Line:
    text, fault = decoded(content)
    if fault:
        return Line(text, fault)
    if "\r" in text:
        return Line(text, CARRIAGE)
    if '"' in text and not layout.well_quoted.fullmatch(text):
        return Line(text, QUOTES)
    try:
        fields = _fields(text, layout.delimiter)
    except csv.Error as error:
        return Line(text, f"no line of CSV ({error})")
    if len(fields) != layout.width:
        return Line(text, f"{len(fields)} fields where the header has {layout.width}")
    return Line(text, None, [fields[place] for place in layout.places.values()])


def _fields(text: str, delimiter: str) -> Sequence[str]:
    if '"' not in text:
        return text.split(delimiter)
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _header(text: str, file: str) -> Header:
    delimiter = delimiter_of(text)
    try:
        return Header(tuple(name.strip() for name in parse_line(text, delimiter)), delimiter)
    except csv.Error as error:
        raise BuildRefused(f"{file}: the quotes of its header line are out of order ({error})") from None
