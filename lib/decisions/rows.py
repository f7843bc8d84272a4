"""A noun and its row: what a table holds of it, and what it is again when it is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from lib.decisions.entries import stamp, texts
from lib.decisions.records import Decision, Prediction
from lib.decisions.scenarios import Result, Retirement, Saved
from lib.money import exact, text


def saved_row(saved: Saved) -> dict[str, Any]:
    """One version of a saved scenario → its row; hashes of its manifest stand in columns too, for people with SQL."""
    result = saved.result
    return {
        "scenario_key": saved.key,
        "version": saved.version,
        "scenario_text": saved.text,
        "author": saved.author,
        "saved_at": stamp(saved.saved_at),
        "started_from": saved.started_from,
        "manifest": json.dumps(result.manifest, sort_keys=True),
        "manifest_fingerprint": result.fingerprint,
        "book_hash": result.book_hash,
        "warehouse_id": result.warehouse,
        "result_hash": result.result_hash,
        "could_usd": text(result.could_usd),
        "moved_usd": text(result.moved_usd),
        "pay_more": result.pay_more,
        "pay_less": result.pay_less,
    }


def saved(row: Row[Any]) -> Saved:
    """A row of SAVED with its retirement, if any → the version."""
    texts(row, "scenario_key", "scenario_text", "author", "result_hash")
    result = Result(
        manifest=json.loads(row.manifest),
        result_hash=row.result_hash,
        could_usd=exact(row.could_usd),
        moved_usd=exact(row.moved_usd),
        pay_more=int(row.pay_more),
        pay_less=int(row.pay_less),
    )
    return Saved(
        key=row.scenario_key,
        version=row.version,
        text=row.scenario_text,
        author=row.author,
        saved_at=datetime.fromisoformat(row.saved_at),
        result=result,
        started_from=row.started_from,
        retirement=row.who and Retirement(row.who, row.why, datetime.fromisoformat(row.retired_at)),
    )


def decision_row(decision: Decision) -> dict[str, Any]:
    """A decision → its row, without its predictions."""
    return {
        "id": decision.id,
        "scenario_key": decision.key,
        "scenario_text": decision.text,
        "decision": decision.decision,
        "author": decision.author,
        "approver": decision.approver,
        "decided_at": stamp(decision.decided_at),
        "effective_on": decision.effective_on and decision.effective_on.isoformat(),
        "note": decision.note,
        "manifest": json.dumps(decision.manifest, sort_keys=True),
        "result_hash": decision.result_hash,
        "supersedes": decision.supersedes,
        "seal": decision.seal,
    }


def prediction_rows(decision: Decision) -> list[dict[str, Any]]:
    """A decision → the rows of its predictions, numbered in their order."""
    return [
        {
            "decision_id": decision.id,
            "place": place,
            "line_key": one.line,
            "label": one.label,
            "month": one.month and one.month.isoformat(),
            "unit": one.unit,
            "predicted": text(one.predicted),
            "low": None if one.low is None else text(one.low),
            "high": None if one.high is None else text(one.high),
        }
        for place, one in enumerate(decision.predictions, start=1)
    ]


def decision(row: Row[Any], predictions: Sequence[Prediction], superseded_by: int | None) -> Decision:
    """A row of DECISION, its predictions and the number of the one that took its place → the decision."""
    texts(row, "scenario_key", "scenario_text", "decision", "author", "approver", "note", "result_hash", "seal")
    return Decision(
        id=row.id,
        key=row.scenario_key,
        text=row.scenario_text,
        decision=row.decision,
        author=row.author,
        approver=row.approver,
        decided_at=datetime.fromisoformat(row.decided_at),
        effective_on=_day(row.effective_on),
        note=row.note,
        manifest=json.loads(row.manifest),
        result_hash=row.result_hash,
        predictions=tuple(predictions),
        supersedes=row.supersedes,
        seal=row.seal,
        superseded_by=superseded_by,
    )


def prediction(row: Row[Any]) -> Prediction:
    """A row of PREDICTION → the prediction."""
    texts(row, "line_key", "label", "unit")
    low, high = _amount(row.low), _amount(row.high)
    return Prediction(row.line_key, row.label, _day(row.month), row.unit, exact(row.predicted), low, high)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _amount(written: str | None) -> Decimal | None:
    return None if written is None else exact(written)
