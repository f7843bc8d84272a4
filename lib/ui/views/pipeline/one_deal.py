"""Everything about one open deal: where it stands, what it is worth, on which rail, with which motion, what to ask."""

from collections.abc import Mapping

import streamlit as st

from lib.claims.finding import Finding
from lib.desk.dealing import OpenDeal
from lib.market import Deal
from lib.ui import cards, data, deals, growing, numbers
from lib.ui.views.pipeline import ways_on, words
from lib.ui.views.pipeline.axes import NOT_RECORDED, Names

_FACTS = {
    "has_aws_account": "AWS account",
    "is_partner": "AWS partner",
    "is_seller": "AWS Marketplace seller",
    "wants_consolidated_billing": "wants one bill through AWS",
    "integrator": "integrator",
}


def show(one: OpenDeal, stages: Mapping[str, str], names: Names) -> None:
    """One deal in a frame of its own, with the ways on from here."""
    deal = one.deal
    with st.container(border=True):
        cards.heading(f"{cards.plain(deal.company)}: {cards.plain(one.action.words)}")
        cards.note(f"{cards.plain(deal.name)} · {numbers.name(deal.product)}")
        ways_on.drawn(deal.product, deal.deal_id)
        for sentence in (_why(one), *_standing(one, stages), *_worth(one), *_approach(one, names), *_rail(deal)):
            cards.sentence(sentence)
        cards.note(_facts(deal))
        _ask(deal, names)


def _why(one: OpenDeal) -> str:
    return f"**Why this next:** {cards.plain(one.action.why)} ({cards.plain(one.action.source)})"


def _standing(one: OpenDeal, stages: Mapping[str, str]) -> list[str]:
    step = stages.get(one.deal.stage)
    then = f" Next step: {cards.plain(step)}." if step else " No step of the funnel follows."
    owner = f" Owner: {cards.plain(one.deal.owner or NOT_RECORDED.lower())}."
    return [f"**Stage:** {words.at_stage(one)}. {words.closing(one)}.{then}{owner}"]


def _worth(one: OpenDeal) -> list[str]:
    deal = one.deal
    amount = NOT_RECORDED.lower() if deal.amount is None else numbers.exact_money(deal.amount)
    expected = (
        "nothing can be expected of it"
        if deal.weighted is None
        else f"about {numbers.money(words.whole(deal.weighted))} expected"
    )
    theirs = "" if deal.crm_probability is None else f"; the CRM gives it {numbers.percent(deal.crm_probability, 0)}"
    return [f"**Amount:** {amount}, {expected}{theirs}.", f"**Deal size:** {cards.plain(one.range.words)}"]


def _approach(one: OpenDeal, names: Names) -> list[str]:
    persona = data.personas()[one.deal.persona]
    told = [f"**Persona:** {cards.plain(persona.label)}. {cards.plain(one.persona_reason)}"]
    if persona.product == one.deal.product:
        told.append(f"**Motion:** {cards.plain(persona.motion)}. **Offer:** {cards.plain(persona.offer)}.")
    else:
        told.append(f"**Motion:** {cards.plain(_step(one))}.")
    segment = names.segments.get(one.deal.icp_segment or "")
    if segment is not None and segment.product == one.deal.product:
        told.append(f"**Segment:** {cards.plain(segment.label)}; its need: {cards.plain(segment.need)}.")
    return [*told, f"**Channel:** {cards.plain(names.channel(one.deal))}."]


def _step(one: OpenDeal) -> str:
    """The step of land and expand at the deal's stage, in the papers' words."""
    own = (each for each in growing.playbook().expansion if each.product == one.deal.product and each.step == one.step)
    found = next(own, None)
    if found is None:
        return "the brief gives none"
    return f"{found.words} (step {found.step} of land and expand: {found.source})"


def _rail(deal: Deal) -> list[str]:
    told = [f"**Rail:** {cards.plain(deal.rail_reason)}"]
    if deal.advised_rail not in deals.settings().pitches:
        return told
    return [*told, _pitch(deals.pitches().get((deal.product, deal.advised_rail)))]


def _pitch(pitch: Finding | None) -> str:
    """What sales may say for the rail: the claim's verdict, and the words that would be true."""
    if pitch is None:
        return "**Pitch:** no claim of this product is on file that says what the rail is worth to the buyer."
    truthful = next((remedy.words for remedy in pitch.remedies if remedy.words), None)
    say = f" Say instead: “{cards.plain(truthful)}”." if truthful else ""
    return f"**Pitch:** “{cards.plain(pitch.words)}” is {pitch.verdict}: {cards.plain(pitch.delivered)}.{say}"


def _facts(deal: Deal) -> str:
    told = dict(deal.facts)
    return "; ".join(f"{words}: {cards.plain(told[fact] or 'none')}" for fact, words in _FACTS.items() if fact in told)


def _ask(deal: Deal, names: Names) -> None:
    """The questions that tell whether the company is of the segment its deal names."""
    segment = names.segments.get(deal.icp_segment or "")
    if segment is not None and segment.product == deal.product:
        listed = "\n".join(f"- {cards.plain(one.words)}" for one in segment.questions)
        cards.sentence(f"**Ask**\n{listed}")
