"""Small exports → one raw table of text: declared columns only, checked, keyed, every line accounted for."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from lib.warehouse import values
from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.feeds import Feed, FeedError, positions
from lib.warehouse.records import Record, delimiter_of, parse_line, read_records, split_lines
from lib.warehouse.snapshots import ListedFile

Row = tuple[str, ...]


@dataclass
class Intake:
    """What one feed's files have brought so far; `seen` remembers the first row of every key."""

    feed: Feed
    rows: list[tuple[Row, str, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    counts: list[FileCount] = field(default_factory=list)
    seen: dict[Row, tuple[Row, str, int]] = field(default_factory=dict)


@dataclass
class _Tally:
    header: int = 0
    blank: int = 0
    loaded: int = 0
    duplicates: int = 0
    rejected: int = 0


def read_file(intake: Intake, file: ListedFile, content: bytes) -> None:
    """One file → rows, rejects and a count added to the intake; the earliest copy of a key is the one loaded."""
    lines = split_lines(gzip.decompress(content) if file.path.endswith(".gz") else content)
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise FeedError(f"{file.path} is empty; a file of raw.{intake.feed.name} begins with its header line")
    delimiter = delimiter_of(lines[first])
    header = parse_line(lines[first], delimiter)
    places = positions(intake.feed, header, file.path)
    tally = _Tally(header=1, blank=first)
    for record in read_records(lines, first + 1, len(header), delimiter):
        _sort(intake, tally, record, places, file.path)
    intake.counts.append(_count(intake.feed, file, tally))


def store(connection: duckdb.DuckDBPyConnection, intake: Intake) -> None:
    """The intake → raw.<feed>: text as exported, an empty field as null, with the file and line of every row."""
    names = [*intake.feed.columns, "source_file", "source_line"]
    texts = [[row[place] or None for row, _, _ in intake.rows] for place in range(len(intake.feed.columns))]
    arrays = [pa.array(column, pa.string()) for column in texts]
    arrays.append(pa.array([file for _, file, _ in intake.rows], pa.string()))
    arrays.append(pa.array([line for _, _, line in intake.rows], pa.int64()))
    connection.register("incoming", pa.Table.from_arrays(arrays, names=names))
    connection.execute(f"create table raw.{intake.feed.name} as select * from incoming")
    connection.unregister("incoming")


def _sort(intake: Intake, tally: _Tally, record: Record, places: dict[str, int], file: str) -> None:
    if record.is_blank:
        tally.blank += record.lines
        return
    row = tuple(record.fields[place].strip() for place in places.values()) if record.fields else ()
    fault = record.fault or _fault(intake.feed, row) or _clash(intake, row)
    if fault:
        tally.rejected += record.lines
        intake.rejects.append(Reject(intake.feed.name, file, record.line, fault, record.text))
    elif _key(intake.feed, row) in intake.seen:
        tally.duplicates += record.lines
    else:
        tally.loaded += record.lines
        _load(intake, row, file, record.line)


def _load(intake: Intake, row: Row, file: str, line: int) -> None:
    intake.rows.append((row, file, line))
    if intake.feed.key:
        intake.seen[_key(intake.feed, row)] = (row, file, line)


def _fault(feed: Feed, row: Row) -> str | None:
    for (column, kind), text in zip(feed.columns.items(), row, strict=True):
        if complaint := values.fault(kind, text):
            return f"{column} {complaint}"
    return None


def _clash(intake: Intake, row: Row) -> str | None:
    """A row whose key is known with other values is refused: which of the two is true, the file cannot say."""
    known = intake.seen.get(_key(intake.feed, row))
    if known is None or known[0] == row:
        return None
    names = " and ".join(intake.feed.key)
    return f"{names} stands in {known[1]}, line {known[2]}, with other values"


def _key(feed: Feed, row: Row) -> Row:
    columns = list(feed.columns)
    return tuple(row[columns.index(column)] for column in feed.key)


def _count(feed: Feed, file: ListedFile, tally: _Tally) -> FileCount:
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
