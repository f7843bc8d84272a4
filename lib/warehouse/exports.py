"""Small exports → one raw table of text: declared columns only, checked, keyed, every line accounted for."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.feeds import Feed, positions
from lib.warehouse.records import Record, delimiter_of, parse_line, read_records, split_lines
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.snapshots import ListedFile
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


@dataclass
class Intake:
    """What one feed's files have brought so far; `seen` remembers the first row of every key, `taken` of every name."""

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    vocabulary: Vocabulary
    loaded: list[Loaded] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    counts: list[FileCount] = field(default_factory=list)
    seen: dict[Row, Loaded] = field(default_factory=dict)
    taken: dict[Row, Loaded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = list(self.feed.columns)
        self._key_places = [columns.index(column) for column in self.feed.key]
        self._unique_places = [columns.index(column) for column in self.feed.unique]

    def add(self, file: ListedFile, content: bytes) -> None:
        """One file → rows, rejects and a count; the earliest copy of a key is the one that is loaded."""
        lines = split_lines(gzip.decompress(content) if file.path.endswith(".gz") else content)
        top = next((place for place, line in enumerate(lines) if line.strip()), None)
        if top is None:
            raise BuildRefused(f"{file.path} is empty; a file of raw.{self.feed.name} begins with its header line")
        delimiter = delimiter_of(lines[top])
        header = _header(lines[top], delimiter, file.path)
        found = positions(self.feed, header, file.path)
        places = [found.get(column) for column in self.feed.columns]
        tally = Tally(blank=top)
        for record in read_records(lines, top + 1, len(header), delimiter):
            self._sort(record, places, file.path, tally)
        self.counts.append(_count(self.feed, file, tally))

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

    def _sort(self, record: Record, places: Sequence[int | None], file: str, tally: Tally) -> None:
        if record.is_blank:
            tally.blank += record.lines
            return
        row = tuple(_field(record, place) for place in places) if record.fields else ()
        reason = record.fault or self._fault(row) or self._clash(row)
        if reason:
            tally.rejected += record.lines
            self.rejects.append(Reject(self.feed.name, file, record.line, reason, record.text))
        elif self._key(row) in self.seen:
            tally.duplicates += record.lines
        else:
            tally.loaded += record.lines
            self._load(Loaded(row, file, record.line))

    def _load(self, entry: Loaded) -> None:
        self.loaded.append(entry)
        if self.feed.key:
            self.seen[self._key(entry.row)] = entry
        if self.feed.unique:
            self.taken[self._name(entry.row)] = entry

    def _fault(self, row: Row) -> str | None:
        for (column, kind), text in zip(self.feed.columns.items(), row, strict=True):
            if complaint := kind.fault(text) or self.vocabulary.fault(kind.word, text):
                return f"{column} {complaint}"
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


def _field(record: Record, place: int | None) -> str:
    return "" if place is None else record.fields[place].strip()


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
