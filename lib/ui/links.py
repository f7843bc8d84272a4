"""Ways from one page to another; scenario, day and the filters of sales go along by themselves, being of every page."""

import streamlit as st

from lib.ui import data


def to(page: str, words: str, icon: str, **asks: str) -> bool:
    """A link to a page of the menu that asks it something; none where the reader may not open it. Whether it stands."""
    if page not in data.reader().pages:
        return False
    target = st.Page(_elsewhere, title=words, url_path=page)  # known by its address alone: the menu draws the page
    st.page_link(target, label=words, icon=icon, query_params=asks)
    return True


def _elsewhere() -> None:
    raise AssertionError("a page of the menu is drawn by the menu")
