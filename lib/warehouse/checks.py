"""Checks before publishing: every mart keeps its grain, and its totals are those of the staging it came from."""

from __future__ import annotations

from importlib.resources import files

import duckdb

from lib.warehouse.relations import Relation, text_of


class CheckFailed(ValueError):
    """A mart that may not be published; the message names the law and the first rows that break it."""


def insist(connection: duckdb.DuckDBPyConnection, relations: list[Relation]) -> None:
    """Refuse a warehouse with a mart that repeats its grain or loses what staging holds."""
    for relation in relations:
        if relation.schema == "marts":
            _insist_on_grain(connection, relation)
    for law in _laws():
        _insist_on_law(connection, law)


def _insist_on_grain(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    grain = ", ".join(relation.grain)
    query = f"select {grain}, count(*) from {relation.name} group by {grain} having count(*) > 1 limit 1"
    for *row, count in connection.execute(query).fetchall():
        raise CheckFailed(f"{relation.name} should have one row per ({grain}), but {tuple(row)} has {count}")


def _laws() -> list[str]:
    folder = files("lib.warehouse") / "sql" / "checks"
    return sorted(entry.name.removesuffix(".sql") for entry in folder.iterdir() if entry.name.endswith(".sql"))


def _insist_on_law(connection: duckdb.DuckDBPyConnection, law: str) -> None:
    """A check selects the rows that break it, and its first line says what should hold."""
    query = text_of(f"checks/{law}")
    if broken := connection.execute(query).fetchall():
        sentence = query.splitlines()[0].removeprefix("-- ")
        raise CheckFailed(f"{sentence}; sql/checks/{law}.sql finds {len(broken)} that do not, the first: {broken[0]}")
