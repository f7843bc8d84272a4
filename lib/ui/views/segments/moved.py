"""What moved, in tables: over a span, by month, by group, and customer by customer; every table adds up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas as pd

from lib.buyers import Names, movement_rows
from lib.periods import add_months
from lib.revenue import KINDS, Move
from lib.ui import frames, numbers
from lib.ui.views.segments import measures
from lib.ui.views.segments.axes import Wording

SPANS = {"12 months": 12, "3 months": 3, "24 months": 24}
KIND_WORDS = {
    "new": "New",
    "reactivation": "Reactivation",
    "expansion": "Expansion",
    "moved_in": "Moved in",
    "moved_out": "Moved out",
    "contraction": "Contraction",
    "churn": "Churn",
}


@dataclass(frozen=True)
class Span:
    """The months looked at: after the end of `since`, up to that of `last`."""

    since: date
    last: date
    words: str


def span(months: Sequence[date], picked: int) -> Span | None:
    """So many months back from the newest; fewer where the record is shorter, None where it has one month end."""
    if len(months) < 2:
        return None
    since = max(months[0], add_months(months[-1], -picked))
    count = sum(month > since for month in months)
    return Span(since, months[-1], numbers.counted(count, "month"))


def sums(found: Sequence[Move], over: Span) -> dict[str, Fraction]:
    """What moved in a span by kind, in USD a year."""
    return {
        kind: sum((one.arr for one in found if one.kind == kind and one.month > over.since), Fraction(0))
        for kind in KINDS
    }


def within(found: Sequence[Move], over: Span) -> list[Move]:
    """The movements of a span."""
    return [one for one in found if one.month > over.since]


def steps(start: Fraction, moved: Mapping[str, Fraction], over: Span) -> pd.DataFrame:
    """The waterfall as a table: MRR at the start, then what moved by kind, in USD a month."""
    told = [(KIND_WORDS[kind], amount) for kind, amount in moved.items() if amount]
    rows = [(f"MRR, {numbers.month(over.since)}", start), *told]
    return pd.DataFrame(
        {"step": [words for words, _ in rows], "usd": frames.column(measures.monthly(amount) for _, amount in rows)}
    )


def by_month(found: Sequence[Move], over: Span) -> pd.DataFrame:
    """What moved in every month of a span: a column for each kind, in USD a month; a month without any is zero."""
    count = (over.last.year - over.since.year) * 12 + over.last.month - over.since.month
    months = [add_months(over.since, number) for number in range(1, count + 1)]
    amounts: dict[tuple[date, str], Fraction] = {}
    for one in found:
        key = (one.month, one.kind)
        amounts[key] = amounts.get(key, Fraction(0)) + one.arr
    return pd.DataFrame(
        {
            "month": months,
            **{
                kind: frames.column(measures.monthly(amounts.get((month, kind), Fraction(0))) for month in months)
                for kind in KINDS
            },
        }
    )


def month_listing(found: Sequence[Move], over: Span) -> pd.DataFrame:
    """The movements of every month as a table, to the cent."""
    frame = by_month([one for one in found if one.month > over.since], over)
    named = frame.rename(columns={kind: f"{kind}_usd" for kind in KINDS})
    return frames.cents(named, *(f"{kind}_usd" for kind in KINDS))


def by_group(
    axis: str,
    starts: Mapping[Names, Fraction],
    found: Sequence[Move],
    over: Span,
    wording: Wording,
) -> pd.DataFrame:
    """Every group along an axis: MRR at the start, what moved by kind, MRR at the end; each row adds up."""
    rows = movement_rows(found, over.since)
    keys = wording.in_order(axis, (names[0] for names in {*starts, *rows}))
    told = [(key, starts.get((key,), Fraction(0)), rows.get((key,), {})) for key in keys]
    changed = [
        {kind: sum((one.arr for one in kinds.get(kind, ())), Fraction(0)) for kind in KINDS} for _, _, kinds in told
    ]
    frame = pd.DataFrame(
        {
            "group": [wording.name(axis, key) for key, _, _ in told],
            "start_usd": frames.column(measures.monthly(start) for _, start, _ in told),
            **{f"{kind}_usd": frames.column(measures.monthly(one[kind]) for one in changed) for kind in KINDS},
            "end_usd": frames.column(
                measures.monthly(start + sum(one.values(), Fraction(0)))
                for (_, start, _), one in zip(told, changed, strict=True)
            ),
        }
    )
    return frames.cents(frame, "start_usd", *(f"{kind}_usd" for kind in KINDS), "end_usd")


def fastest(frame: pd.DataFrame, axis: str, wording: Wording) -> str:
    """Which group added most from the first month end on record to the last."""
    months = frame["month"]
    was, now = (frames.by(frame[months == month], axis, "mrr_usd") for month in (months.min(), months.max()))
    gained = {key: amount - was.get(key, frames.ZERO) for key, amount in now.items()}
    key, amount = max(gained.items(), key=lambda entry: entry[1])
    return f"{wording.name(axis, str(key))} added most, {numbers.change(amount)} of MRR a month, on one common scale"


def moved_listing(found: Sequence[Move], name: Callable[[str], str], group_name: Callable[[str], str]) -> pd.DataFrame:
    """Movements as a table, in USD a month to the cent."""
    frame = pd.DataFrame(
        {
            "customer": [name(one.customer_id) for one in found],
            "customer_id": [one.customer_id for one in found],
            "month": [one.month for one in found],
            "kind": [KIND_WORDS[one.kind] for one in found],
            "group": [group_name(one.group) for one in found],
            "change_usd": frames.column(one.mrr for one in found),
        }
    )
    return frames.cents(frame, "change_usd")
