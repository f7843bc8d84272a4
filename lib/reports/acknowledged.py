"""What somebody accepts of what is found: who, why, until when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lib.decisions import Accepted
from lib.manifest import Manifest
from lib.reports.text import Document, table

STANDS, OVER, WITHDRAWN, SUPERSEDED = "stands", "over", "withdrawn", "superseded"
_COLUMNS = ("number", "finding", "state", "until", "who", "why", "noted", "because")


def accepted(manifest: Manifest, noted: Iterable[Accepted]) -> Document:
    """Acknowledgements as they were noted → one document, each with its state on the day the desk is opened as of."""
    return {"manifest": manifest.as_dict(), "acknowledgements": [as_dict(one, manifest.as_of) for one in noted]}


def accepted_table(report: Mapping[str, Any]) -> str:
    """The same as a table."""
    rows = [_row(one) for one in report["acknowledgements"]]
    return table(_COLUMNS, rows) if rows else "nobody accepts anything of what is found"


def as_dict(one: Accepted, as_of: date) -> Document:
    """An acknowledgement as plain JSON values, with its state on a day."""
    gone = one.withdrawal
    return {
        "number": one.id,
        "finding": one.finding,
        "who": one.who,
        "why": one.why,
        "until": one.until.isoformat(),
        "acknowledged_at": one.acknowledged_at.isoformat(),
        "state": state(one, as_of),
        "superseded_by": one.superseded_by,
        "withdrawn": gone and {"who": gone.who, "why": gone.why, "at": gone.at.isoformat()},
    }


def state(one: Accepted, as_of: date) -> str:
    """Whether it stands, its last day is over on a day, somebody withdrew it, or a later one took its place."""
    if one.withdrawal:
        return WITHDRAWN
    if one.superseded_by is not None:
        return SUPERSEDED
    return STANDS if one.holds_on(as_of) else OVER


def _row(one: Mapping[str, Any]) -> Document:
    gone = one["withdrawn"]
    later = f"acknowledgement {one['superseded_by']} took its place" if one["superseded_by"] else ""
    because = f"{gone['who']} on {gone['at'][:10]}: {gone['why']}" if gone else later
    return {**one, "noted": one["acknowledged_at"][:10], "because": because}
