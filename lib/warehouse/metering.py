"""Usage events → raw.event: one text line per event, split and checked in SQL, so that no fault takes its neighbours.

The readers of databases lose good rows beside a stray quote; a line that stays one piece of text until it has been
split cannot swallow the next one.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.feeds import Feed
from lib.warehouse.headers import FileColumn, matched
from lib.warehouse.records import parse_line
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import text_of
from lib.warehouse.snapshots import ListedFile
from lib.warehouse.vocabulary import Vocabulary

BLOCK_BYTES = 1 << 23
LINE_SCHEMA = pa.schema([("line", pa.int64()), ("text", pa.string()), ("is_whole", pa.bool_())])


class EventIntake:
    """The metering feed on its way into raw.event: files are added in order, then stored once.

    Lines gather in a temporary table. It must be made and filled before a transaction begins: inside one, DuckDB 2.0
    shows no rows of a table that was created empty from a select and then filled with more than a row group.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, feed: Feed, vocabulary: Vocabulary, snapshot_on: date
    ) -> None:
        self._connection = connection
        self._feed = feed
        self._frame = {
            "dimensions": list(vocabulary.words.get("dimension", ())),
            "snapshot_on": snapshot_on.isoformat(),
        }
        self._header_lines: dict[ListedFile, int] = {}
        self.columns: list[FileColumn] = []
        no_lines = LINE_SCHEMA.empty_table()
        nowhere = dict.fromkeys((*feed.columns, "header_line", "width", "file_number"), 1) | {"file": ""}
        self._split("create temp table event_line as", no_lines, nowhere)

    def add(self, file: ListedFile, content: bytes) -> None:
        """One file → its lines, split and judged."""
        header_line, header = _header(file, content)
        found = matched(self._feed, header, file.path)
        self.columns += found.told(self._feed, file.path)
        parameters: dict[str, Any] = {column: place + 1 for column, place in found.places.items()}
        parameters |= {"header_line": header_line, "width": len(header), "file": file.path}
        parameters["file_number"] = len(self._header_lines)
        lines = pa.RecordBatchReader.from_batches(LINE_SCHEMA, _batches(_open(file, content)))
        self._split("insert into event_line", lines, parameters)
        self._header_lines[file] = header_line

    def store(self) -> tuple[list[FileCount], list[Reject]]:
        """All lines added → raw.event without copies, raw.conflict, raw.event_repeat, and what became of every line."""
        self._connection.execute(f"create temp table event_copy as {text_of('raw/event_copy')}")
        self._connection.execute(f"create table raw.event as {text_of('raw/event')}")
        self._connection.execute(f"create table raw.conflict as {text_of('raw/conflict')}")
        self._connection.execute(f"create table raw.event_repeat as {text_of('raw/event_repeat')}")
        counted = {row[0]: row[1:] for row in self._connection.execute(text_of("raw/event_count")).fetchall()}
        rejected = self._connection.execute(text_of("raw/event_reject")).fetchall()
        counts = [self._count(file, *counted.get(file.path, (0, 0, 0, 0))) for file in self._header_lines]
        self._connection.execute("drop table event_copy")
        self._connection.execute("drop table event_line")
        return counts, [Reject(self._feed.name, *row) for row in rejected]

    def _split(self, verb: str, lines: Any, parameters: dict[str, Any]) -> None:
        self._connection.register("incoming", lines)
        self._connection.execute(f"{verb} {text_of('raw/event_line')}", parameters | self._frame)
        self._connection.unregister("incoming")

    def _count(self, file: ListedFile, blank: int, loaded: int, duplicates: int, rejected: int) -> FileCount:
        above = self._header_lines[file] - 1  # blank lines that stand before the header
        return FileCount(
            self._feed.name,
            file.path,
            file.sha256,
            file.bytes,
            file.lines,
            1,
            blank + above,
            loaded,
            duplicates,
            rejected,
        )


def _open(file: ListedFile, content: bytes) -> BinaryIO:
    packed = io.BytesIO(content)
    return gzip.open(packed) if file.path.endswith(".gz") else packed  # type: ignore[return-value]


def _header(file: ListedFile, content: bytes) -> tuple[int, tuple[str, ...]]:
    with io.TextIOWrapper(_open(file, content), "utf-8-sig", errors="replace", newline="\n") as lines:
        for line, text in enumerate(lines, start=1):
            if text.strip():
                return line, parse_line(text.strip(), ",")
    raise BuildRefused(f"{file.path} is empty; a file of events begins with its header line")


def _batches(stream: BinaryIO) -> Iterator[pa.RecordBatch]:
    """A byte stream → batches of numbered lines, a block at a time; only the file's last line may lack its end."""
    line, rest = 1, b""
    with stream:
        while block := stream.read(BLOCK_BYTES):
            whole, end, rest = (rest + block).rpartition(b"\n")
            if end:
                batch = _batch(line, whole, is_whole=True)
                line += batch.num_rows
                yield batch
    if rest:
        yield _batch(line, rest, is_whole=False)


def _batch(first: int, content: bytes, is_whole: bool) -> pa.RecordBatch:
    texts = content.decode("utf-8", errors="replace").split("\n")
    lines = range(first, first + len(texts))
    return pa.record_batch([pa.array(lines), pa.array(texts), pa.array([is_whole] * len(texts))], schema=LINE_SCHEMA)
