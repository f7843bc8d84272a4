"""Which deal next, on which rail, with which motion: open deals weighted by the chance of their stage."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.forecast import Belief
from lib.freshness import SourceState
from lib.market import Deal
from lib.segments import UNKNOWN, Persona
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend

ALL = "all"
ASK = "ask"
_HEADERS = {
    "deal_name": "Deal",
    "stage": "Stage",
    "amount_usd": "Amount",
    "weighted_usd": "Expected, USD",
    "probability_rate": "Chance",
    "persona": "Persona",
    "advised_rail": "Advised rail",
    "owner": "Owner",
    "close_on": "Closes",
}


def finding(deals: Sequence[Deal], legend: Legend) -> str:
    """How much is open, how much of it we expect, and which deal is next."""
    if not deals:
        return "0 deals are open for this product"
    amount, expected = numbers.money(_amount(deals)), numbers.money(_expected(deals))
    said = f"{numbers.counted(len(deals), 'open deal')} hold {amount}, about {expected} of it expected"
    return f"{said}; next is {cards.plain(deals[0].company)}, {_rail_words(deals[0], legend)}"


def show(deals: Sequence[Deal], stages: Sequence[str], legend: Legend) -> None:
    """Cards, the funnel by advised rail, and the same deals by persona."""
    cards.row(_cards(deals, legend))
    listed = listing(deals)
    if listed.empty:
        return
    rails = _rails(legend)
    funnel = _spread(listed, "stage", "advised_rail", rails, stages)
    cards.picture(
        charts.stacked_bars(funnel, "stage", rails, title=_funnel_words(listed), unit="USD"), "pipeline_funnel"
    )
    _by_persona(listed, rails, legend)


@st.fragment
def next_deals(deals: Sequence[Deal], personas: Mapping[str, Persona], legend: Legend) -> None:
    """Every open deal, heaviest first; a picked one shows its motion and why its rail is advised."""
    cards.heading("Which deal next: the heaviest first")
    picked = cards.picking_table(listing(deals), "pipeline_deals", _HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to see its motion and the facts behind the advised rail.")
        return
    _deal(deals[picked], personas)


def listing(deals: Sequence[Deal]) -> pd.DataFrame:
    """Deals as a table; the expected amount is an estimate, in whole dollars."""
    return frames.table(
        deals,
        {
            "deal_id": "deal_id",
            "name": "deal_name",
            "company": "company_name",
            "product": "product",
            "stage": "stage",
            "amount": "amount_usd",
            "probability": "probability_rate",
            "weighted": "weighted_usd",
            "persona": "persona",
            "icp_segment": "icp_segment",
            "advised_rail": "advised_rail",
            "rail_reason": "rail_reason",
            "owner": "owner",
            "close_on": "close_on",
        },
    )


def assumptions(beliefs: Sequence[tuple[str, Belief]]) -> list[str]:
    """The chances by stage, each with its reason, and how rails and personas are found."""
    prefix = "stage_probability."
    chances = [
        f"{key.removeprefix(prefix)}: {numbers.percent(belief.value, 0)}. {cards.plain(belief.why)}"
        for key, belief in beliefs
        if key.startswith(prefix)
    ]
    return [*chances, "A deal without an amount is counted and listed, and adds nothing to a sum.", _RAIL_RULE]


def absence(states: Sequence[SourceState]) -> str:
    """The headline where there are no deals to show."""
    return f"0 deals can be shown: {numbers.counted(len(states), 'source')} behind this page is missing"


_RAIL_RULE = "The advised rail reads raw facts; where one is unknown the desk says ask, and assumes nothing."


def _cards(deals: Sequence[Deal], legend: Legend) -> list[Card]:
    unpriced = sum(deal.amount is None for deal in deals)
    rails = [f"{legend.name(one.key)}: {_count(deals, one.key)}" for one in legend.rails]
    asked = sum(deal.advised_rail == ASK or deal.persona == UNKNOWN for deal in deals)
    return [
        Card("Open amount", numbers.money(_amount(deals)), "Sum of the recorded amounts of open deals."),
        Card(
            "Expected", numbers.money(_expected(deals)), "Amount times the believed chance of its stage: an estimate."
        ),
        Card("Open deals", numbers.count(len(deals)), "Deals neither won nor lost."),
        Card("AWS by default", numbers.count(_count(deals, "aws")), f"Advised rail of open deals. {', '.join(rails)}."),
        Card("To be asked", numbers.count(asked), "Deals whose rail or persona hangs on a fact nobody has recorded."),
        Card("Without amount", numbers.count(unpriced), "Open deals nobody has put an amount on."),
    ]


def _by_persona(listed: pd.DataFrame, rails: Sequence[Series], legend: Legend) -> None:
    ladder = [one.key for one in legend.personas]
    spread = _spread(listed, "persona", "advised_rail", rails, ladder)
    named = spread.assign(persona=[legend.name(key) for key in spread["persona"]])
    weights = frames.by(listed, "persona", "weighted_usd")
    heaviest = max(weights, key=lambda key: weights[key])
    title = f"{legend.name(heaviest)} carries most of the expected amount, {numbers.money(_whole(weights[heaviest]))}"
    cards.picture(charts.stacked_bars(named, "persona", rails, title=title, unit="USD"), "pipeline_personas")


def _spread(listed: pd.DataFrame, key: str, by: str, series: Sequence[Series], order: Sequence[str]) -> pd.DataFrame:
    """One row per key in its own order, one column per series, expected amounts inside."""
    weights = {(row[key], row[by]): 0.0 for _, row in listed.iterrows()}
    for _, row in listed.iterrows():
        weights[row[key], row[by]] += 0.0 if pd.isna(row["weighted_usd"]) else float(row["weighted_usd"])
    present = [entry for entry in order if any(name == entry for name, _ in weights)]
    columns = {one.key: [weights.get((entry, one.key), 0.0) for entry in present] for one in series}
    return pd.DataFrame({key: present, **columns})


def _rails(legend: Legend) -> list[Series]:
    return [*legend.rails, Series(ASK, "Ask first", "grey")]


def _funnel_words(listed: pd.DataFrame) -> str:
    weights = frames.by(listed, "stage", "weighted_usd")
    heaviest = max(weights, key=lambda key: weights[key])
    return f"{heaviest} holds most of the expected amount, {numbers.money(_whole(weights[heaviest]))}"


def _deal(deal: Deal, personas: Mapping[str, Persona]) -> None:
    persona = personas[deal.persona]
    with st.container(border=True):
        cards.sentence(f"**{cards.plain(deal.company)}** · {cards.plain(persona.label)}")
        cards.sentence(f"Motion: {cards.plain(persona.motion)}. Offer: {cards.plain(persona.offer)}.")
        cards.sentence(f"Rail: {cards.plain(deal.rail_reason)}")


def _rail_words(deal: Deal, legend: Legend) -> str:
    return "whose rail must be asked for" if deal.advised_rail == ASK else f"on {legend.name(deal.advised_rail)}"


def _count(deals: Sequence[Deal], rail: str) -> int:
    return sum(deal.advised_rail == rail for deal in deals)


def _amount(deals: Sequence[Deal]) -> Decimal:
    return sum((deal.amount for deal in deals if deal.amount is not None), frames.ZERO)


def _expected(deals: Sequence[Deal]) -> Decimal:
    return _whole(sum(deal.weighted or 0.0 for deal in deals))


def _whole(estimate: float) -> Decimal:
    """An estimate in whole dollars: it has no cents."""
    return Decimal(round(estimate))
