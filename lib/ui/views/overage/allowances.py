"""When each allowance runs out, and how much of each dimension makes the next tier the cheaper one."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from lib.simulator.allowances import EXCEEDED, NEVER, RAN_OUT, RunOut
from lib.simulator.bill import Bill
from lib.simulator.crossings import ALREADY, CROSSES, NOT_OFFERED, Crossing
from lib.ui import cards, frames, numbers
from lib.ui.frames import ZERO
from lib.ui.views.overage import bills
from lib.ui.views.overage.question import Question

_HEADERS = {
    "dimension": "Dimension",
    "included": "Included",
    "used_quantity": "Used so far",
    "runs_out": "Runs out",
    "alone": "Next tier cheaper above, alone",
    "beside": "Beside the rest of this usage",
}
_RESTS = (
    "An allowance runs out on the day in which usage first exceeds it: the recorded day, or ≈ the day on the way to "
    "the bill's own middle, from what is used so far in equal parts a day to what is projected at the month's end. "
    "Seats are exceeded on a recorded day or not this month."
)
_SOLVED = (
    "Alone: nothing else is used. The quantity is solved from the two price lists, with usage before its lines are "
    "rounded; list prices and list allowances, also under a private offer."
)


def show(asked: Question, bill: Bill) -> None:
    """One row per dimension: what is included, when that runs out, and where the next tier is cheaper."""
    used = asked.month_of(bill).used
    alone, beside = (
        sorted(asked.reads.crossings(usage, bill.rail, bill.plan_key), key=lambda one: not used.get(one.dimension))
        for usage in ({}, asked.month.usage)
    )
    cards.heading(heading(asked, bill, alone, beside))
    frame = listing(asked, bill, alone, beside)
    if _is_top(beside):
        headers = {key: words for key, words in _HEADERS.items() if key not in ("alone", "beside")}
        cards.table(frame, "overage_allowances", headers, asked.legend)
        return cards.note(f"There is no higher tier to compare with. {_RESTS}")
    cards.table(frame, "overage_allowances", _HEADERS, asked.legend)
    cards.note(_RESTS)
    return cards.note(_SOLVED)


def _is_top(found: Sequence[Crossing]) -> bool:
    return all(one.next_key is None for one in found)


def heading(asked: Question, bill: Bill, alone: Sequence[Crossing], beside: Sequence[Crossing]) -> str:
    """How many allowances run out, and the dimension that makes the next tier worth it."""
    found = asked.run_outs(bill)
    out = sum(one.on is not None or one.kind == EXCEEDED for one in found.values())
    with_limit = sum(bill.charges[key].allowance.quantity is not None for key in found)
    first = f"{out} of {numbers.counted(with_limit, 'allowance')} used here run out this month"
    if _is_top(beside):
        return first
    following = asked.legend.name(beside[0].next_key) if beside and beside[0].next_key else "no higher tier"
    told = [one for one in beside if one.quantity is not None] or [one for one in alone if one.quantity is not None]
    if any(one.kind == ALREADY for one in beside):
        return f"{first}; {following} is already cheaper"
    if not told:
        return f"{first}; no single dimension makes {following} cheaper"
    best = told[0]
    return f"{first}; {following} is cheaper above {_quantity(best)} {bills.inline(best.dimension)}"


def listing(asked: Question, bill: Bill, alone: Sequence[Crossing], beside: Sequence[Crossing]) -> pd.DataFrame:
    """Every dimension of the book in words, those used first; what was not used has no day to run out on."""
    found = asked.run_outs(bill)
    keys = [one.dimension for one in beside]
    name = asked.legend.name(bill.tier)
    return pd.DataFrame(
        {
            "dimension": keys,
            "included": [_included(bill, key) for key in keys],
            "used_quantity": frames.column(asked.month_of(bill).used.get(key, ZERO) for key in keys),
            "runs_out": [run_out_words(found[key]) if key in found else "—" for key in keys],
            "alone": [crossing_words(one, name) for one in alone],
            "beside": [crossing_words(one, name) for one in beside],
        }
    )


def run_out_words(one: RunOut) -> str:
    """A day, with whether it is recorded or reckoned; or why there is none."""
    if one.on is not None:
        return numbers.day(one.on) if one.kind == RAN_OUT else f"≈ {numbers.day(one.on)}"
    words = {NEVER: "never: unlimited", EXCEEDED: "exceeded, day not known"}
    return words.get(one.kind, one.kind.replace("_", " "))


def crossing_words(one: Crossing, tier: str) -> str:
    """A quantity, or which kind of none: never, not offered on the tier, already, or no bill to compare."""
    if one.kind == CROSSES:
        return f"{_quantity(one)} ({numbers.quantity(_rounded(one.overage))} above the allowance)"
    if one.kind == ALREADY:
        return "already cheaper" + (f" (from {_quantity(one)})" if one.quantity is not None else " at any quantity")
    if one.kind == NOT_OFFERED:
        return f"not offered on {tier}"
    if one.apart is not None:
        return f"never ({numbers.exact_money(one.apart)} dearer at best)"
    return f"no comparison: {bills.told(one.why)}"


def _included(bill: Bill, key: str) -> str:
    charge = bill.charges.get(key)
    if charge is None:
        return "—"
    return str(charge.allowance) if charge.allowance.quantity is None else numbers.quantity(charge.allowance.quantity)


def _quantity(one: Crossing) -> str:
    return numbers.quantity(_rounded(one.quantity))


def _rounded(quantity: Decimal | None) -> Decimal | None:
    return None if quantity is None else round(quantity, 2)
