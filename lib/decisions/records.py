"""A decision record: what was decided on which scenario, by whom, what was predicted; never changed once written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lib.catalog.document import BookError, check_fields, nearest, shown
from lib.catalog.scenario import ScenarioError, read_toml
from lib.decisions import entries, seals
from lib.decisions.refusal import DecisionError
from lib.decisions.scenarios import checked_text
from lib.money import text

APPROVED, REJECTED, DEFERRED = "approved", "rejected", "deferred"
DECISIONS = (APPROVED, REJECTED, DEFERRED)
MOST_PREDICTIONS = 10_000  # a few lines for each of a hundred months; more is a table of customers by mistake


@dataclass(frozen=True)
class Prediction:
    """What one line will be, in its unit; `month` is None for the whole window, `low` and `high` where a range is said.

    `line` is what the line is found by when it has happened, `label` what a reader sees.
    """

    line: str
    label: str
    month: date | None
    unit: str
    predicted: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What was decided, before it is on record. `supersedes` is the id of the record whose place it takes."""

    key: str
    text: str
    decision: str
    author: str
    approver: str
    decided_at: datetime
    effective_on: date | None
    note: str
    manifest: Mapping[str, Any]
    result_hash: str
    predictions: tuple[Prediction, ...] = ()
    supersedes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Decision(Ruling):
    """A ruling on record. `seal` is a hash over it and over the seal of the record before it."""

    id: int
    seal: str = ""
    superseded_by: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Rules:
    """Who may decide: whether somebody may approve what they propose themselves."""

    self_approval: bool = False


def parse_rules(document: str, where: str = "data/decisions.toml") -> Rules:
    """The text of data/decisions.toml → the rules."""
    try:
        block = read_toml(document, where)
        check_fields(block, {"self_approval": "yes or no", "why": "text"}, where)
    except (BookError, ScenarioError) as problem:
        raise DecisionError(str(problem)) from None
    return Rules(block["self_approval"])


def checked(ruling: Ruling, rules: Rules) -> Ruling:
    """A ruling that can go on record, or the sentence why it cannot."""
    key = entries.key(ruling.key)
    if ruling.decision not in DECISIONS:
        raise DecisionError(f"the decision is {shown(ruling.decision)}; {nearest(str(ruling.decision), DECISIONS)}")
    author, approver = entries.line(ruling.author, "the author"), entries.line(ruling.approver, "the approver")
    if entries.is_same_person(author, approver) and not rules.self_approval:
        raise DecisionError(
            f"{author} is both author and approver of {key}; let somebody else decide, or set self_approval = true in "
            "data/decisions.toml and say why"
        )
    return replace(
        ruling,
        key=key,
        text=checked_text(ruling.text, key),
        author=author,
        approver=approver,
        decided_at=entries.moment(ruling.decided_at, "decided_at"),
        effective_on=_effective(ruling),
        note=entries.note(ruling.note, "the note"),
        manifest=entries.manifest(ruling.manifest),
        result_hash=entries.result_hash(ruling.result_hash),
        predictions=_predictions(ruling.predictions),
    )


def _effective(ruling: Ruling) -> date | None:
    if ruling.effective_on is None and ruling.decision != APPROVED:
        return None
    if ruling.effective_on is None:
        raise DecisionError(f"{ruling.key} is approved from no day on; say the day it takes effect")
    return entries.day(ruling.effective_on, "the day it takes effect")


def _predictions(predictions: Iterable[Prediction]) -> tuple[Prediction, ...]:
    found = tuple(map(_prediction, predictions))
    if len(found) > MOST_PREDICTIONS:
        raise DecisionError(
            f"{len(found):,} lines are predicted; record at most {MOST_PREDICTIONS:,}, the ones to judge by"
        )
    seen: set[tuple[str, date | None]] = set()
    for one in found:
        if (one.line, one.month) in seen:
            raise DecisionError(f"{one.line} is predicted twice for {_when(one.month)}; leave one of the two")
        seen.add((one.line, one.month))
    return found


def _prediction(given: Prediction) -> Prediction:
    line = entries.line(given.line, "the line of a prediction", entries.LABEL_LETTERS)
    month = None if given.month is None else entries.month(given.month, f"the month of {line}")
    predicted = entries.amount(given.predicted, line)
    low, high = (None if bound is None else entries.amount(bound, line) for bound in (given.low, given.high))
    if (low is not None and low > predicted) or (high is not None and high < predicted):
        raise DecisionError(
            f"{line}: {predicted} for {_when(month)} lies outside its own range {low} to {high}; mend one"
        )
    label, unit = (
        entries.line(given.label, f"the label of {line}", entries.LABEL_LETTERS),
        entries.line(given.unit, "the unit"),
    )
    return Prediction(line, label, month, unit, predicted, low, high)


def _when(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else "the whole window"


# The record as a document


def as_dict(decision: Decision) -> dict[str, object]:
    """A decision record as plain JSON values: amounts as decimal text, days and moments ISO 8601, moments in UTC."""
    return {**_content(decision), "seal": decision.seal, "superseded_by": decision.superseded_by}


def seal(decision: Decision, before: str) -> str:
    """The hash over a record and the seal of the one before it: a record that is changed or taken out later shows."""
    return seals.seal(_content(decision), before)


def broken(decisions: Iterable[Decision]) -> list[str]:
    """Every record → what happened to them behind the desk's back, in words; nothing where all is as it was written."""
    links = [seals.Link(one.id, _content(one), one.seal) for one in decisions]
    return seals.broken(links, lambda number: f"decision {number}")


def _content(decision: Decision) -> dict[str, object]:
    return {
        "id": decision.id,
        "key": decision.key,
        "decision": decision.decision,
        "author": decision.author,
        "approver": decision.approver,
        "decided_at": entries.stamp(decision.decided_at),
        "effective_on": decision.effective_on and decision.effective_on.isoformat(),
        "note": decision.note,
        "supersedes": decision.supersedes,
        "result_hash": decision.result_hash,
        "predictions": [_prediction_dict(one) for one in decision.predictions],
        "text": decision.text,
        "manifest": dict(decision.manifest),
    }


def _prediction_dict(one: Prediction) -> dict[str, object]:
    return {
        "line": one.line,
        "label": one.label,
        "month": one.month and one.month.isoformat(),
        "unit": one.unit,
        "predicted": text(one.predicted),
        "low": None if one.low is None else text(one.low),
        "high": None if one.high is None else text(one.high),
    }
