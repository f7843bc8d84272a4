"""The forms usage comes in, by the end of a file's name: CSV, JSON lines, JSON lists, Parquet; text may be packed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path, PurePosixPath

from lib.mapping import CLOUD_EVENTS, NATIVE, Column, UsageMapping
from lib.warehouse.feeds import nearest
from lib.warehouse.headers import simple
from lib.warehouse.metering import columnar, delimited, objects
from lib.warehouse.metering.block import Block
from lib.warehouse.metering.documents import fields_of
from lib.warehouse.metering.unpacked import whole_lines
from lib.warehouse.refusal import BuildRefused

FORMS = {
    ".csv": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
}

MAPPED_FORM, CLOUD_EVENTS_FORM = "metering.mapping", "CloudEvents 1.0"


@dataclass
class Reading:
    """One file on its way in: how it is mapped, its blocks, and the lines that stand above its records.

    `names` are those of its columns. JSON objects have no header: theirs are the fields they turn out to have, which
    are gathered while the blocks are read.
    """

    mapping: UsageMapping
    blocks: Iterator[Block]
    header_lines: int = 0
    blank_lines: int = 0
    names: Collection[str] = ()
    has_header: bool = True
    form: str = ""  # what the sources page calls it; else by the feed's shape


def form_of(path: str) -> str | None:
    """The form of a file by its name; None of one that holds no usage."""
    return FORMS.get(PurePosixPath(path.lower().removesuffix(".gz")).suffix)


def mapping_for(path: str, mapping: UsageMapping | None) -> UsageMapping | None:
    """The mapping that the sources file has for a file; None where it is none of its own."""
    if mapping is None:
        return None
    inner = path.partition("/")[2].lower()
    is_meant = not mapping.files or any(fnmatchcase(inner, glob.lower()) for glob in mapping.files)
    return mapping if is_meant else None


def opened(path: Path, name: str, mapping: UsageMapping | None) -> Reading:
    """A file that holds something → its reading."""
    if form_of(name) == "parquet":
        return _parquet(path, name, mapping or NATIVE)
    lines = whole_lines(path, name)
    return _csv(lines, name, mapping or NATIVE) if form_of(name) == "csv" else _json(lines, name, mapping)


def _csv(lines: Iterator[bytes], name: str, mapping: UsageMapping) -> Reading:
    header, line, rest = delimited.header_of(lines, name)
    if header is None:
        return Reading(mapping, iter(()), blank_lines=line)
    places = places_of(mapping, header.names, name)
    layout = delimited.Layout(len(header.names), header.delimiter, places)
    blocks = delimited.read(chain(filter(None, [rest]), lines), line + 1, layout)
    return Reading(mapping, blocks, 1, line - 1, header.names, form=_form(mapping))


def _json(lines: Iterator[bytes], name: str, mapping: UsageMapping | None) -> Reading:
    first = next(lines, b"")
    if first.lstrip().startswith(b"[") and ".json" in PurePosixPath(name.lower()).suffixes:
        lines, first = iter(()), objects.entries_of(_whole(first, lines, name), name)
    known = fields_of(next((line for line in first.split(b"\n", 9) if line.strip()), b""))
    found = mapping or (CLOUD_EVENTS if "specversion" in known else NATIVE)
    blocks = objects.read(chain(filter(None, [first]), lines), found.columns, known)
    form = CLOUD_EVENTS_FORM if found is CLOUD_EVENTS else _form(found)
    return Reading(found, blocks, names=known, has_header=False, form=form)


def _whole(first: bytes, lines: Iterator[bytes], name: str) -> bytes:
    """A list is parsed as one piece, so it may not be larger than a piece should be."""
    content = bytearray(first)
    for block in lines:
        content += block
        if len(content) > objects.MOST_BYTES:
            raise BuildRefused(
                f"{name} is a JSON list of more than {objects.MOST_BYTES >> 20} MB; export one object per line instead"
            )
    return bytes(content)


def _parquet(path: Path, name: str, mapping: UsageMapping) -> Reading:
    table = columnar.opened(path, name)
    blocks = table.read(places_of(mapping, table.names, name), mapping)
    return Reading(mapping, blocks, names=table.names, form=_form(mapping))


def _form(mapping: UsageMapping) -> str:
    return "" if mapping.is_native else MAPPED_FORM


def places_of(mapping: UsageMapping, names: Sequence[str], file: str) -> dict[Column, int]:
    """Every column of a mapping → its place among a file's names; case and punctuation do not matter."""
    plain = [simple(name) for name in names]
    places = {}
    for column in mapping.columns:
        found = [plain.index(simple(name)) for name in column if simple(name) in plain]
        if not found:
            raise BuildRefused(absent(mapping, column, names, file))
        if plain.count(plain[found[0]]) > 1:
            raise BuildRefused(
                f"{file} has {plain.count(plain[found[0]])} columns {column[0]!r}; keep the one that counts"
            )
        places[column] = found[0]
    return places


def absent(mapping: UsageMapping, column: Column, names: Iterable[str], file: str) -> str:
    """The sentence about a column that a file does not have."""
    declared = "which data/feeds declares for raw.event" if mapping.is_native else "which [metering.mapping] names"
    return f"{file} has no column {column[0]!r}, {declared}; the nearest header is {nearest(column[0], names)!r}"
