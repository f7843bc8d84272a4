"""What a reader may ask: every input lives in the address, so that a page with its answers is a link.

Keys are `page_noun`; they are the parameter's name in the address and the handle tests find a widget by. The address
holds what the reader sees, so options are words that will not change with the next build.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Literal

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lib.catalog.document import nearest, shown
from lib.periods import add_months
from lib.ui import cards

BASELINE = "baseline"
Bound = Literal["query-params"] | None
_STEPS, _MOST = 10, 10**12
_ARRIVED = "shell_arrived"  # the page a reader is on, and how many they have come to
_MONTHS_AROUND = 120  # how far a day may be picked from the one it starts at, as the calendar of Streamlit's own offers


def arrive(page: str) -> None:
    """Note which page this run is of, before the sidebar is drawn: a link to another page may set what stands there."""
    last, count = _arrival()
    if page != last:
        st.session_state[_ARRIVED] = page, count + 1


def as_linked(key: str, label: str, options: Sequence[str]) -> None:
    """Set an input of the sidebar to what the link to this page says; once, before it is drawn.

    An input that stands on every page is not new on the next one, so Streamlit keeps what it was set to and drops what
    the link says. What the link does not name stays as it was; a name that is not on file is the first of the options,
    as it is for who opens the same link anew. Of two values the last counts, and both are said.
    """
    noted, (_, count) = f"{key}_arrived", _arrival()
    if st.session_state.get(noted) == count:
        return
    st.session_state[noted] = count
    if asked := st.query_params.get_all(key):
        st.session_state[key] = asked[-1] if asked[-1] in options else options[0]
    if len(asked) > 1:
        say(f"{label}: this link says both {shown(asked[0])} and {shown(asked[-1])}; this page takes the last")


def _arrival() -> tuple[str, int]:
    arrived: tuple[str, int] = st.session_state.get(_ARRIVED, ("", 0))
    return arrived


def scenario(names: Mapping[str, str]) -> None:
    """The scenario all pages share, picked in the sidebar by its file's name, or as it was saved."""
    options = [BASELINE, *names]
    as_linked("scenario", "Scenario", options)
    picked = st.sidebar.selectbox(
        "Scenario",
        options,
        key="scenario",
        bind="query-params",
        help="A file of data/scenarios, or one that somebody saved. The address carries the choice: it is a link that "
        "can be sent.",
    )
    st.sidebar.caption(cards.plain(names.get(picked, "The book as it stands")))


def unknown_scenario(names: Mapping[str, str]) -> None:
    """Say it where the address names a scenario that is not on file; the page below is then the baseline's."""
    asked = st.query_params.get("scenario", BASELINE)
    if asked not in (BASELINE, *names):
        say(f"This page shows the baseline: there is no scenario {shown(asked)}; {nearest(asked, [BASELINE, *names])}")


def say(sentence: str) -> None:
    """One sentence about the link a reader came by."""
    st.warning(cards.plain(sentence), icon=":material/report:")


def picked_scenario() -> str | None:
    """The key of the scenario all pages share; None is the baseline, the book as it stands."""
    picked = st.session_state.get("scenario", BASELINE)
    return None if picked == BASELINE else str(picked)


def start_again() -> None:
    """Draw the page anew: its controls say otherwise than it took for granted, as when somebody turned a page back."""
    st.rerun()


def one_of(key: str, label: str, names: Mapping[str, str]) -> str:
    """One of a few things, side by side, by name; the first until the reader chooses."""
    keys = {name: entry for entry, name in names.items()}
    first = next(iter(keys))
    say_unknown(key, label, keys)
    picked = st.segmented_control(label, list(keys), default=first, key=key, bind="query-params", required=True)
    return keys.get(str(picked), keys[first])  # a link that names nothing picks nothing


def choice(key: str, label: str, names: Mapping[str, str]) -> str:
    """One entry of a longer list, by name; the first until the reader chooses."""
    keys = {name: entry for entry, name in names.items()}
    say_unknown(key, label, keys)
    picked = st.selectbox(label, list(keys), key=key, bind="query-params")
    return keys[str(picked)]


def several(key: str, label: str, names: Mapping[str, str], help_words: str | None = None) -> tuple[str, ...]:
    """Any of a few things, side by side, by name; none until the reader chooses, and always in their own order."""
    keys = {name: entry for entry, name in names.items()}
    for asked in st.query_params.get_all(key):
        _say_stranger(asked, label, keys)
    picked = st.pills(label, list(keys), selection_mode="multi", key=key, bind="query-params", help=help_words)
    return tuple(entry for entry, name in names.items() if name in picked)


