"""The way to close a month, and the closed months: who closed them when, and what was restated since."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.refusal import Refusal
from lib.ui import cards, closing, frames, numbers
from lib.ui.closing import Closings
from lib.ui.legends import Legend

_WHO, _WHY = "close_who", "close_why"
_TOLD, _REFUSED, _DONE = (f"close_{what}" for what in ("told", "refused", "done"))
_CLOSED = {
    "month": "Month",
    "closed_on": "Closed",
    "who": "By",
    "why": "Why",
    "figures": "Figures restated",
    "revenue_usd": "Revenue since",
    "snapshot": "Snapshot",
    "fingerprint": "Fingerprint",
}
_RESTATED = {
    "reference": "Invoice or account",
    "rail": "Rail",
    "customer_id": "Customer",
    "kind": "What",
    "column": "Figure",
    "closed_usd": "Closed as",
    "now_usd": "Is now",
    "difference_usd": "Difference",
}


@st.fragment
def door(month: date, closed: Closings) -> None:
    """The form to close the month, or why it cannot be."""
    if st.session_state.pop(_DONE, False):
        st.rerun()  # the whole page: its heading and the months to pick have changed
    if closed.trouble:
        cards.sentence(f":material/report: {cards.plain(closed.trouble)}")
        return
    for mistake in st.session_state.pop(_REFUSED, ()):
        st.error(cards.plain(mistake), icon=":material/report:")
    if one := closed.of(month):
        by, on = cards.plain(one.closing.who), numbers.day(one.closing.closed_at.date())
        cards.sentence(f":material/lock: Closed by {by} on {on}: {cards.plain(one.closing.why)}")
    elif found := closing.reasons(month):
        for reason in found:
            cards.sentence(f":material/lock_open: {cards.plain(reason)}")
    else:
        _form(month)


def _form(month: date) -> None:
    name = numbers.month(month)
    with st.expander(f"Close {name}", icon=":material/lock:"):
        left, right = st.columns([2, 3])
        left.text_input("Who closes it", key=_WHO, max_chars=100)
        right.text_input("Why now", key=_WHY, max_chars=400)
        st.button("Close the month", key="close_button", on_click=_close, args=(month,), icon=":material/lock:")
        cards.note(
            "For good: what later snapshots say of it is booked in a later month. Months close one after the other."
        )


def _close(month: date) -> None:
    try:
        closing.close(month, st.session_state[_WHO], st.session_state[_WHY])
    except Refusal as refusal:
        st.session_state[_REFUSED] = (str(refusal),)
        return
    del st.session_state[_WHO], st.session_state[_WHY]
    st.session_state[_TOLD], st.session_state[_DONE] = f"{numbers.month(month)} is closed.", True


def say() -> None:
    """What was closed a moment ago."""
    st.session_state.pop(_DONE, None)  # this is the whole page already
    if told := st.session_state.pop(_TOLD, None):
        st.success(cards.plain(told), icon=":material/check:")


@st.fragment
def listed(closed: Closings, legend: Legend) -> None:
    """Every closed month with what was restated since; a picked month opens its restatements."""
    for words in closed.audit:
        st.error(cards.plain(words), icon=":material/report:")
    if not closed.months:
        return
    moved = [one for one in closed.months if not one.restated.empty]
    counted = numbers.counted(len(closed.months), "month is", "months are")
    cards.heading(f"{counted} closed, {numbers.count(len(moved))} of them restated since")
    picked = cards.picking_table(table(closed), "close_closed", _CLOSED, legend)
    if picked is None:
        cards.note(f"Kept in {cards.plain(closed.place)}. Pick a month to see what changed since it was closed.")
        return
    one = closed.months[picked]
    nothing = f"{numbers.month(one.closing.month)} stands as it was closed."
    cards.table_or(one.restated, f"close_restated_{one.closing.month}", _RESTATED, legend, nothing)


def table(closed: Closings) -> pd.DataFrame:
    """A row per closed month, the newest first."""
    rows: Mapping[str, list[object]] = {
        "month": [one.closing.month for one in closed.months],
        "closed_on": [one.closing.closed_at.date() for one in closed.months],
        "who": [one.closing.who for one in closed.months],
        "why": [one.closing.why for one in closed.months],
        "figures": [len(one.restated) for one in closed.months],
        "revenue_usd": [Decimal(closing.sum_of(one.restated, "recognised")) for one in closed.months],
        "snapshot": [one.closing.snapshot for one in closed.months],
        "fingerprint": [one.closing.fingerprint for one in closed.months],
    }
    return pd.DataFrame({name: frames.column(values) for name, values in rows.items()})
