"""The ways on from a deal: to an offer where there are prices to build one from, else to what its product sells."""

import streamlit as st

from lib.segments import UNKNOWN
from lib.ui import cards, growing, links, numbers

_SECOND = "control_plane"


def drawn(product: str, deal_id: str) -> None:
    """An offer where the desk has prices to build one from; else why not, and where the product is told."""
    ours = growing.book_product()
    with st.container(horizontal=True):
        if product == ours:
            links.to("deal_desk", "Build a private offer", ":material/contract:", offer_deal=deal_id)
        elif product != UNKNOWN:
            links.to("segments", "What we sell", ":material/sell:", **_sold(product))
        if product == _SECOND:
            links.to("savings", "What would it save?", ":material/savings:", savings_deal=deal_id)
    if product == UNKNOWN:
        cards.note("No private offer yet: ask which product the deal is of.")
    elif product != ours:
        own = numbers.name(product)
        cards.note(f"No private offer can be built: offers have the prices of {numbers.name(ours)}, none of {own}.")


def _sold(product: str) -> dict[str, str]:
    """The address of what a product sells on the page of segments."""
    return {"focus_product": numbers.name(product), "segments_other_view": "What we sell"}
