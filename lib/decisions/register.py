"""Decision records inside of a transaction: the next one, with its number and seal, and all there are."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, insert, select

from lib.catalog.document import shown
from lib.decisions import rows
from lib.decisions.records import Decision, Prediction, Ruling, seal
from lib.decisions.refusal import DecisionError
from lib.decisions.tables import DECISION, PREDICTION


def record(connection: Connection, ruling: Ruling) -> Decision:
    """Put a checked ruling on record."""
    on_record = every(connection)
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


def every(connection: Connection) -> tuple[Decision, ...]:
    """Every decision by number; their predictions are read after them, and each comes with all of its own."""
    headers = connection.execute(select(DECISION).order_by(DECISION.c.id)).all()
    predicted: dict[int, list[Prediction]] = {}
    for line in connection.execute(select(PREDICTION).order_by(PREDICTION.c.decision_id, PREDICTION.c.place)):
        predicted.setdefault(line.decision_id, []).append(rows.prediction(line))
    successors = {header.supersedes: header.id for header in headers if header.supersedes is not None}
    return tuple(rows.decision(one, predicted.get(one.id, ()), successors.get(one.id)) for one in headers)
