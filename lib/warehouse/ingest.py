"""Intake: the files of a snapshot → raw tables, rejects and accounts, in one transaction or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pyarrow as pa

from lib.mapping import UsageMapping, parse
from lib.warehouse import accounting
from lib.warehouse.accounting import FileCount, Reject
from lib.warehouse.exports import Intake
from lib.warehouse.feeds import Feed, as_told, nearest
from lib.warehouse.headers import FileColumn
from lib.warehouse.metering import EventIntake
from lib.warehouse.snapshots import MANIFEST, DatedFolder, ListedFile
from lib.warehouse.stages import read_stages
from lib.warehouse.vocabulary import Vocabulary

Progress = Callable[[str, float], None]


def ingest(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    folders: Sequence[DatedFolder],
    data: Path,
    warehouse_id: str,
    progress: Progress,
) -> None:
    """The newest folder's files → every raw table; the older folders only say when a feed was last seen."""
    newest, vocabulary = folders[-1], Vocabulary()
    feeds = as_told(feeds, newest.mappings)
    intakes: list[Intake | EventIntake] = []
    for number, feed in enumerate(feeds):
        progress(f"read {feed.name}", number / len(feeds))
        intakes.append(_read(connection, feed, newest, vocabulary))
    connection.execute("begin")
    stored = [intake.store() for intake in intakes]
    counts = [count for counts, _ in stored for count in counts]
    rejects = [reject for _, rejects in stored for reject in rejects]
    accounting.insist(counts)
    accounting.insist_on_rows(feeds, counts, rejects)
    _store(connection, "file_load", FileCount, counts)
    _store(connection, "reject", Reject, rejects)
    _store(connection, "file_column", FileColumn, [column for intake in intakes for column in intake.columns])
    _store_feeds(connection, feeds, folders)
    _store_notes(connection, feeds, newest)
    _store_house_facts(connection, data)
    _store_manifest(connection, newest, warehouse_id)
    connection.execute("commit")


def _read(
    connection: duckdb.DuckDBPyConnection, feed: Feed, folder: DatedFolder, vocabulary: Vocabulary
) -> Intake | EventIntake:
    if feed.reader == "lines":
        events = EventIntake(connection, feed, vocabulary, folder.snapshot_on, _mapping(feed, folder))
        for file in _files_of(feed, folder):
            events.add(file, folder.checked(file))
        return events
    intake = Intake(connection, feed, vocabulary)
    for file in _files_of(feed, folder):
        intake.add(file, folder.open_checked(file))
    vocabulary.learn(connection, feed, intake.rows)
    return intake


def _mapping(feed: Feed, folder: DatedFolder) -> UsageMapping | None:
    """How the sources file said, when this snapshot was pulled, that a source's own layout is to be read."""
    written = folder.mappings.get(feed.source)
    return parse(written, f"[{feed.source}.mapping] in {MANIFEST}") if written else None


def _files_of(feed: Feed, folder: DatedFolder) -> list[ListedFile]:
    """The listed files of a feed, in the order in which their lines count."""
    return [file for file in folder.files if feed.shapes_of(file.path)]


def _store(connection: duckdb.DuckDBPyConnection, table: str, kind: type, rows: Sequence[Any]) -> None:
    types = {"str": pa.string(), "str | None": pa.string(), "int": pa.int64(), "int | None": pa.int64()}
    schema = pa.schema([(field.name, types[str(field.type)]) for field in fields(kind)])
    _create(connection, table, pa.Table.from_pylist([asdict(row) for row in rows], schema=schema))


def _store_feeds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], folders: Sequence[DatedFolder]) -> None:
    rows = [
        {
            "feed": feed.name,
            "source": feed.source,
            "is_optional": feed.is_optional,
            "pull_command": feed.pull,
            "pulled_on": max((file.pulled_on for file in _files_of(feed, folders[-1])), default=None),
            "last_record_on": _last_record_on(connection, feed),
            "last_seen_on": max((day.snapshot_on for day in folders if _files_of(feed, day)), default=None),
        }
        for feed in feeds
    ]
    days = ("pulled_on", "last_record_on", "last_seen_on")
    kinds = {"is_optional": pa.bool_(), **dict.fromkeys(days, pa.date32())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in rows[0]])
    _create(connection, "feed", pa.Table.from_pylist(rows, schema=schema))


def _store_notes(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], folder: DatedFolder) -> None:
    notes = [(source, note) for source, told in folder.notes.items() for note in dict.fromkeys(told)]
    notes += [(_source_of(file), _unread(file, feeds)) for file in unread_files(feeds, folder)]
    columns = {name: [row[place] for row in notes] for place, name in enumerate(("source", "note"))}
    _create(connection, "source_note", pa.table(columns, pa.schema(dict.fromkeys(columns, pa.string()))))


def unread_files(feeds: Sequence[Feed], folder: DatedFolder) -> list[ListedFile]:
    """The files of a snapshot that no feed takes, by their names; what people write beside exports is not meant."""
    others = [file for file in folder.files if not any(feed.shapes_of(file.path) for feed in feeds)]
    return [file for file in others if not PurePosixPath(file.path).name.lower().startswith("readme")]


def _unread(file: ListedFile, feeds: Sequence[Feed]) -> str:
    own = [shape.files for feed in feeds if feed.source == _source_of(file) for shape in feed.shapes]
    known = f"; the nearest name that is read is {nearest(file.path, own)}" if own else ""
    return f"{file.path} was not read: no feed takes a file of that name{known}"


def _source_of(file: ListedFile) -> str:
    return PurePosixPath(file.path).parts[0]


def _last_record_on(connection: duckdb.DuckDBPyConnection, feed: Feed) -> date | None:
    if feed.dated_by is None:
        return None
    [(newest,)] = connection.execute(f'select max("{feed.dated_by}") from raw.{feed.name}').fetchall()
    return date.fromisoformat(newest[:10]) if newest else None


def _store_house_facts(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    """What no source exports but the house knows: the tier of a slug, the invoice day, our listings, a CRM's stages."""
    slugs = _toml(data / "catalog.toml")["slugs"]
    _create(connection, "slug", pa.table({"slug": list(slugs), "tier": list(slugs.values())}))
    billing = _toml(data / "billing.toml")
    _create(connection, "billing", pa.table({"usage_invoice_day": [billing["usage_invoice_day"]]}))
    own = pa.array(billing["own_marketplace_products"], pa.string())
    _create(connection, "own_product", pa.table({"product_id": own}))
    _create(connection, "crm_stage", read_stages(data))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _store_manifest(connection: duckdb.DuckDBPyConnection, folder: DatedFolder, warehouse_id: str) -> None:
    facts = {
        "warehouse_id": warehouse_id,
        "snapshot_on": folder.snapshot_on.isoformat(),
        "synthetic": str(folder.synthetic).lower(),
        "snapshot_sha256": folder.fingerprint,
        "duckdb": duckdb.__version__,
        "sources_file": folder.sources_file or "",
    }
    _create(connection, "manifest", pa.table({"key": list(facts), "value": list(facts.values())}))


def _create(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(f"create table raw.{table} as select * from incoming")
    connection.unregister("incoming")
