"""Private offers by where they stand: what can still be accepted, what ends soon, what is left to be invoiced."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from lib.desk.offer_register import endings
from lib.money import total
from lib.offers import ACCEPTED, DRAFT, EXPIRED, SENT, STANDINGS, Standing
from lib.ui import cards, controls, focus, frames, numbers, offering
from lib.ui.cards import Card
from lib.ui.legends import Legend

ASSUMPTIONS = (
    "AWS voids an offer after 23:59:59 UTC of the day it expires: a sent one is expired then, whatever a file says.",
    "What AWS holds an agreement under was accepted. An offer without a status in the file is one that was agreed to.",
    "Commitment left is the contract's value less what was invoiced of it; usage beyond the included is no part of it.",
    "Both discounts are read on the list prices of the day the offer was accepted, or sent.",
)
_WITHIN = {str(days): f"{days} days" for days in (30, 60, 90)}
SIGNS = {EXPIRED: "✗ expired", SENT: "● sent", ACCEPTED: "✓ accepted", DRAFT: "○ draft"}
_ENDING = {
    "offer": "Offer",
    "company": "With",
    "what": "What",
    "ends_on": "Day",
    "left_days": "In",
    "value_usd": "Value",
}
_EVERY = {
    "standing": "Stands",
    "company": "With",
    "tier": "Tier",
    "term": "Term",
    "value_usd": "Value",
    "year_usd": "A year",
    "annual_rate": "Off annual price",
    "monthly_rate": "Off 12 monthly",
    "expires_on": "Expires",
    "left_days": "Left",
    "commitment_usd": "To be invoiced",
    "express": "Express",
    "offer": "Offer",
    "why": "What must be said",
}


def seen(found: Sequence[Standing], asked: focus.Focus) -> tuple[Standing, ...]:
    """The offers that are looked at: all of them are of one product, on one rail."""
    return tuple(found) if asked.keeps(product=offering.book(None).product, rail=offering.rules().rail) else ()


def sentence(found: Sequence[Standing], asked: focus.Focus, as_of: date) -> str:
    """How much is out to be accepted, what is next, and what is said twice."""
    if not found:
        words = asked.without("product", "rail")
        return f"0 private offers are {words}" if words else "0 private offers are on file"
    out = [one for one in found if one.standing == SENT]
    value, ending = _value(out), endings(tuple(out), as_of, 3650)
    told = f"{numbers.counted(len(out), 'private offer')} over {numbers.money(value)} can still be accepted"
    if ending:
        first = ending[0]
        told += f", {cards.plain(first.standing.offer.company)}'s for {numbers.counted(first.days, 'more day')}"
    late = sum(one.standing == EXPIRED for one in found)
    return f"{told}; {numbers.counted(late, 'has', 'have')} expired" if late else told


def row(found: Sequence[Standing]) -> None:
    """How many offers stand where, what they are worth, what is left of the accepted ones."""
    by = {standing: [one for one in found if one.standing == standing] for standing in STANDINGS}
    left = [one.remaining for one in by[ACCEPTED]]
    known = [amount for amount in left if isinstance(amount, Decimal)]
    lacking = len(left) - len(known)
    cards.row(
        (
            _card("Sent", by[SENT], "Offers that can still be accepted, and what their contracts would be worth."),
            _card("Drafts", by[DRAFT], "Offers that nobody has sent."),
            _card("Expired", by[EXPIRED], "Offers whose last day is over before anybody accepted them."),
            _card(
                "Accepted", by[ACCEPTED], "Offers somebody is bound by: so our file says, or AWS holds an agreement."
            ),
            Card(
                "To be invoiced",
                numbers.money(total(known)),
                f"What is still to be invoiced of what was agreed: {numbers.exact_money(total(known))}.",
                f"{lacking} not measurable" if lacking else f"of {numbers.money(_value(by[ACCEPTED]))}",
            ),
            Card(
                "Told differently",
                str(sum(bool(one.said) for one in found)),
                "Offers of which our file, AWS and the calendar do not tell the same.",
            ),
        )
    )


def _card(label: str, found: Sequence[Standing], definition: str) -> Card:
    return Card(label, str(len(found)), definition, f"{numbers.money(_value(found))} in all" if found else None)


def _value(found: Sequence[Standing]) -> Decimal:
    return total(one.offer.price for one in found if one.offer.price is not None)


def ending(found: Sequence[Standing], as_of: date, legend: Legend) -> None:
    """What expires, or comes to the end of its term, within the days that are picked."""
    within = int(controls.one_of("offers_within", "Ends within", _WITHIN))
    rows = endings(tuple(found), as_of, within)
    frame = _ending_frame(found, as_of, within)
    what = f"{numbers.counted(len(rows), 'offer or term ends', 'offers and terms end')} within {within} days"
    cards.heading(what)
    cards.table_or(frame, "offers_ending", _ENDING, legend, "Nothing ends until then.")


def _ending_frame(found: Sequence[Standing], as_of: date, within: int) -> pd.DataFrame:
    rows = endings(tuple(found), as_of, within)
    return pd.DataFrame(
        {
            "offer": [one.standing.offer.offer_id for one in rows],
            "company": [one.standing.offer.company for one in rows],
            "what": [one.what for one in rows],
            "ends_on": frames.column(one.on for one in rows),
            "left_days": [one.days for one in rows],
            "value_usd": frames.column(one.standing.offer.price for one in rows),
        }
    )


def everything(found: Sequence[Standing], asked: focus.Focus, legend: Legend) -> None:
    """All offers, or those that stand at one place."""
    names = {"": "All", **{standing: standing.capitalize() for standing in STANDINGS}}
    picked = controls.one_of("offers_standing", "Stands", names)
    shown = [one for one in found if picked in ("", one.standing)]
    cards.heading(f"{numbers.counted(len(shown), 'offer')}{f' {picked}' if picked else ' in all'}")
    cards.table_or(frame(shown), "offers_every", _EVERY, legend, "No offer stands there.")
    if left := asked.without("icp_segment", "persona", "owner"):
        cards.note(f"Shown whatever the {cards.plain(left)}: no offer on file says it.")
    cards.note(
        "Express: whether AWS could make it without us, by the dimensions that the plans database lets into one, a "
        "public price, and our own limits, which nobody has set. When each was sent and its term ends is in the "
        "download."
    )


def frame(found: Sequence[Standing]) -> pd.DataFrame:
    """Offers in rows, amounts in USD, discounts as fractions."""
    told, express = [one.offer for one in found], offering.express()
    return pd.DataFrame(
        {
            "standing": [SIGNS.get(one.standing, one.standing) for one in found],
            "company": [one.company for one in told],
            "tier": [one.tier for one in told],
            "term": [numbers.counted(one.years, "year") for one in told],
            "value_usd": frames.column(one.price for one in told),
            "year_usd": frames.column(one.per_year for one in told),
            "annual_rate": frames.column(rate(one.off_annual) for one in told),
            "monthly_rate": frames.column(rate(one.off_monthly) for one in told),
            "sent_on": frames.column(one.sent_on for one in told),
            "expires_on": frames.column(one.expires_on for one in told),
            "left_days": frames.column(one.days_left for one in found),
            "commitment_usd": frames.column(_amount(one) for one in found),
            "ends_on": frames.column(one.ends_on for one in told),
            "express": ["made express" if one.is_express else express.get(one.offer_id) for one in told],
            "offer": [one.offer_id for one in told],
            "why": ["; ".join(one.said) for one in found],
        }
    )


def _amount(one: Standing) -> Decimal | None:
    return one.remaining if isinstance(one.remaining, Decimal) else None


def rate(off: Fraction | None) -> float | None:
    """A discount as a number for a table."""
    return None if off is None else float(off)


def tables(found: Sequence[Standing]) -> cards.Tables:
    """What the part leaves for the foot of the page."""
    return {"Offers": frame(found)}
