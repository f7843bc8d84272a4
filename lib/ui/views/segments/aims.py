"""Whom the second product is for: its segments beside our open deals, value by role, positioning and channels."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

import pandas as pd

from lib import charts
from lib.segments import Channel, IdealCustomer
from lib.ui import cards, frames, numbers
from lib.ui.aims import Aims, Asked
from lib.ui.cards import Card
from lib.ui.legends import Legend

ASSUMPTIONS = (
    "Segments, needs, deal sizes, roles, positioning and channels are the strategy paper's own words; the questions, "
    "and which asset opens which segment, are ours.",
    "A deal is held against the range of its own segment and product, both ends included; one without an amount, or "
    "without a segment, is held against nothing.",
    "The middle deal is the median of our open deals that have an amount.",
)
_SEGMENTS = {
    "segment": "ICP segment",
    "need": "Needs",
    "from_usd": "Deals from",
    "to_usd": "Deals to",
    "deals": "Our open deals",
    "below": "Below",
    "within": "Within",
    "above": "Above",
    "asset": "Opened with",
    "role": "Speaks to",
}
_QUESTIONS = {"segment": "ICP segment", "attribute": "Attribute", "question": "Ask"}
_ROLES = {"role": "Role", "pain": "Pain", "value": "What answers it"}
_CHANNELS = {"channel": "Channel", "purpose": "What it is for", "declared_in": "Where it stands"}
_AGAINST = {"kind": "Instead of us", "lacks": "What it lacks"}


def finding(found: Aims, deals: Sequence[Asked]) -> str:
    """How many segments there are, how large their deals, and how many of ours fit."""
    low, high = (numbers.exact_money(end, 0) for end in _ends(found.segments))
    segments = numbers.counted(len(found.segments), "segment buys", "segments buy")
    held = [deal for deal in deals if deal.verdict in ("below", "within", "above")]
    inside = sum(deal.verdict == "within" for deal in held)
    said = f"{segments} {numbers.name(found.product)} in deals of {low} to {high} a year"
    return f"{said}; {inside} of {numbers.counted(len(held), 'open deal')} with an amount fit their segment's range"


def show(found: Aims, deals: Sequence[Asked], legend: Legend) -> None:
    """Cards, each range with our middle deal in it, and the tables of the paper."""
    cards.row(_cards(found, deals))
    _picture(found.segments, deals)
    cards.table(segments(found, deals), "segments_aims", _SEGMENTS, legend)
    cards.heading("What tells that a company is one of them: ask")
    cards.table(questions(found), "segments_questions", _QUESTIONS, legend)
    cards.heading(f"What it is worth to {numbers.counted(len(found.roles), 'role')}")
    cards.table(roles(found), "segments_roles", _ROLES, legend)
    for place, one in enumerate(found.positioning):
        cards.heading(f"“{one.line}”: {', '.join(one.differentiators)}")
        against = frames.table(one.against, {"kind": "kind", "lacks": "lacks"})
        cards.table(against, f"segments_against_{place}", _AGAINST, legend)
    show_channels(found.channels, legend)


def show_channels(channels: Sequence[Channel], legend: Legend) -> None:
    """The ways to a buyer that somebody else owns."""
    cards.heading(
        f"{numbers.counted(len(channels), 'channel leads', 'channels lead')} to a buyer by somebody else's help"
    )
    cards.table(channel_rows(channels), "segments_channels", _CHANNELS, legend)


def segments(found: Aims, deals: Sequence[Asked]) -> pd.DataFrame:
    """Every segment with its range, our open deals by verdict, and what opens it."""
    own = {one.key: [deal for deal in deals if deal.icp_segment == one.key] for one in found.segments}
    verdicts = {
        key: [sum(deal.verdict == key for deal in own[one.key]) for one in found.segments]
        for key in ("below", "within", "above")
    }
    return pd.DataFrame(
        {
            "segment": [one.label for one in found.segments],
            "need": [one.need for one in found.segments],
            "from_usd": frames.column(one.deal_from_usd for one in found.segments),
            "to_usd": frames.column(one.deal_to_usd for one in found.segments),
            "deals": [len(own[one.key]) for one in found.segments],
            **verdicts,
            "asset": [found.openings[one.key].asset for one in found.segments],
            "role": [found.openings[one.key].role for one in found.segments],
        }
    )


def questions(found: Aims) -> pd.DataFrame:
    """One question for every attribute of every segment."""
    rows = [(one.label, asked.attribute, asked.words) for one in found.segments for asked in one.questions]
    return pd.DataFrame(rows, columns=list(_QUESTIONS))


def roles(found: Aims) -> pd.DataFrame:
    """Value by role."""
    return frames.table(found.roles, {"role": "role", "pain": "pain", "value": "value"})


def channel_rows(channels: Sequence[Channel]) -> pd.DataFrame:
    """Channels as a table."""
    return frames.table(channels, {"label": "channel", "purpose": "purpose", "source": "declared_in"})


def _cards(found: Aims, deals: Sequence[Asked]) -> list[Card]:
    least, most = (numbers.exact_money(end, 0) for end in _ends(found.segments))
    spend = next((one.spend_from_usd for one in found.segments if one.spend_from_usd is not None), None)
    outside = sum(deal.verdict in ("below", "above") for deal in deals)
    unpriced = sum(deal.amount is None for deal in deals)
    return [
        Card("Segments", numbers.count(len(found.segments)), "Ideal-customer segments of this product in the paper."),
        Card("Smallest deal", least, "The lowest end of any range, a year."),
        Card("Largest deal", most, "The highest end of any range, a year."),
        Card("Spends above", numbers.exact_money(spend, 0), "The one threshold the paper names: on models, a year."),
        Card("Open deals", numbers.count(len(deals)), f"In one of the segments; {unpriced} without an amount."),
        Card("Outside range", numbers.count(outside), "Open deals below or above the range of their segment."),
    ]


def _picture(found: Sequence[IdealCustomer], deals: Sequence[Asked]) -> None:
    middles = {one.key: _middle(deals, one.key) for one in found}
    drawn = [(one, middle) for one in found if (middle := middles[one.key]) is not None]
    if not drawn:
        cards.note("No open deal of these segments has an amount: there is nothing to hold against the ranges yet.")
        return
    frame = pd.DataFrame(
        {
            "segment": [one.label for one, _ in drawn],
            "low": [float(one.deal_from_usd) for one, _ in drawn],
            "middle": [float(middle) for _, middle in drawn],
            "high": [float(one.deal_to_usd) for one, _ in drawn],
        }
    )
    inside = sum(one.fit(middle) == "within" for one, middle in drawn)
    title = f"Our middle open deal lies within the paper's range in {inside} of {len(drawn)} segments"
    cards.picture(charts.ranges(frame, "segment", title=title, unit="USD"), "segments_ranges")


def _middle(deals: Sequence[Asked], segment: str) -> Decimal | None:
    amounts = [deal.amount for deal in deals if deal.icp_segment == segment and deal.amount is not None]
    return median(amounts) if amounts else None


def _ends(found: Sequence[IdealCustomer]) -> tuple[Decimal, Decimal]:
    return min(one.deal_from_usd for one in found), max(one.deal_to_usd for one in found)
