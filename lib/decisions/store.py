"""The writable store of the desk: saved scenarios and decision records. Nothing in it is ever changed or deleted.

A scenario that is saved again is a new version; one that is put aside is listed apart; a decision that no longer holds
is superseded by another. Moments are passed in, as nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from lib.catalog.document import nearest, shown
from lib.decisions import entries, rows
from lib.decisions.database import SECONDS_TO_WAIT, Database, checked_address
from lib.decisions.records import Decision, Prediction, Rules, Ruling, broken, checked, seal
from lib.decisions.refusal import DecisionError
from lib.decisions.scenarios import Result, Retirement, Saved, checked_result, checked_text
from lib.decisions.tables import DECISION, PREDICTION, RETIRED, SAVED

STRICT = Rules()


class Store:
    """Everything that people saved and decided, in one database of SQLite, PostgreSQL or MariaDB."""

    def __init__(self, url: str, patience: float = SECONDS_TO_WAIT) -> None:
        """`url` as `address` gives it, refused where nothing can be kept; `patience`: seconds to wait for a lock."""
        self._database = Database(checked_address(url), patience)

    @property
    def place(self) -> str:
        """Where it is, without its password."""
        return self._database.place

    # Saved scenarios

    def save(
        self, key: str, scenario: str, *, author: str, when: datetime, result: Result, started_from: int | None = None
    ) -> Saved:
        """The text of a scenario → its next version.

        Two who save at once both succeed; `unseen` names what the slower did not know, from the version it
        started from.
        """
        draft = Saved(
            key=entries.key(key),
            version=0,
            text=checked_text(scenario, key),
            author=entries.line(author, "the author"),
            saved_at=entries.moment(when, "the moment of saving"),
            result=checked_result(result),
            started_from=started_from,
        )
        with self._understood("a saved scenario"):
            return self._database.write(lambda connection: _save(connection, draft))

    def saved(self) -> tuple[Saved, ...]:
        """The newest version of every scenario that nobody put aside, by key."""
        return tuple(one for one in self._newest() if one.retirement is None)

    def retired(self) -> tuple[Saved, ...]:
        """The newest version of every scenario that was put aside, by key."""
        return tuple(one for one in self._newest() if one.retirement is not None)

    def history(self, key: str) -> tuple[Saved, ...]:
        """Every version of a scenario, the newest first."""
        found = self._versions(entries.key(key))
        if not found:
            raise DecisionError(f"no scenario {key!r} is saved in {self.place}; {self._nearest(key)}")
        return tuple(reversed(found))

    def load(self, key: str, version: int | None = None) -> Saved:
        """The newest version of a scenario, or one of its versions."""
        versions = {one.version: one for one in self.history(key)}
        if version is None:
            return versions[max(versions)]
        if version not in versions:
            raise DecisionError(f"{key} has no version {shown(version)}; its versions are 1 to {max(versions)}")
        return versions[version]

    def retire(self, key: str, *, who: str, why: str, when: datetime) -> Saved:
        """Put a scenario aside: it is kept and listed apart, until somebody saves it again."""
        entry = Retirement(
            entries.line(who, "who retires it"),
            entries.line(why, "why it is retired", entries.NOTE_LETTERS),
            entries.moment(when, "the moment of retiring"),
        )
        self.history(key)  # refuses what is not there without making any table
        with self._understood("a saved scenario"):
            return self._database.write(lambda connection: _retire(connection, key, entry))

    def _newest(self) -> tuple[Saved, ...]:
        return tuple({one.key: one for one in self._versions(None)}.values())

    def _versions(self, key: str | None) -> tuple[Saved, ...]:
        with self._understood("a saved scenario"):
            return self._database.read(lambda connection: _versions(connection, key), ())

    def _nearest(self, key: str) -> str:
        return nearest(key, {one.key for one in self._newest()})

    # Decisions

    def record(self, ruling: Ruling, rules: Rules = STRICT) -> Decision:
        """A ruling → its record, with the next number; numbers have no gaps."""
        ready = checked(ruling, rules)
        with self._understood("a recorded decision"):
            return self._database.write(lambda connection: _record(connection, ready))

    def decisions(self) -> tuple[Decision, ...]:
        """Every decision on record, the newest first; each knows which other took its place."""
        with self._understood("a recorded decision"):
            found: tuple[Decision, ...] = self._database.read(_decisions, ())
            return found[::-1]

    def decision(self, number: int) -> Decision:
        """The decision of a number."""
        by_id = {one.id: one for one in self.decisions()}
        if number in by_id:
            return by_id[number]
        there = f"the last is {max(by_id)}" if by_id else "there is none yet"
        raise DecisionError(f"no decision {shown(number)} is recorded in {self.place}; {there}")

    def audit(self) -> list[str]:
        """What was changed or deleted in the records behind the desk's back, in words; nothing where nothing was."""
        with self._understood("a recorded decision"):
            return broken(self.decisions())

    @contextmanager
    def _understood(self, what: str) -> Iterator[None]:
        """A row that holds what was never written there is damaged, and no fault of the reader."""
        try:
            yield
        except DecisionError:
            raise
        except (ValueError, TypeError):
            raise DecisionError(
                f"{what} in {self.place} is damaged or was changed by hand; take the last copy of the database"
            ) from None


