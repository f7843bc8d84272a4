"""Feeds: what data/feeds says about each raw table, and the shapes of the files it is read from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from lib.warehouse.readings import READINGS, in_order
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.values import KINDS, OPTIONAL, Kind, kind

READERS = ("records", "lines")
TEACHER = "plans_db"  # its plans and dimensions are words that other feeds may use
# What a feed that keeps every version of a row has beside its own columns.
HISTORY = {"valid_from": "time", "insert_date": "time?", "update_date": "time", "delete_date": "time?"}
OWN_FORM = "own form"  # the shape of a feed that names only its files: headers are column names
JSON_LINES = ".jsonl"
SHAPE_KEYS = ("name", "files", "columns", "encoding")


@dataclass(frozen=True)
class Answer:
    """Where a shape keeps one column: the headers (or paths in an object) it goes by, and how its text is read.

    `constant` is what every row of the shape holds where the files do not say it: which CRM they are from.
    """

    names: tuple[str, ...]
    reading: str | None = None
    constant: str | None = None


@dataclass(frozen=True)
class Shape:
    """One form a feed's files come in: which files they are, and where they keep each column.

    `encoding` is what a file is read in that is not UTF-8; without it, lines that are not UTF-8 are rejected.
    """

    name: str
    files: str
    columns: Mapping[str, Answer]
    encoding: str | None = None

    @property
    def is_json(self) -> bool:
        """Whether the files hold one JSON object per line, and not a header above fields."""
        return JSON_LINES in self.files

    def takes(self, path: str) -> bool:
        """Whether a file of a snapshot is one of this shape, by its name; letter case of folders is not ours."""
        return fnmatchcase(path.lower(), self.files.lower())


@dataclass(frozen=True)
class Feed:
    """One raw table: what its columns must hold, what makes two rows the same, and the shapes of its files.

    `reader` is "records" for quoted exports (small) or "lines" for metering (large, never quoted across lines).
    `unique` are columns that may not name two rows; `is_whole` says that a part of the table is worth nothing.
    `optional` are columns that a file may lack; `is_optional` says that the feed need never come.
    `versions_of` are the columns that name the thing whose versions are kept, each from its `valid_from` on; something
    immutable has one version, however often it was written. `may_overlap` says that two files may hold one row,
    which is the same row then, while one file means each of its rows.
    """

    name: str
    source: str
    shapes: tuple[Shape, ...]
    columns: Mapping[str, Kind]
    key: tuple[str, ...]
    unique: tuple[str, ...]
    is_whole: bool
    dated_by: str | None
    reader: str
    pull: str
    optional: tuple[str, ...] = ()
    is_optional: bool = False
    versions_of: tuple[str, ...] = ()
    is_immutable: bool = False
    may_overlap: bool = False

    def shapes_of(self, path: str) -> tuple[Shape, ...]:
        """The shapes that a file may have, by its name."""
        return tuple(shape for shape in self.shapes if shape.takes(path))


def read_feeds(folder: Path) -> list[Feed]:
    """data/feeds, one file per source → every feed; the source that teaches the others their words comes first."""
    files = sorted(folder.glob("*.toml"), key=lambda path: (path.stem != TEACHER, path.stem))
    return [feed for path in files for feed in _feeds(path)]


def as_told(feeds: Sequence[Feed], mappings: Mapping[str, Mapping[str, Any]]) -> list[Feed]:
    """Feeds as the blocks of the sources file have them read: under other headers, dates in their order.

    A reader of lines has a mapping of its own.
    """
    records = [feed for feed in feeds if feed.reader == READERS[0]]
    for source in {feed.source for feed in records} & mappings.keys():
        names = [feed.name for feed in records if feed.source == source]
        for table in mappings[source].get("columns", {}):
            if table not in names:
                raise BuildRefused(
                    f"the sources file, [{source}.columns.{table}]: there is no such table; the nearest is "
                    f"{nearest(table, names)!r}"
                )
    return [_feed_as_told(feed, mappings.get(feed.source, {})) if feed in records else feed for feed in feeds]


def _feed_as_told(feed: Feed, told: Mapping[str, Any]) -> Feed:
    headers, dates = told.get("columns", {}).get(feed.name, {}), told.get("dates")
    for column in headers:
        _insist_on_column(column, feed.columns, f"the sources file, [{feed.source}.columns.{feed.name}]")
    return replace(feed, shapes=tuple(_shape_as_told(shape, headers, dates) for shape in feed.shapes))


def _shape_as_told(shape: Shape, headers: Mapping[str, Any], dates: str | None) -> Shape:
    answers = {
        column: Answer(
            _names(headers[column]) if column in headers else answer.names,
            in_order(answer.reading, dates),
            None if column in headers else answer.constant,
        )
        for column, answer in shape.columns.items()
    }
    return replace(shape, columns=answers)


def _names(written: str | Sequence[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def nearest(word: str, words: Iterable[str]) -> str:
    """The word most like a mistyped one."""
    return get_close_matches(word, list(words), n=1, cutoff=0.0)[0]


def _feeds(path: Path) -> list[Feed]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_feed(name, path.stem, block, f"{path}, [{name}]") for name, block in document.items()]


def _feed(name: str, source: str, block: dict[str, Any], where: str) -> Feed:
    kinds = {**block["columns"], **(HISTORY if "versions_of" in block else {})}
    columns = {column: _kind(column, written, where) for column, written in kinds.items()}
    _insist_on_columns(block, columns, where)
    reader = block.get("reader", READERS[0])
    if reader not in READERS:
        raise BuildRefused(f"{where}: no reader {reader!r}; the nearest is {nearest(reader, READERS)!r}")
    return Feed(
        name=name,
        source=source,
        shapes=_shapes(block, columns, where),
        columns=columns,
        key=tuple(block.get("key", ())),
        unique=tuple(block.get("unique", ())),
        is_whole=block.get("whole", False),
        dated_by=block.get("dated_by"),
        reader=reader,
        pull=f"python -m lib pull --only {source}",
        optional=(*block.get("optional", ()), *(("insert_date",) if "versions_of" in block else ())),
        is_optional=block.get("may_lack", False),
        versions_of=tuple(block.get("versions_of", ())),
        is_immutable=block.get("immutable", False),
        may_overlap=block.get("may_overlap", False),
    )


def _insist_on_columns(block: Mapping[str, Any], columns: Mapping[str, Kind], where: str) -> None:
    named = [name for key in ("key", "unique", "optional", "versions_of") for name in block.get(key, ())]
    for column in [*named, *filter(None, [block.get("dated_by")])]:
        _insist_on_column(column, columns, where)
    for column in block.get("optional", ()):
        if not columns[column].may_be_empty:
            raise BuildRefused(
                f"{where}: the optional column {column!r} must be of a kind that may be empty: write a ?"
            )


def _insist_on_column(column: str, columns: Mapping[str, Kind], where: str) -> None:
    if column not in columns:
        raise BuildRefused(f"{where}: no column {column!r} is declared; the nearest is {nearest(column, columns)!r}")


def _shapes(block: Mapping[str, Any], columns: Mapping[str, Kind], where: str) -> tuple[Shape, ...]:
    own = [{"name": OWN_FORM, "files": block["files"]}] if "files" in block else []
    return tuple(_shape(entry, columns, where) for entry in [*own, *block.get("shapes", ())])


def _shape(entry: Mapping[str, Any], columns: Mapping[str, Kind], where: str) -> Shape:
    place = f"{where}, shape {entry.get('name', '')!r}"
    for key in entry:
        if key not in SHAPE_KEYS:
            raise BuildRefused(f"{place}: there is no key {key!r}; the nearest is {nearest(key, SHAPE_KEYS)!r}")
    told = entry.get("columns", {})
    for column in told:
        _insist_on_column(column, columns, place)
    answers = {column: _answer(column, told.get(column, column), f"{place}, {column}") for column in columns}
    return Shape(entry["name"], entry["files"], answers, entry.get("encoding"))


def _answer(column: str, written: Any, where: str) -> Answer:
    """A name, a list of names, or a table: `from` (else the column's own name) and `as` (a reading), or only `is`."""
    if not isinstance(written, dict):
        return Answer(_names(written))
    if "is" in written:
        return Answer((), constant=written["is"])
    reading = written.get("as")
    if reading is not None and reading not in READINGS:
        raise BuildRefused(f"{where}: there is no reading {reading!r}; the nearest is {nearest(reading, READINGS)!r}")
    return Answer(_answer(column, written.get("from", column), where).names, reading)


def _kind(column: str, written: str, where: str) -> Kind:
    if written.removesuffix(OPTIONAL) not in KINDS:
        raise BuildRefused(f"{where}, {column!r}: no kind {written!r}; the nearest is {nearest(written, KINDS)!r}")
    return kind(written)
