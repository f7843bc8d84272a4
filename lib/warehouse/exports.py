"""Small exports → one raw table of text: declared columns only, checked, keyed, every line accounted for."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.feeds import Feed, Shape
from lib.warehouse.headers import FileColumn, Matched, matched
from lib.warehouse.objects import ABSENT, read_objects, top_keys, top_of
from lib.warehouse.readings import READINGS, Reading
from lib.warehouse.records import Record, delimiter_of, parse_line, read_records, split_lines
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.snapshots import ListedFile
from lib.warehouse.unpacking import unpacked
from lib.warehouse.vocabulary import Vocabulary

Row = tuple[str, ...]


@dataclass(frozen=True)
class Loaded:
    """One row on its way into a raw table, and where it stands."""

    row: Row
    file: str
    line: int


@dataclass
class Tally:
    """What became of one file's lines so far."""

    header: int = 1
    blank: int = 0
    loaded: int = 0
    duplicates: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Layout:
    """How one file is read: where each declared column stands in a record, by which name, and in which reading.

    `readings` and `constants` are of some columns, by their place among the declared ones; a constant is what a column
    holds in every row, whatever the record says.
    """

    places: Sequence[int | None]
    names: Sequence[str]
    readings: Mapping[int, Reading]
    constants: Mapping[int, str]

    def row(self, record: Record) -> tuple[Row, str | None]:
        """A record → its row in the order of the declared columns, and what cannot be read in it."""
        fields = [ABSENT if place is None else record.fields[place].strip() for place in self.places]
        for at, reading in self.readings.items():
            if fields[at]:
                try:
                    fields[at] = reading(fields[at])
                except ValueError as problem:
                    return (), f"{self.names[at]} {problem}"
        for at, constant in self.constants.items():
            fields[at] = constant
        return tuple(fields), None


@dataclass
class Intake:
    """What one feed's files have brought so far; `seen` remembers the first row of every key, `taken` of every name.

    Of a feed whose files may overlap, `brought` and `in_file` say how often a row is loaded, and stands in this file.
    """

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    vocabulary: Vocabulary
    loaded: list[Loaded] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    counts: list[FileCount] = field(default_factory=list)
    columns: list[FileColumn] = field(default_factory=list)
    seen: dict[Row, Loaded] = field(default_factory=dict)
    taken: dict[Row, Loaded] = field(default_factory=dict)
    brought: Counter[Row] = field(default_factory=Counter)
    in_file: Counter[Row] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        columns = list(self.feed.columns)
        self._key_places = [columns.index(column) for column in self.feed.key]
        self._unique_places = [columns.index(column) for column in self.feed.unique]

    def add(self, file: ListedFile, content: bytes) -> None:
        """One file → rows, rejects and a count; the earliest copy of a key is the one that is loaded."""
        content = unpacked(file.path, content)
        self.in_file.clear()
        first = self.feed.shapes_of(file.path)[0]
        tally = self._add_objects(file, content, first) if first.is_json else self._add_records(file, content, first)
        self.counts.append(_count(self.feed, file, tally))

    def _add_records(self, file: ListedFile, content: bytes, first: Shape) -> Tally:
        lines = split_lines(content, first.encoding)
        top = next((place for place, line in enumerate(lines.texts) if line.strip()), None)
        if top is None:
            return Tally(header=0, blank=len(lines.texts))
        delimiter = delimiter_of(lines.texts[top])
        found = matched(self.feed, _header(lines.texts[top], delimiter, file.path), file.path)
        self.columns += found.told(self.feed, file.path)
        layout, tally = _layout(self.feed, found), Tally(blank=top)
        for record in read_records(lines, top + 1, len(found.header), delimiter):
            self._sort(record, layout, file.path, tally)
        return tally

    def _add_objects(self, file: ListedFile, content: bytes, shape: Shape) -> Tally:
        lines = split_lines(content, shape.encoding).texts
        self.columns += _told_keys(self.feed, shape, lines, file.path)
        names = [(*shape.columns[column].names, column)[0] for column in self.feed.columns]
        layout = Layout(range(len(names)), names, _readings(self.feed, shape), _constants(self.feed, shape))
        tally = Tally(header=0)
        for record in read_objects(lines, list(self.feed.columns), shape):
            self._sort(record, layout, file.path, tally)
        return tally

    def rows(self) -> pa.Table:
        """The rows as text: an empty field is null, and each knows its file and line."""
        columns = {
            name: pa.array([entry.row[place] or None for entry in self.loaded], pa.string())
            for place, name in enumerate(self.feed.columns)
        }
        columns["source_file"] = pa.array([entry.file for entry in self.loaded], pa.string())
        columns["source_line"] = pa.array([entry.line for entry in self.loaded], pa.int64())
        return pa.table(columns)

    def store(self) -> tuple[list[FileCount], list[Reject]]:
        """The rows → raw.<feed>, and what became of every line."""
        self.connection.register("incoming", self.rows())
        self.connection.execute(f"create table raw.{self.feed.name} as select * from incoming")
        self.connection.unregister("incoming")
        self._insist_all_stored()
        return self.counts, self.rejects

    def _insist_all_stored(self) -> None:
        """What was sent to the table is not yet what stands in it: it is counted there."""
        query = f"select count(*) from raw.{self.feed.name} where source_file is not null and source_line > 0"
        [(stored,)] = self.connection.execute(query).fetchall()
        if stored != len(self.loaded):
            raise BuildRefused(f"raw.{self.feed.name} holds {stored} of {len(self.loaded)} rows; nothing was published")

    def _sort(self, record: Record, layout: Layout, file: str, tally: Tally) -> None:
        if record.is_blank:
            tally.blank += record.lines
            return
        row, fault = ((), record.fault) if record.fault else layout.row(record)
        reason = fault or self._fault(row, layout) or self._clash(row)
        if reason:
            tally.rejected += record.lines
            self.rejects.append(Reject(self.feed.name, file, record.line, reason, record.text))
        elif self._key(row) in self.seen or self._is_of_another_file(row):
            tally.duplicates += record.lines
        else:
            tally.loaded += record.lines
            self._load(Loaded(row, file, record.line))

    def _is_of_another_file(self, row: Row) -> bool:
        """Whether an earlier file has brought a row already, as often as it stands in this one so far."""
        if not self.feed.may_overlap:
            return False
        self.in_file[row] += 1
        if self.in_file[row] <= self.brought[row]:
            return True
        self.brought[row] += 1
        return False

    def _load(self, entry: Loaded) -> None:
        self.loaded.append(entry)
        if self.feed.key:
            self.seen[self._key(entry.row)] = entry
        if self.feed.unique:
            self.taken[self._name(entry.row)] = entry

    def _fault(self, row: Row, layout: Layout) -> str | None:
        for name, kind, text in zip(layout.names, self.feed.columns.values(), row, strict=True):
            if not text and kind.may_be_empty:
                continue
            if complaint := kind.fault(text) or (kind.word and self.vocabulary.fault(kind.word, text)):
                return f"{name} {complaint}"
        return None

    def _clash(self, row: Row) -> str | None:
        """A row whose key is known with other values is refused: which of the two is true, the file cannot say."""
        if known := self.seen.get(self._key(row)):
            key = " and ".join(self.feed.key)
            return None if known.row == row else f"{key} stands in {known.file}, line {known.line}, with other values"
        if known := self.taken.get(self._name(row)):
            name, where = " and ".join(self.feed.unique), f"{known.file}, line {known.line}"
            return f"{self._called(row)} has the {name} of {self._called(known.row)} ({where})"
        return None

    def _called(self, row: Row) -> str:
        return ", ".join(f"{column} {text}" for column, text in zip(self.feed.key, self._key(row), strict=True))

    def _key(self, row: Row) -> Row:
        return tuple(row[place] for place in self._key_places)

    def _name(self, row: Row) -> Row:
        return tuple(row[place] for place in self._unique_places)


