"""Past offers that resemble the one that is built: their price of a year, both discounts, and what they left."""

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from lib.costs import Missing
from lib.desk.offering import OfferAnswer
from lib.offers import Comparable, Standing, comparable
from lib.ui import cards, frames, numbers, offering
from lib.ui.legends import Legend
from lib.ui.views.deal_desk.registered import SIGNS, rate

_FEW = 5  # past offers; below that nobody should speak of a usual price
_LIKE = {
    "company": "With",
    "shares": "Shares",
    "standing": "Stands",
    "term": "Term",
    "year_usd": "A year",
    "annual_rate": "Off annual price",
    "monthly_rate": "Off 12 monthly",
    "margin": "Gross margin so far",
    "sent_on": "Sent",
    "accepted_on": "Accepted",
    "offer": "Offer",
}


def comparables(found: OfferAnswer, legend: Legend) -> None:
    """Past offers on the same tier beside the one that is built; how few they are is said."""
    alike = _alike(found)
    tier = legend.name(found.offer.terms.tier)
    close = sum(len(one.shares) == 2 for one in alike)
    cards.heading(f"{numbers.counted(len(alike), 'past offer')} on {tier}, {close} of them as long and as large")
    cards.table_or(resembling(found), "offers_comparable", _LIKE, legend, f"No past offer on {tier} is on file.")
    if alike and len(alike) < _FEW:
        cards.note(f"{numbers.counted(len(alike), 'offer is', 'offers are')} too few to call any price usual.")
    likeness = found.rules.likeness
    cards.note(
        f"As large: a year costs {likeness.size_from} to {likeness.size_to} times as much. Gross margin is what the "
        "buyer left on that tier in the months whose usage is invoiced, the marketplace's fee apart; only an accepted "
        "offer has one."
    )


def resembling(found: OfferAnswer) -> pd.DataFrame:
    """Past offers in rows, those that share most first."""
    alike, margins = _alike(found), offering.margins()
    told = [one.standing.offer for one in alike]
    return pd.DataFrame(
        {
            "company": [one.company for one in told],
            "shares": [" and ".join(one.shares) or "tier alone" for one in alike],
            "standing": [SIGNS.get(one.standing.standing, one.standing.standing) for one in alike],
            "term": [numbers.counted(one.years, "year") for one in told],
            "year_usd": frames.column(one.per_year for one in told),
            "annual_rate": frames.column(rate(one.off_annual) for one in told),
            "monthly_rate": frames.column(rate(one.off_monthly) for one in told),
            "margin": [_margin(one.standing, margins) for one in alike],
            "sent_on": frames.column(one.sent_on for one in told),
            "accepted_on": frames.column(one.accepted_on for one in told),
            "offer": [one.offer_id for one in told],
        }
    )


def _alike(found: OfferAnswer) -> tuple[Comparable, ...]:
    terms, quote = found.offer.terms, found.offer.quote
    return comparable(terms.tier, terms.years, quote.acv, offering.register(), found.rules.likeness)


def _margin(one: Standing, margins: Mapping[str, Fraction | Missing]) -> str:
    if not one.is_agreed:
        return "nobody agreed to it"
    found = margins.get(one.offer.offer_id, Missing.of("revenue"))
    return str(found) if isinstance(found, Missing) else numbers.percent(float(found))
