"""How recurring revenue moved: from one month's end to another in steps, month by month, and whose it was."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.revenue import KINDS, Move
from lib.ui import cards, controls, numbers
from lib.ui.cards import Card
from lib.ui.views.segments import measures, moved, people
from lib.ui.views.segments.axes import AXES, Wording, by

EVERY = "every"
_COLOURS = ("blue", "sky", "green", "grey", "purple", "orange", "vermilion")
SERIES = [Series(kind, moved.KIND_WORDS[kind], colour) for kind, colour in zip(KINDS, _COLOURS, strict=True)]
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


def asked(months: Sequence[date]) -> tuple[moved.Span | None, str]:
    """Ask over how many months, and what to split by."""
    left, right = st.columns(2)
    with left:
        picked = moved.SPANS[controls.one_of("segments_span", "Over the last", {words: words for words in moved.SPANS})]
    with right:
        axis = controls.choice("segments_by", "Split by", AXES)
    return moved.span(months, picked), axis


def finding(start: Fraction, by_kind: Mapping[str, Fraction], over: moved.Span) -> str:
    """From where to where MRR went, and what drove it."""
    end = start + sum(by_kind.values(), Fraction(0))
    went = f"MRR went from {_money(start)} to {_money(end)} in {over.words}"
    gained = [
        f"{_money(by_kind[kind])} {moved.KIND_WORDS[kind].lower()}" for kind in ("new", "expansion") if by_kind[kind]
    ]
    lost = [
        f"{_money(-by_kind[kind])} {moved.KIND_WORDS[kind].lower()}"
        for kind in ("churn", "contraction")
        if by_kind[kind]
    ]
    told = " against ".join(part for part in (" and ".join(gained), " and ".join(lost)) if part)
    return f"{went}: {told}" if told else f"{went}: nothing moved"


def _told(by_kind: Mapping[str, Fraction], kinds: Sequence[str]) -> str:
    return " and ".join(f"{_money(abs(by_kind[kind]))} {_word(kind)}" for kind in kinds if by_kind[kind])


def show(start: Fraction, found: Sequence[Move], over: moved.Span) -> None:
    """Cards, and the waterfall of the span."""
    by_kind = moved.sums(found, over)
    cards.row(_cards(by_kind, found, over))
    end = start + sum(by_kind.values(), Fraction(0))
    began, ended = (numbers.month(month) for month in (over.since, over.last))
    title = f"{_money(start)} at the end of {began}, {_money(end)} at the end of {ended}"
    fall = moved.steps(start, by_kind, over)
    cards.picture(
        charts.steps(fall, "step", "usd", title=title, unit="USD", total=f"MRR, {ended}", begins=True),
        "segments_waterfall",
    )


def groups(frame: pd.DataFrame, axis: str, over: moved.Span, wording: Wording) -> None:
    """The movements of every group along an axis; kinds that nowhere occur are left out."""
    kinds = {f"{kind}_usd": moved.KIND_WORDS[kind] for kind in KINDS if any(frame[f"{kind}_usd"])}
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
    over: moved.Span,
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
    row = cards.picking_table(moved.moved_listing(chosen, name, group_name), "segments_moves", _MOVED, wording.legend)
    if row is None:
        cards.note("Pick a movement for everything the customer was billed.")
        return
    who = chosen[row].customer_id
    people.bills(who, name(who), billed, wording.legend, "segments_moves_bills")


def _months(found: Sequence[Move], over: moved.Span) -> tuple[date, str] | None:
    """One bar per month, its kinds stacked: → the month and the kind that are picked in it."""
    monthly = moved.by_month(moved.within(found, over), over)
    shown = [one for one in SERIES if any(monthly[one.key])]
    if not shown:
        return None
    figure = charts.signed_stack(monthly, shown, title=_month_words(monthly), unit="USD")
    place = cards.picking_picture(figure, f"segments_movements_{over.since}")
    return (monthly["month"].iloc[place[1]], shown[place[0]].key) if place and place[0] < len(shown) else None


def _behind(whole: Sequence[Move], split: Sequence[Move], picked: tuple[date, str]) -> list[Move]:
    """The movements of everybody who is in the picked bar, told by group."""
    month, kind = picked
    cards.note(f"Picked: {_word(kind)} of {numbers.month(month)}. Click the chart twice to let go of it.")
    who = {one.customer_id for one in whole if one.month == month and one.kind == kind}
    return [one for one in split if one.month == month and one.customer_id in who]


def _asked_for(found: Sequence[Move], over: moved.Span) -> list[Move]:
    """The movements of the month and kind that the reader asks for, all of the span until then."""
    left, right = st.columns(2)
    months = sorted({one.month for one in moved.within(found, over)}, reverse=True)
    words = {EVERY: "All months", **{str(one): numbers.month(one) for one in months}}
    with left:
        month = controls.choice("segments_month", "Month", words)
    with right:
        kind = controls.choice("segments_kind", "What moved", {EVERY: "Everything", **moved.KIND_WORDS})
    own = moved.within(found, over)
    return [one for one in own if month in (EVERY, str(one.month)) and kind in (EVERY, one.kind)]


def _cards(by_kind: Mapping[str, Fraction], found: Sequence[Move], over: moved.Span) -> list[Card]:
    return [
        *(
            _card(kind, by_kind[kind], [one for one in found if one.kind == kind and one.month > over.since])
            for kind in _MEANS
        ),
        Card(
            "Net change",
            numbers.change(measures.monthly(sum(by_kind.values(), Fraction(0)))),
            "All movements together, those between groups included: MRR at the end less MRR at the start.",
        ),
    ]


def _card(kind: str, amount: Fraction, found: Sequence[Move]) -> Card:
    customers = len({one.customer_id for one in found})
    return Card(
        moved.KIND_WORDS[kind],
        numbers.change(measures.monthly(amount)),
        _MEANS[kind],
        numbers.counted(customers, "customer"),
    )


def _month_words(monthly: pd.DataFrame) -> str:
    nets = {month: sum(row, Decimal(0)) for month, *row in monthly[["month", *KINDS]].itertuples(index=False)}
    best = max(nets, key=lambda month: nets[month])
    return f"Most was gained in {numbers.month(best)}: {numbers.change(nets[best])} of MRR"


def _word(kind: str) -> str:
    return moved.KIND_WORDS[kind].lower()


def _money(yearly: Fraction) -> str:
    return numbers.money(measures.monthly(yearly))
