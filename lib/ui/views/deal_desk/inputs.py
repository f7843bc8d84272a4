"""What the deal desk asks: to whom, which tier and term, at which price, paid how. Every answer stands in the link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import streamlit as st

from lib.catalog.book import Book
from lib.catalog.document import shown
from lib.desk.offered_to import Company, start_tier
from lib.offers import ANNUAL, MONTHLY, NONE, OfferRules, OfferTerms, public_price
from lib.periods import add_months, month_of
from lib.ui import cards, controls, focus, links, numbers
from lib.ui.legends import Legend
from lib.ui.views.deal_desk import own_terms

PICKED = "offer_company"
_LINKS = ("offer_deal", "offer_customer")
_MONTHS_AHEAD, _PERCENT, _LEAST_WIDTH = 12, Decimal(100), 150
_DISCOUNT, _MOST_PERCENT = "Discount, in percent", 99.99
_PAID = {
    "upfront": "All at the start",
    "yearly": "By the year",
    "quarterly": "By the quarter",
    "monthly": "By the month",
}
_OFF = {NONE: "No discount", ANNUAL: "Off the annual price", MONTHLY: "Off twelve monthly prices"}
_RENEWAL = {"auto": "As AWS defines it", "new": "A new offer", "renewal": "A renewal"}
_NO_YES = {"no": "No", "yes": "Yes"}
_MINIMUM = {"none": "None", "month": "A month", "year": "A year"}


@dataclass(frozen=True)
class Asked:
    """Terms as they were asked for, and the buyer's own commitment to AWS in USD a year, where somebody knows it."""

    company: Company
    terms: OfferTerms
    commitment: Decimal | None


def company(known: Mapping[str, Company]) -> Company | None:
    """Ask to whom, of those that are looked at; a link may name a deal or a customer. None where nobody is left."""
    linked = _linked(known)
    seen = focus.asked()
    listed = {key: _words(one) for key, one in known.items() if key == linked or _is_seen(one, seen)}
    if not listed:
        return None
    picked = controls.choice(PICKED, "To whom", listed)
    if left := seen.without("owner", "icp_segment"):
        cards.note(f"Customers are shown whatever the {cards.plain(left)}: only a deal has it.")
    _about(known[picked])
    return known[picked]


def asked(to: Company, rules: OfferRules, book: Book, as_of: date, legend: Legend) -> Asked:
    """Ask for the terms of an offer to a company; it opens with a year at the annual list price."""
    _offer_example(rules)
    with st.grid(4, min_column_width=_LEAST_WIDTH):
        tier = _tier(to, rules, book, legend)
        years = int(controls.choice("offer_years", "Term", _years(rules)))
        start = date.fromisoformat(controls.choice("offer_start", "Starts", _starts(as_of)))
        payment = controls.choice("offer_payment", "Paid", _first(_PAID, rules.example.payment))
        price, discount, base = _price(to, tier, rules, book)
        renewal = controls.choice("offer_renewal", "Told to AWS as", _RENEWAL)
        partner = controls.choice("offer_partner", "Through a channel partner", _NO_YES)
        expires = controls.any_day("offer_expires", "Expires", as_of + timedelta(days=rules.expires_after_days))
        commitment = own_terms.amount("offer_commitment", "Buyer's AWS commitment a year", "not told", 1000)
    own = own_terms.asked(to, tier, years, book, rules)
    terms = OfferTerms(
        buyer=to.key,
        tier=tier,
        years=years,
        starts_on=start,
        discount=discount,
        base=base,
        price_per_year=price,
        payment=payment,
        renewal=bool(to.is_renewal) if renewal == "auto" else renewal == "renewal",
        channel_partner=partner == "yes",
        expires_on=expires,
        ramp=own.ramp,
        extras=own.extras,
        allowances=own.allowances,
        bands=own.bands,
        minimum_monthly=own.minimum_monthly,
        minimum_yearly=own.minimum_yearly,
        rail=rules.rail,
    )
    return Asked(to, terms, commitment)


def _about(to: Company) -> None:
    """What is known of them before anything is offered."""
    rail = numbers.name(to.rail)
    if not to.is_customer:
        amount = numbers.exact_money(to.amount) if to.amount is not None else "no amount"
        whose = f" of customer {to.customer_id}" if to.customer_id else ""
        told = f"An open deal{whose} over {amount}, owner {to.owner or 'nobody'}. {to.rail_reason}"
    elif to.own_offer is None:
        told = f"A customer on {numbers.name(to.tier)}, {rail}, {numbers.exact_money(to.mrr)} a month{_in(to)}; "
        told += "no private offer."
    else:
        price = to.own_offer.price_per_year
        told = f"A customer on {numbers.name(to.tier)}, {rail}{_in(to)}, by {to.own_offer.offer_id}"
        told += f" at {numbers.exact_money(price)} a year." if price is not None else ", priced by contract."
    cards.note(cards.plain(told))
    if not to.is_customer:
        links.to("pipeline", "Back to the deal", ":material/arrow_back:", pipeline_deal=f"{to.name} ({to.key})")


