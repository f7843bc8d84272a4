"""How recurring revenue moved: from one month's end to another in steps, month by month, and whose it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import streamlit as st

from lib import charts
from lib.buyers import Names, movement_rows
from lib.charts import Series
from lib.periods import add_months
from lib.revenue import KINDS, Move
from lib.ui import cards, controls, frames, numbers
from lib.ui.cards import Card
from lib.ui.views.segments import measures, people
from lib.ui.views.segments.axes import AXES, Wording, by

SPANS = {"12 months": 12, "3 months": 3, "24 months": 24}
EVERY = "every"
KIND_WORDS = {
    "new": "New",
    "reactivation": "Reactivation",
    "expansion": "Expansion",
    "moved_in": "Moved in",
    "moved_out": "Moved out",
    "contraction": "Contraction",
    "churn": "Churn",
}
_COLOURS = ("blue", "sky", "green", "grey", "purple", "orange", "vermilion")
SERIES = [Series(kind, KIND_WORDS[kind], colour) for kind, colour in zip(KINDS, _COLOURS, strict=True)]
_MEANS = {
    "new": "Customers who paid nothing at the month end before, and never earlier.",
    "reactivation": "Customers who paid nothing at the month end before, but at an earlier one.",
    "expansion": "Customers who pay more than at the month end before.",
    "contraction": "Customers who pay less than at the month end before, but something.",
    "churn": "Customers who paid at the month end before and pay nothing.",
}
_MOVED = {
    "customer": "Customer",
    "month": "Month",
    "kind": "What moved",
    "group": "In",
    "change_usd": "MRR",
}
ASSUMPTIONS = (
    "A movement compares what one customer pays at two month ends that follow each other, all its contracts together. "
    "MRR is the recurring price each rail bills, a twelfth of it a month for annual and longer terms, without overage.",
    "Split by tier or rail, a customer that falls in one group and rises in another has moved out and moved in: in "
    "total, expansion or contraction. Every group's movements add up to the change of its MRR, exactly.",
    "The first month end on record is only compared with: who paid before it is not known.",
)
Row = tuple[Names, Fraction, Fraction, Mapping[str, Fraction]]


@dataclass(frozen=True)
class Span:
    """The months looked at: after the end of `since`, up to that of `last`."""

    since: date
    last: date
    words: str


def asked(months: Sequence[date]) -> tuple[Span | None, str]:
    """Ask over how many months, and what to split by."""
    left, right = st.columns(2)
    with left:
        picked = SPANS[controls.one_of("segments_span", "Over the last", {words: words for words in SPANS})]
    with right:
        axis = controls.choice("segments_by", "Split by", AXES)
    return span(months, picked), axis


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


def finding(start: Fraction, moved: Mapping[str, Fraction], over: Span) -> str:
    """From where to where MRR went, and what drove it."""
    end = start + sum(moved.values(), Fraction(0))
    went = f"MRR went from {_money(start)} to {_money(end)} in {over.words}"
    gained = [f"{_money(moved[kind])} {KIND_WORDS[kind].lower()}" for kind in ("new", "expansion") if moved[kind]]
    lost = [f"{_money(-moved[kind])} {KIND_WORDS[kind].lower()}" for kind in ("churn", "contraction") if moved[kind]]
    told = " against ".join(part for part in (" and ".join(gained), " and ".join(lost)) if part)
    return f"{went}: {told}" if told else f"{went}: nothing moved"


def show(start: Fraction, found: Sequence[Move], over: Span) -> None:
    """Cards, and the waterfall of the span."""
    moved = sums(found, over)
    cards.row(_cards(moved, found, over))
    end = start + sum(moved.values(), Fraction(0))
    began, ended = (numbers.month(month) for month in (over.since, over.last))
    title = f"{_money(start)} at the end of {began}, {_money(end)} at the end of {ended}"
    fall = steps(start, moved, over)
    cards.picture(
        charts.steps(fall, "step", "usd", title=title, unit="USD", total=f"MRR, {ended}", begins=True),
        "segments_waterfall",
    )


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


def groups(frame: pd.DataFrame, axis: str, over: Span, wording: Wording) -> None:
    """The movements of every group along an axis; kinds that nowhere occur are left out."""
    kinds = {f"{kind}_usd": KIND_WORDS[kind] for kind in KINDS if any(frame[f"{kind}_usd"])}
    headers = {
        "group": AXES[axis],
        "start_usd": numbers.month(over.since),
        **kinds,
        "end_usd": numbers.month(over.last),
    }
    cards.heading(f"By {by(axis)}, every row adds up: {numbers.counted(len(frame), 'group')}")
    cards.table(frame, f"segments_moved_{axis}", headers, wording.legend)


@st.fragment
def drill(
    whole: Sequence[Move],
    split: Sequence[Move],
    over: Span,
    name: Callable[[str], str],
    group_name: Callable[[str], str],
    wording: Wording,
    billed: people.Billed,
) -> None:
    """The movements month by month; whose they were, of the bar that is picked or of what is asked for."""
    picked = _months(whole, over)
    chosen = _behind(whole, split, picked) if picked else _asked_for(split, over)
    chosen.sort(key=lambda one: (-abs(one.arr), one.month, one.customer_id, one.group))
    amount = numbers.change(measures.monthly(sum((one.arr for one in chosen), Fraction(0))))
    cards.heading(f"{numbers.counted(len(chosen), 'movement')}, {amount} of MRR, largest first")
    if not chosen:
        cards.note("Nothing moved so in that time.")
        return
    row = cards.picking_table(moved_listing(chosen, name, group_name), "segments_moves", _MOVED, wording.legend)
    if row is None:
        cards.note("Pick a movement for everything the customer was billed.")
        return
    who = chosen[row].customer_id
    people.bills(who, name(who), billed, wording.legend, "segments_moves_bills")


def _months(found: Sequence[Move], over: Span) -> tuple[date, str] | None:
    """One bar per month, its kinds stacked: → the month and the kind that are picked in it."""
    monthly = by_month(within(found, over), over)
    shown = [one for one in SERIES if any(monthly[one.key])]
    if not shown:
        return None
    figure = charts.signed_stack(monthly, shown, title=_month_words(monthly), unit="USD")
    place = cards.picking_picture(figure, f"segments_movements_{over.since}")
    return (monthly["month"].iloc[place[1]], shown[place[0]].key) if place and place[0] < len(shown) else None


def _behind(whole: Sequence[Move], split: Sequence[Move], picked: tuple[date, str]) -> list[Move]:
    """The movements of everybody who is in the picked bar, told by group."""
    month, kind = picked
    cards.note(f"Picked: {KIND_WORDS[kind].lower()} of {numbers.month(month)}. Click the chart twice to let go of it.")
    who = {one.customer_id for one in whole if one.month == month and one.kind == kind}
    return [one for one in split if one.month == month and one.customer_id in who]


def _asked_for(found: Sequence[Move], over: Span) -> list[Move]:
    """The movements of the month and kind that the reader asks for, all of the span until then."""
    left, right = st.columns(2)
    months = sorted({one.month for one in within(found, over)}, reverse=True)
    words = {EVERY: "All months", **{str(one): numbers.month(one) for one in months}}
    with left:
        month = controls.choice("segments_month", "Month", words)
    with right:
        kind = controls.choice("segments_kind", "What moved", {EVERY: "Everything", **KIND_WORDS})
    own = within(found, over)
    return [one for one in own if month in (EVERY, str(one.month)) and kind in (EVERY, one.kind)]


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


def _cards(moved: Mapping[str, Fraction], found: Sequence[Move], over: Span) -> list[Card]:
    return [
        *(
            _card(kind, moved[kind], [one for one in found if one.kind == kind and one.month > over.since])
            for kind in _MEANS
        ),
        Card(
            "Net change",
            numbers.change(measures.monthly(sum(moved.values(), Fraction(0)))),
            "All movements together, those between groups included: MRR at the end less MRR at the start.",
        ),
    ]


def _card(kind: str, amount: Fraction, found: Sequence[Move]) -> Card:
    customers = len({one.customer_id for one in found})
    return Card(
        KIND_WORDS[kind],
        numbers.change(measures.monthly(amount)),
        _MEANS[kind],
        numbers.counted(customers, "customer"),
    )


def _month_words(monthly: pd.DataFrame) -> str:
    nets = {month: sum(row, Decimal(0)) for month, *row in monthly[["month", *KINDS]].itertuples(index=False)}
    best = max(nets, key=lambda month: nets[month])
    return f"Most was gained in {numbers.month(best)}: {numbers.change(nets[best])} of MRR"


def _money(yearly: Fraction) -> str:
    return numbers.money(measures.monthly(yearly))