def _layout(feed: Feed, found: Matched) -> Layout:
    places = [found.places.get(column) for column in feed.columns]
    names = [
        column if place is None else found.header[place] for column, place in zip(feed.columns, places, strict=True)
    ]
    return Layout(places, names, _readings(feed, found.shape), _constants(feed, found.shape))


def _readings(feed: Feed, shape: Shape) -> dict[int, Reading]:
    told = {at: shape.columns[column].reading for at, column in enumerate(feed.columns)}
    return {at: READINGS[name] for at, name in told.items() if name}


def _constants(feed: Feed, shape: Shape) -> dict[int, str]:
    told = {at: shape.columns[column].constant for at, column in enumerate(feed.columns)}
    return {at: constant for at, constant in told.items() if constant is not None}


def _told_keys(feed: Feed, shape: Shape, lines: Sequence[str], file: str) -> list[FileColumn]:
    """The keys of a file's objects, each with the first column that is read from it, and the columns without one."""
    keys, told = top_keys(lines), list[FileColumn]()
    column_of = {top_of(name): column for column in feed.columns for name in shape.columns[column].names}
    told += [FileColumn(feed.name, file, shape.name, at, key, column_of.get(key)) for at, key in enumerate(keys)]
    for column in feed.columns:
        answer = shape.columns[column]
        if answer.constant is None and not any(top_of(name) in keys for name in answer.names):
            told.append(FileColumn(feed.name, file, shape.name, None, None, column))
    return told


def _header(line: str, delimiter: str, file: str) -> Row:
    try:
        return parse_line(line, delimiter)
    except csv.Error as error:
        raise BuildRefused(f"{file}: the quotes of its header line are out of order ({error})") from None


def _count(feed: Feed, file: ListedFile, tally: Tally) -> FileCount:
    return FileCount(
        feed=feed.name,
        file=file.path,
        sha256=file.sha256,
        bytes=file.bytes,
        lines_read=file.lines,
        header_lines=tally.header,
        blank_lines=tally.blank,
        loaded=tally.loaded,
        duplicates=tally.duplicates,
        rejected=tally.rejected,
    )
