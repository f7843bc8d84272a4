"""The metering feed on its way into raw.event: files are read and judged in order, then stored once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as compute

from lib.mapping import Column, UsageMapping
from lib.refusal import Refusal
from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.feeds import Feed, nearest
from lib.warehouse.headers import FileColumn, simple
from lib.warehouse.metering.block import Block
from lib.warehouse.metering.events import SCHEMA, events_of
from lib.warehouse.metering.forms import Reading, absent, mapping_for, opened
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import text_of
from lib.warehouse.snapshots import ListedFile
from lib.warehouse.vocabulary import Vocabulary


@dataclass(frozen=True)
class Read:
    """What was read of one file before its records: header and blank lines."""

    file: ListedFile
    header_lines: int = 0
    blank_lines: int = 0


class EventIntake:
    """The metering feed: files are added in order, then stored once.

    Events gather in a temporary table. It must be made and filled before a transaction begins: inside one, DuckDB 2.0
    shows no rows of a table that was created empty from a select and then filled with more than a row group.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        feed: Feed,
        vocabulary: Vocabulary,
        snapshot_on: date,
        mapping: UsageMapping | None = None,
    ) -> None:
        self._connection = connection
        self._feed = feed
        self._mapping = mapping
        self._dimensions = list(vocabulary.words.get("dimension", ()))
        self._snapshot_on = snapshot_on.isoformat()
        self._read: list[Read] = []
        self._unseen: dict[Column, str] = {}  # columns of the mapping that no file has shown yet, and what to say
        self._has_shown: set[Column] = set()
        self.columns: list[FileColumn] = []
        _insist_on_dimensions(mapping, self._dimensions)
        connection.execute("create temp table event_file (file_number integer, file varchar)")
        self._judge("create temp table event_line as", SCHEMA.empty_table(), {})

    def add(self, file: ListedFile, path: Path) -> None:
        """One file → its events, judged."""
        number = len(self._read)
        self._connection.execute("insert into event_file values (?, ?)", [number, file.path])
        if file.lines == 0:  # an empty file says nothing, and stops nobody
            self._read.append(Read(file))
            return
        reading = opened(path, file.path, mapping_for(file.path, self._mapping))
        source = _Source(reading)
        try:
            self._judge("insert into event_line", source.reader(), {"file_number": number} | _words(reading.mapping))
        except duckdb.Error:
            if source.refusal is None:
                raise
            raise source.refusal from None
        self._read.append(Read(file, reading.header_lines, reading.blank_lines))
        self.columns += _told(self._feed, file.path, reading)
        self._remember(reading, source.unseen, file.path)

    def store(self) -> tuple[list[FileCount], list[Reject]]:
        """All events added → raw.event without copies, raw.conflict, raw.event_repeat; what became of every line."""
        for sentence in self._unseen.values():
            raise BuildRefused(sentence)
        self._connection.execute(f"create temp table event_fault as {text_of('raw/event_fault')}")
        self._connection.execute(f"create temp table event_copy as {text_of('raw/event_copy')}")
        self._connection.execute(f"create table raw.event as {text_of('raw/event')}")
        self._connection.execute(f"create table raw.conflict as {text_of('raw/conflict')}")
        self._connection.execute(f"create table raw.event_repeat as {text_of('raw/event_repeat')}")
        counted = {row[0]: row[1:] for row in self._connection.execute(text_of("raw/event_count")).fetchall()}
        rejected = self._connection.execute(text_of("raw/event_reject")).fetchall()
        counts = [self._count(read, *counted.get(read.file.path, (0, 0, 0, 0))) for read in self._read]
        for table in ("event_copy", "event_fault", "event_line", "event_file"):
            self._connection.execute(f"drop table {table}")
        return counts, [Reject(self._feed.name, *row) for row in rejected]

    def _remember(self, reading: Reading, unseen: set[Column], file: str) -> None:
        """Objects have no header to miss a column in: one that no object of any file has was mistyped."""
        if reading.mapping is self._mapping:
            self._has_shown |= set(reading.mapping.columns) - unseen
            said = {column: absent(reading.mapping, column, sorted(reading.names), file) for column in unseen}
            self._unseen = {
                column: why for column, why in (said | self._unseen).items() if column not in self._has_shown
            }

    def _judge(self, verb: str, events: Any, words: dict[str, Any]) -> None:
        nothing = {"file_number": 0, "quantity_names": [""], **dict.fromkeys(NAMES, "")}
        frame = {"dimensions": self._dimensions, "snapshot_on": self._snapshot_on}
        self._connection.register("incoming", events)
        try:
            self._connection.execute(f"{verb} {text_of('raw/event_line')}", nothing | frame | words)
        finally:
            self._connection.unregister("incoming")

    def _count(self, read: Read, blank: int, loaded: int, duplicates: int, rejected: int) -> FileCount:
        file = read.file
        return FileCount(
            self._feed.name,
            file.path,
            file.sha256,
            file.bytes,
            file.lines,
            read.header_lines,
            blank + read.blank_lines,
            loaded,
            duplicates,
            rejected,
        )


