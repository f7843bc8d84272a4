"""The front door: which pages there are, for whom, who may open them, and the scenario they all share."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import streamlit as st

from lib.ui import alone, cards, controls, data, focus, opening
from lib.ui.views import snapshots
from pages import (
    deal_desk,
    discount_honesty,
    fee_absorption,
    listing,
    overage,
    persona_mix,
    pipeline,
    price_change,
    savings,
    scorecard,
    segments,
    sources,
)

ICON = Path(__file__).parent / ".streamlit" / "icon.svg"
FRONT, LOST = "Pricing Desk", "desk_lost"


class Entry(NamedTuple):
    """One line of the menu."""

    path: str
    title: str
    icon: str
    render: Callable[[], None]


MENU: dict[str, tuple[Entry, ...]] = {
    "Everyone": (
        Entry("scorecard", "Scorecard", ":material/scoreboard:", scorecard.render),
        Entry("sources", "Sources", ":material/database:", sources.render),
    ),
    "Founders": (
        Entry("price_change", "Price change", ":material/price_change:", price_change.render),
        Entry("overage", "Overage", ":material/data_usage:", overage.render),
        Entry("persona_mix", "Persona mix", ":material/stacked_bar_chart:", persona_mix.render),
        Entry("discount_honesty", "Discount honesty", ":material/verified:", discount_honesty.render),
        Entry("listing", "Listing", ":material/storefront:", listing.render),
    ),
    "Sales": (
        Entry("segments", "Segments", ":material/groups:", segments.render),
        Entry("pipeline", "Pipeline", ":material/filter_alt:", pipeline.render),
        Entry("deal_desk", "Deal desk", ":material/handshake:", deal_desk.render),
        Entry("savings", "Savings", ":material/savings:", savings.render),
    ),
    "Finance": (Entry("fee_absorption", "Fee absorption", ":material/account_balance:", fee_absorption.render),),
}


WITHOUT_PRICES = ("sources",)


def main(landing: str | None = None) -> None:
    """The shell around every page; an address without a page leads to `landing`, or to where the role lands."""
    st.set_page_config(page_title="Pricing Desk", page_icon=str(ICON), layout="wide")
    with cards.problems_in_words(data.MENDABLE):
        reader = data.reader()
        menu = _menu(reader.pages)
        page = st.navigation({"": [_front()], **menu})
        _lead_on(page, menu, landing or reader.landing)
        opening.open_run()
        _explain()
        controls.arrive(page.url_path)
        controls.scenario(data.scenario_names())
        snapshots.way_back()
        alone.around_is_drawn()
        if page.url_path in focus.PAGES:
            focus.drawn()
        gaps = data.price_list_gaps()
        if gaps and page.url_path not in WITHOUT_PRICES:
            cards.shut(gaps)
        else:
            page.run()
        opening.settle()


def _menu(allowed: frozenset[str]) -> dict[str, list[st.Page]]:
    """The pages a role may open, by audience; the others are not registered at all."""
    opened = {
        audience: [_page(entry) for entry in entries if entry.path in allowed] for audience, entries in MENU.items()
    }
    return {audience: pages for audience, pages in opened.items() if pages}


def _page(entry: Entry) -> st.Page:
    return st.Page(entry.render, title=entry.title, icon=entry.icon, url_path=entry.path)


def _front() -> st.Page:
    return st.Page(lambda: None, title=FRONT, url_path="front", default=True, visibility="hidden")


def _lead_on(page: st.Page, menu: dict[str, list[st.Page]], landing: str) -> None:
    """From the address without a page to the one a role lands on, with all the link carried."""
    if page.title == FRONT:
        st.session_state[LOST] = is_lost(st.context.url)
        target = next(entry for entries in menu.values() for entry in entries if entry.url_path == landing)
        st.switch_page(target, query_params=st.query_params.to_dict())


def is_lost(address: str | None) -> bool:
    """Whether the desk was entered by an address that belongs to no page the reader may open."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return urlsplit(address or "").path.strip("/") not in ("", base)


def _explain() -> None:
    """What the link asked for and the desk cannot give, each in one sentence."""
    if st.session_state.pop(LOST, False):
        controls.say("This address is not a page you may open; the menu names those that are.")
    if complaint := opening.complaint():
        controls.say(complaint)
    controls.unknown_scenario(data.scenario_names())


if __name__ == "__main__":
    main()