# Inside of a transaction: saved scenarios


def _save(connection: Connection, draft: Saved) -> Saved:
    newest = _last(connection, draft.key)
    if draft.started_from is not None and not 1 <= entries.count(draft.started_from, "started_from") <= newest:
        raise DecisionError(f"{draft.key} has no version {draft.started_from} to start from; its newest is {newest}")
    saved = replace(draft, version=newest + 1)
    connection.execute(insert(SAVED).values(**rows.saved_row(saved)))
    return saved


def _last(connection: Connection, key: str) -> int:
    newest = select(func.max(SAVED.c.version)).where(SAVED.c.scenario_key == key)
    return connection.execute(newest).scalar() or 0


def _retire(connection: Connection, key: str, entry: Retirement) -> Saved:
    newest = _versions(connection, key)[-1]
    if earlier := newest.retirement:
        raise DecisionError(f"{key} was retired by {earlier.who} on {earlier.at:%Y-%m-%d}: {earlier.why}")
    values = {"who": entry.who, "why": entry.why, "retired_at": entries.stamp(entry.at)}
    connection.execute(insert(RETIRED).values(scenario_key=key, version=newest.version, **values))
    return replace(newest, retirement=entry)


def _versions(connection: Connection, key: str | None) -> tuple[Saved, ...]:
    """Every version, or those of one key, by key and version."""
    is_same = (RETIRED.c.scenario_key == SAVED.c.scenario_key) & (RETIRED.c.version == SAVED.c.version)
    columns = (*SAVED.c, RETIRED.c.who, RETIRED.c.why, RETIRED.c.retired_at)
    asked = select(*columns).select_from(SAVED.outerjoin(RETIRED, is_same))
    if key is not None:
        asked = asked.where(SAVED.c.scenario_key == key)
    return tuple(map(rows.saved, connection.execute(asked.order_by(SAVED.c.scenario_key, SAVED.c.version))))


# Inside of a transaction: decisions


def _record(connection: Connection, ruling: Ruling) -> Decision:
    on_record = _decisions(connection)
    _insist_on_its_place(ruling, {one.id: one for one in on_record})
    last = on_record[-1] if on_record else None
    number, before = (last.id + 1, last.seal) if last else (1, "")
    decision = Decision(**{name: getattr(ruling, name) for name in Ruling.__dataclass_fields__}, id=number)
    decision = replace(decision, seal=seal(decision, before))
    connection.execute(insert(DECISION).values(**rows.decision_row(decision)))
    if decision.predictions:
        connection.execute(insert(PREDICTION), rows.prediction_rows(decision))
    return decision


def _insist_on_its_place(ruling: Ruling, on_record: dict[int, Decision]) -> None:
    """A ruling that takes the place of another must find it, in force and earlier."""
    if ruling.supersedes is None:
        return
    earlier = on_record.get(ruling.supersedes)
    if earlier is None:
        there = f"the last is {max(on_record)}" if on_record else "there is none yet"
        raise DecisionError(f"there is no decision {shown(ruling.supersedes)} to supersede; {there}")
    if earlier.superseded_by is not None:
        other = on_record[earlier.superseded_by]
        raise DecisionError(
            f"decision {earlier.id} was superseded by decision {other.id}, {other.decision} by {other.approver} on "
            f"{other.decided_at:%Y-%m-%d}; supersede that one"
        )
    if ruling.decided_at < earlier.decided_at:
        raise DecisionError(
            f"decision {earlier.id} was taken on {earlier.decided_at:%Y-%m-%d}, later than what is to supersede it; "
            "check the moment"
        )


def _decisions(connection: Connection) -> tuple[Decision, ...]:
    """Every decision by number; their predictions are read after them, and each comes with all of its own."""
    headers = connection.execute(select(DECISION).order_by(DECISION.c.id)).all()
    predicted: dict[int, list[Prediction]] = {}
    for line in connection.execute(select(PREDICTION).order_by(PREDICTION.c.decision_id, PREDICTION.c.place)):
        predicted.setdefault(line.decision_id, []).append(rows.prediction(line))
    successors = {header.supersedes: header.id for header in headers if header.supersedes is not None}
    return tuple(rows.decision(one, predicted.get(one.id, ()), successors.get(one.id)) for one in headers)
