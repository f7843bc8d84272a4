"""The ways on from a deal: to an offer where there are prices to build one from, else to what its product sells."""

import streamlit as st

from lib.market import Deal
from lib.rails import ASK
from lib.segments import UNKNOWN
from lib.ui import cards, deals, growing, links, numbers

_SECOND, _RAIL = "control_plane", "aws"


def drawn(product: str, deal_id: str) -> None:
    """An offer where the desk has prices to build one from; else why not, and where the product is told."""
    ours = growing.book_product()
    barred = _barred(deal_id) if product == ours else None
    with st.container(horizontal=True):
        if barred:
            cards.note(f"No private offer can be built: {_bar(barred)}")
        elif product == ours:
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


def _bar(deal: Deal) -> str:
    return f"it needs {numbers.name(_RAIL)}. {cards.plain(deal.rail_reason)}"


def _barred(deal_id: str) -> Deal | None:
    """The deal, where it is certain that its company cannot accept a private offer: it has no AWS account."""
    deal = next((one.deal for one in deals.open_deals() if one.deal.deal_id == deal_id), None)
    is_certain = deal is not None and deal.advised_rail != ASK and dict(deal.facts).get("has_aws_account") == "no"
    return deal if is_certain else None


def _sold(product: str) -> dict[str, str]:
    """The address of what a product sells on the page of segments."""
    return {"focus_product": numbers.name(product), "segments_other_view": "What we sell"}
