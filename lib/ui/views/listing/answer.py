"""The answer of the listing page: may it be published, how much is there to type, and what is still to be decided."""

import streamlit as st

from lib import surfaces
from lib.surfaces import Register
from lib.ui import cards, numbers
from lib.ui.cards import Card
from lib.ui.listing import Publishing

ASSUMPTIONS = (
    "The register is data/open_decisions.toml: the five decisions of the listing specification, in our words; one that "
    "is made is carried out when the check finds nothing false about it.",
    "Prices are those of the book on AWS Marketplace, with every decimal they have; a listing holds one price per "
    "dimension and no included quantity.",
    "The steps are those of the specification; it names nobody and no days, so who does a step and that all is done on "
    "the day of the announcement is our reading: data/update_procedure.toml.",
    "A change holds for new customers from the day it is announced; until it reaches those who have a contract each "
    "rule of notice in data/rails.toml runs, and each contract then waits for its own next period.",
    "Whom it touches: contracts that run on the snapshot's day. A private offer has prices of its own.",
)


def finding(shown: Publishing) -> str:
    """How many decisions are open, whether it may be published, and how much there is to type."""
    register = shown.register
    opened, total = numbers.count(register.open), len(register.entries)
    decisions = f"{opened} of {total} decisions {'is' if register.open == 1 else 'are'} open"
    undone = f" and {numbers.count(register.undone)} not carried out" if register.undone else ""
    ready = "the listing is ready to publish" if register.is_ready else "the listing is not ready to publish"
    return f"{decisions}{undone}, so {ready}: {_to_type(shown)}"


def _to_type(shown: Publishing) -> str:
    if shown.left.state == surfaces.UNKNOWN:
        return "what differs from the published one is unknown"
    if shown.left.state == surfaces.UNPUBLISHED:
        rows = numbers.counted(len(shown.made.contracts), "contract row")
        return f"{rows} and {numbers.counted(len(shown.made.dimensions), 'dimension')} to type in"
    if shown.left.is_done:
        return "nothing is left to type in"
    return f"{numbers.counted(len(shown.left.steps), 'thing')} left to type in"


def show(shown: Publishing) -> None:
    """The numbers of the page as cards."""
    register, made, left = shown.register, shown.made, shown.left
    is_unknown = left.state == surfaces.UNKNOWN
    cards.row(
        [
            Card(
                "Decisions open",
                f"{numbers.count(register.open)} of {len(register.entries)}",
                "What must be decided before the listing is published: data/open_decisions.toml.",
                "ready" if register.is_ready else "not ready",
                register.is_ready,
            ),
            Card(
                "Contract rows", numbers.count(len(made.contracts)), "One for each public plan: a tier for a duration."
            ),
            Card("Dimensions", numbers.count(len(made.dimensions)), "Lines of the rate card, one price each."),
            Card(
                "Left to type",
                "unknown" if is_unknown else numbers.count(len(left.steps)),
                "Additions, changes and removals until AWS shows what the book asks for.",
                left.state,
            ),
            Card(
                "Ids missing",
                numbers.count(len(made.missing)),
                "Plan, product and price ids that nobody recorded; each price id is a finding of the check.",
            ),
        ]
    )


def register(made: Register) -> None:
    """Every decision: a line that opens on its options, what the paper recommends, and what the check finds."""
    cards.heading(f"{made.sentence[:1].upper()}{made.sentence[1:]}")
    for place, entry in enumerate(made.entries, start=1):
        one = entry.decision
        state = "not carried out" if entry.complaint else one.status
        icon = {"open": "help", "decided": "task_alt"}.get(state, "report")
        with st.expander(f"{place}. {cards.plain(one.question)} **{state}**", icon=f":material/{icon}:"):
            for option in one.options:
                tried = f" [Try it](price_change?scenario={option.tried_in})" if option.tried_in else ""
                cards.sentence(f"- **{cards.plain(option.says)}**: {cards.plain(option.means)}.{tried}")
            cards.sentence(f"Recommended by {one.recommended_by}: {cards.plain(one.recommendation)}.")
            if one.decided_on:
                cards.sentence(f"Decided on {numbers.day(one.decided_on)}: {cards.plain(one.decided_how)}.")
            if entry.complaint:
                st.warning(cards.plain(entry.complaint), icon=":material/report:")
            for found in entry.standing:
                cards.sentence(f"- The check finds {cards.plain(found.verdict)}: {cards.plain(found.words)}")
            cards.note(cards.plain(one.source))