def _in(to: Company) -> str:
    return f" in {to.contracts} contracts, of which this is the largest" if to.contracts > 1 else ""


def _linked(known: Mapping[str, Company]) -> str | None:
    """The company that a link names by its deal or its customer; from then on it is the one that is picked."""
    for name in _LINKS:
        if (key := st.query_params.get(name)) is None:
            continue
        del st.query_params[name]
        if key in known:
            st.session_state[PICKED] = st.query_params[PICKED] = _words(known[key])
            return key
        controls.say(
            f"This link asks for an offer to {shown(key)}, who is no customer and no open deal; pick one below"
        )
    picked = st.session_state.get(PICKED) or st.query_params.get(PICKED)
    return next((key for key, one in known.items() if _words(one) == picked), None)


def _words(one: Company) -> str:
    return f"{one.name} ({one.key})" if one.is_customer else f"{one.name}, deal {one.key}"


def _is_seen(one: Company, seen: focus.Focus) -> bool:
    facts = {"product": one.product, "persona": one.persona, "rail": one.rail}
    own = {} if one.is_customer else {"icp_segment": one.icp_segment, "owner": one.owner}
    return seen.keeps(**facts, **own)


def _tier(to: Company, rules: OfferRules, book: Book, legend: Legend) -> str:
    first = start_tier(book, to, rules.ceiling, rules.rail)
    ranked = sorted(book.tiers.values(), key=lambda tier: (tier.key != first, tier.rank))
    return controls.choice("offer_tier", "Tier", {tier.key: legend.name(tier.key) for tier in ranked})


def _years(rules: OfferRules) -> dict[str, str]:
    return {str(year): numbers.counted(year, "year") for year in sorted(rules.years)}


def _offer_example(rules: OfferRules) -> None:
    """A button that asks for the papers' own example, which nobody is offered by itself."""
    example = rules.example
    words = f"{numbers.counted(example.years, 'year')}, {numbers.percent(example.discount, 0)} {_OFF[example.base]}"
    st.button(
        f"The papers' example: {words.replace('Off', 'off')}",
        key="offer_as_in_the_papers",
        on_click=_take_example,
        args=(rules,),
        type="tertiary",
    )


def _take_example(rules: OfferRules) -> None:
    example = rules.example
    st.session_state["offer_years"] = numbers.counted(example.years, "year")
    st.session_state["offer_base"] = _OFF[example.base]
    st.session_state["offer_discount"] = float(example.discount * _PERCENT)


def _starts(as_of: date) -> dict[str, str]:
    """The first days of the months to come, from the day the desk is opened: no offer starts in the past."""
    first = add_months(month_of(as_of), 1)
    months = [add_months(first, step) for step in range(_MONTHS_AHEAD)]
    return {str(month): numbers.month(month) for month in months}


def _first(names: Mapping[str, str], key: str) -> dict[str, str]:
    return {key: names[key], **names}


def _price(to: Company, tier: str, rules: OfferRules, book: Book) -> tuple[Decimal | None, Decimal, str]:
    """Ask for the price: a discount off the list, or a year's own price → price a year, discount, its base."""
    listed = public_price(book, rules.rail, tier, ANNUAL)
    running = to.own_offer.price_per_year if to.own_offer and to.tier == tier else None
    usual = "the list's" if listed is not None else numbers.exact_money(running) if running is not None else "not set"
    own = own_terms.amount("offer_price", "Own price of a year", usual, 1000)
    if listed is None:
        return (running if own is None else own), Decimal(0), NONE
    base = controls.choice("offer_base", "Discount", _OFF)
    if base == NONE:
        return own, Decimal(0), NONE
    percent = st.number_input(
        _DISCOUNT,
        0.0,
        _MOST_PERCENT,
        float(rules.example.discount * _PERCENT),
        1.0,
        format="%.2f",
        key="offer_discount",
        bind=controls.bound_number("offer_discount", _DISCOUNT, 0, _MOST_PERCENT),
    )
    if own is not None:
        return own, Decimal(0), NONE
    return None, Decimal(str(percent)) / _PERCENT, base
