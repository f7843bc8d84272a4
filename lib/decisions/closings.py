"""Closed months: what a month's books said when somebody closed it; one after the other, and never opened again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from lib.decisions import entries, seals
from lib.decisions.refusal import DecisionError
from lib.decisions.tables import CLOSING
from lib.periods import add_months

SINCE = 2  # the version of the tables that closings came with
PAPER_BYTES = 1 << 22  # a month's lines of some thousand customers, a hundred letters each


@dataclass(frozen=True)
class Closing:
    """One closed month, by its first day: who closed it when and why, on which snapshot, and all that was closed.

    `fingerprint` is of the result that `paper` tells, a JSON text kept letter by letter. `id` counts the closings from
    1, `seal` is a hash over this one and the seal of the one before; the store gives both.
    """

    month: date
    who: str
    why: str
    closed_at: datetime
    snapshot: str
    fingerprint: str
    paper: str
    seal: str = ""
    id: int = 0


def checked(closing: Closing) -> Closing:
    """A closing that can be kept, or the sentence why it cannot."""
    month = entries.month(closing.month, "the month to close")
    try:
        json.loads(entries.paper(closing.paper, "paper of a closed month", PAPER_BYTES))
    except (ValueError, RecursionError) as problem:
        raise DecisionError(
            f"the paper of {month:%Y-%m} is no JSON text: {problem}; pass it as it is written"
        ) from None
    return Closing(
        month=month,
        who=entries.line(closing.who, "who closes the month"),
        why=entries.line(closing.why, "why the month is closed", entries.NOTE_LETTERS),
        closed_at=entries.moment(closing.closed_at, "the moment of closing"),
        snapshot=entries.line(closing.snapshot, "the snapshot", entries.LABEL_LETTERS),
        fingerprint=entries.result_hash(closing.fingerprint, "the fingerprint"),
        paper=closing.paper,
    )


def broken(closings: Sequence[Closing]) -> list[str]:
    """Every closing → which were changed or deleted in the database, in words."""
    links = [seals.Link(one.id, _content(one), one.seal) for one in closings]
    return seals.broken(links, lambda number: f"the closing of {_month_of(closings[-1], number):%Y-%m}")


def _month_of(last: Closing, number: int) -> date:
    """Months are closed one after the other, so the number tells the month."""
    return add_months(last.month, number - last.id)


def _content(closing: Closing) -> dict[str, object]:
    return {
        "id": closing.id,
        "month": closing.month.isoformat(),
        "who": closing.who,
        "why": closing.why,
        "closed_at": entries.stamp(closing.closed_at),
        "snapshot": closing.snapshot,
        "fingerprint": closing.fingerprint,
        "paper": closing.paper,
    }


# Inside of a transaction


def close(connection: Connection, ready: Closing) -> Closing:
    """Put a checked closing after the last one; refused where its month is not the next."""
    closed = every(connection)
    _insist_on_its_turn(ready.month, closed)
    last = closed[-1] if closed else None
    closing = replace(ready, id=last.id + 1 if last else 1)
    closing = replace(closing, seal=seals.seal(_content(closing), last.seal if last else ""))
    connection.execute(insert(CLOSING).values(**_content(closing), seal=closing.seal))
    return closing


def every(connection: Connection) -> tuple[Closing, ...]:
    """Every closing, the oldest first."""
    return tuple(map(_closing, connection.execute(select(CLOSING).order_by(CLOSING.c.id))))


def _closing(row: Row[Any]) -> Closing:
    entries.texts(row, "who", "why", "snapshot", "fingerprint", "paper", "seal")
    return Closing(
        month=date.fromisoformat(row.month),
        who=row.who,
        why=row.why,
        closed_at=datetime.fromisoformat(row.closed_at),
        snapshot=row.snapshot,
        fingerprint=row.fingerprint,
        paper=row.paper,
        seal=row.seal,
        id=int(row.id),
    )


def _insist_on_its_turn(month: date, closed: Sequence[Closing]) -> None:
    if not closed:
        return
    for one in closed:
        if one.month == month:
            raise DecisionError(
                f"{month:%Y-%m} was closed by {one.who} on {one.closed_at:%Y-%m-%d}: {one.why}; a closed month stays "
                "closed"
            )
    following = add_months(closed[-1].month, 1)
    if month != following:
        raise DecisionError(
            f"{month:%Y-%m} is not the next month to close: {closed[0].month:%Y-%m} to {closed[-1].month:%Y-%m} are "
            f"closed, and months are closed one after the other; close {following:%Y-%m}"
        )
