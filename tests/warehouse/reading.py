"""Usage files read by themselves: what a build does with metering, without the marts that follow."""

import atexit
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from lib.mapping import UsageMapping
from lib.warehouse import accounting
from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.build import DATA
from lib.warehouse.feeds import Feed, read_feeds
from lib.warehouse.metering import EventIntake
from lib.warehouse.relations import text_of
from lib.warehouse.snapshots import history
from lib.warehouse.vocabulary import Vocabulary
from tests.warehouse.worlds import DAY, take_snapshot

DIMENSIONS = ("words", "images", "api_requests")
Event = tuple[str, ...]


def event_feed() -> Feed:
    [feed] = [feed for feed in read_feeds(DATA / "feeds") if feed.name == "event"]
    return feed


FEED = event_feed()


@dataclass(frozen=True)
class Outcome:
    """The events that were loaded, as text, the file of each, and what became of every line."""

    events: list[Event]
    files: list[str]
    counts: list[FileCount]
    rejects: list[Reject]
    conflicts: int

    @property
    def unaccounted(self) -> list[int]:
        return [count.unaccounted for count in self.counts]

    def of(self, name: str) -> list[Event]:
        """The events of one file."""
        return [event for event, file in zip(self.events, self.files, strict=True) if file == f"metering/{name}"]


def read_usage(
    folder: Path, files: Mapping[str, bytes], mapping: UsageMapping | None = None, day: date = DAY
) -> Outcome:
    """Files by their name below metering/ → what a build would load of them; refusals as a build's."""
    snapshots = take_snapshot(folder, {f"metering/{name}": content for name, content in files.items()}, day)
    [newest] = history(snapshots)
    connection = _database().cursor()  # with temporary tables of its own
    try:
        intake = EventIntake(connection, FEED, Vocabulary({"dimension": DIMENSIONS}), day, mapping)
        for file in newest.files:
            if FEED.shapes_of(file.path):
                intake.add(file, newest.checked(file))
        counts, rejects = intake.store()
        accounting.insist(counts)
        accounting.insist_on_rows([FEED], counts, rejects)
        events = connection.execute("select * exclude (source_file, source_line) from raw.event").fetchall()
        [(conflicts,)] = connection.execute("select count(*) from raw.conflict").fetchall()
        files = [file for (file,) in connection.execute("select source_file from raw.event").fetchall()]
        return Outcome(events, files, counts, rejects, conflicts)
    finally:
        for table in ("event", "conflict", "event_repeat"):
            connection.execute(f"drop table if exists raw.{table}")
        connection.close()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(text_of("macros"))
    atexit.register(_close)
    return connection


def _close() -> None:
    _database().close()
    _database.cache_clear()
