"""Build: the newest snapshot → raw, staging and marts in a new file, checked, then published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from lib.warehouse import checks, publish
from lib.warehouse.feeds import Feed, read_feeds
from lib.warehouse.held import hold
from lib.warehouse.identity import warehouse_id
from lib.warehouse.ingest import ingest
from lib.warehouse.read import Warehouse, WarehouseMissing
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import create, every_relation, text_of
from lib.warehouse.settings import connect
from lib.warehouse.snapshots import DatedFolder, days, history

__all__ = ["BuildRefused", "BuildReport", "build"]

Progress = Callable[[str, float], None]
DATA = Path(__file__).parents[2] / "data"
LIMITS = "warehouse.toml"  # how much stays published
HOUSE_FACTS = ("feeds/*.toml", "catalog.toml", "billing.toml", "segments.toml", "stages.toml")
LONGEST_WHY = 160  # letters of what the database says
RAW_SHARE = 0.6  # of the work, for the progress bar


@dataclass(frozen=True)
class BuildReport:
    """What was published: the id and file, `accounting`, the rows of marts.source_status, and what sources noted."""

    id: str
    path: Path
    snapshot_on: date
    synthetic: bool
    accounting: list[dict[str, Any]]
    rejects: int
    conflicts: int
    notes: tuple[str, ...] = ()


def silent(step: str, share: float) -> None:
    """Progress that nobody watches."""


def build(
    snapshots: Path, out: Path, progress: Progress = silent, as_of: date | None = None, data: Path = DATA
) -> BuildReport:
    """The newest snapshot (not after `as_of`) → a published warehouse, and the account of every line.

    The same snapshot, SQL and version give the same id, and an id that is published already is not built again.
    A build that dies at any moment leaves the published warehouse as it was. An older snapshot is published under its
    own day alone, also one that became older while it was built: what everybody sees stays the newest. One that was
    pulled again meanwhile is refused.
    """
    folders = history(snapshots, as_of)
    day, identifier = folders[-1].snapshot_on, _identity(folders, data)
    place = publish.path_of(out, identifier)
    try:
        if not _stood_already(place, day, snapshots, data):
            with _building(place, identifier) as building:
                _fill_new(building, folders, identifier, data, progress)
                with publish.turn(out):
                    publish.publish(building, place, day, _is_newest(place, day, snapshots, data))
        with publish.turn(out):
            publish.sweep(out, data / LIMITS)
    except OSError as error:
        raise BuildRefused(
            f"{error.filename or out} cannot be written ({error.strerror}); name another --out"
        ) from None
    except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
        why = str(error).splitlines()[0][:LONGEST_WHY]
        raise BuildRefused(f"{out} cannot take the warehouse ({why}); nothing was published: make room there") from None
    progress("published", 1.0)
    return _report(place)


def _is_whole(place: Path) -> bool:
    """Whether a warehouse is published already and every part of it can be read; a damaged one is taken away."""
    if not place.exists():
        return False
    try:
        warehouse = Warehouse(place)
        try:
            warehouse.insist()
        finally:
            warehouse.close()
    except WarehouseMissing:
        publish.discard(place)
        return False
    return True


def identity(snapshots: Path, as_of: date | None = None, data: Path = DATA) -> str:
    """The id that a build of the newest snapshot (not after `as_of`) has by the rules and facts of now."""
    return _identity(history(snapshots, as_of), data)


def _identity(folders: list[DatedFolder], data: Path) -> str:
    rules = [path for name in HOUSE_FACTS for path in sorted(data.glob(name))]
    return warehouse_id((folder.fingerprint for folder in folders), rules)


def _is_newest(place: Path, day: date, snapshots: Path, data: Path) -> bool:
    """Whether a day's snapshot is the newest by now, to be asked in turn; refused where another id is its own by now.

    Minutes may lie between the start of a build and its end, and another process may pull and publish in them.
    """
    if publish.path_of(place.parent, identity(snapshots, day, data)) != place:
        raise BuildRefused(
            f"the snapshots up to {day}, or the rules in {data}, changed while they were built; "
            "build again with: python -m lib build"
        )
    return day == days(snapshots)[-1]


def _stood_already(place: Path, day: date, snapshots: Path, data: Path) -> bool:
    """Whether a whole warehouse of that name stands; it is pointed to before anybody can sweep it."""
    if not place.parent.is_dir():
        return False
    with publish.turn(place.parent):
        if not _is_whole(place):
            return False
        publish.point_to(place, day, _is_newest(place, day, snapshots, data))
        return True


@contextmanager
def _building(place: Path, identifier: str) -> Iterator[Path]:
    """Where a warehouse is built out of sight; whatever is left there goes, and so does a folder made in vain."""
    is_new = not place.parent.exists()
    place.parent.mkdir(parents=True, exist_ok=True)
    building = publish.building_path(place.parent, identifier)
    publish.discard(building)
    try:
        yield building
    finally:
        publish.discard(building)
        if is_new and not any(place.parent.iterdir()):
            place.parent.rmdir()


def _fill_new(building: Path, folders: list[DatedFolder], identifier: str, data: Path, progress: Progress) -> None:
    connection = connect(building)
    try:
        _fill(connection, folders, identifier, data, progress)
    finally:
        connection.close()
    Warehouse(building).close()  # a file that does not open again is not published


def _fill(
    connection: duckdb.DuckDBPyConnection,
    folders: list[DatedFolder],
    identifier: str,
    data: Path,
    progress: Progress,
) -> None:
    feeds: list[Feed] = read_feeds(data / "feeds")
    connection.execute(text_of("macros"))
    ingest(connection, feeds, folders, data, identifier, lambda step, share: progress(step, share * RAW_SHARE))
    hold(connection, feeds)
    relations = every_relation()
    for number, relation in enumerate(relations):
        progress(relation.name, RAW_SHARE + (1 - RAW_SHARE) * number / len(relations))
        create(connection, relation)
    progress("checks", 1.0)
    checks.insist(connection, relations)
    connection.execute("checkpoint")


def _report(place: Path) -> BuildReport:
    warehouse = Warehouse(place)
    try:
        return BuildReport(
            id=warehouse.id,
            path=place,
            snapshot_on=warehouse.snapshot_on,
            synthetic=warehouse.synthetic,
            accounting=warehouse.rows("source_status"),
            rejects=len(warehouse.reject_rows()),
            conflicts=len(warehouse.conflict_rows()),
            notes=tuple(row["note"] for row in warehouse.rows("source_note")),
        )
    finally:
        warehouse.close()
