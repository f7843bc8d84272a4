"""Which part of the page is open: one at a time, in the address. A part is one entry of `SECTIONS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.catalog.book import Book
from lib.desk.offered_to import UNKNOWN, Company
from lib.desk.offering import OfferAnswer
from lib.freshness import SourceState
from lib.refusal import Refusal
from lib.ui import cards, controls, focus, links, numbers, offering
from lib.ui.cards import Stamp
from lib.ui.legends import Legend
from lib.ui.views.deal_desk import answer, bills, checklist, inputs, registered, resembling, take

_NOBODY = "0 companies fit what is looked at; widen the filters in the sidebar"


@dataclass(frozen=True)
class Page:
    """What a part of the page stands on: the room of the headline, where it comes from, the names of everything."""

    room: DeltaGenerator
    stamp: Stamp
    states: Sequence[SourceState]
    legend: Legend

    def tell(self, sentence: str, stamp: Stamp | None = None) -> None:
        """The part's answer, as the title of the page."""
        cards.finding(self.room, sentence, stamp or self.stamp, self.states)


@dataclass(frozen=True)
class Shown:
    """What a part leaves for the foot of the page: its stamp, what was assumed, and its tables."""

    stamp: Stamp
    assumptions: Sequence[str]
    tables: cards.Tables


def absence(gone: Sequence[SourceState]) -> str:
    """Without usage, contracts, or the companies that tell whose usage it is, nobody can say what an offer brings."""
    return f"0 offers can be priced: {numbers.counted(len(gone), 'source is', 'sources are')} missing"


def opened(page: Page) -> Shown:
    """Draw the part that is picked."""
    names = {key: words for key, (words, _) in SECTIONS.items()}
    picked = controls.one_of("deal_view", "Look at", names) if len(names) > 1 else next(iter(names))
    return SECTIONS[picked][1](page)


def _built(page: Page) -> Shown:
    """Build an offer: to whom, on which terms, and everything that follows."""
    known, scenario = offering.companies(), controls.picked_scenario()
    to, rules, book = inputs.company(known), offering.rules(), offering.book(scenario)
    if to is None or to.product != book.product:
        page.tell(_NOBODY if to is None else not_ours(to))
        if to is not None and to.product != UNKNOWN:
            _unpriced(to)
        return Shown(page.stamp, _assumptions(), {})
    try:
        asked = inputs.asked(to, rules, book, page.stamp.as_of, page.legend)
        found = offering.answer(to.key, asked.terms, asked.commitment, scenario)
    except Refusal as refusal:
        page.tell(f"No such offer: {cards.plain(str(refusal))}")
        return Shown(page.stamp, _assumptions(), {})
    stamp = offering.stamped(page.stamp, found)
    page.tell(answer.sentence(found), stamp)
    _draw(found, book, stamp, page.legend)
    return Shown(stamp, _assumptions(found), _tables(found))


def _registered(page: Page) -> Shown:
    """Every private offer by where it stands, and what ends soon."""
    seen, found = focus.asked(), offering.register()
    told = registered.seen(found, seen)
    page.tell(registered.sentence(told, seen, page.stamp.as_of))
    registered.row(told)
    registered.ending(told, page.stamp.as_of, page.legend)
    registered.everything(told, seen, page.legend)
    take.follow(offering.saved_offers())
    return Shown(page.stamp, registered.ASSUMPTIONS, registered.tables(told))


def not_ours(to: Company) -> str:
    """Why somebody whose deal is of another product, or of nobody knows which, is made no offer."""
    product, name = numbers.name(to.product), cards.plain(to.name)
    if to.product == UNKNOWN:
        return f"No offer to {name} yet: its deal names 0 products, so ask which product"
    return f"No offer to {name}: the prices of {product} are not set, so 0 of its tiers can be offered"


def _unpriced(to: Company) -> None:
    """What is on file of a product without prices, whether prices would do, and what can be told all the same."""
    product = numbers.name(to.product)
    cards.sentence(
        f"Setting them in a scenario would rate a month of {product}, but open no offer here yet: an offer is taken "
        "off the first product's list alone. What the plans are, and what it would save the prospect, can be told."
    )
    with st.container(horizontal=True):
        asks = {"focus_product": product, "segments_other_view": "What we sell"}
        links.to("segments", f"What we sell of {product}", ":material/sell:", **asks)
        links.to("savings", "What would it save?", ":material/savings:", savings_deal=to.key)


def _draw(found: OfferAnswer, book: Book, stamp: Stamp, legend: Legend) -> None:
    answer.row(found)
    answer.readings(found)
    take.papers(found, book, stamp)
    take.keep(found)
    resembling.comparables(found, legend)
    answer.pictures(found)
    checklist.approvals(found, legend)
    checklist.limits(found, book, legend)
    checklist.floor(found)
    bills.schedule(found, answer.years(found), legend)
    bills.preview(found, legend)
    bills.commitment(found, legend)
    checklist.express(found, legend)


def _tables(found: OfferAnswer) -> cards.Tables:
    return {
        "Years": answer.years(found),
        "Invoices": bills.invoices(found),
        "Bill lines": bills.lines(found),
        "List to left": answer.steps(found),
        "Approvals": checklist.approved(found),
        "AWS limits": checklist.limited(found),
        "Prices of a year": checklist.prices(found),
        "Commitment": bills.retiring(found),
        "Express": checklist.way(found),
        "Comparable offers": resembling.resembling(found),
    }


def _assumptions(found: OfferAnswer | None = None) -> Sequence[str]:
    said = [
        "An offer is rated as the contract it would become: price, own terms, usage above what is included.",
        "AWS's fee is taken of every invoice, by the whole contract's value: usage and minimums are no part of that.",
        "Usage repeats the last full months; what a unit costs us stays at its newest recorded month.",
        "Something extra costs nothing to serve here: neither margin nor floor knows a cost of it.",
        "Infrastructure of months to come is no part of the margin, and what a channel partner keeps is in no paper.",
    ]
    return said if found is None else [bills.usage_words(found), *said]


# A part is one line: what it is called in the address, and what draws it.
SECTIONS: Mapping[str, tuple[str, Callable[[Page], Shown]]] = {
    "build": ("Build an offer", _built),
    "offers": ("Offers by status", _registered),
}
