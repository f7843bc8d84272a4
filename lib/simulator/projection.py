"""Where a month ends: what was used so far, and how much of a month's total had usually been used by this day.

Three earlier months of the customer's own carry a range; before that the pace so far is all there is, and the range is
that of all customers. Entitlements such as seats are never projected: the largest number so far is what is billed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lib.money import EXACT
from lib.periods import month_end, month_of

Days = Mapping[date, Decimal]
# The grain of the metering feed: six decimals. A dimension that was only ever metered more coarsely is projected so.
FINEST = Decimal("0.000001")
FEWEST_MONTHS = 3
OWN_MONTHS, PACE, PACE_ALONE, LARGEST, COMPLETE = "own_months", "pace", "pace_alone", "largest", "complete"


@dataclass(frozen=True)
class Range:
    """One dimension's quantity at the month's end, and what it rests on.

    `basis` is own_months (`months` of them), pace (the range is all customers'), pace_alone (nobody has a range),
    largest (an entitlement) or complete (nothing is left to come).
    """

    low: Decimal
    middle: Decimal
    high: Decimal
    basis: str
    months: int = 0


def project(used: Decimal, shares: Sequence[Fraction], step: Decimal = FINEST) -> Range:
    """What was used so far, and the part of the month's total used by this day in earlier months → the month's end.

    The largest share gives the low end, the median the middle (of an even number the mean of the two middle ones), the
    smallest the high end; each is exact before it is rounded once, half up, to a multiple of `step`.
    """
    if not shares or any(not 0 < share <= 1 for share in shares):
        raise ValueError(f"shares of a month's total must lie above 0 and at most at 1, not {list(map(str, shares))}")
    ordered = sorted(shares)
    lower, upper = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    low, middle, high = (
        _stepped(Fraction(used) / part, step) for part in (ordered[-1], (lower + upper) / 2, ordered[0])
    )
    return Range(low, middle, high, OWN_MONTHS, len(shares))


def at_pace(
    used: Decimal, elapsed: int, length: int, usual: tuple[Decimal, Decimal] | None, step: Decimal = FINEST
) -> Range:
    """What was used in `elapsed` of a month's `length` days → the month's end if every day to come is like those.

    `usual` is the low and the high share of the month that customers have used by this day; the range it gives is
    widened to hold the middle, and without it there is none.
    """
    middle = Fraction(used) * length / elapsed
    ends = [Fraction(used) / Fraction(share) for share in usual] if usual else []
    low, high = min([middle, *ends]), max([middle, *ends])
    return Range(_stepped(low, step), _stepped(middle, step), _stepped(high, step), PACE if usual else PACE_ALONE)


def month_end_range(
    days: Days, as_of: date, whole_months: Iterable[date], is_summed: bool, usual: tuple[Decimal, Decimal] | None
) -> Range:
    """One dimension's usage by day, earlier months included → its quantity at the end of the month of `as_of`.

    Only `whole_months` tell of the pace: months that the customer spent under contract from the first to the last day.
    """
    used, length = used_by(days, as_of, is_summed), (month_end(as_of) - month_of(as_of)).days
    if as_of.day == length or not is_summed:
        return Range(used, used, used, COMPLETE if as_of.day == length else LARGEST)
    shares, step = shares_by(days, as_of.day, whole_months), finest(days.values())
    if len(shares) >= FEWEST_MONTHS:
        return project(used, shares, step)
    return at_pace(used, as_of.day, length, usual, step)


def used_by(days: Days, as_of: date, is_summed: bool) -> Decimal:
    """What the month of `as_of` holds up to the evening of that day: the sum, or of an entitlement the largest."""
    first = month_of(as_of)
    quantities = [used for day, used in days.items() if first <= day <= as_of]
    if not is_summed:
        return max(quantities, default=Decimal(0))
    return _sum(quantities)


def shares_by(days: Days, day_of_month: int, months: Iterable[date]) -> list[Fraction]:
    """The part of each month's total that had been used by the evening of a day of the month.

    A month without usage, or with none by that day, is left out: it says nothing of how what was used goes on.
    """
    found = []
    for month in months:
        by_then = used_by(days, min(month + timedelta(day_of_month), month_end(month)) - timedelta(1), is_summed=True)
        if by_then:
            whole = used_by(days, month_end(month) - timedelta(1), is_summed=True)
            found.append(Fraction(by_then) / Fraction(whole))
    return found


def finest(quantities: Iterable[Decimal]) -> Decimal:
    """The step a dimension has been metered in: one unit of the last decimal that any quantity needed."""
    exponents = [used.normalize().as_tuple().exponent for used in quantities]
    places = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return max(Decimal(1).scaleb(-max(places, 0)), FINEST)


def _stepped(quantity: Fraction, step: Decimal) -> Decimal:
    exact = EXACT.divide(Decimal(quantity.numerator), Decimal(quantity.denominator))
    return exact.quantize(step, ROUND_HALF_UP, context=EXACT)


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    summed = Decimal(0)
    for used in quantities:
        summed = EXACT.add(summed, used)
    return summed
