"""The question: which numbers change, and which months they are held against. All of it lives in the address."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote

import pandas as pd
import streamlit as st

from lib.catalog.edits import Row
from lib.desk import AHEAD, PAST
from lib.refusal import Refusal
from lib.ui import cards, controls, numbers
from lib.ui.changing import Asked

HORIZONS = {PAST: "The last months", AHEAD: "The months to come"}
EDITS = "price_change_edits"
FROM = "price_change_from"  # the page that a link with edits came from
_ENTRY, _PRICE, _TABLE, _REFUSED = "price_change_entry", "price_change_price", "price_change_table", "price_change_no"
_COMMITTED = "price_change_committed"  # edits on their way into the address
HORIZON, _MONTHS = "price_change_horizon", "price_change_months"
_LEAST, _MOST, _USUAL = 1, 24, 12
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
# Seconds in which the browser is told that a run begins: it makes ready while the price is rated, not afterwards.
_NOTICE = 0.001
_STEPS = 20  # one step of the price input is about a twentieth of the price, in a round number
_WORDS = {"plans": "Prices", "dimensions": "Rates and bands", "allowances": "Allowances", "rails": "By rail"}

Edit = Callable[[Asked, str, str], Asked]


def foreseen(scenario: str | None) -> Asked | None:
    """What the controls are going to say, so that the answer need not wait for them; None until they stood once.

    A reader's change is in the session before its control is drawn again.
    """
    words, months = st.session_state.get(HORIZON), st.session_state.get(_MONTHS)
    horizon = next((key for key, name in HORIZONS.items() if name == words), None)
    if horizon is None or not isinstance(months, int) or not _LEAST <= months <= _MOST:
        return None
    return Asked(scenario, _edits(), horizon, months)


def asked(scenario: str | None) -> Asked:
    """What the address asks: a scenario, edits, a horizon and a number of months."""
    left, right = st.columns([2, 3])
    with left:
        horizon = controls.one_of(HORIZON, "Held against", HORIZONS)
    with right:
        months = controls.months(_MONTHS, "Months", _LEAST, _MOST, _USUAL)
    return Asked(scenario, _edits(), horizon, months)


def address() -> None:
    """Write what was just edited into the address: after the headline, for a browser that is told a new address first
    draws the whole page again before it shows anything else.
    """
    edits = st.session_state.pop(_COMMITTED, None)
    if edits:
        st.query_params[EDITS] = edits
    elif edits is not None and EDITS in st.query_params:
        del st.query_params[EDITS]


def way_back(key: str | None, names: Mapping[str, str]) -> None:
    """Back to the page whose link brought the reader here, if it is one of some; under the same scenario's key."""
    came_from = st.query_params.get(FROM, "")
    if came_from in names:
        under = f"?scenario={quote(key)}" if key else ""
        cards.sentence(f":material/arrow_back: [Back to {names[came_from]}]({came_from}{under})")


def _edits() -> str:
    return str(st.session_state.get(_COMMITTED, st.query_params.get(EDITS, "")))


def readable(asked: Asked, values: Callable[[Asked], Mapping[str, Decimal | str]]) -> Asked:
    """What is asked; without its edits where the link writes some that cannot be, and says so."""
    try:
        values(asked)
    except Refusal as refusal:
        st.error(f"{cards.plain(str(refusal))}\\. The page shows it without the edits\\.", icon=":material/report:")
        st.button("Take the edits out of the link", on_click=_write, args=("",), icon=":material/undo:")
        return replace(asked, edits="")
    return asked


def lever(asked: Asked, rows: Sequence[Row], values: Mapping[str, Decimal | str], edit: Edit) -> None:
    """One number to move: which, and what it becomes; the page above it follows."""
    priced = [row for row in rows if isinstance(row.value, Decimal)]
    names = {row.path: row.words for row in priced}
    left, right = st.columns([2, 1])
    with left:
        path = controls.choice(_ENTRY, "Change", names)
    row = next(row for row in priced if row.path == path)
    before, value = Decimal(row.value), values[path]
    with right:
        st.session_state[_PRICE] = float(value) if isinstance(value, Decimal) else 0.0
        st.number_input(
            f"{row.unit}, {numbers.unit_price(before)} before",
            min_value=0.0,
            step=_step(before),
            format="%.6g",
            key=_PRICE,
            on_change=_commit_lever,
            args=(asked, path, edit),
        )


def said() -> None:
    """Why the last edit was refused, until the next one."""
    if words := st.session_state.get(_REFUSED):
        st.error(cards.plain(words), icon=":material/report:")


def edited(asked: Asked, rows: Sequence[Row], values: Mapping[str, Decimal | str], edit: Edit) -> None:
    """Everything that may be edited, as a table: a number, or one of the words an allowance may be."""
    cards.heading("Edit prices, bands and allowances")
    sections = {key: words for key, words in _WORDS.items() if any(row.section == key for row in rows)}
    section = controls.one_of("price_change_section", "Which", sections)
    shown = [row for row in rows if row.section == section]
    frame = pd.DataFrame(
        {
            "what": [row.words for row in shown],
            "unit": [row.unit for row in shown],
            "was": [_text(row.value) for row in shown],
            "becomes": [_text(values.get(row.path, row.value)) for row in shown],
        }
    )
    key = f"{_TABLE}_{section}_{abs(hash((asked, tuple(frame['becomes']))))}"
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        disabled=["what", "unit", "was"],
        column_config={"what": "What", "unit": "Unit", "was": "Before", "becomes": "Becomes"},
        on_change=lambda: _commit_table(asked, shown, st.session_state[key]["edited_rows"], edit),
    )
    cards.note("A number, or for an allowance: unlimited, not offered, by contract. Every edit is in the address.")
    if asked.edits:
        st.button("Undo every edit", on_click=_write, args=("",), icon=":material/undo:")


def _commit_lever(asked: Asked, path: str, edit: Edit) -> None:
    _commit(asked, path, _plain(st.session_state[_PRICE]), edit)


def _commit_table(asked: Asked, rows: Sequence[Row], typed: Mapping[int, Mapping[str, object]], edit: Edit) -> None:
    for place, cells in typed.items():
        asked = _commit(asked, rows[place].path, _typed(cells.get("becomes")), edit)


def _typed(cell: object) -> str:
    """A cell as an edit writes it: commas between thousands go, any other comma stays and is refused, as 12,5 is."""
    written = str(cell or "").strip()
    return written.replace(",", "") if _THOUSANDS.fullmatch(written) else written


def _commit(asked: Asked, path: str, value: str, edit: Edit) -> Asked:
    """One edit into the address; one that cannot be is said, and the others stay."""
    st.session_state.pop(_REFUSED, None)
    time.sleep(_NOTICE)
    try:
        found = edit(asked, path, value)
    except Refusal as refusal:
        st.session_state[_REFUSED] = str(refusal)
        return asked
    _write(found.edits)
    return found


def _write(edits: str) -> None:
    st.session_state[_COMMITTED] = edits


def _plain(number: float) -> str:
    """A float that somebody typed → the shortest decimal that is it."""
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def _text(value: Decimal | str) -> str:
    return value if isinstance(value, str) else f"{value.normalize():,f}"


def _step(value: Decimal) -> float:
    if not value:
        return 1.0
    return float(Decimal(10) ** (value / _STEPS).adjusted())