def switch(key: str, label: str) -> bool:
    """Something that is off until the reader turns it on."""
    bound = _bound(key, label, (st.query_params.get(key) or "").lower() in ("true", "false"), "true or false")
    return bool(st.toggle(label, key=key, bind=bound))


def within(key: str, label: str, ends: tuple[Decimal, Decimal], start: Decimal, shown: str, why: str) -> Decimal:
    """A number on a slider between two ends, in twenty steps or more; what it starts at until it is moved."""
    low, high = ends
    step = Decimal(1).scaleb(((high - low) / _STEPS / 2).adjusted())
    moved = st.slider(
        label,
        float(low),
        float(high),
        float(start),
        float(step),
        format=shown,
        key=key,
        bind=bound_number(key, label, float(low), float(high)),
        help=cards.plain(why),
    )
    if moved == float(start):
        return start
    return min(max(Decimal(repr(moved)).quantize(step / _STEPS), low), high)


def say_unknown(key: str, label: str, names: Iterable[str]) -> None:
    """Say it where the address asks for something that is not to be had; the page below is then another one's."""
    asked = st.query_params.get(key)
    if asked is not None:
        _say_stranger(asked, label, names)


def _say_stranger(asked: str, label: str, names: Iterable[str]) -> None:
    if asked not in names:
        say(f"{label}: this page does not know {shown(asked)} of its link; {nearest(asked, names)}")


def bound_number(key: str, label: str, least: float, most: float | None = None, is_whole: bool = False) -> Bound:
    """How an input of a number is bound to the address; not at all in a run whose link holds what it cannot take.

    Asked before the input is drawn: what is no number, not finite, or outside of its ends is said and dropped.
    """
    kind = "whole number" if is_whole else "number"
    ends = f"of {least:,.15g} or more" if most is None else f"from {least:,.15g} to {most:,.15g}"
    read = _number(st.query_params.get(key, ""))
    fits = read is not None and least <= read <= (math.inf if most is None else most)
    return _bound(key, label, fits and (not is_whole or float(read or 0).is_integer()), f"a {kind} {ends}")


def _number(written: str) -> float | None:
    """What an input of Streamlit's reads out of an address; None where that is no number, or has no end."""
    try:
        read = float(written)
    except ValueError:
        return None
    return read if written.isascii() and math.isfinite(read) else None


def _bound_day(key: str, label: str, first: date, last: date) -> Bound:
    read = _day(st.query_params.get(key, ""))
    return _bound(key, label, read is not None and first <= read <= last, f"a day from {first} to {last}")


def _day(written: str) -> date | None:
    try:
        year, month, day_of_month = map(int, written.replace("/", "-").split("-"))
        return date(year, month, day_of_month)
    except (ValueError, OverflowError):
        return None


def _bound(key: str, label: str, is_read: bool, how: str) -> Bound:
    """Bound to the address, unless this run's link holds something that cannot be read: that is said, and dropped."""
    asked = st.query_params.get_all(key)
    if not asked or (is_read and len(asked) == 1):
        return "query-params"
    if len(asked) > 1:
        say(f"{label}: this link says both {shown(asked[0])} and {shown(asked[-1])}; write one")
    else:
        say(f"{label}: this page cannot take {shown(asked[0])} of its link; write {how}")
    with suppress(StreamlitAPIException):  # an input that was bound before lets go of it by itself
        del st.query_params[key]
    return None


def quantity(key: str, label: str, start: Decimal, unit: str) -> Decimal:
    """A whole quantity of something metered, zero or more, in its natural unit."""
    step = max(1, int(start) // _STEPS)
    bound = bound_number(key, label, 0, _MOST, is_whole=True)
    typed = st.number_input(label, 0, _MOST, int(start), step, key=key, bind=bound, help=f"Counted per {unit}.")
    return Decimal(typed)


def months(key: str, label: str, least: int, most: int, start: int) -> int:
    """A number of months on a slider."""
    bound = bound_number(key, label, least, most, is_whole=True)
    return int(st.slider(label, least, most, start, key=key, bind=bound))


def day(key: str, label: str, last: date) -> int:
    """A day of a month from the 1st to its last that counts, which it is until the reader chooses an earlier one."""
    if last.day == 1:  # a slider needs two ends
        return 1
    bound = bound_number(key, label, 1, last.day, is_whole=True)
    return int(st.slider(label, 1, last.day, last.day, key=key, bind=bound))


def any_day(key: str, label: str, start: date) -> date:
    """A day of any calendar; the one it starts at until the reader chooses another."""
    first, last = add_months(start, -_MONTHS_AROUND), add_months(start, _MONTHS_AROUND)
    bound = _bound_day(key, label, first, last)
    picked = st.date_input(label, start, first, last, key=key, bind=bound, format="YYYY-MM-DD", required=True)
    return picked if isinstance(picked, date) else start
