"""Work that a reader waits for: a bar that moves, and a button that stops what its reader began."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.ui import forecasting, numbers
from lib.ui.forecasting import FinalRun, Testing

_POLL_SECONDS = 0.5


def past(room: DeltaGenerator) -> Testing:
    """The test of the past; a bar in the room of the fan while it is made, which is once for each data."""
    bar = room.empty()

    def told(share: float) -> None:
        bar.progress(share, text=f"{share:.0%} of the past forecasts made again: they say how wide the fan must be")

    tested = forecasting.past(told)
    bar.empty()
    return tested


@st.fragment(run_every=_POLL_SECONDS)
def final(run: FinalRun) -> None:
    """The bar of a final run and its button to stop."""
    look = run.look()
    if look.share is None:
        st.rerun()
    share = look.share or 0.0
    st.progress(share, text=f"{share:.0%} of {numbers.counted(run.paths, 'path')} walked")
    st.button("Stop", key="persona_mix_stop", on_click=run.stop, icon=":material/stop_circle:")
