"""Small worlds written by hand: a dict of path → text becomes a snapshot, and a snapshot a warehouse."""

import gzip
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.sources import snapshot
from lib.sources.snapshot import Snapshot
from lib.warehouse import settings
from lib.warehouse.build import BuildReport, build
from lib.warehouse.feeds import read_feeds

DAY = date(2026, 5, 31)
EVENTS = "metering/events-2026-04.csv"
EVENT_HEADER = "event_id,customer_id,dimension,occurred_at,received_at,quantity\n"

_feeds = cache(read_feeds)
World = Mapping[str, str | bytes]
Mappings = Mapping[str, Mapping[str, Any]]


def take_snapshot(
    snapshots: Path,
    world: World,
    day: date = DAY,
    mappings: Mappings | None = None,
    carried: Mapping[str, date] | None = None,
) -> Path:
    """Files as they would have been pulled on a day, with their manifest; a name that ends in .gz is packed.

    `carried` are sources that an older day's pull brought, as a snapshot carries them over.
    """
    with snapshot.filling(snapshots, day) as folder:
        listed = []
        for name, content in world.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = content.encode() if isinstance(content, str) else content
            path.write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
            source = name.split("/")[0]
            listed.append(snapshot.describe(folder, source, path, (carried or {}).get(source, day)))
        snapshot.write_manifest(Snapshot(folder, day, True, tuple(listed), mappings=mappings or {}))
    return snapshots


def built(
    folder: Path,
    world: World,
    day: date = DAY,
    mappings: Mappings | None = None,
    carried: Mapping[str, date] | None = None,
) -> BuildReport:
    """A world → its warehouse, published in folder/warehouse.

    The declarations of the feeds are read once for all worlds, and a world of a few rows has no work for two threads.
    """
    snapshots = take_snapshot(folder / "snapshots", world, day, mappings, carried)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lib.warehouse.build.read_feeds", _feeds)
        patch.setitem(settings.SETTINGS, "threads", "1")
        return build(snapshots, folder / "warehouse")


def ask(report: BuildReport, query: str) -> list[tuple[object, ...]]:
    """A query of the test's own against the published file."""
    connection = duckdb.connect(str(report.path), read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def account(report: BuildReport, feed: str) -> dict[str, object]:
    """The row of marts.source_status for one feed."""
    [row] = [row for row in report.accounting if row["feed"] == feed]
    return row


def events(*lines: str) -> str:
    """Event lines under their header."""
    return EVENT_HEADER + "".join(f"{line}\n" for line in lines)


def event(event_id: str, quantity: str = "10", *, customer: str = "c-0001", dimension: str = "words") -> str:
    """One well-formed event line of 2026-04-10."""
    return f"{event_id},{customer},{dimension},2026-04-10T08:00:00Z,2026-04-10T09:00:00Z,{quantity}"
