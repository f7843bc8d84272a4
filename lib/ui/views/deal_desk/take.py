"""What a seller takes along of an offer: the term sheet for the buyer, and the request that AWS takes."""

import json
from collections.abc import Callable, Sequence

import streamlit as st

from lib import exports, offers
from lib.catalog.book import Book
from lib.decisions import DecisionError, SavedOffer
from lib.desk.offering import OfferAnswer
from lib.offers import OfferError
from lib.ui import cards, controls, offering
from lib.ui.cards import Stamp
from lib.ui.term_sheet import term_sheet
from lib.ui.views.deal_desk.checklist import bands_words

_TOLD, _MISTAKE, _FOLLOWED = (f"offer_{what}" for what in ("told", "mistake", "followed"))
_OPEN = ("draft", "sent")


def papers(found: OfferAnswer, book: Book, stamp: Stamp) -> None:
    """Two downloads side by side; where AWS could not take the offer, why, in a sentence."""
    request, refusal = _request(found, book, stamp)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Term sheet",
            lambda: exports.sheet(term_sheet(found, book, stamp)),
            exports.file_name("deal_desk", "term-sheet", stamp.as_of, stamp.fingerprint, "html"),
            mime="text/html",
            key="offer_term_sheet",
            icon=":material/article:",
            on_click="ignore",
        )
        st.download_button(
            "Catalog request",
            request,
            exports.file_name("deal_desk", "catalog-request", stamp.as_of, stamp.fingerprint, "json"),
            mime="application/json",
            key="offer_catalog_request",
            icon=":material/data_object:",
            on_click="ignore",
            disabled=refusal is not None,
        )
    asked = found.rules.request
    what = "AWS checks it and changes nothing" if asked.intent == "VALIDATE" else "AWS makes and releases the offer"
    cards.note(
        "The term sheet is for the buyer: HTML that prints, without anything that is ours alone. "
        + (f"{cards.plain(refusal[0].upper() + refusal[1:])}." if refusal else _request_words(asked.intent, what))
        + (f" {told}" if refusal is None and (told := bands_words(found, book)) else "")
    )


def _request_words(intent: str, what: str) -> str:
    return f"The request is what StartChangeSet of the Marketplace Catalog API takes; sent as {intent}, {what}."


def _request(found: OfferAnswer, book: Book, stamp: Stamp) -> tuple[bytes, str | None]:
    """The request as JSON, or why there is none."""
    try:
        facts = offering.request_facts(found.company.key, stamp.fingerprint)
        made = offers.catalog_request(found.offer, book, facts, found.rules.request)
    except OfferError as refusal:
        return b"", str(refusal)
    return json.dumps(made, indent=2).encode(), None


def keep(found: OfferAnswer) -> None:
    """The form that keeps the offer as a draft, or says why it cannot; a click is not asked twice."""
    if told := st.session_state.pop(_TOLD, None):
        st.success(cards.plain(told), icon=":material/check:")
    mistake = st.session_state.pop(_MISTAKE, "")
    with st.expander("Keep it as a draft", bool(mistake), icon=":material/save:"):
        if mistake:
            st.error(cards.plain(mistake), icon=":material/report:")
        st.text_input("Who keeps it", key="offer_who", max_chars=100)
        st.button("Keep", key="offer_keep", on_click=_keep, args=(found,), icon=":material/save:")
        cards.note(
            "It stands under *Offers by status* from then on, with its terms as they are now, and is never changed."
        )


def _keep(found: OfferAnswer) -> None:
    try:
        kept = offering.save(found, st.session_state["offer_who"])
    except DecisionError as refusal:
        st.session_state[_MISTAKE] = str(refusal)
    else:
        st.session_state[_TOLD] = f"{kept.key} is kept as a draft for {kept.paper.company_name}."


def follow(kept: Sequence[SavedOffer]) -> None:
    """What became of a saved offer: sent, or withdrawn; nothing is shown where none can go on."""
    if told := st.session_state.pop(_FOLLOWED, None):
        st.info(cards.plain(told), icon=":material/info:")
    open_ones = {one.key: f"{one.key}: {one.paper.company_name}, {one.status}" for one in kept if one.status in _OPEN}
    if not open_ones:
        return
    with st.expander("Send or withdraw a saved offer", icon=":material/send:"):
        key = controls.choice("offer_kept", "Which", open_ones)
        st.text_input("Who", key="offer_followed_by", max_chars=100)
        with st.container(horizontal=True):
            st.button("It was sent", key="offer_send", on_click=_follow, args=(key, offering.send))
            st.button("Withdraw it", key="offer_withdraw", on_click=_follow, args=(key, offering.withdraw))


def _follow(key: str, act: Callable[[str, str], SavedOffer]) -> None:
    try:
        kept = act(key, st.session_state["offer_followed_by"])
    except DecisionError as refusal:
        st.session_state[_FOLLOWED] = str(refusal)
    else:
        st.session_state[_FOLLOWED] = f"{kept.key} is {kept.status}."
