"""Which earlier snapshot the page compares with: the newest before this one, until the reader picks another."""

from datetime import date

import streamlit as st

from lib.ui import cards, controls, numbers, scorecard


def compared_with() -> date | None:
    """The day that is compared with; None where only one snapshot is published, which the page then says."""
    days = scorecard.days()
    if not days:
        return None
    words = {str(day): numbers.day(day) for day in days}
    return date.fromisoformat(controls.choice("scorecard_since", "What changed since the snapshot of", words))


def nothing_to_compare() -> None:
    """What is said where there is no earlier snapshot: which command gives one."""
    with st.container(border=True):
        st.markdown(
            "**:material/history: There is no earlier snapshot to compare with.** Every pull keeps the day it is of, "
            "and a build publishes it. This gives a day to compare with:"
        )
        st.code(scorecard.command(), language="bash")
        cards.note("Metrics and targets below stand on the snapshot that is open; only what changed is missing.")
