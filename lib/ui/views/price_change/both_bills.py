"""One customer's two bills, line by line, with the reason of every difference."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from lib.periods import months_between
from lib.ui import cards, controls, explained, numbers
from lib.ui.explained import Explained
from lib.ui.legends import Legend

_EVERY = "every"
_MOVES, _ALL = "moves", "all"
_LINES = {_MOVES: "Lines that move", _ALL: "Every line"}
_AS_REACHED, _AT_ONCE = "reached", "once"
_REACH = {_AS_REACHED: "As they are reached", _AT_ONCE: "Everybody reached at once"}
_HEADERS = {
    "line": "Line",
    "month": "Month",
    "was_usd": "Was",
    "becomes_usd": "Becomes",
    "difference_usd": "Difference",
    "why": "Why",
}


def asked(payers: Mapping[str, str]) -> str | None:
    """The customer whose bills are read, the one with the largest change until the reader picks; None without any."""
    if not payers:
        cards.note("Nobody has a bill in these months.")
        return None
    return controls.choice("price_change_customer", "Customer, the largest change first", payers)


def asked_reach() -> bool:
    """Whether the second bill is the one they really get: it is, until the reader asks for everybody at once."""
    return controls.one_of("price_change_reach", "The second bill", _REACH) == _AS_REACHED


@st.fragment
def show(found: Explained, legend: Legend) -> None:
    """Both bills and what is between them, of the whole window or of one month."""
    cards.heading(finding(found))
    if found.lines.empty:
        cards.note("This customer has no line on either bill.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        month = _month(found)
        lines = controls.one_of("price_change_lines", "Show", _LINES)
    listed = explained.bill if lines == _MOVES else explained.every_line
    cards.table(listed(found, month, legend), "price_change_bill", _HEADERS, legend)
    cards.note(
        "Both bills stand in the month in which they fall due. The total is the sum of all lines, each rounded once; "
        "its difference is this customer's change: what moved of it, or with everybody reached what could."
    )


def tables(found: Explained, legend: Legend) -> dict[str, pd.DataFrame]:
    """Every line of both bills, for the page's foot."""
    return {"Bill lines": explained.every_line(found, None, legend)}


def finding(found: Explained) -> str:
    """What the customer's bill was and becomes, and on how many of its lines."""
    name, moved = cards.plain(found.name), int(found.lines["difference_usd"].map(bool).sum())
    lines = f"{numbers.count(moved)} of {numbers.counted(len(found.lines), 'line')} move"
    if not moved:
        return f"{name} pays {numbers.exact_money(found.baseline_usd)} either way: {lines}"
    was, becomes = numbers.exact_money(found.baseline_usd), numbers.exact_money(found.proposed_usd)
    change = f"{numbers.exact_change(found.change_usd)}, {numbers.percent_change(found.rate)}"
    return f"{name}: {was} becomes {becomes} ({change}); {lines}"


def _month(found: Explained) -> date | None:
    """One month of the window, or all of them."""
    months = {f"{month:%Y-%m}": month for month in months_between(*found.window)}
    words = {_EVERY: "Every month", **{key: numbers.month(month) for key, month in months.items()}}
    return months.get(controls.choice("price_change_month", "Month", words))
