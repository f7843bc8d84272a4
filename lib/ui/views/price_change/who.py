"""Who wins and who loses: by a property of the customer, by the size of the change, and whose bill jumps."""

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.ui import cards, controls, numbers, winners
from lib.ui.legends import Legend
from lib.ui.winners import Winners

PARTS = (
    Series("down", "pay less", "vermilion"),
    Series("unchanged", "unchanged", "grey"),
    Series("up", "pay more", "blue"),
)
_SHADES = {-1: "vermilion", 0: "grey", 1: "blue"}
_GROUP_HEADERS = {
    "name": "Group",
    "customers": "Customers",
    "up": "Pay more",
    "down": "Pay less",
    "unchanged": "Unchanged",
    "mean_change_usd": "Mean change",
    "change_usd": "Change",
    "share_rate": "Share of the change",
    "change_rate": "Of the group's baseline",
}
_JUMP_HEADERS = {"customer": "Customer", "month": "Month", "usual_usd": "Usual bill", "proposed_usd": "Proposed bill"}


@st.fragment
def show(found: Winners, legend: Legend) -> None:
    """Groups by a property the reader picks, then the spread of the changes, then the months that jump."""
    cards.heading(finding(found))
    if found.moved or found.change_usd:
        _groups(found, legend)
        _spread(found)
    else:
        cards.note("Groups of customers and sizes of change are shown where a bill moves.")
    cards.sentence(shock_words(found))
    if len(found.jumps):
        cards.table(found.jumps, "price_change_jumps", _JUMP_HEADERS, legend)
    cards.note(
        f"A jump is a month above {numbers.quantity(found.settings.shock_times)} times the mean of the "
        f"{numbers.counted(found.settings.trailing_months, 'month')} before it on today's book, every fee spread over "
        "the months it pays for. The number is ours: no source measures where customers begin to complain."
    )


def tables(found: Winners, legend: Legend) -> dict[str, pd.DataFrame]:
    """Every table of the panel, whole, for the page's foot."""
    every = [winners.ordered(found, name, legend) for name in found.properties]
    groups = pd.concat(every, ignore_index=True) if every else found.groups
    return {"Winners": groups, "Bill changes": found.spread, "Jumps": found.jumps}


def finding(found: Winners) -> str:
    """How many pay more and how many less, and what that is in all."""
    everybody = numbers.counted(found.customers, "customer")
    if not found.moved:
        size = f"{numbers.change(found.change_usd)} in all" if found.change_usd else "$0"
        return f"Nobody's bill moves by 0.1 percent: {size} over {everybody}"
    more = f"{numbers.count(found.pay_more)} of {everybody} pay more"
    less = f"{numbers.count(found.pay_less)} pay less"
    return f"{more}, {less}: {numbers.change(found.change_usd)} in all"


def groups_words(found: Winners, name: str, legend: Legend) -> str:
    """Which group of a property moves most, and how much of the whole that is."""
    group, change = winners.largest(found, name)
    whole = numbers.change(found.change_usd)
    words = winners.words_of(name, group, legend)
    inside = words[:1].lower() + words[1:] if words.startswith(winners.GROUP) else words
    return f"The most, {numbers.change(change)} of {whole} in all, falls to {inside}"


def shock_words(found: Winners) -> str:
    """The middle bill's change and the largest ones', and how many months jump because of the change."""
    at = {part: numbers.percent_change(rate) for part, rate in found.shock.percentiles.items()}
    moves = bool(at) and bool(found.moved or found.change_usd)
    spread = f"the middle bill changes by {at[50]}, p90 is {at[90]}, p99 is {at[99]}. " if moves else ""
    jumps, made = len(found.shock.jumps), len(found.shock.new)
    looked = numbers.counted(found.shock.looked_at, "customer")
    first = f"**Bill shock**: {spread}{numbers.count(jumps)} of {looked} with a usual bill have a month that jumps; "
    return first + (f"the change makes {numbers.count(made)} of them." if made else "the change makes none of them.")


def _groups(found: Winners, legend: Legend) -> None:
    name = controls.choice("price_change_by", "Group customers by", {key: _property(key) for key in found.properties})
    rows = winners.ordered(found, name, legend)
    drawn = rows[~rows["is_small"].astype(bool)]
    title = groups_words(found, name, legend)
    cards.picture(charts.shares(drawn, "name", PARTS, title=title, unit="customers"), "price_change_groups_by")
    cards.table(rows, "price_change_winners", _GROUP_HEADERS, legend)
    few = numbers.count(found.settings.fewest_customers)
    cards.note(
        "Groups are formed on the baseline; pay more and pay less begin at 0.1 percent of a customer's own bill. "
        f"A group of fewer than {few} keeps its sum, so that the rows add up, and nothing else."
    )


def _spread(found: Winners) -> None:
    bins = winners.shown_bins(found)
    if bins.empty:
        return
    shades = [_SHADES[sign] for sign in bins["sign"]]
    name, most = max(zip(bins["name"], bins["customers"], strict=True), key=lambda pair: pair[1])
    often = "stays unchanged" if name == winners.UNMOVED else name
    title = (
        f"A bill most often {often}: {numbers.count(int(most))} of {numbers.counted(found.shock.customers, 'customer')}"
    )
    cards.picture(
        charts.ranked(bins, "name", "customers", title=title, unit="customers", shades=shades), "price_change_spread"
    )
    if found.shock.without_bill:
        cards.note(f"{numbers.counted(found.shock.without_bill, 'customer')} without a baseline bill: no percentage.")


def _property(name: str) -> str:
    return name[:1].upper() + name[1:]
