"""What a seller takes along of an offer: the term sheet for the buyer, and the request that AWS takes."""

import json

import streamlit as st

from lib import exports, offers
from lib.catalog.book import Book
from lib.desk.offering import OfferAnswer
from lib.offers import OfferError
from lib.ui import cards, offering
from lib.ui.cards import Stamp
from lib.ui.term_sheet import term_sheet


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
