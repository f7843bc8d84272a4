"""Work on its way beside the page: a bar that moves, a button that stops it, and the page drawn again when it ends."""

import streamlit as st

from lib.ui import cards, forecasting, numbers
from lib.ui.forecasting import FinalRun, Testing

_POLL_SECONDS = 0.5


def testing(look: Testing) -> None:
    """The bar of the test of the past; what it refuses, as a sentence."""
    if look.refused:
        st.error(cards.plain(look.refused), icon=":material/report:")
    else:
        _watch_past()


@st.fragment(run_every=_POLL_SECONDS)
def _watch_past() -> None:
    look = forecasting.past()
    if look.share is None:
        st.rerun()
    share = look.share or 0.0
    st.progress(share, text=f"{share:.0%} of the past forecasts made again; the fan is not tested yet")


@st.fragment(run_every=_POLL_SECONDS)
def final(run: FinalRun) -> None:
    """The bar of a final run and its button to stop."""
    look = run.look()
    if look.share is None:
        st.rerun()
    share = look.share or 0.0
    st.progress(share, text=f"{share:.0%} of {numbers.counted(run.paths, 'path')} walked")
    st.button("Stop", key="persona_mix_stop", on_click=run.stop, icon=":material/stop_circle:")
