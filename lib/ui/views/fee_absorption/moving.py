"""If a customer moved to another way of being paid: what a year of it saves or costs us, and what we may pay for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.rails import Move
from lib.ui import cards, controls, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.ways import NAMES

TYPED, CUSTOMER = "typed", "customer"
_SOURCES = {TYPED: "My own numbers", CUSTOMER: "A customer's last year"}
_CHARGES = {"12": "12 a year", "4": "4 a year", "1": "1 a year"}
_AT_ONCE, _MOST_MONTHS = 12, 60
_USUAL_FROM, _USUAL_TO = "card", "aws"
_HEADERS = {
    "way": "Paid by",
    "keeps_usd": "It would keep",
    "take_rate": "Of the volume",
    "saved_usd": "Saved against today",
}
ASSUMPTIONS = (
    "A move changes the fee and nothing else: the price, the payments and the day of each stay. Fees are by "
    "data/rails.toml, every charge's lines rounded to the cent.",
    "A private offer is banded on its whole contract, taken to be the year's volume; no sale is taken for a renewal "
    "unless the way says so.",
    "A credit is a payment of ours, once. What the rail keeps of later charges is not lower for it.",
)


@dataclass(frozen=True)
class Asked:
    """What moves: a typed volume or a customer's year; how it is paid today (None: as it really was) and then."""

    customer_id: str | None
    volume: Decimal
    charges: int
    way: str | None
    to: str
    months: int
    paid: Decimal


def asked(movers: Callable[[], Mapping[str, str]], start: Decimal) -> Asked:
    """Ask whose year moves where, and within how many months a credit must be back."""
    source = controls.one_of("fees_whose", "Whose year", _SOURCES)
    left, middle, right = st.columns(3)
    customer_id, volume, charges, way = None, start, _AT_ONCE, None
    with left:
        if source == CUSTOMER:
            customer_id = controls.choice("fees_customer", "Customer", movers())
        else:
            volume = controls.quantity("fees_volume", "Paid in a year, in dollars", start, "dollar")
    with middle:
        if source == TYPED:
            way = controls.choice("fees_from", "Paid today by", _first(_USUAL_FROM))
    with right:
        to = controls.choice("fees_to", "Then by", _first(_USUAL_TO))
    left, middle, right = st.columns(3)
    with left:
        if source == TYPED:
            charges = int(controls.one_of("fees_charges", "Charges", _CHARGES))
    with middle:
        months = controls.months("fees_back", "Months within which a credit must be back", 1, _MOST_MONTHS, _AT_ONCE)
    with right:
        paid = controls.quantity("fees_paid", "A credit we would pay once, in dollars", frames.ZERO, "dollar")
    return Asked(customer_id, volume, charges, way, to, months, paid)


def finding(asked: Asked, found: Move, movers: Mapping[str, str]) -> str:
    """What the move saves or costs in a year, and the credit at which it breaks even."""
    whose = cards.plain(movers.get(asked.customer_id, asked.customer_id)) if asked.customer_id else "a customer"
    today = f"from {NAMES[asked.way]} " if asked.way else ""
    volume = numbers.exact_money(found.volume)
    begun = f"Moving {volume} a year of {whose} {today}to {NAMES[asked.to]}"
    if found.saved <= 0:
        costs = f"costs {numbers.exact_money(-found.saved)} a year" if found.saved else "saves $0 a year"
        return f"{begun} {costs}: no credit is ever back"
    credit = numbers.exact_money(found.credit(asked.months))
    saved = numbers.exact_money(found.saved)
    return f"{begun} saves {saved} a year: a credit of {credit} is back in {numbers.counted(asked.months, 'month')}"


def show(asked: Asked, found: Move, ways: Mapping[str, Move], legend: Legend) -> None:
    """The numbers of the move, and the same year by every way of being paid."""
    cards.row(_cards(asked, found))
    if asked.paid:
        cards.sentence(_paid_back(asked, found))
    frame = listed(ways, found)
    if found.volume:
        least = frame.iloc[0]
        title = f"{least['way']} would keep least of it: {numbers.exact_money(least['keeps_usd'])}"
        cards.picture(charts.ranked(frame, "way", "keeps_usd", title=title, unit="USD"), "fees_ways")
    cards.table(frame, "fees_ways_table", _HEADERS, legend)


def listed(ways: Mapping[str, Move], today: Move) -> pd.DataFrame:
    """The same year by every way of being paid, the cheapest first, and what each saves against today."""
    cheapest = sorted(ways, key=lambda way: (ways[way].would_keep, list(ways).index(way)))
    moves = [ways[way] for way in cheapest]
    return pd.DataFrame(
        {
            "way": [NAMES[way] for way in cheapest],
            "keeps_usd": frames.column(one.would_keep for one in moves),
            "take_rate": frames.column(one.would_keep / one.volume if one.volume else None for one in moves),
            "saved_usd": frames.column(today.keeps - one.would_keep for one in moves),
        }
    )


def _first(way: str) -> dict[str, str]:
    """Every way by name, one of them first."""
    return {way: NAMES[way], **NAMES}


def _cards(asked: Asked, found: Move) -> list[Card]:
    charges = numbers.counted(len(found.charges), "charge")
    credit = found.credit(asked.months)
    within = f"The most we may pay once, if it must be back within {numbers.counted(asked.months, 'month')}."
    return [
        Card("Volume of a year", numbers.card_money(found.volume), f"What is paid in the year, in {charges}."),
        Card("Kept today", numbers.card_money(found.keeps), "What the rail keeps of it today, by its schedule."),
        Card("Kept then", numbers.card_money(found.would_keep), f"What would be kept: {NAMES[asked.to]}."),
        Card(
            "Saved a year", numbers.exact_change(found.saved), "Kept today less kept then; below zero the move costs."
        ),
        Card("Credit to break even", numbers.card_money(credit), within),
    ]


def _paid_back(asked: Asked, found: Move) -> str:
    paid, after = numbers.exact_money(asked.paid), found.paid_back_after(asked.paid)
    if after is None:
        return f"A credit of {paid} is never back: the move saves nothing."
    return f"A credit of {paid} is back after {numbers.counted(after, 'charge')}."
