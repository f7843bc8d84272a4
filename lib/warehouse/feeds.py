"""Feeds: what data/feeds says about each raw table, and how a file's header answers to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.warehouse.refusal import BuildRefused
from lib.warehouse.values import KINDS, OPTIONAL, Kind, kind

READERS = ("records", "lines")
TEACHER = "plans_db"  # its plans and dimensions are words that other feeds may use
MISTYPED = 0.8  # how like a declared name a header must be, to be taken for a slip of it


@dataclass(frozen=True)
class Feed:
    """One raw table: where its files lie, what its columns must hold, and what makes two rows the same.

    `reader` is "records" for quoted exports (small) or "lines" for metering (large, never quoted across lines).
    `unique` are columns that may not name two rows; `is_whole` says that a part of the table is worth nothing.
    `optional` are columns that a file may lack; `is_optional` says that the feed need never come.
    """

    name: str
    source: str
    glob: str
    columns: Mapping[str, Kind]
    key: tuple[str, ...]
    unique: tuple[str, ...]
    is_whole: bool
    dated_by: str | None
    reader: str
    pull: str
    optional: tuple[str, ...] = ()
    is_optional: bool = False


def read_feeds(folder: Path) -> list[Feed]:
    """data/feeds, one file per source → every feed; the source that teaches the others their words comes first."""
    files = sorted(folder.glob("*.toml"), key=lambda path: (path.stem != TEACHER, path.stem))
    return [feed for path in files for feed in _feeds(path)]


def _feeds(path: Path) -> list[Feed]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_feed(name, path.stem, block, f"{path}, [{name}]") for name, block in document.items()]


def positions(feed: Feed, header: Sequence[str], file: str) -> dict[str, int]:
    """Declared column → its place in this file's header, counted from 0; case and unknown headers do not matter.

    An optional column that the file lacks is left out; a header that looks like it, mistyped, is refused.
    """
    names = [name.strip() for name in header]
    places = {name.casefold(): place for place, name in reversed(list(enumerate(names)))}
    for column in feed.columns:
        if column.casefold() not in places and not _may_lack(feed, column, places):
            raise BuildRefused(
                f"{file} has no column {column!r}, which data/feeds declares for raw.{feed.name}; "
                f"the nearest header is {nearest(column, names)!r}"
            )
    return {column: places[column.casefold()] for column in feed.columns if column.casefold() in places}


def _may_lack(feed: Feed, column: str, headers: Iterable[str]) -> bool:
    """Whether a column may be absent: it is optional, and no header that nobody declared is nearly its name."""
    declared = {name.casefold() for name in feed.columns}
    strangers = [header for header in headers if header not in declared]
    return column in feed.optional and not get_close_matches(column.casefold(), strangers, n=1, cutoff=MISTYPED)


def nearest(word: str, words: Iterable[str]) -> str:
    """The word most like a mistyped one."""
    return get_close_matches(word, list(words), n=1, cutoff=0.0)[0]


def _feed(name: str, source: str, block: dict[str, Any], where: str) -> Feed:
    columns = {column: _kind(column, written, where) for column, written in block["columns"].items()}
    named = [*block.get("key", ()), *block.get("unique", ()), *block.get("optional", ())]
    for column in [*named, *filter(None, [block.get("dated_by")])]:
        if column not in columns:
            raise BuildRefused(
                f"{where}: no column {column!r} is declared; the nearest is {nearest(column, columns)!r}"
            )
    for column in block.get("optional", ()):
        if not columns[column].may_be_empty:
            raise BuildRefused(
                f"{where}: the optional column {column!r} must be of a kind that may be empty: write a ?"
            )
    reader = block.get("reader", READERS[0])
    if reader not in READERS:
        raise BuildRefused(f"{where}: no reader {reader!r}; the nearest is {nearest(reader, READERS)!r}")
    return Feed(
        name=name,
        source=source,
        glob=block["glob"],
        columns=columns,
        key=tuple(block.get("key", ())),
        unique=tuple(block.get("unique", ())),
        is_whole=block.get("whole", False),
        dated_by=block.get("dated_by"),
        reader=reader,
        pull=f"python -m lib pull --only {source}",
        optional=tuple(block.get("optional", ())),
        is_optional=block.get("may_lack", False),
    )


def _kind(column: str, written: str, where: str) -> Kind:
    if written.removesuffix(OPTIONAL) not in KINDS:
        raise BuildRefused(f"{where}, {column!r}: no kind {written!r}; the nearest is {nearest(written, KINDS)!r}")
    return kind(written)
