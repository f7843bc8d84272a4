"""When an allowance runs out: the recorded day on which it did, or the day it will at the pace so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from lib.catalog.allowance import Allowance
from lib.money import EXACT
from lib.periods import month_end
from lib.simulator.projection import Days, used_by

RAN_OUT, RUNS_OUT, EXCEEDED, NOT_THIS_MONTH, NEVER = "ran_out", "runs_out", "exceeded", "not_this_month", "never"
LONGEST_MONTH = 31


@dataclass(frozen=True)
class RunOut:
    """Whether an allowance is used up within the month, and on which day.

    `kind` is ran_out (a recorded day), runs_out (at the pace so far), exceeded (on a day that nobody recorded),
    not_this_month, never (unlimited), not_offered or by_contract; only the first two have a day.
    """

    kind: str
    on: date | None = None


def runs_out_on(
    allowance: Allowance,
    month: date,
    as_of: date,
    used: Decimal,
    days: Days | None = None,
    is_summed: bool = True,
    projected: Decimal | None = None,
) -> RunOut:
    """An allowance, what was used of it by the evening of `as_of`, and where known by day → the day it runs out.

    It runs out on the day in which usage first exceeds it, so that something is overage. The pace so far is what was
    used by the days elapsed; where it is known what the month is `projected` to end at, the days to come take equal
    parts of what is still to come. An entitlement has no pace: it is exceeded, or not this month.
    """
    if allowance.quantity is None:
        return RunOut(NEVER if allowance.kind == "unlimited" else allowance.kind.replace(" ", "_"))
    if exceeded := _exceeded_on(allowance.quantity, month, as_of, days or {}, is_summed):
        return RunOut(RAN_OUT, exceeded)
    if not is_summed:
        return RunOut(EXCEEDED if used > allowance.quantity else NOT_THIS_MONTH)
    if projected is not None and used <= allowance.quantity:
        return _on_the_way(allowance.quantity, as_of, used, projected)
    if not used:
        return RunOut(NOT_THIS_MONTH)
    # Multiply first, divide last (C9): as many whole days as the allowance lasts, and the day after them exceeds it.
    lasting = EXACT.divide(EXACT.multiply(allowance.quantity, Decimal(as_of.day)), used)
    day = month + timedelta(min(int(lasting.to_integral_value(ROUND_FLOOR)), LONGEST_MONTH))
    return RunOut(RUNS_OUT, day) if day < month_end(month) else RunOut(NOT_THIS_MONTH)


def _on_the_way(allowance: Decimal, as_of: date, used: Decimal, projected: Decimal) -> RunOut:
    """The day on which usage that goes on evenly to a projected end first exceeds an allowance not yet exceeded."""
    if projected <= allowance:
        return RunOut(NOT_THIS_MONTH)
    left = EXACT.multiply(EXACT.subtract(allowance, used), Decimal((month_end(as_of) - as_of).days - 1))
    lasting = EXACT.divide(left, EXACT.subtract(projected, used))
    return RunOut(RUNS_OUT, as_of + timedelta(int(lasting.to_integral_value(ROUND_FLOOR)) + 1))


def _exceeded_on(allowance: Decimal, month: date, as_of: date, days: Days, is_summed: bool) -> date | None:
    recorded = sorted(day for day in days if month <= day <= as_of)
    return next((day for day in recorded if used_by(days, day, is_summed) > allowance), None)
