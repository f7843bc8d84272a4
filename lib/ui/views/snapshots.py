"""The snapshots that are kept, and the day the desk is open as of: pick another, or the newest."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lib.desk import KeptSnapshot
from lib.ui import cards, frames, numbers, opening
from lib.ui.legends import Legend

NEWEST = "The newest"
ASSUMPTIONS = (
    "The desk opens on the newest published snapshot, or as of a day on the newest that is not after it; the day is "
    "then part of every address.",
)
_HEADERS = {
    "snapshot_on": "Snapshot",
    "state": "State",
    "rows": "Rows",
    "files": "Files",
    "fingerprint": "Fingerprint",
    "command": "Built by",
}


def way_back() -> None:
    """In the sidebar of every page, where the reader asked for a day: which, and the way back."""
    day = opening.asked_day()
    if day:
        st.sidebar.caption(f":material/history: Opened as of {numbers.day(day)}, by this address")
        st.sidebar.button("Back to the newest", on_click=opening.reopen, args=(None,))


def show(kept: Sequence[KeptSnapshot], legend: Legend) -> None:
    """Every snapshot with its rows, fingerprint and state, and a picker of those the desk can be opened as of."""
    published = [snapshot.day for snapshot in kept if snapshot.is_published]
    cards.heading(_finding(kept, published))
    _picker({NEWEST: None, **{numbers.day(day): day for day in published}}, opening.asked_day())
    cards.table_or(listed(kept), "sources_snapshots", _HEADERS, legend, "Nothing was pulled yet.")


def _picker(days: Mapping[str, date | None], asked: date | None) -> None:
    """Which day the desk is open as of; the address carries it, so a change is another opening and not an input."""
    key = f"snapshots_day_{asked}"
    st.selectbox(
        "Open the desk as of",
        list(days),
        index=_place(days, asked),
        key=key,
        on_change=lambda: opening.reopen(days[st.session_state[key]]),
    )


def _finding(kept: Sequence[KeptSnapshot], published: Sequence[date]) -> str:
    counted = numbers.counted(len(kept), "snapshot is", "snapshots are")
    return f"{counted} kept, and the desk can be opened as of {numbers.count(len(published))} of them"


def _place(days: Mapping[str, date | None], asked: date | None) -> int:
    """Which entry stands for the day that was asked for: the newest snapshot that is not after it."""
    open_days = [place for place, day in enumerate(days.values()) if day and asked and day <= asked]
    return min(open_days, default=0)


def listed(kept: Sequence[KeptSnapshot]) -> pd.DataFrame:
    """Snapshots as a table, the newest first."""
    return frames.table(kept, {"day": "snapshot_on", **{name: name for name in list(_HEADERS)[1:]}})
