"""The tables, the same in SQLite, PostgreSQL and MariaDB.

Amounts are decimals written out, days and moments ISO 8601 in UTC: text that no engine rounds, shifts or reads in its
own way. Nothing in them is ever changed or deleted. VERSION goes up with every change of the tables, and what an older
desk wrote is then brought up to it in `database`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.mysql import MEDIUMTEXT
from sqlalchemy.schema import SchemaItem

from lib.decisions.entries import KEY_LETTERS, LABEL_LETTERS, NAME_LETTERS

VERSION = 3  # 2: acknowledgements and closed months; 3: saved offers

METADATA = MetaData()
# Letters compare as they are, so that no two keys are taken for one, and rows and their parts are kept together.
_MARIADB: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}.items()
}
_KEY, _NAME, _HASH, _DAY, _MOMENT, _AMOUNT = map(String, (KEY_LETTERS, NAME_LETTERS, 64, 10, 32, 64))
_LABEL = String(LABEL_LETTERS)
_PAPER = Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")  # a TEXT there ends at 64 KiB


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(f"desk_{name}", METADATA, *parts, **_MARIADB)


def _column(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *more, **{"nullable": False, **options})


SCHEMA = _table(
    "schema",
    _column("place", Integer, primary_key=True, autoincrement=False),  # always 1: there is one row
    _column("version", Integer),
)

SAVED = _table(
    "saved_scenario",
    _column("scenario_key", _KEY, primary_key=True),
    _column("version", Integer, primary_key=True, autoincrement=False),
    _column("scenario_text", _PAPER),
    _column("author", _NAME),
    _column("saved_at", _MOMENT),
    _column("started_from", Integer, nullable=True),
    _column("manifest", _PAPER),
    _column("manifest_fingerprint", _HASH),
    _column("book_hash", _HASH),
    _column("warehouse_id", _LABEL, nullable=True),
    _column("result_hash", _HASH),
    _column("could_usd", _AMOUNT),
    _column("moved_usd", _AMOUNT),
    _column("pay_more", Integer),
    _column("pay_less", Integer),
)

RETIRED = _table(
    "retired_scenario",
    _column("scenario_key", _KEY, primary_key=True),
    _column("version", Integer, primary_key=True, autoincrement=False),
    _column("who", _NAME),
    _column("why", _PAPER),
    _column("retired_at", _MOMENT),
    ForeignKeyConstraint(["scenario_key", "version"], [SAVED.c.scenario_key, SAVED.c.version]),
)

DECISION = _table(
    "decision",
    _column("id", Integer, primary_key=True, autoincrement=False),
    _column("scenario_key", _KEY),
    _column("scenario_text", _PAPER),
    _column("decision", _NAME),
    _column("author", _NAME),
    _column("approver", _NAME),
    _column("decided_at", _MOMENT),
    _column("effective_on", _DAY, nullable=True),
    _column("note", _PAPER),
    _column("manifest", _PAPER),
    _column("result_hash", _HASH),
    _column("supersedes", Integer, ForeignKey("desk_decision.id"), nullable=True, unique=True),
    _column("seal", _HASH),
)

PREDICTION = _table(
    "prediction",
    _column("decision_id", Integer, ForeignKey(DECISION.c.id), primary_key=True, autoincrement=False),
    _column("place", Integer, primary_key=True, autoincrement=False),
    _column("line_key", _LABEL),
    _column("label", _LABEL),
    _column("month", _DAY, nullable=True),
    _column("unit", _NAME),
    _column("predicted", _AMOUNT),
    _column("low", _AMOUNT, nullable=True),
    _column("high", _AMOUNT, nullable=True),
)

ACKNOWLEDGEMENT = _table(
    "acknowledgement",
    _column("id", Integer, primary_key=True, autoincrement=False),
    _column("finding", _LABEL),
    _column("act", _NAME),
    _column("who", _NAME),
    _column("why", _PAPER),
    _column("until_on", _DAY, nullable=True),
    _column("noted_at", _MOMENT),
    _column("seal", _HASH),
)

CLOSING = _table(
    "closing",
    _column("id", Integer, primary_key=True, autoincrement=False),
    _column("month", _DAY, unique=True),
    _column("who", _NAME),
    _column("why", _PAPER),
    _column("closed_at", _MOMENT),
    _column("snapshot", _LABEL),
    _column("fingerprint", _HASH),
    _column("paper", _PAPER),
    _column("seal", _HASH),
)

OFFER = _table(
    "offer",
    _column("id", Integer, primary_key=True, autoincrement=False),
    _column("offer", Integer),
    _column("act", _NAME),
    _column("who", _NAME),
    _column("company", _LABEL),
    _column("company_name", _LABEL),
    _column("terms", _PAPER),
    _column("price_usd", _AMOUNT),
    _column("fingerprint", _HASH),
    _column("noted_at", _MOMENT),
    _column("seal", _HASH),
)
