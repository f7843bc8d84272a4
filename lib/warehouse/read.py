"""The reading side: one published warehouse, opened read-only, each read with a cursor of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import duckdb
import pandas as pd
import pyarrow as pa

from lib.refusal import Refusal
from lib.warehouse.publish import WarehouseMissing, as_of
from lib.warehouse.relations import text_of
from lib.warehouse.settings import connect

MANIFEST_KEYS = ("warehouse_id", "snapshot_on", "synthetic")
LONGEST_WHY = 160  # letters of what the database says of a file that it cannot read

__all__ = ["UnknownMart", "Warehouse", "WarehouseMissing", "open_as_of", "open_current"]


class UnknownMart(Refusal):
    """A mart that this warehouse does not hold; the message names the nearest."""


class Warehouse:
    """One published warehouse. Its file never changes, so everything read from it may be kept under its `id`.

    Values cross through Arrow: decimals stay decimals, counts are bigint, nothing becomes a float on the way.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = self._connected()
        try:
            self.manifest: dict[str, str] = self._manifest()
            self.marts: tuple[str, ...] = self._marts()
        except Refusal:
            self.close()
            raise

    @property
    def id(self) -> str:
        """Short hash of the snapshot, the SQL and the version this warehouse follows from."""
        return self.manifest["warehouse_id"]

    @property
    def synthetic(self) -> bool:
        """Whether the world in it is invented."""
        return self.manifest["synthetic"] == "true"

    @property
    def sources_file(self) -> str | None:
        """The file that names its sources, where that is not the usual one."""
        return self.manifest.get("sources_file") or None

    @property
    def snapshot_on(self) -> date:
        """The day of the snapshot it was built from."""
        return date.fromisoformat(self.manifest["snapshot_on"])

    def arrow(self, mart: str, **only: object) -> pa.Table:
        """A mart by name ("usage_month") → its rows in grain order: all, or `only` those with these values."""
        if mart not in self.marts:
            near = get_close_matches(mart, self.marts, n=1, cutoff=0.0)[0]
            raise UnknownMart(
                f"{self.path} has no mart {mart!r}; the nearest is {near!r}. Built before this version knew it, it is "
                "built again with: python -m lib build"
            )
        return self._table(f"marts.{mart}", only)

    def frame(self, mart: str) -> pd.DataFrame:
        """A mart as a frame of Arrow types: decimals stay exact, nulls stay null."""
        return cast("pd.DataFrame", self.arrow(mart).to_pandas(types_mapper=pd.ArrowDtype))

    def rows(self, mart: str, **only: object) -> list[dict[str, Any]]:
        """A mart as Python values, Decimal, date, int, text, None; all of it, or `only` rows with these values."""
        return cast("list[dict[str, Any]]", self.arrow(mart, **only).to_pylist())

    def event_rows(self, dimension: str) -> list[dict[str, Any]]:
        """Every event of one dimension under the contract that ran on its day, in the order in which they occurred."""
        return cast("list[dict[str, Any]]", self._answer(text_of("reads/usage_event"), [dimension]).to_pylist())

    def reject_rows(self) -> list[dict[str, Any]]:
        """Every line that was not loaded: feed, file, line, reason, raw_text."""
        return cast("list[dict[str, Any]]", self._table("raw.reject").to_pylist())

    def conflict_rows(self) -> list[dict[str, Any]]:
        """Every copy of an event that said something else than the copy that was kept."""
        return cast("list[dict[str, Any]]", self._table("raw.conflict").to_pylist())

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def insist(self) -> None:
        """Read everything once: a file of which some part cannot be read is refused now and not later."""
        for table in (*(f"marts.{mart}" for mart in self.marts), "raw.reject", "raw.conflict"):
            self._table(table)

    def _connected(self) -> duckdb.DuckDBPyConnection:
        try:
            return connect(self.path, read_only=True)
        except duckdb.Error as error:
            raise self._unreadable(error) from None

    def _table(self, name: str, only: Mapping[str, object] = MappingProxyType({})) -> pa.Table:
        where = " and ".join(f"{column} = ?" for column in only)
        return self._answer(
            f"select * from {name} where {where}" if where else f"select * from {name}", list(only.values())
        )

    def _answer(self, select: str, values: list[object]) -> pa.Table:
        cursor: duckdb.DuckDBPyConnection = self._connection.cursor()
        try:
            return cursor.sql(select, params=values).to_arrow_table()
        except duckdb.Error as error:
            raise self._unreadable(error) from None
        finally:
            cursor.close()

    def _manifest(self) -> dict[str, str]:
        told = self._table("raw.manifest").to_pylist()
        manifest = {str(row.get("key")): str(row.get("value")) for row in told}
        for key in MANIFEST_KEYS:
            if key not in manifest:
                raise self._unreadable(KeyError(f"its manifest has no {key}"))
        return manifest

    def _unreadable(self, error: Exception) -> WarehouseMissing:
        why = str(error.args[0]).splitlines()[0][:LONGEST_WHY].rstrip(".! ")
        return WarehouseMissing(
            f"{self.path} is no warehouse that can be read ({why}); build again with: python -m lib build"
        )

    def _marts(self) -> tuple[str, ...]:
        tables = self._table("information_schema.tables").to_pylist()
        return tuple(sorted(row["table_name"] for row in tables if row["table_schema"] == "marts"))


def open_current(folder: Path) -> Warehouse:
    """A publishing folder → the warehouse that everybody sees."""
    return open_as_of(folder, None)


def open_as_of(folder: Path, day: date | None) -> Warehouse:
    """A publishing folder → the warehouse of the newest published snapshot that is not after a day.

    A file that is swept between its name being read and being opened has a follower, which is opened instead.
    """
    place = as_of(folder, day)
    while True:
        try:
            return Warehouse(place)
        except WarehouseMissing:
            following = as_of(folder, day)
            if following == place:
                raise
            place = following
