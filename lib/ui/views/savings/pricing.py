"""What we would ask: a deal's amount, an entered price, or that of a scenario; and our part of what is saved.

No price of this product stands in its paper: what nobody sets is not set, and nothing that hangs on it is either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import savings
from lib.desk.saving import Sold
from lib.money import EXACT
from lib.savings import Ask, GainShare, Spend
from lib.savings.typed import share
from lib.ui import controls, numbers
from lib.ui import savings as reads
from lib.ui.savings import Known
from lib.ui.views.savings import typed

DEAL, ENTERED, PLAN = "deal", "entered", "plan"
_SOURCES = {DEAL: "This deal's amount", ENTERED: "Entered", PLAN: "A scenario's"}
TOKENS, REQUESTS = "tokens", "requests"


@dataclass(frozen=True)
class Price:
    """What we ask, and in words where that price comes from; `ask` says what is not set."""

    ask: Ask
    words: str


Read = Callable[[Spend | None], Price]


def drawn(known: Known, prospect: Sold | None) -> Read:
    """Draw the inputs of our price and of our part of the saving → what reads them; refused in a sentence."""
    arr = prospect.arr if prospect else None
    offered = {DEAL: arr is not None, ENTERED: True, PLAN: bool(known.scenarios)}
    ways = {way: words for way, words in _SOURCES.items() if offered[way]}
    source = controls.one_of("savings_price_from", "Our price", ways)
    if source == PLAN:
        read, room = _of_scenario(known), list(st.columns(2))
    elif source == DEAL and arr is not None:
        read, room = _of_deal(arr), list(st.columns(2))
    else:
        left, *room = st.columns(3)
        with left:
            read = _entered()
    shared = _gain_share(known.shared_above, *room)
    return lambda spend: _with(read(spend), shared(spend))


def _with(price: Price, shared: GainShare | None) -> Price:
    return replace(price, ask=replace(price.ask, gain_share=shared))


def _of_deal(arr: Decimal) -> Read:
    return lambda _: Price(Ask.of_year(arr), "the deal's amount, a twelfth of it a month")


def _entered() -> Read:
    entered = typed.text("savings_our_price", "Our price a month, in dollars", why=_OUR_PRICE)
    return lambda _: _as_entered(typed.value(entered, "our price"))


def _as_entered(monthly: Decimal | None) -> Price:
    return Price(Ask(monthly), typed.NOT_SET if monthly is None else "as entered")


def _of_scenario(known: Known) -> Read:
    left, middle, right = st.columns(3)
    with left:
        scenario = controls.choice("savings_scenario", "Scenario of the control plane", known.scenarios)
    with middle:
        plan = controls.choice("savings_plan", "Plan", known.plans)
    with right:
        requests = typed.text("savings_requests", "Requests a month", why=_REQUESTS)
    return lambda spend: _rated(known, scenario, plan, {TOKENS: spend.tokens if spend else None}, requests)


def _rated(known: Known, scenario: str, plan: str, tokens: Mapping[str, Decimal | None], requests: str) -> Price:
    """What a plan costs under a scenario, at the tokens that were told and the requests that are."""
    used = {**tokens, REQUESTS: typed.value(requests, "requests per month")}
    usage = {key: number for key, number in used.items() if number is not None}
    for key, number in usage.items():
        savings.within(number, savings.NEVER, f"{key} per month")
    rated = reads.rated(scenario, plan, usage)
    if rated.monthly is None:
        return Price(Ask(), f"{typed.NOT_SET}: {rated.why}")
    return Price(Ask(rated.monthly), f"{known.plans[plan]}, under “{known.scenarios[scenario]}”")


def _gain_share(
    founders: Decimal | None, left: DeltaGenerator, right: DeltaGenerator
) -> Callable[[Spend | None], GainShare | None]:
    """Draw our part of what is saved; its threshold is what is typed, else the founders' part of the spend."""
    with left:
        part = typed.text("savings_gain_share", "Gain-share, in percent of what is saved", why=_GAIN)
    with right:
        usual = typed.NOT_SET if founders is None else f"{numbers.percent(founders)} of the spend"
        above = typed.text("savings_gain_above", "above so many dollars a month", usual, _ABOVE)
    return lambda spend: _shared(part, above, founders, spend)


def _shared(part: str, above: str, founders: Decimal | None, spend: Spend | None) -> GainShare | None:
    """Our part of what is saved: none where nobody asks for one, unknown where only one half of it is set."""
    rate = typed.value(part, "the gain-share", share, Decimal(1))
    threshold = typed.value(above, "the threshold of the gain-share")
    if rate is None:
        return savings.NO_GAIN_SHARE if threshold is None else None
    if threshold is None and founders is not None and spend is not None:
        threshold = EXACT.multiply(founders, spend.monthly)
    return None if threshold is None else GainShare(rate, threshold)


_OUR_PRICE = "Nothing here means that no price is set: then net, break-even and payback are not set either."
_REQUESTS = "What is routed through us in a month, where the scenario bills requests. As people say it: 6m."
_GAIN = "Our part of what is saved above a threshold; nothing here means that none is asked for."
_ABOVE = "The threshold in dollars; without one the founders' own counts, data/playbook.toml, where they have set it."
