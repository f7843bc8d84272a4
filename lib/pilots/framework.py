"""The pilot framework of a product: its steps in order, what each asks, how it is measured. Data: data/pilots.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.catalog.document import BookError, check_fields, check_signs, number, one_of
from lib.catalog.scenario import ScenarioError, read_toml
from lib.refusal import Refusal

WHERE = "data/pilots.toml"
RECORDED, NOT_ABOVE, FALLS_BY_MORE_THAN, AT_LEAST = "recorded", "not_above", "falls_by_more_than", "at_least"
CHECKS = (RECORDED, NOT_ABOVE, FALLS_BY_MORE_THAN, AT_LEAST)
_NUMBER_OF = {NOT_ABOVE: "tolerance_rate", FALLS_BY_MORE_THAN: "limit", AT_LEAST: "limit"}
_FILE = {
    "product": "text",
    "source": "text",
    "as_of": "date",
    "long_after_days": "whole number",
    "long_reading": "text",
    "steps": "list",
}
_STEP = {
    "step": "whole number",
    "activity": "text",
    "criterion": "text",
    "metric": "text",
    "check": "text",
    "reading": "text",
    "tolerance_rate": "optional number",
    "limit": "optional number",
    "beside": "optional text",
    "apart": "optional text",
    "proves": "optional text",
}


class PilotsError(Refusal):
    """A framework, or a record of a pilot, that cannot be right; the message says where and what to do."""


@dataclass(frozen=True)
class Step:
    """One step: what is done, the paper's criterion, the metric and the check it is read by, and why.

    `bound` is the check's own number: how much above the baseline is let pass (a fraction of it), by how much it must
    fall (a fraction), or the least; None of what need only be recorded. `beside` is another metric whose baseline must
    be on record too, `apart` what the criterion names and no record of the step measures, `proves` the measure of the
    playbook that records of the step are numbers of.
    """

    number: int
    activity: str
    criterion: str
    metric: str
    check: str
    bound: Decimal | None
    reading: str
    beside: str = ""
    apart: str = ""
    proves: str = ""


@dataclass(frozen=True)
class Framework:
    """The steps of one product's pilots in order; a step longer than `long_after_days` is pointed out."""

    product: str
    steps: tuple[Step, ...]
    long_after_days: int
    long_reading: str
    source: str

    @property
    def captures(self) -> Step | None:
        """The step that records where a pilot begins; None of a framework without one."""
        return next((one for one in self.steps if one.check == RECORDED), None)

    @property
    def validates(self) -> Step | None:
        """The step that measures what a pilot saves; None of a framework without one."""
        return next((one for one in self.steps if one.check == FALLS_BY_MORE_THAN), None)


def parse(text: str, where: str = WHERE) -> Framework:
    """The text of data/pilots.toml → the framework; a key too many or too few, or a step out of order, is refused."""
    try:
        document = read_toml(text, where)
        check_signs(document, where)
        check_fields(document, _FILE, where, f"{where}, ")
        steps = tuple(_step(place, row, where) for place, row in enumerate(document["steps"]))
    except (BookError, ScenarioError) as problem:
        raise PilotsError(str(problem)) from None
    if not steps or document["long_after_days"] < 1:
        raise PilotsError(f"{where} needs a step or more, and long_after_days of 1 or more")
    about = {key: document[key] for key in ("product", "long_after_days", "long_reading", "source")}
    return Framework(steps=steps, **about)


def _step(place: int, row: Mapping[str, Any], where: str) -> Step:
    at = f"{where}, step {place}"
    check_fields(row, _STEP, at, f"{at}, ")
    if row["step"] != place:
        raise BookError(f"{at} has the number {row['step']}; write the steps in order from 0")
    check = one_of(row["check"], CHECKS, f"{at}, check")
    return Step(
        number=place,
        activity=row["activity"],
        criterion=row["criterion"],
        metric=row["metric"],
        check=check,
        bound=_bound(row, check, at),
        reading=row["reading"],
        beside=row.get("beside", ""),
        apart=row.get("apart", ""),
        proves=row.get("proves", ""),
    )


def _bound(row: Mapping[str, Any], check: str, at: str) -> Decimal | None:
    """The one number a check needs; one that it would ignore is refused."""
    wanted = _NUMBER_OF.get(check)
    others: Sequence[str] = [key for key in ("tolerance_rate", "limit") if key != wanted and key in row]
    if others:
        raise BookError(f"{at} has {others[0]}, which the check {check} does not read; take it out")
    if wanted is None:
        return None
    if wanted not in row:
        raise BookError(f"{at} lacks {wanted!r}: the check {check} needs it")
    return number(row[wanted], f"{at}, {wanted}")
