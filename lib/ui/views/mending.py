"""The ways to make a claim true: other words, or prices with their cost, each opened as a scenario."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from lib.claims.finding import RED, Finding, Remedy
from lib.desk import AHEAD
from lib.ui import cards, controls, frames, mending, numbers
from lib.ui.legends import Legend
from lib.ui.views.price_change.question import EDITS, FROM, HORIZON, HORIZONS
from lib.ui.views.price_change.respond import NAMES

RESPOND = "honesty_respond"
_HELP = (
    "All off, nobody reacts and the cost is exact. What is counted is an estimate by the beliefs on file; Price change "
    "lets you move each of them."
)
_HEADERS = {
    "remedy": "Remedy",
    "true_when": "True when rounded",
    "yearly_cost_usd": "Cost a year",
    "subscribers": "Subscribers counted",
}


def remedies(
    found: Sequence[Finding],
    scenario: str | None,
    with_prices: Callable[[Mapping[str, Decimal]], str | None],
    legend: Legend,
) -> None:
    """Every false published claim with the ways to make it true, what each costs, and where each can be opened."""
    false = [one for one in found if one.severity == RED]
    for one in false:
        cards.heading(f"How to make “{cards.plain(one.words)}” true")
        cards.table(table([one], legend), f"honesty_remedies_{one.claim}", _HEADERS, legend)
        cards.note("Cost: today's list-price annual subscribers from their next renewal, for a year.")
        for remedy in one.remedies:
            _opened(one, remedy, scenario)
            _past(remedy, with_prices)
    priced = [(one, place) for one in false for place, it in enumerate(one.remedies) if it.prices and it.cost]
    if priced:
        _answered(priced, scenario)


def listed(one: Finding, key: str, legend: Legend) -> None:
    """The remedies of one finding in its box."""
    if one.remedies:
        cards.table(table([one], legend), key, _HEADERS, legend)
        for remedy in one.remedies:
            _opened(one, remedy, controls.picked_scenario())


def table(found: Sequence[Finding], legend: Legend) -> pd.DataFrame:
    """Every remedy of some findings, the cheapest first."""
    pairs = [(one, remedy) for one in found for remedy in one.remedies]
    ordered = sorted(pairs, key=lambda pair: pair[1].cost.total if pair[1].cost else frames.ZERO)
    return pd.DataFrame(
        {
            "claim": [one.claim for one, _ in ordered],
            "remedy": [_words(remedy, legend) for _, remedy in ordered],
            "true_when": [", ".join(remedy.true_at) for _, remedy in ordered],
            "yearly_cost_usd": frames.column(remedy.cost.total if remedy.cost else None for _, remedy in ordered),
            "subscribers": [remedy.cost.subscribers if remedy.cost else None for _, remedy in ordered],
        }
    )


def under(key: str | None) -> dict[str, str]:
    """What an address says of the scenario all pages share."""
    return {"scenario": key} if key else {}


def link(edits: str, scenario: str | None) -> str:
    """The page that holds a remedy's prices against a year of today's contracts, and leads back."""
    asked = {**under(scenario), EDITS: edits, HORIZON: HORIZONS[AHEAD], FROM: mending.PAGE}
    return mending.address("price_change", asked)


def _opened(one: Finding, remedy: Remedy, scenario: str | None) -> None:
    """Where a remedy can be opened: prices as edits of Price change, words as the scenario on file that says them."""
    edits, key = mending.edits(scenario, remedy), mending.on_file_saying(one.claim, remedy.words)
    if edits:
        cards.sentence(
            f":material/open_in_new: [Open these prices as a scenario]({link(edits, scenario)}): the 12 months to "
            "come, customer by customer; with everybody reached they cost what the table says."
        )
    elif key:
        said = f"[Say “{cards.plain(remedy.words or '')}”]({mending.address(mending.PAGE, {'scenario': key})})"
        cards.sentence(f":material/open_in_new: {said}: the scenario {cards.plain(key)} on file, judged here.")


def _past(remedy: Remedy, with_prices: Callable[[Mapping[str, Decimal]], str | None]) -> None:
    key = with_prices(remedy.prices) if remedy.prices else None
    if key:
        cards.sentence(
            f"The same prices over the past 12 usage months, prorations included: "
            f"[the static effect of {cards.plain(key)}](price_change?scenario={key})."
        )


def _answered(priced: Sequence[tuple[Finding, int]], scenario: str | None) -> None:
    """What prices bring in the year to come if customers answer: an estimate, never given unasked."""
    on = controls.several(RESPOND, "If customers answer", NAMES, _HELP)
    if not on:
        cards.note("Nobody reacts in the cost above; pick a response to see an estimate.")
        return
    for one, place in priced:
        cards.sentence(_estimate(one, one.remedies[place], mending.expected(scenario, one.claim, place, on), on))


def _estimate(one: Finding, remedy: Remedy, told: mending.Expected, on: Sequence[str]) -> str:
    low, high = numbers.about(told.low), numbers.about(told.high)
    span = f"about {low}" if low == high else f"between {low} and {high}"
    names = ", ".join(NAMES[name].lower() for name in on)
    whole = numbers.exact_money(-remedy.cost.total if remedy.cost else None)
    return (
        f"“{cards.plain(one.words)}” by prices, against today's book, in the 12 months to come as renewals come: "
        f"{numbers.about(told.static)} if nobody reacts, **{span}** as far as the beliefs of {names} go, an estimate. "
        f"The prices alone, once everybody has renewed: {whole} a year if nobody reacts."
    )


def _whole_money(price: Decimal) -> str:
    """A price to the cent it has, without cents where it has none."""
    return numbers.exact_money(price, 0 if price == price.to_integral_value() else 2)


def _words(remedy: Remedy, legend: Legend) -> str:
    if remedy.words is not None:
        return f"Say “{remedy.words}”"
    prices = (f"{legend.name(plan)} {_whole_money(price)}" for plan, price in remedy.prices.items())
    return " · ".join(prices)
