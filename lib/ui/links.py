"""Ways from one page to another that take along what the reader looks at: scenario, day and the filters of sales."""

import streamlit as st

from lib.ui import data, opening

_CARRIED = ("scenario", opening.AS_OF)
_FOCUS = "focus_"


def carried(address: dict[str, str]) -> dict[str, str]:
    """What an address says that every page of sales understands."""
    return {key: said for key, said in address.items() if key in _CARRIED or key.startswith(_FOCUS)}


def to(page: str, words: str, icon: str, **asks: str) -> bool:
    """A link to a page of the menu that asks it something; none where the reader may not open it. Whether it stands."""
    if page not in data.reader().pages:
        return False
    target = st.Page(_elsewhere, title=words, url_path=page)  # known by its address alone: the menu draws the page
    st.page_link(target, label=words, icon=icon, query_params={**carried(st.query_params.to_dict()), **asks})
    return True


def _elsewhere() -> None:
    raise AssertionError("a page of the menu is drawn by the menu")
