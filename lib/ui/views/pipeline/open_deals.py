"""Which deal next, on which rail, with which motion: open deals weighted by the chance of their stage."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts, segments
from lib.charts import Series
from lib.forecast import Belief
from lib.market import Deal
from lib.segments import UNKNOWN, Persona
from lib.ui import cards, controls, data, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.views.pipeline.page import Page, Shown

ALL = "all"
ASK = "ask"
_HEADERS = {
    "deal_name": "Deal",
    "company_name": "Company",
    "stage": "Stage",
    "amount_usd": "Amount",
    "weighted_usd": "Expected, USD",
    "close_on": "Closes",
    "overdue_days": "Overdue by",
    "advised_rail": "Advised rail",
    "owner": "Owner",
    "persona": "Persona",
    "probability_rate": "Chance",
    "probability_crm_rate": "CRM's chance",
}


def draw(page: Page) -> Shown:
    """The open deals: cards, funnel, personas, and the table from which one is picked."""
    everything, stages, on = data.deals(), data.stages(), page.stamp.as_of
    products = sorted({deal.product for deal in everything})
    product = controls.one_of(
        "pipeline_product", "Product", {ALL: "All products", **{key: numbers.name(key) for key in products}}
    )
    deals = [deal for deal in everything if product in (ALL, deal.product)]
    page.tell(finding(deals, on, page.legend))
    show(deals, stages, on, page.legend)
    next_deals(deals, data.personas(), stages, on, page.legend)
    return Shown(assumptions(data.beliefs()), {"Open deals": listing(deals, on)})


def finding(deals: Sequence[Deal], as_of: date, legend: Legend) -> str:
    """How much is open, how much of it we expect, how many deals are late, and which deal is next."""
    if not deals:
        return "0 deals are open for this product"
    amount, expected = numbers.money(_amount(deals)), numbers.money(_expected(deals))
    said = f"{numbers.counted(len(deals), 'open deal')} hold {amount}, about {expected} of it expected"
    late = f"{numbers.counted(len(_overdue(deals, as_of)), 'is', 'are')} past the close date"
    days = deals[0].overdue_days(as_of)
    closes = f"{numbers.counted(days, 'day')} overdue, " if days else ""
    return f"{said}; {late}; next is {cards.plain(deals[0].company)}, {closes}{_rail_words(deals[0], legend)}"


def show(deals: Sequence[Deal], stages: Mapping[str, str], as_of: date, legend: Legend) -> None:
    """Cards, the funnel by advised rail, and the same deals by persona."""
    cards.row(_cards(deals, as_of, legend))
    if not deals:
        return
    rails = _rails(legend)
    _by_stage(deals, stages, rails)
    _by_persona(deals, rails, legend)


@st.fragment
def next_deals(
    deals: Sequence[Deal], personas: Mapping[str, Persona], stages: Mapping[str, str], as_of: date, legend: Legend
) -> None:
    """Every open deal, heaviest first; a picked one shows its motion and why its rail is advised."""
    cards.heading("Which deal next: the heaviest first")
    listed = listing(deals, as_of)
    headers = {column: words for column, words in _HEADERS.items() if column in listed}
    picked = cards.picking_table(listed, "pipeline_deals", headers, legend)
    if picked is None:
        cards.note("Pick a row to see its motion and the facts behind the advised rail.")
        return
    _deal(deals[picked], personas, stages, as_of)


def listing(deals: Sequence[Deal], as_of: date) -> pd.DataFrame:
    """Deals as a table; the expected amount is an estimate, in whole dollars. A CRM's own chances, if it tells any."""
    listed = frames.table(
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
    listed = listed.assign(overdue_days=frames.column(deal.overdue_days(as_of) for deal in deals))
    chances = [deal.crm_probability for deal in deals]
    told = any(chance is not None for chance in chances)
    return listed.assign(probability_crm_rate=frames.column(chances)) if told else listed


def assumptions(beliefs: Sequence[tuple[str, Belief]]) -> list[str]:
    """The chances by stage, each with its reason, and how rails and personas are found."""
    prefix = "stage_probability."
    chances = [
        f"{key.removeprefix(prefix)}: {numbers.percent(belief.value, 0)}. {cards.plain(belief.why)}"
        for key, belief in beliefs
        if key.startswith(prefix)
    ]
    return [*chances, *_RULES]


_RULES = (
    "A deal without an amount, or at a stage we hold no belief about, is counted and listed, and adds nothing to what "
    "is expected.",
    "A deal is overdue once its close date is past; it keeps the chance of its stage, because nobody has measured "
    "what lateness costs.",
    "Where the CRM gives a deal a chance of its own, it stands beside ours and is not weighed.",
    "The advised rail reads raw facts; where one is unknown the desk says ask, and assumes nothing.",
)


def _cards(deals: Sequence[Deal], as_of: date, legend: Legend) -> list[Card]:
    overdue = _overdue(deals, as_of)
    rails = [f"{legend.name(one.key)}: {_count(deals, one.key)}" for one in legend.rails]
    asked = sum(deal.advised_rail == ASK or deal.persona == UNKNOWN for deal in deals)
    return [
        Card("Open amount", numbers.money(_amount(deals)), "Sum of the recorded amounts of open deals."),
        Card(
            "Expected", numbers.money(_expected(deals)), "Amount times the believed chance of its stage: an estimate."
        ),
        Card("Open deals", numbers.count(len(deals)), f"Deals neither won nor lost. {_unpriced_words(deals)}"),
        Card(
            "Overdue",
            numbers.count(len(overdue)),
            f"Open deals whose close date lies before {numbers.day(as_of)}.",
            f"hold {numbers.money(_amount(overdue))}" if overdue else None,
            False,
        ),
        Card("AWS by default", numbers.count(_count(deals, "aws")), f"Advised rail of open deals. {', '.join(rails)}."),
        Card("To be asked", numbers.count(asked), "Deals whose rail or persona hangs on a fact nobody has recorded."),
    ]


def _by_stage(deals: Sequence[Deal], stages: Mapping[str, str], rails: Sequence[Series]) -> None:
    believed = {deal.stage for deal in deals if deal.probability is not None}
    strangers = sorted({deal.stage for deal in deals} - believed)
    spread = _spread(deals, "stage", rails, [*stages, *(stage for stage in strangers if stage not in stages)])
    words = [stage if stage in believed else f"{stage}: no belief" for stage in spread["stage"]]
    title = _heaviest_words(spread.assign(stage=words), "stage", rails, "holds")
    cards.picture(
        charts.stacked_bars(spread.assign(stage=words), "stage", rails, title=title, unit="USD"), "pipeline_funnel"
    )


def _by_persona(deals: Sequence[Deal], rails: Sequence[Series], legend: Legend) -> None:
    spread = _spread(deals, "persona", rails, [one.key for one in legend.personas])
    named = spread.assign(persona=[legend.name(key) for key in spread["persona"]])
    title = _heaviest_words(named, "persona", rails, "carries")
    cards.picture(charts.stacked_bars(named, "persona", rails, title=title, unit="USD"), "pipeline_personas")


def _spread(deals: Sequence[Deal], key: str, rails: Sequence[Series], order: Sequence[str]) -> pd.DataFrame:
    """One row per stage or persona in its own order, one column per advised rail, expected amounts inside."""
    present = {getattr(deal, key) for deal in deals}
    shown = [entry for entry in order if entry in present]
    columns = {one.key: _weights([deal for deal in deals if deal.advised_rail == one.key], key, shown) for one in rails}
    return pd.DataFrame({key: shown, **columns})


def _weights(deals: Sequence[Deal], key: str, order: Sequence[str]) -> list[float]:
    """What is expected of the deals of each group; a stage without a belief expects nothing."""
    chances = {deal.stage: deal.probability for deal in deals if deal.probability is not None}
    rows = [
        {"deal_id": deal.deal_id, "is_closed": False, "stage": deal.stage, "amount_usd": deal.amount, key: group}
        for deal in deals
        if deal.stage in chances
        for group in [getattr(deal, key)]
    ]
    groups = {one.group: one.weighted_usd for one in segments.pipeline(rows, chances, lambda row: str(row[key]))}
    return [groups.get(entry, 0.0) for entry in order]


def _heaviest_words(spread: pd.DataFrame, key: str, rails: Sequence[Series], verb: str) -> str:
    sums = spread[[one.key for one in rails]].sum(axis="columns")
    heaviest = int(sums.argmax())
    return f"{spread[key].iloc[heaviest]} {verb} most of the expected amount, {numbers.money(_whole(sums[heaviest]))}"


def _rails(legend: Legend) -> list[Series]:
    return [*legend.rails, Series(ASK, "Ask first", "grey")]


def _deal(deal: Deal, personas: Mapping[str, Persona], stages: Mapping[str, str], as_of: date) -> None:
    persona = personas[deal.persona]
    with st.container(border=True):
        cards.sentence(f"**{cards.plain(deal.company)}** · {cards.plain(persona.label)}")
        cards.sentence(f"Stage: {_stage_words(deal, stages, as_of)}.")
        cards.sentence(f"Motion of the persona: {cards.plain(persona.motion)}. Offer: {cards.plain(persona.offer)}.")
        cards.sentence(f"Rail: {cards.plain(deal.rail_reason)}")


def _stage_words(deal: Deal, stages: Mapping[str, str], as_of: date) -> str:
    """Where a deal stands, how likely that makes it, what comes next, and whether it is late."""
    chance = "no belief about its chance" if deal.probability is None else numbers.percent(deal.probability, 0)
    step = f"next step {stages[deal.stage]}" if deal.stage in stages else "no step known"
    days = deal.overdue_days(as_of)
    late = f", {numbers.counted(days, 'day')} past its close date" if days else ""
    return f"{cards.plain(deal.stage)} ({chance}), {step}{late}"


def _unpriced_words(deals: Sequence[Deal]) -> str:
    unpriced, unbelieved = (sum(getattr(deal, name) is None for deal in deals) for name in ("amount", "probability"))
    return f"{numbers.count(unpriced)} without an amount, {numbers.count(unbelieved)} at a stage without a belief."


def _overdue(deals: Sequence[Deal], as_of: date) -> list[Deal]:
    return [deal for deal in deals if deal.overdue_days(as_of) is not None]


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
