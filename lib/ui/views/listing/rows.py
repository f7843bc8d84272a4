"""The rows to type into Seller Central, exactly as they are typed, and what of them is left."""

from collections import Counter

import pandas as pd
import streamlit as st

from lib import surfaces
from lib.surfaces import MISSING, Listing, ToType
from lib.ui import cards, numbers
from lib.ui.legends import Legend

_CONTRACT = {
    "name": "Name",
    "dimension_key": "Key",
    "duration": "Duration",
    "price": "Price, USD",
    "plan_id": "DB plan",
    "stripe_product_id": "Stripe product",
    "stripe_price_id": "Stripe price",
}
_DIMENSION = {"name": "Name", "dimension_key": "Key", "unit": "Unit", "price": "Price, USD", "kind": "Kind"}
_LEFT = {"change": "Do", "subject": "What", "asked": "The book asks for", "there": "AWS has"}


def rows(made: Listing, legend: Legend) -> None:
    """The rows to type, exactly as they are typed, and what the listing has no field for."""
    count = numbers.counted(len(made.contracts), "contract row")
    cards.heading(f"{count} to type into Seller Central, price by price")
    cards.table(contracts(made), "listing_contracts", _CONTRACT, legend)
    if made.missing:
        plans = list(dict.fromkeys(legend.name(one.partition(".")[0]) for one in made.missing))
        cards.note(
            f"{numbers.counted(len(made.missing), 'id is', 'ids are')} missing: {'; '.join(map(cards.plain, plans))}. "
            "The check says where each may be found; a price that moves needs a new one at Stripe."
        )
    cards.heading(f"{numbers.counted(len(made.dimensions), 'dimension')} to type into the rate card")
    cards.table(dimensions(made), "listing_dimensions", _dimension_headers(made), legend)
    cards.note("What a tier includes is typed nowhere: the rate card has a price and no quantity.")
    with st.expander("What the listing cannot hold, and what stays off it", icon=":material/block:"):
        for note in made.notes:
            cards.sentence(f"- {cards.plain(note)}")


def left(found: ToType, legend: Legend) -> None:
    """What is left to type, or the state in which there is nothing to say."""
    if found.state == surfaces.UNKNOWN:
        cards.heading("0 rows of the published listing are known")
        cards.note(
            "Nobody asked AWS and nobody wrote it down: add a marketplace_api source, or file the rows as "
            "surfaces/aws_listing.csv with the day they were looked at."
        )
    elif found.state == surfaces.UNPUBLISHED:
        cards.heading(f"Not published yet: all {numbers.count(len(found.steps))} rows are additions")
        cards.note(
            "Once they are typed in, file the CSV below as surfaces/aws_listing.csv with the day in captured_on, and "
            "pull: the page then says what differs."
        )
    elif found.is_done:
        cards.heading("0 things are left to type: AWS shows what the book asks for")
    else:
        counts = Counter(step.change for step in found.steps)
        told = ", ".join(f"{numbers.count(number)} to {change}" for change, number in counts.items())
        cards.heading(f"{numbers.counted(len(found.steps), 'thing')} left to type: {told}")
        cards.table(steps(found), "listing_left", _LEFT, legend)


def contracts(made: Listing) -> pd.DataFrame:
    """The contract rows as they are typed; prices stay text, so that nothing rounds them."""
    cells = [surfaces.contract_cells(row) for row in made.contracts]
    ids = ("plan_id", "stripe_product_id", "stripe_price_id")
    return pd.DataFrame(
        [{**row, "price": row["price_usd"], **{key: row[key] or MISSING for key in ids}} for row in cells],
        columns=[*_CONTRACT, "duration_code", "plan_key"],
    )


def dimensions(made: Listing) -> pd.DataFrame:
    """The lines of the rate card as they are typed, the floor by its tier, what each public tier includes in words."""
    told = []
    for row in made.dimensions:
        included = {made.tiers[tier]: surfaces.included_text(it) for tier, it in row.included.items()}
        told.append(
            {**surfaces.metering_cells(row), "price": row.price_usd, "floor": _floor(made, row.tier_floor)} | included
        )
    return pd.DataFrame(told, columns=list(_dimension_headers(made)))


def _dimension_headers(made: Listing) -> dict[str, str]:
    tiers = dict.fromkeys(made.tiers[tier] for row in made.dimensions for tier in row.included)
    return {**_DIMENSION, "floor": "From", **{tier: f"{tier} includes" for tier in tiers}}


def _floor(made: Listing, floor: str) -> str:
    return f"{made.tiers[floor]}+" if floor in made.tiers else floor


def steps(found: ToType) -> pd.DataFrame:
    """What is left to type, a row each."""
    return pd.DataFrame([vars(step) for step in found.steps], columns=list(_LEFT))
