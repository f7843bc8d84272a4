"""Checks before publishing: every relation keeps its grain, and the marts' totals are those of staging."""

from __future__ import annotations

from importlib.resources import files

import duckdb

from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import Relation, text_of


def insist(connection: duckdb.DuckDBPyConnection, relations: list[Relation]) -> None:
    """Refuse a warehouse with a relation that repeats its grain, or a mart that loses what staging holds."""
    for relation in relations:
        _insist_on_grain(connection, relation)
    for law in _laws():
        _insist_on_law(connection, law)


def _insist_on_grain(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    grain = ", ".join(relation.grain)
    query = f"select {grain}, count(*) from {relation.name} group by {grain} having count(*) > 1 limit 1"
    for *row, count in connection.execute(query).fetchall():
        raise BuildRefused(f"{relation.name} should have one row per ({grain}), but {tuple(row)} has {count}")


def _laws() -> list[str]:
    folder = files("lib.warehouse") / "sql" / "checks"
    return sorted(entry.name.removesuffix(".sql") for entry in folder.iterdir() if entry.name.endswith(".sql"))


def _insist_on_law(connection: duckdb.DuckDBPyConnection, law: str) -> None:
    """A check selects the rows that break it, and its first line says what should hold."""
    query = text_of(f"checks/{law}")
    if broken := connection.execute(query).fetchall():
        sentence = query.splitlines()[0].removeprefix("-- ")
        raise BuildRefused(f"{sentence}; sql/checks/{law}.sql finds {len(broken)} that do not, the first: {broken[0]}")
