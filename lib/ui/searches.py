"""The search for better prices as a page sees it: begun by its reader alone, watched, stopped, and never left behind.

A search works in a thread of its own, so that the page answers meanwhile. Each visit has at most one: another months,
another search or the end of the visit tells the one before to stop, which it hears within 256 price lists.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from lib.desk import Searched, search_prices, search_settings
from lib.search import Settings
from lib.ui import background, data
from lib.ui.background import Visit
from lib.ui.changing import Asked
from lib.ui.opening import AS_OF, VERSIONS, Version, asked_day, opened_desk, opened_version

Look = background.Look[Searched]


@dataclass(frozen=True)
class Search:
    """The search over the last months of one version of the desk: how far it would go, and the way to one of its lists.

    What a reader presses calls `begin` and `stop`; `look` costs nothing and may be asked at any time.
    """

    version: Version
    months: int
    day: str | None

    @property
    def settings(self) -> Settings:
        """What the search may move, what must hold, how long it looks."""
        return _settings(self.version)

    def begin(self) -> None:
        """Start to search; what this visit searched before is told to stop."""
        _begin(self)

    def stop(self) -> None:
        """Tell the search to stop; what it found so far is kept, and marked as a part."""
        _visit().stop()

    def look(self) -> Look:
        """How it stands."""
        return _visit().look(self)

    def link(self, edits: str) -> str:
        """Edits of today's book → the page that holds them against the same months."""
        day = {AS_OF: self.day} if self.day else {}
        return f"?{urlencode({'price_change_edits': edits, 'price_change_months': self.months, **day})}"


@data.only_for("price_change")
def search(asked: Asked) -> Search:
    """The search over the months that are asked for; it starts from today's book, whatever is edited."""
    day = asked_day()
    return Search(opened_version(), asked.months, str(day) if day else None)


@data.only_for("price_change")
def _begin(search: Search) -> None:
    desk = opened_desk(search.version)  # opened here: a thread cannot start a page again
    _visit().begin(search, lambda progress: search_prices(desk, search.months, progress), "price search")


@st.cache_resource(scope="session", max_entries=1, on_release=Visit.stop, show_spinner=False)
def _visit() -> "Visit[Search, Searched]":
    """This visit's own; it is let go of, and its search stopped, when the visit ends."""
    return Visit()


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _settings(version: Version) -> Settings:
    return search_settings(opened_desk(version))