class _Source:
    """The events of one file as the database pulls them; it keeps the refusal that the database would wrap."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.refusal: Refusal | None = None
        self.unseen: set[Column] = set()

    def reader(self) -> pa.RecordBatchReader:
        """The batches of events, in order."""
        return pa.RecordBatchReader.from_batches(SCHEMA, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for number, block in enumerate(self._reading.blocks):
                self._look_for_columns(block, is_first=number == 0)
                yield from events_of(block, self._reading.mapping)
        except Refusal as refusal:
            self.refusal = refusal
            raise

    def _look_for_columns(self, block: Block, *, is_first: bool) -> None:
        """Which columns have had no value so far; a header names its columns, so there nothing is looked for."""
        if self._reading.has_header:
            return
        wanted = self._reading.mapping.columns if is_first else self.unseen
        self.unseen = {column for column in wanted if not _says_anything(block, column)}


def _says_anything(block: Block, column: Column) -> bool:
    return bool(compute.any(compute.not_equal(block.values[column], ""), min_count=0).as_py())


NAMES = ("id_name", "customer_name", "time_name", "received_name", "dimension_name")


def _words(mapping: UsageMapping) -> dict[str, Any]:
    """What a reason calls each part of an event: the columns of the file."""
    names = (mapping.identity[0], mapping.customer, mapping.time, mapping.received, mapping.dimension)
    quantities = [measure.column for measure in mapping.measures] or [(mapping.quantity or ("",))[0]]
    said = {key: (column or ("",))[0] for key, column in zip(NAMES, names, strict=True)}
    return said | {"quantity_names": quantities}


def _insist_on_dimensions(mapping: UsageMapping | None, known: list[str]) -> None:
    """Refuse a mapping to a dimension that we do not sell, before every line of its files is."""
    for dimension in mapping.dimensions if mapping else ():
        if known and dimension not in known:
            raise BuildRefused(
                f"[metering.mapping] names the dimension {dimension!r}, which the plans database does not; "
                f"the nearest is {nearest(dimension, known)!r}"
            )


def _told(feed: Feed, file: str, reading: Reading) -> list[FileColumn]:
    """Which column of the file was read as what, for the sources page."""
    form = reading.form or feed.shapes_of(file)[0].name
    told = [FileColumn(feed.name, file, form, place, name, None) for place, name in enumerate(reading.names)]
    for column, meaning in _meanings(reading.mapping):
        wanted = [simple(name) for name in column]
        at = next((one.place for name in wanted for one in told if one.header and simple(one.header) == name), None)
        header = None if at is None else told[at].header
        told.append(FileColumn(feed.name, file, form, at, header, meaning))
    meant = {one.place for one in told if one.column_name}
    return [one for one in told if one.column_name or one.place not in meant]


def _meanings(mapping: UsageMapping) -> list[tuple[Column, str]]:
    """Each column of a mapping with the column of raw.event it is read as."""
    named = [(column, "event_id") for column in mapping.identity]
    named += [(mapping.customer, "customer_id"), (mapping.time, "occurred_at")]
    optional = ((mapping.received, "received_at"), (mapping.dimension, "dimension"), (mapping.quantity, "quantity"))
    named += [(column, meaning) for column, meaning in optional if column]
    return named + [((measure.column,), f"quantity of {measure.dimension}") for measure in mapping.measures]
