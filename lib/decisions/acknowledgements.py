"""What somebody accepts of what was found: who, why, until which day; and who took it back.

A row is never changed: taking back is a row of its own, and of two who accept the same finding the later counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from lib.catalog.document import nearest
from lib.claims.acknowledged import Acknowledgement
from lib.decisions import entries, seals
from lib.decisions.refusal import DecisionError
from lib.decisions.tables import ACKNOWLEDGEMENT

SINCE = 2  # the version of the tables that acknowledgements came with
_ACCEPTED, _WITHDRAWN = "accepted", "withdrawn"


@dataclass(frozen=True)
class Withdrawal:
    """Who took an acknowledgement back, why, and when."""

    who: str
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Accepted(Acknowledgement):
    """An acknowledgement on record, by its number; it stands until it is withdrawn or a later one takes its place.

    Whether its last day is over is not said here: that depends on the day the desk is opened as of.
    """

    id: int
    acknowledged_at: datetime
    withdrawal: Withdrawal | None = None
    superseded_by: int | None = None

    @property
    def stands(self) -> bool:
        """Whether nobody withdrew it and no later one took its place."""
        return self.withdrawal is None and self.superseded_by is None


@dataclass(frozen=True)
class Entry:
    """One row of the table: somebody accepts a finding until a day, or withdraws what stands, without a day."""

    finding: str
    who: str
    why: str
    until: date | None
    at: datetime
    id: int = 0
    seal: str = ""


def checked(finding: str, who: str, why: str, until: date | None, at: datetime) -> Entry:
    """An entry that can be kept, or the sentence why it cannot."""
    does = "withdraws it" if until is None else "accepts it"
    return Entry(
        finding=entries.line(finding, "the name of the finding", entries.LABEL_LETTERS),
        who=entries.line(who, f"who {does}"),
        why=entries.line(why, f"why somebody {does}", entries.NOTE_LETTERS),
        until=None if until is None else entries.day(until, "the last day it is accepted"),
        at=entries.moment(at, "the moment of accepting"),
    )


def told(rows: Iterable[Entry]) -> tuple[Accepted, ...]:
    """Every entry, oldest first → every acknowledgement, the newest first, each with what became of it."""
    found: dict[int, Accepted] = {}
    standing: dict[str, int] = {}
    for one in rows:
        earlier = standing.pop(one.finding, None)
        if one.until is not None:
            standing[one.finding] = one.id
            found[one.id] = Accepted(one.finding, one.who, one.why, one.until, id=one.id, acknowledged_at=one.at)
        if earlier is not None:
            ended = {"superseded_by": one.id} if one.until else {"withdrawal": Withdrawal(one.who, one.why, one.at)}
            found[earlier] = replace(found[earlier], **ended)
    return tuple(reversed(found.values()))


def broken(rows: Sequence[Entry]) -> list[str]:
    """Every entry → which were changed or deleted in the database, in words."""
    links = [seals.Link(one.id, _content(one), one.seal) for one in rows]
    return seals.broken(links, lambda number: f"acknowledgement {number}")


def _content(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "finding": entry.finding,
        "act": _ACCEPTED if entry.until else _WITHDRAWN,
        "who": entry.who,
        "why": entry.why,
        "until_on": entry.until and entry.until.isoformat(),
        "noted_at": entries.stamp(entry.at),
    }


def insist_that_it_stands(finding: str, noted: Sequence[Accepted]) -> None:
    """Refuse a finding that nobody accepts, or no longer; `noted` is every acknowledgement, the newest first."""
    standing = [one.finding for one in noted if one.stands]
    if finding in standing:
        return
    gone = next((one.withdrawal for one in noted if one.finding == finding and one.withdrawal), None)
    if gone:
        raise DecisionError(f"{finding} was withdrawn already by {gone.who} on {gone.at:%Y-%m-%d}: {gone.why}")
    raise DecisionError(f"nobody accepts {finding!r}; {nearest(finding, standing)}")


# Inside of a transaction


def acknowledge(connection: Connection, ready: Entry) -> Accepted:
    """Put a checked entry on record; it takes the place of what stands for the same finding."""
    return told([_noted(connection, ready, every(connection))])[0]


def withdraw(connection: Connection, ready: Entry) -> Accepted:
    """Take back what stands for a finding → it, with its withdrawal; refused where nothing stands."""
    before = every(connection)
    insist_that_it_stands(ready.finding, told(before))
    rows = (*before, _noted(connection, ready, before))
    return next(one for one in told(rows) if one.finding == ready.finding)


def every(connection: Connection) -> tuple[Entry, ...]:
    """Every entry, the oldest first."""
    return tuple(map(_entry, connection.execute(select(ACKNOWLEDGEMENT).order_by(ACKNOWLEDGEMENT.c.id))))


def _noted(connection: Connection, ready: Entry, before: Sequence[Entry]) -> Entry:
    last = before[-1] if before else None
    entry = replace(ready, id=last.id + 1 if last else 1)
    entry = replace(entry, seal=seals.seal(_content(entry), last.seal if last else ""))
    connection.execute(insert(ACKNOWLEDGEMENT).values(**_content(entry), seal=entry.seal))
    return entry


def _entry(row: Row[Any]) -> Entry:
    entries.texts(row, "finding", "act", "who", "why", "noted_at", "seal")
    until = None if row.act == _WITHDRAWN else date.fromisoformat(row.until_on)
    return Entry(row.finding, row.who, row.why, until, datetime.fromisoformat(row.noted_at), int(row.id), row.seal)
