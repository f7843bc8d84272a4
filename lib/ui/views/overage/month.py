"""Where the month ends: the picture of it, and every dimension's range with what it rests on."""

import pandas as pd

from lib.simulator.bill import Bill
from lib.simulator.projection import COMPLETE, LARGEST, OWN_MONTHS, PACE, PACE_ALONE, Range
from lib.ui import cards, frames, numbers
from lib.ui.views.overage import answer, bills
from lib.ui.views.overage.question import Question

_BASES = {
    PACE: "the pace so far; range of all customers",
    PACE_ALONE: "the pace so far; no range is known",
    LARGEST: "the largest so far; seats are not projected",
    COMPLETE: "the whole month",
}
_METHODS = {
    OWN_MONTHS: "Low, middle and high divide what was used by the largest, the median and the smallest part of a "
    "month's total that the same customer had used by this day in earlier whole months; what was not used at all so "
    "far is projected to nothing.",
    PACE: "The pace so far is what was used by the days elapsed, times the days of the month; with fewer than three "
    "earlier months the range is that of all customers, in which eight in ten of their whole months lie.",
}
_ADDED = (
    "The range of a bill adds the lows and adds the highs of its dimensions. They seldom fall together, so it is wider "
    "than the bill's own eight in ten."
)
_HEADERS = {
    "dimension": "Dimension",
    "used_quantity": "Used so far",
    "low_quantity": "Low",
    "middle_quantity": "Middle",
    "high_quantity": "High",
    "basis": "Rests on",
}


def show(asked: Question, _: Bill) -> None:
    """The plans or the days in a picture, whichever the top of the page does not show, and the ranges as a table."""
    month = asked.month
    if month.is_over:
        answer.month_line(asked)
        cards.note("The month is complete. Pick an earlier day above: what would have been projected on it?")
    elif asked.contract:
        answer.plan_ranges(asked)
    if not month.is_over:
        cards.heading(f"What each dimension is projected from, as of {numbers.day(month.as_of)}")
        became = {"became_quantity": "It became"} if month.became is not None else {}
        cards.table(listing(asked), "overage_projection", {**_HEADERS, **became}, asked.legend)
        bases = {one.basis for one in month.ranges.values()}
        unused = [bills.inline(key) for key in asked.dimensions if key not in month.ranges]
        rest = [f"Not used so far, and so projected to nothing: {', '.join(unused)}."] if unused else []
        cards.note(" ".join([*(words for basis, words in _METHODS.items() if basis in bases), _ADDED, *rest]))


def listing(asked: Question) -> pd.DataFrame:
    """Every dimension's quantity so far, its range at the month's end, what it rests on, and what it really became."""
    month, keys = asked.month, list(asked.month.ranges)
    ranges = [month.ranges[key] for key in keys]
    frame = pd.DataFrame(
        {
            "dimension": keys,
            "used_quantity": frames.column(month.used[key] for key in keys),
            "low_quantity": frames.column(one.low for one in ranges),
            "middle_quantity": frames.column(one.middle for one in ranges),
            "high_quantity": frames.column(one.high for one in ranges),
            "basis": [_basis(one) for one in ranges],
        }
    )
    became = month.became
    return frame if became is None else frame.assign(became_quantity=frames.column(became[key] for key in keys))


def _basis(one: Range) -> str:
    return f"{one.months} earlier months" if one.basis == OWN_MONTHS else _BASES[one.basis]
