"""What the deal desk asks: to whom an offer may be made, by which rules, and what one offer is worth.

Guarded and kept as `lib.ui.data` does it: keys are the version, a scenario's name and the terms, which are small.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import streamlit as st

from lib.catalog.book import Book
from lib.costs import Missing
from lib.decisions import DecisionError, OfferPaper, SavedOffer
from lib.desk.offer_register import express as offer_express
from lib.desk.offer_register import margins as offer_margins
from lib.desk.offer_register import register as offer_register
from lib.desk.offer_register import request_facts as facts_for
from lib.desk.offer_register import with_saved
from lib.desk.offered_to import Company, company_of
from lib.desk.offered_to import companies as offered_to
from lib.desk.offering import OfferAnswer, offer_answer, offer_rules
from lib.offers import OfferRules, OfferTerms, RequestFacts, Standing
from lib.offers.written import written
from lib.ui import data, saved
from lib.ui.cards import Stamp
from lib.ui.opening import VERSIONS, Version, now, opened_desk, opened_version
from lib.ui.saved import scenario_of

PAGE = "deal_desk"
_RESULTS = 64


@data.only_for(PAGE)
def companies() -> Mapping[str, Company]:
    """Everybody an offer may be made to, by the customer's or the deal's id."""
    return _companies(opened_version())


@data.only_for(PAGE)
def rules() -> OfferRules:
    """What AWS allows and whom we ask."""
    return _rules(opened_version())


@data.only_for(PAGE)
def book(scenario: str | None) -> Book:
    """The price list an offer is taken off, under a scenario or as it stands."""
    desk = opened_desk(opened_version())
    return desk.proposed_book(*(scenario_of(desk, key) for key in (scenario,) if key))


@data.only_for(PAGE)
def answer(company: str, terms: OfferTerms, commitment: Decimal | None, scenario: str | None) -> OfferAnswer:
    """An offer to a company, judged; refused in a sentence where it may not be made."""
    return _answer(opened_version(), company, terms, commitment, scenario)


@data.only_for(PAGE)
def register() -> tuple[Standing, ...]:
    """Every private offer as it stands on the day the desk is opened as of."""
    version = opened_version()
    found = _register(version)
    kept = saved_offers()
    return with_saved(opened_desk(version), found, kept) if kept else found


@data.only_for(PAGE)
def saved_offers() -> tuple[SavedOffer, ...]:
    """Every offer that somebody saved, read anew each time; a store that cannot be opened holds none to show."""
    try:
        return saved.store().offers()
    except DecisionError:
        return ()


@data.only_for(PAGE)
def save(found: OfferAnswer, who: str) -> SavedOffer:
    """Keep a built offer as a draft."""
    terms, price = found.offer.terms, found.offer.quote.tcv
    paper = OfferPaper(found.company.key, found.company.name, written(terms), price, found.manifest.fingerprint)
    return saved.store().draft_offer(paper, who=who, when=now())


@data.only_for(PAGE)
def send(key: str, who: str) -> SavedOffer:
    """Put on record that a saved offer was sent."""
    return saved.store().send_offer(key, who=who, when=now())


@data.only_for(PAGE)
def withdraw(key: str, who: str) -> SavedOffer:
    """Put on record that a saved offer is no longer made."""
    return saved.store().withdraw_offer(key, who=who, when=now())


@data.only_for(PAGE)
def margins() -> Mapping[str, Fraction | Missing]:
    """What buyers leave under the offer they accepted, by its id."""
    return _margins(opened_version())


@data.only_for(PAGE)
def express() -> Mapping[str, str]:
    """Whether AWS could make each offer of the register without us, by its id."""
    version = opened_version()
    kept = saved_offers()
    return offer_express(opened_desk(version), register()) if kept else _express(version)


@data.only_for(PAGE)
def request_facts(company: str, token: str) -> RequestFacts:
    """What a request to AWS says of buyer and listing."""
    version = opened_version()
    return facts_for(opened_desk(version), company_of(_companies(version), company), token)


def stamped(stamp: Stamp, found: OfferAnswer) -> Stamp:
    """A page's stamp → the offer's own: its terms are part of the fingerprint."""
    return replace(stamp, fingerprint=found.manifest.fingerprint, manifest=found.manifest.as_dict())


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _companies(version: Version) -> dict[str, Company]:
    return {one.key: one for one in offered_to(opened_desk(version))}


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _rules(version: Version) -> OfferRules:
    return offer_rules(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _register(version: Version) -> tuple[Standing, ...]:
    return offer_register(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _margins(version: Version) -> dict[str, Fraction | Missing]:
    return dict(offer_margins(opened_desk(version), _register(version)))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _express(version: Version) -> dict[str, str]:
    return dict(offer_express(opened_desk(version), _register(version)))


@st.cache_data(max_entries=_RESULTS, show_spinner="Pricing the offer…")
def _answer(
    version: Version, company: str, terms: OfferTerms, commitment: Decimal | None, scenario: str | None
) -> OfferAnswer:
    desk = opened_desk(version)
    chosen = [scenario_of(desk, key) for key in (scenario,) if key]
    return offer_answer(desk, company_of(_companies(version), company), terms, commitment, *chosen)
