"""The relations of the warehouse: one .sql file is one select is one relation, in the order the files ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files

import duckdb

from lib.warehouse.refusal import BuildRefused

LAYERS = ("staging", "marts")
_COMMENT = re.compile(r"--[^\n]*")
_GRAIN = re.compile(r"-- one row per \(([^)]+)\): .+")


@dataclass(frozen=True)
class Relation:
    """One .sql file: its schema is its folder, its table its file name; `grain` are the columns of its first line."""

    schema: str
    table: str
    select: str
    grain: tuple[str, ...]

    @property
    def name(self) -> str:
        """Schema and table, as other files mention it."""
        return f"{self.schema}.{self.table}"

    @property
    def mentions(self) -> set[str]:
        """The relations this one is made from, raw tables aside."""
        return set(re.findall(r"\b((?:staging|marts)\.\w+)", _COMMENT.sub("", self.select)))


@cache
def text_of(name: str) -> str:
    """The text of sql/<name>.sql."""
    return (files("lib.warehouse") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def every_relation() -> list[Relation]:
    """All staging and marts files, each after those it mentions."""
    relations = {relation.name: relation for layer in LAYERS for relation in _layer(layer)}
    for relation in relations.values():
        for unknown in relation.mentions - relations.keys():
            raise BuildRefused(f"sql/{relation.schema}/{relation.table}.sql mentions {unknown}, which no file makes")
    try:
        order = TopologicalSorter({name: sorted(item.mentions) for name, item in relations.items()}).static_order()
        return [relations[name] for name in order]
    except CycleError as error:
        raise BuildRefused(f"these relations wait for each other: {' → '.join(error.args[1])}") from None


def create(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Staging becomes a view, a mart a table in the order of its grain; a sum that outgrows its column is refused."""
    if relation.schema == "staging":
        connection.execute(f"create view {relation.name} as {relation.select}")
        return
    order = ", ".join(relation.grain)
    try:
        connection.execute(f"create table {relation.name} as select * from ({relation.select}) order by {order}")
    except duckdb.DataError as error:
        why = str(error).splitlines()[0]
        raise BuildRefused(
            f"{relation.name} cannot hold what was pulled ({why}); nothing was published: "
            "look for a quantity or an amount far above the others"
        ) from None


def _layer(layer: str) -> list[Relation]:
    folder = files("lib.warehouse") / "sql" / layer
    names = sorted(entry.name.removesuffix(".sql") for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [_relation(layer, name) for name in names]


def _relation(layer: str, table: str) -> Relation:
    select = text_of(f"{layer}/{table}")
    grain = _GRAIN.match(select)
    if not grain:
        raise BuildRefused(f"sql/{layer}/{table}.sql must open with its grain: -- one row per (columns): words")
    return Relation(layer, table, select, tuple(column.strip() for column in grain[1].split(",")))
