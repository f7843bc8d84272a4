"""The reading itself: rows stream from the server in batches, every value as text, and become exact Arrow columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, String, cast, column, inspect, select, table
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchTableError

from lib.sources.kinds import Visit
from lib.sources.plans_db import address, values
from lib.sources.plans_db.columns import Column, Columns, drift, mark, of_mark, of_reflection
from lib.sources.plans_db.tables import KEY, TABLES
from lib.sources.plans_db.troubles import place_of
from lib.sources.refusal import PullRefused

BATCH = 5_000  # rows that are held at once, however long the table is


@dataclass(frozen=True)
class Brought:
    """What a database gave: a file per table, the columns each table has there, and what is not as it was."""

    paths: tuple[Path, ...]
    marks: Mapping[str, str]
    drift: tuple[str, ...]


@dataclass(frozen=True)
class PlansDatabase:
    """An open plans database; all its tables are read as of one moment."""

    connection: Connection
    schema: str | None = None
    _held: dict[str, Columns] = field(default_factory=dict)

    @property
    def place(self) -> URL:
        """Where it is."""
        return self.connection.engine.url

    def columns(self, name: str) -> Columns:
        """A table's columns as the database declares them; refused where a declared one is not among them."""
        if name not in self._held:
            self._held[name] = self._reflected(name)
        held = self._held[name]
        for missing in (wanted for wanted in TABLES[name].names if wanted not in held):
            raise PullRefused(
                f"{self._where()}: table {name} has no column {missing}; the nearest is {_nearest(missing, held)}"
            )
        return held

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """A table's rows in the order of their ids, a batch at a time."""
        self.columns(name)
        rows = self.connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(self._select(name))
        for part in rows.partitions(BATCH):
            yield self._batch(name, part)

    def _select(self, name: str) -> Any:
        asked: list[Any] = [column(wanted) for wanted in TABLES[name].names]
        source = table(name, *asked, schema=self.schema)
        if self.place.get_backend_name() == "sqlite":  # a cast there would round what it holds as a float
            shown: list[Any] = [source.c[wanted.name] for wanted in asked]
        else:
            shown = [cast(source.c[wanted.name], String) for wanted in asked]
        numbered = [expression.label(f"c{place}") for place, expression in enumerate(shown)]
        return select(*numbered).order_by(source.c[KEY])

    def _batch(self, name: str, rows: Sequence[Any]) -> pa.RecordBatch:
        schema = TABLES[name]
        given = zip(schema, zip(*rows, strict=True), strict=True)
        return pa.RecordBatch.from_arrays(
            [self._array(held, texts, name, rows) for held, texts in given], schema=schema
        )

    def _array(self, held: pa.Field, texts: Sequence[Any], name: str, rows: Sequence[Any]) -> pa.Array:
        try:
            return _exactly(held, texts)
        except _UNFIT:
            for text, row in zip(texts, rows, strict=True):
                self._insist(held, text, name, row[TABLES[name].get_field_index(KEY)])
            raise

    def _insist(self, held: pa.Field, text: Any, name: str, key: object) -> None:
        try:
            _exactly(held, [text])
        except _UNFIT as error:
            why = str(error).splitlines()[0]
            raise PullRefused(
                f"{self._where()}: {name}.{held.name} does not fit {held.type} where {KEY} is {key} ({why})"
            ) from None

    def _reflected(self, name: str) -> dict[str, Column]:
        inspector = inspect(self.connection)
        try:
            held = inspector.get_columns(name, schema=self.schema)
        except NoSuchTableError:
            there = [*inspector.get_table_names(self.schema), *inspector.get_view_names(self.schema)]
            near = f"the nearest is {_nearest(name, there)}" if there else "this user sees no table in it"
            raise PullRefused(
                f"{self._where()} has no table {name}: {near}; grant its user select on it, or name its schema"
            ) from None
        return {entry["name"]: of_reflection(entry) for entry in held}

    def _where(self) -> str:
        return f"{place_of(self.place)}, schema {self.schema}," if self.schema else place_of(self.place)


_UNFIT = (ValueError, ArithmeticError, RecursionError)


def _exactly(held: pa.Field, texts: Sequence[Any]) -> pa.Array:
    """Texts → an array of a declared column; ValueError where one of them is not exactly such a value."""
    read = values.reading(held)
    plain = map(values.text_of, texts)
    return pa.array([None if text is None else read(text) for text in plain], held.type)


@contextmanager
def reading(url: str, schema: str | None = None) -> Iterator[PlansDatabase]:
    """A database, open for reading until the block ends."""
    with address.opened(url) as connection:
        yield PlansDatabase(connection, schema)


def fetch(visit: Visit) -> None:
    """Every table, a file for each, marked with its columns; a SQLite file that is not there brings nothing."""
    url = address.checked(visit.secrets.get("PLANS_DB_URL") or visit.settings["url"], "PLANS_DB_URL")
    if address.is_missing(url):
        return
    before = visit.earlier
    marks, since = (before.marks, before.folder.parent.name) if before else ({}, "")
    brought = bring(url, visit.target, visit.settings.get("schema"), marks, since)
    for file, columns in brought.marks.items():
        visit.mark(file, columns)
    for sentence in brought.drift:
        visit.note(sentence)


def bring(
    url: str,
    target: Path,
    schema: str | None = None,
    earlier: Mapping[str, str] | None = None,
    since: str = "",
) -> Brought:
    """Every table → a file in `target`; `earlier` are the marks of the snapshot before, for what changed since.

    All tables are written before any takes its name, so that tables of two moments never stand together.
    """
    target.mkdir(parents=True, exist_ok=True)
    marks, changes, before = {}, [], earlier or {}
    with reading(url, schema) as database:
        for name, wanted in TABLES.items():
            here = database.columns(name)
            marks[f"{name}.csv"] = mark(here)
            changes += drift(name, wanted, here, of_mark(before.get(f"{name}.csv")), since)
            _write(database.batches(name), wanted.names, target / f"{name}.csv.part")
    paths = tuple((target / f"{name}.csv.part").replace(target / f"{name}.csv") for name in TABLES)
    return Brought(paths, marks, tuple(changes))


def _write(batches: Iterator[pa.RecordBatch], names: Sequence[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        for batch in batches:
            writer.writerows(zip(*(part.to_pylist() for part in batch.columns), strict=True))


def _nearest(word: str, words: Any) -> str:
    return next(iter(get_close_matches(word, list(words), n=1, cutoff=0.0)), "none")
