"""What happened beside what was predicted, line by line; what has not happened yet is said and never a zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.decisions.records import Prediction
from lib.money import EXACT

NOT_YET = "not yet"
MISSING = "missing"
AS_PREDICTED, WITHIN, OUTSIDE, NO_RANGE = "as predicted", "within its range", "outside its range", "without a range"

Actuals = Mapping[tuple[str, date | None], Decimal]  # line and month, or no month for the whole window


@dataclass(frozen=True)
class Row:
    """One predicted line and what happened of it; `happened` and `difference` are None until it has.

    `difference` is what happened less what was predicted; `within_range` is None where no range was said or nothing
    happened yet. `state` is one of the words above, `words` the whole sentence.
    """

    line: str
    label: str
    month: date | None
    unit: str
    predicted: Decimal
    low: Decimal | None
    high: Decimal | None
    happened: Decimal | None
    difference: Decimal | None
    within_range: bool | None
    state: str
    words: str


def beside(predictions: Iterable[Prediction], actuals: Actuals, settled_before: date | None = None) -> tuple[Row, ...]:
    """Predictions, and what became of their lines → a row for each, in their order.

    Months from `settled_before` on, the first of a month, are not settled: what is known of them so far is not shown
    beside a whole month. Without it every month in `actuals` counts as settled, and one that is not there has not come.
    A line of `actuals` that nobody predicted has no row.
    """
    return tuple(_row(one, actuals, settled_before) for one in predictions)


def _row(one: Prediction, actuals: Actuals, settled_before: date | None) -> Row:
    is_open = bool(one.month and settled_before and one.month >= settled_before)
    happened = None if is_open else actuals.get((one.line, one.month))
    difference = None if happened is None else EXACT.subtract(happened, one.predicted)
    within = None if happened is None else _within(one, happened)
    state = _absence(one, is_open, settled_before) if difference is None else _judged(difference, within)
    words = _absence_words(one, state) if difference is None else _words(one, difference, state)
    return Row(
        line=one.line,
        label=one.label,
        month=one.month,
        unit=one.unit,
        predicted=one.predicted,
        low=one.low,
        high=one.high,
        happened=happened,
        difference=difference,
        within_range=within,
        state=state,
        words=words,
    )


def _within(one: Prediction, happened: Decimal) -> bool | None:
    """Whether it lies in the range that was said, bounds included; a range may be open to one side."""
    if one.low is None and one.high is None:
        return None
    return (one.low is None or one.low <= happened) and (one.high is None or happened <= one.high)


def _absence(one: Prediction, is_open: bool, settled_before: date | None) -> str:
    """A month that is settled and of which nothing is known is missing; every other absence is only not yet."""
    return MISSING if one.month and settled_before and not is_open else NOT_YET


def _absence_words(one: Prediction, state: str) -> str:
    if state == MISSING:
        return f"{MISSING}: {one.month:%Y-%m} is settled, and nothing is known of this line"
    if one.month is None:
        return f"{NOT_YET}: the window is not over or not settled"
    return f"{NOT_YET}: {one.month:%Y-%m} has not come or is not settled"


def _judged(difference: Decimal, within: bool | None) -> str:
    if not difference:
        return AS_PREDICTED
    return NO_RANGE if within is None else WITHIN if within else OUTSIDE


def _words(one: Prediction, difference: Decimal, state: str) -> str:
    if state == AS_PREDICTED:
        return state
    direction = "more" if difference > 0 else "less"
    return f"{abs(difference):,f} {one.unit} {direction} than predicted, {state}"
