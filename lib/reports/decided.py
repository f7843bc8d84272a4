"""What was decided, what came of it, and whether anybody changed the records behind the desk's back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lib.decisions import Decision, Row, as_dict
from lib.manifest import Manifest
from lib.money import text, total
from lib.reports.text import Document, dollars, money, table

REVENUE = "revenue"
_COLUMNS = (
    "number",
    "decided",
    "decision",
    "scenario",
    "effective",
    "author",
    "approver",
    "predicted",
    "happened",
    "months",
)


def decisions(
    manifest: Manifest, records: Sequence[tuple[Decision, Sequence[Row]]], audit: Sequence[str], settled_before: date
) -> Document:
    """Every decision with its lines beside what came of them, the newest first; `audit` is empty where all is well."""
    return {
        "manifest": manifest.as_dict(),
        "audit": list(audit),
        "settled_before": settled_before.isoformat(),
        "decisions": [{**as_dict(one), "beside": list(map(_row, rows))} for one, rows in records],
    }


def _row(row: Row) -> Document:
    write = money if row.unit == "USD" else text
    return {
        "line": row.line,
        "month": row.month and row.month.isoformat(),
        "unit": row.unit,
        "predicted": write(row.predicted),
        "happened": None if row.happened is None else write(row.happened),
        "difference": None if row.difference is None else write(row.difference),
        "state": row.state,
    }


def decisions_table(report: Mapping[str, Any]) -> str:
    """The same as a table: revenue predicted and happened over the months that are settled."""
    rows = [_line(one) for one in report["decisions"]]
    listed = table(_COLUMNS, rows) if rows else "no decision is on record"
    sealed = "every record is as it was sealed" if rows else ""
    return "\n\n".join(filter(None, [listed, "\n".join(report["audit"]) or sealed]))


def _line(one: Mapping[str, Any]) -> Document:
    known = [row for row in one["beside"] if row["line"] == REVENUE and row["happened"] is not None]
    predicted, happened = (
        dollars(money(total(Decimal(row[what]) for row in known))) if known else None
        for what in ("predicted", "happened")
    )
    instead = one["superseded_by"]
    return {
        "number": one["id"],
        "decided": one["decided_at"][:10],
        "decision": f"{one['decision']}, superseded by {instead}" if instead else one["decision"],
        "scenario": one["key"],
        "effective": one["effective_on"],
        "author": one["author"],
        "approver": one["approver"],
        "predicted": predicted,
        "happened": happened,
        "months": len(known),
    }
