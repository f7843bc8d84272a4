"""A page that answers its own controls by itself: the menu and the sidebar around it are not drawn again each time."""

import functools
from collections.abc import Callable, Hashable

import streamlit as st

from lib.ui import cards, controls, data, opening

_AROUND, _JUST_DRAWN = "shell_around", "shell_just_drawn"


def around_is_drawn() -> None:
    """The shell stands as of this run, and the page inside it need not look again."""
    st.session_state[_AROUND], st.session_state[_JUST_DRAWN] = _around(), True


def alone(page: Callable[[], None]) -> Callable[[], None]:
    """A page → the same page, drawn alone for as long as the shell around it would be drawn as it stands.

    What is published is found out as in every run. Where the shell would show another scenario or another snapshot,
    the whole desk is drawn again.
    """

    @st.fragment
    @functools.wraps(page)
    def drawn() -> None:
        with cards.problems_in_words(data.MENDABLE):
            if not st.session_state.pop(_JUST_DRAWN, False):
                _follow()
            page()

    return drawn


def _follow() -> None:
    opening.open_run()
    if st.session_state.get(_AROUND) != _around():
        st.rerun()


def _around() -> Hashable:
    return controls.picked_scenario(), opening.opened_version()
