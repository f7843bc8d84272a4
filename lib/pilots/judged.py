"""What became of a pilot: rows of marts.pilot_step against the framework, step by step, as of a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from lib.money import EXACT
from lib.pilots.framework import AT_LEAST, FALLS_BY_MORE_THAN, NOT_ABOVE, RECORDED, Framework, Step

PASSED, FAILED, NOT_MEASURED, RUNNING, NOT_BEGUN = "passed", "failed", "not measured", "running", "not begun"
STATES = (PASSED, FAILED, NOT_MEASURED, RUNNING, NOT_BEGUN)
BASELINE = "baseline"
FINISH, BEGIN, REPEAT, MEASURE = "finish", "begin", "repeat", "measure"
_ONE = Decimal(1)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """One step of one pilot. `needs` is what it lacks to be judged: a metric, or its baseline; empty once it is.

    `baseline` and `measured` are in the metric's own unit. `days` are those it has lasted by the day it is looked at,
    or lasted until it was measured; None of a step that has not begun.
    """

    step: Step
    state: str
    started_on: date | None = None
    measured_on: date | None = None
    baseline: Decimal | None = None
    measured: Decimal | None = None
    days: int | None = None
    needs: str = ""

    @property
    def change(self) -> Decimal | None:
        """By what part of its baseline the metric moved, below zero where it fell; None where there is none."""
        if self.baseline is None or self.measured is None or not self.baseline:
            return None
        return EXACT.divide(EXACT.subtract(self.measured, self.baseline), self.baseline)

    @property
    def proof(self) -> Decimal | None:
        """What a judged step measured as its check reads it; None until it is judged, or without a number.

        By how much the metric rose in its own unit, the part of its baseline that it fell by, or what it came to.
        """
        if self.state not in (PASSED, FAILED) or self.measured is None:
            return None
        if self.step.check == FALLS_BY_MORE_THAN:
            return None if self.change is None else -self.change
        if self.step.check == NOT_ABOVE:
            return None if self.baseline is None else EXACT.subtract(self.measured, self.baseline)
        return self.measured


class Next(NamedTuple):
    """What a pilot does next: finish, begin, repeat or measure a step."""

    doing: str
    step: Step


@dataclass(frozen=True)
class Pilot:
    """One pilot with every step of the framework; a pilot of another product has none, because no paper names any."""

    pilot_id: str
    product: str
    company: str
    steps: tuple[Judged, ...]

    @property
    def next(self) -> Next | None:
        """The running step to finish, else the next to begin, else the first to repeat or measure; None when done."""
        ways = ((RUNNING, FINISH), (NOT_BEGUN, BEGIN), (FAILED, REPEAT), (NOT_MEASURED, MEASURE))
        found = (Next(doing, one.step) for state, doing in ways for one in self.steps if one.state == state)
        return next(found, None)

    @property
    def failed(self) -> tuple[Judged, ...]:
        """The steps whose criterion was missed, however far the pilot went on."""
        return tuple(one for one in self.steps if one.state == FAILED)

    @property
    def moved_baselines(self) -> tuple[Judged, ...]:
        """The steps held against another baseline than the one that an earlier step had recorded of their metric."""
        captured = {one.step.metric: one.measured for one in self.steps if one.step.check == RECORDED}
        known = {metric: value for metric, value in captured.items() if value is not None}
        told = (one for one in self.steps if one.baseline is not None and one.step.check != RECORDED)
        return tuple(one for one in told if known.get(one.step.metric, one.baseline) != one.baseline)

    @property
    def latest(self) -> Judged | None:
        """The last step that has begun."""
        return next((one for one in reversed(self.steps) if one.state != NOT_BEGUN), None)

    @property
    def is_over(self) -> bool:
        """Whether every step has ended, kept or not."""
        return bool(self.steps) and all(one.state not in (RUNNING, NOT_BEGUN) for one in self.steps)


def judge(rows: Iterable[Row], framework: Framework, on: date) -> tuple[Pilot, ...]:
    """Rows of marts.pilot_step → every pilot by its id, each step judged as of the evening of a day."""
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault((row["pilot_id"], row["product"], row["company"]), []).append(row)
    return tuple(Pilot(*key, _steps(key[1], grouped[key], framework, on)) for key in sorted(grouped))


def kept(step: Step, baseline: Decimal | None, measured: Decimal) -> bool | None:
    """Whether what was measured keeps a step's criterion; None where the check needs a baseline and there is none."""
    if step.check == RECORDED:
        return measured > 0
    bound = step.bound or Decimal(0)
    if step.check == AT_LEAST:
        return measured >= bound
    if baseline is None or (step.check == FALLS_BY_MORE_THAN and not baseline):
        return None
    if step.check == NOT_ABOVE:
        return measured <= EXACT.multiply(baseline, EXACT.add(_ONE, bound))
    return measured < EXACT.multiply(baseline, EXACT.subtract(_ONE, bound))


def _steps(product: str, rows: Sequence[Row], framework: Framework, on: date) -> tuple[Judged, ...]:
    if product != framework.product:
        return ()
    begun = {row["step"]: row for row in rows if _has_begun(row, on)}
    baselines = frozenset(row["metric"] for row in begun.values() if row["baseline_value"] is not None)
    last = max(begun, default=-1)
    return tuple(_judged(step, begun.get(step.number), step.number < last, baselines, on) for step in framework.steps)


def _judged(step: Step, row: Row | None, is_behind: bool, baselines: Collection[str], on: date) -> Judged:
    """One step; `is_behind` says that a later one has begun, so that this one is over whatever its record says.

    `baselines` are the metrics whose baseline is on record in any step of the pilot.
    """
    if row is None:
        return Judged(step, NOT_MEASURED, needs=step.metric) if is_behind else Judged(step, NOT_BEGUN)
    ended = row["measured_on"] if row["measured_on"] and row["measured_on"] <= on else None
    days = ((ended or on) - row["started_on"]).days if row["started_on"] else None
    seen = (row["started_on"], ended, row["baseline_value"], row["measured_value"] if ended else None, days)
    is_to_come = bool(row["measured_on"]) and ended is None
    if is_to_come or (ended is None and not is_behind):
        return Judged(step, RUNNING, *seen, needs=step.metric)
    if needs := _needs(step, row, ended, baselines):
        return Judged(step, NOT_MEASURED, *seen, needs=needs)
    return Judged(step, PASSED if kept(step, row["baseline_value"], row["measured_value"]) else FAILED, *seen)


def _needs(step: Step, row: Row, ended: date | None, baselines: Collection[str]) -> str:
    """What a step that is over lacks to be judged: its own metric, a baseline, another metric; nothing where it can."""
    if ended is None or row["measured_value"] is None or row["metric"] != step.metric:
        return step.metric
    verdict = kept(step, row["baseline_value"], row["measured_value"])
    if verdict is None:
        return BASELINE
    return step.beside if verdict and step.beside and step.beside not in baselines else ""


def _has_begun(row: Row, on: date) -> bool:
    """Begun on a day not after this one; a record without any day of a beginning has begun."""
    return row["started_on"] is None or bool(row["started_on"] <= on)
