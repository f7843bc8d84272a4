"""Who accepts one finding, until when and why; the form to accept it or to take that back."""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lib.claims.finding import Finding
from lib.decisions import Accepted
from lib.desk import Terms
from lib.refusal import Refusal
from lib.ui import accepting, cards, frames, numbers
from lib.ui.accepting import Standing
from lib.ui.legends import Legend

_ACCEPT, _GIVE_BACK = "accept", "give_back"
_TOLD, _REFUSED, _DONE = (f"accept_{what}" for what in ("told", "refused", "done"))
_HEADERS = {
    "who": "Accepted by",
    "until_on": "Until",
    "why": "Why",
    "noted_on": "Noted",
    "state": "State",
}


def say() -> None:
    """What was accepted or withdrawn a moment ago; the table below it has changed, and nothing is picked in it."""
    st.session_state.pop(_DONE, None)  # this is the whole page already
    if told := st.session_state.pop(_TOLD, None):
        st.success(cards.plain(told), icon=":material/check:")


@st.fragment
def panel(finding: Finding, legend: Legend) -> None:
    """Everything on record about one finding, and what a reader may do about it."""
    if st.session_state.pop(_DONE, False):
        st.rerun()  # the whole page: its counts have changed
    found = accepting.standing(finding)
    if found.trouble:
        cards.sentence(f":material/report: {cards.plain(found.trouble)}")
        return
    if found.standing:
        cards.sentence(f":material/handshake: {cards.plain(told(found.standing, found.holds))}")
    if found.refusal:
        cards.note(f"Nobody can accept this: {cards.plain(found.refusal)}.")
    mistakes = st.session_state.pop(_REFUSED, {})
    if not found.refusal:
        _accept(found, mistakes.get(_ACCEPT, ""))
    if found.standing:
        _withdraw(found, mistakes.get(_GIVE_BACK, ""))
    if len(found.history) > 1 or (found.history and not found.standing):
        cards.table(listed(found), f"accept_history_{found.finding}", _HEADERS, legend)


def told(one: Accepted, holds: bool) -> str:
    """Who accepts it, until when, why, and whether that still counts."""
    over = "" if holds else ". That day is over, so it counts again"
    return f"Accepted by {one.who} until {numbers.day(one.until)}: {one.why}{over}"


def listed(found: Standing) -> pd.DataFrame:
    """Every acknowledgement of a finding, the newest first, with what became of it."""
    return pd.DataFrame(
        {
            "who": [one.who for one in found.history],
            "until_on": frames.column(one.until for one in found.history),
            "why": [one.why for one in found.history],
            "noted_on": frames.column(one.acknowledged_at.date() for one in found.history),
            "state": [_state(one, found.as_of) for one in found.history],
        }
    )


def _state(one: Accepted, as_of: date) -> str:
    if one.withdrawal:
        return f"withdrawn by {one.withdrawal.who}: {one.withdrawal.why}"
    if one.superseded_by is not None:
        return "a later one took its place"
    return "stands" if one.holds_on(as_of) else "its day is over"


def _accept(found: Standing, mistake: str) -> None:
    words = "Accept it anew" if found.standing else "Accept it until a day"
    with st.expander(words, bool(mistake), icon=":material/handshake:"):
        _tell(mistake)
        left, right = st.columns(2)
        left.text_input("Who accepts it", key=_of("who", found), max_chars=100)
        right.date_input("Until", None, found.as_of, key=_of("until", found), format="YYYY-MM-DD")
        st.text_input("Why it is acceptable", key=_of("why", found), max_chars=400)
        st.button("Accept", key="accept_take", on_click=_take, args=(found,), icon=":material/check:")
        cards.note("It is no warning any more until that day is over; then it is one again.")


def _withdraw(found: Standing, mistake: str) -> None:
    with st.expander("Withdraw it", bool(mistake), icon=":material/undo:"):
        _tell(mistake)
        st.text_input("Who withdraws it", key=_of("off_who", found), max_chars=100)
        st.text_input("Why it is withdrawn", key=_of("off_why", found), max_chars=400)
        st.button("Withdraw", key="accept_give_back", on_click=_give_back, args=(found,), icon=":material/undo:")


def _tell(mistake: str) -> None:
    """What was wrong, inside of the form that it is to be mended in."""
    if mistake:
        st.error(cards.plain(mistake), icon=":material/report:")


def _take(found: Standing) -> None:
    held = st.session_state
    until = held[_of("until", found)]
    if not isinstance(until, date):
        held[_REFUSED] = {_ACCEPT: "Say until which day it is accepted"}
        return
    terms = Terms(held[_of("who", found)], held[_of("why", found)], until)
    said = f"{found.finding} is accepted until {numbers.day(until)}."
    fields = [_of(what, found) for what in ("who", "why", "until")]
    _kept(_ACCEPT, lambda: accepting.take(found.finding, terms), said, fields)


def _give_back(found: Standing) -> None:
    held = st.session_state
    who, why = held[_of("off_who", found)], held[_of("off_why", found)]
    said = f"{found.finding} is accepted by nobody any more."
    _kept(
        _GIVE_BACK,
        lambda: accepting.give_back(found.finding, who, why),
        said,
        [_of(what, found) for what in ("off_who", "off_why")],
    )


def _kept(form: str, write: Callable[[], Accepted], said: str, fields: Sequence[str]) -> None:
    """Write it and empty the fields, or say why not and leave them as they are."""
    try:
        write()
    except Refusal as refusal:
        st.session_state[_REFUSED] = {form: str(refusal)}
        return
    for field in fields:
        del st.session_state[field]
    st.session_state[_TOLD], st.session_state[_DONE] = said, True


def _of(what: str, found: Standing) -> str:
    """Every finding has fields of its own."""
    return f"accept_{what}_{found.finding}"
