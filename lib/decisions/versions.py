"""Saved scenarios inside of a transaction: the next version of a key, the versions there are, one put aside."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, func, insert, select

from lib.decisions import entries, rows
from lib.decisions.refusal import DecisionError
from lib.decisions.scenarios import Retirement, Saved
from lib.decisions.tables import RETIRED, SAVED


def save(connection: Connection, draft: Saved) -> Saved:
    """Keep a checked draft as the next version of its key."""
    newest = _last(connection, draft.key)
    if draft.started_from is not None and not 1 <= entries.count(draft.started_from, "started_from") <= newest:
        raise DecisionError(f"{draft.key} has no version {draft.started_from} to start from; its newest is {newest}")
    saved = replace(draft, version=newest + 1)
    connection.execute(insert(SAVED).values(**rows.saved_row(saved)))
    return saved


def _last(connection: Connection, key: str) -> int:
    newest = select(func.max(SAVED.c.version)).where(SAVED.c.scenario_key == key)
    return connection.execute(newest).scalar() or 0


def retire(connection: Connection, key: str, entry: Retirement) -> Saved:
    """Put the newest version of a key aside; refused where somebody did."""
    newest = every(connection, key)[-1]
    if earlier := newest.retirement:
        raise DecisionError(f"{key} was retired by {earlier.who} on {earlier.at:%Y-%m-%d}: {earlier.why}")
    values = {"who": entry.who, "why": entry.why, "retired_at": entries.stamp(entry.at)}
    connection.execute(insert(RETIRED).values(scenario_key=key, version=newest.version, **values))
    return replace(newest, retirement=entry)


def every(connection: Connection, key: str | None) -> tuple[Saved, ...]:
    """Every version, or those of one key, by key and version."""
    is_same = (RETIRED.c.scenario_key == SAVED.c.scenario_key) & (RETIRED.c.version == SAVED.c.version)
    columns = (*SAVED.c, RETIRED.c.who, RETIRED.c.why, RETIRED.c.retired_at)
    asked = select(*columns).select_from(SAVED.outerjoin(RETIRED, is_same))
    if key is not None:
        asked = asked.where(SAVED.c.scenario_key == key)
    return tuple(map(rows.saved, connection.execute(asked.order_by(SAVED.c.scenario_key, SAVED.c.version))))
