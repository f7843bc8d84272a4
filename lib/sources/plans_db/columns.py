"""What a table looks like in the database, and how that differs from what is declared and from the last snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
from sqlalchemy import types

from lib.sources.plans_db.tables import KEY, declared

# What a column may be in the database, by what it must hold, without anybody needing to know.
FITTING = {
    "integer": {"integer"},
    "boolean": {"boolean", "integer", "bit"},
    "decimal": {"decimal"},
    "text": {"text"},
    "date": {"date"},
    "json": {"json", "text"},
}
_CAREFULLY = {
    "timestamp": "its day in UTC is taken",
    "float": "a float cannot hold every price, so what it holds is taken digit by digit",
}
_CHECKED = "every value is checked and none is rounded"
_ALIKE = 0.5  # how like two names are, for one to be the other renamed


@dataclass(frozen=True)
class Column:
    """One column as a database declares it, in words that are the same in every kind of database."""

    kind: str
    may_be_empty: bool

    @property
    def family(self) -> str:
        """The kind without its size: "decimal" of "decimal(12, 2)"."""
        return self.kind.partition("(")[0]


Columns = Mapping[str, Column]


def of_reflection(reflected: Mapping[str, Any]) -> Column:
    """A column as SQLAlchemy found it → ours."""
    return Column(_kind(reflected["type"]), bool(reflected["nullable"]))


def _kind(held: Any) -> str:
    named = next((name for name, kinds in _KINDS.items() if isinstance(held, kinds)), None)
    if named == "decimal" and held.precision is not None:
        return f"decimal({held.precision}, {held.scale or 0})"
    if named == "integer" and getattr(held, "display_width", None) == 1:  # MySQL's boolean: tinyint(1)
        return "boolean"
    return named or (str(held).lower() if not isinstance(held, types.NullType) else "nothing in particular")


_KINDS: dict[str, Any] = {  # in this order: a float is a number too
    "boolean": types.Boolean,
    "integer": types.Integer,
    "float": types.Float,
    "decimal": types.Numeric,
    "timestamp": types.DateTime,
    "date": types.Date,
    "json": types.JSON,
    "text": (types.String, types.Enum, types.Uuid),
}


def mark(columns: Columns) -> str:
    """A table's columns as one line of text, to be held against those of the next pull."""
    return json.dumps({name: [column.kind, column.may_be_empty] for name, column in columns.items()})


def of_mark(text: str | None) -> Columns | None:
    """What `mark` wrote → the columns; None where nothing was written."""
    return {name: Column(*entry) for name, entry in json.loads(text).items()} if text else None


def drift(table: str, schema: pa.Schema, here: Columns, before: Columns | None = None, since: str = "") -> list[str]:
    """What is not as declared, and what changed `since` the last snapshot: one sentence each, by column name."""
    return [f"{table}{words}" for words in (*_undeclared(schema, here, before, since), *_unlike(schema, here, before))]


def _undeclared(schema: pa.Schema, here: Columns, before: Columns | None, since: str) -> Iterator[str]:
    """Columns that nobody asked for, new, renamed or gone."""
    lost = {name: column for name, column in (before or {}).items() if name not in here}
    for name in (name for name in here if name not in schema.names):
        kind, is_new = here[name].kind, before is None or name not in before
        if old := _old_name(name, here[name], lost) if is_new else None:
            del lost[old]
            yield f": the column {old} seems to be called {name} since {since}; it is not read"
        else:
            yield f" has a {'new ' if is_new else ''}column {name} ({kind}), which is not read"
    for name, column in lost.items():
        yield f" has lost the column {name} ({column.kind}) since {since}"


def _old_name(name: str, column: Column, lost: Columns) -> str | None:
    same = [other for other, held in lost.items() if held.kind == column.kind]
    return next(iter(get_close_matches(name, same, n=1, cutoff=_ALIKE)), None)


def _unlike(schema: pa.Schema, here: Columns, before: Columns | None) -> Iterator[str]:
    """Declared columns of another kind than declared, or than they were."""
    for field in schema:
        column, earlier = here[field.name], (before or {}).get(field.name)
        if earlier and earlier.kind != column.kind:
            yield f".{field.name} was {earlier.kind} and is now {column.kind}"
        if column.family not in FITTING[declared(field)] or _is_wider(field.type, column):
            wanted = declared(field) if declared(field) != "decimal" else _decimal_words(field.type)
            careful = _CAREFULLY.get(column.family, _CHECKED)
            yield f".{field.name} is {column.kind} where {wanted} is declared: {careful}"
        if earlier and column.may_be_empty and not earlier.may_be_empty:
            yield f".{field.name} may now be empty"
        elif field.name == KEY and column.may_be_empty:
            yield f".{KEY} may be empty, and it is the key: a row without it is rejected"


def _is_wider(kind: pa.DataType, column: Column) -> bool:
    """Whether a decimal column of the database can hold what the declared one cannot."""
    if not pa.types.is_decimal(kind) or column.family != "decimal":
        return False
    if column.kind == "decimal":
        return True
    precision, scale = (int(part) for part in column.kind.removeprefix("decimal(").rstrip(")").split(", "))
    return bool(scale > kind.scale or precision - scale > kind.precision - kind.scale)


def _decimal_words(kind: pa.DataType) -> str:
    return f"decimal({kind.precision}, {kind.scale})"
