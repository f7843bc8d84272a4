"""The split among sellers, measured beside the paper's: who manages its own listings, who uses an integrator."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.buyers import Split
from lib.charts import Series
from lib.desk import Counting
from lib.market import Customer
from lib.segments import SELLERS, Persona
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.views.segments import measures, people

SELF_MANAGED, THIRD_PARTY = SELLERS
UNKNOWN = "unknown"
_PARTS = ("self_managed", "third_party", UNKNOWN)
ASSUMPTIONS = (
    "The split exists only among sellers: of customers who pay at the last month end, by the CRM's facts of today. A "
    "seller with an integrator is a 3PI customer, one without manages its listings itself.",
    "Buying through AWS Marketplace makes nobody a 3PI customer: an integrator between a seller and its buyers does.",
    "Sellers of whom it is not known are in no share, and neither is whoever was never asked whether it sells.",
)
_HEADERS = {"integrator": "Integrator", "customers": "Customers", "mrr_usd": "MRR"}


def finding(found: Split, rules: Counting) -> str:
    """The measured share beside the paper's."""
    paper = numbers.percent(rules.split[SELF_MANAGED], 0)
    if found.share is None:
        return (
            f"0 sellers are known to manage their listings in either way; the paper says about {paper} do it themselves"
        )
    share = numbers.percent(measures.exact(found.share), 0)
    own = f"{len(found.self_managed)} of {found.known} sellers"
    return f"{share} of sellers, {own}, manage their own listings; the paper says about {paper}"


def show(found: Split, rules: Counting, pays: Mapping[str, Decimal], legend: Legend) -> None:
    """Cards, and the split by customers and by MRR beside the paper's."""
    cards.row(_cards(found, rules, legend))
    if not found.known:
        cards.note(f"The split is {measures.NOT_YET}a seller of whom it is known.")
        return
    parts = [
        Series("self_managed", legend.name(SELF_MANAGED), "green"),
        Series("third_party", legend.name(THIRD_PARTY), "orange"),
        Series(UNKNOWN, "Not known", "grey"),
    ]
    cards.picture(
        charts.shares(rows(found, pays), "of", parts, title=_words(found, pays), unit="sellers"), "segments_split"
    )
    cards.note(
        f"The paper's words: {cards.plain(rules.split_words)} ({cards.plain(rules.split_source)}): "
        f"{numbers.percent(rules.split[SELF_MANAGED], 0)} to {numbers.percent(rules.split[THIRD_PARTY], 0)}.",
        *_bounds(found),
    )


def rows(found: Split, pays: Mapping[str, Decimal]) -> pd.DataFrame:
    """Sellers and their MRR by part."""
    groups = {part: getattr(found, part) for part in _PARTS}
    return pd.DataFrame(
        {
            "of": ["Sellers", "Their MRR"],
            **{
                part: [len(ids), int(sum((pays.get(one, Decimal(0)) for one in ids), Decimal(0)))]
                for part, ids in groups.items()
            },
        }
    )


def listing(found: Split, customers: Sequence[Customer]) -> pd.DataFrame:
    """Sellers by the integrator they use, the self-managed first."""
    sellers = {*found.self_managed, *found.third_party, *found.unknown}
    groups: dict[str, list[Customer]] = {}
    for one in customers:
        if one.customer_id in sellers:
            groups.setdefault(one.integrator or "None: manages its own", []).append(one)
    ordered = sorted(groups.items(), key=lambda row: (-len(row[1]), row[0]))
    frame = pd.DataFrame(
        {
            "integrator": [name for name, _ in ordered],
            "customers": [len(own) for _, own in ordered],
            "mrr_usd": frames.column(frames.total(one.mrr for one in own if one.mrr is not None) for _, own in ordered),
        }
    )
    return frames.cents(frame, "mrr_usd")


@st.fragment
def drill(
    found: Split,
    customers: Sequence[Customer],
    personas: Mapping[str, Persona],
    legend: Legend,
    billed: people.Billed,
) -> None:
    """The integrators; a picked one leaves its customers, and a picked customer opens to its bills."""
    frame = listing(found, customers)
    sellers = {*found.self_managed, *found.third_party, *found.unknown}
    picked = cards.picking_table(frame, "segments_integrators", _HEADERS, legend)
    name = None if picked is None else str(frame["integrator"].iloc[picked])
    behind = [
        one
        for one in customers
        if one.customer_id in sellers and name in (None, one.integrator or "None: manages its own")
    ]
    cards.heading(f"{numbers.counted(len(behind), 'seller')}, largest first: {people.waiting(behind)}")
    people.table(behind, personas, legend, billed, "segments_sellers")


def _cards(found: Split, rules: Counting, legend: Legend) -> list[Card]:
    share = None if found.share is None else measures.exact(found.share)
    paper = rules.split[SELF_MANAGED]
    apart = None if share is None else f"{numbers.points(share - paper, 0)} to the paper"
    return [
        Card(
            "Self-managed",
            numbers.count(len(found.self_managed)),
            f"Sellers without an integrator: {legend.name(SELF_MANAGED)}.",
        ),
        Card(
            "Use an integrator", numbers.count(len(found.third_party)), f"Sellers with one: {legend.name(THIRD_PARTY)}."
        ),
        Card("Manage their own", numbers.percent(share, 0), f"Of {found.known} sellers of whom it is known.", apart),
        Card(
            "Sell, but how?",
            numbers.count(len(found.unknown)),
            "Sellers of whom nobody knows who manages their listings.",
        ),
        Card(
            "Never asked", numbers.count(len(found.unasked)), "Customers of whom nobody knows whether they sell on AWS."
        ),
    ]


def _words(found: Split, pays: Mapping[str, Decimal]) -> str:
    amounts = [
        sum((pays.get(one, Decimal(0)) for one in ids), Decimal(0)) for ids in (found.self_managed, found.third_party)
    ]
    whole = sum(amounts, Decimal(0))
    if not whole:
        return f"{numbers.counted(found.known, 'seller')} of whom it is known pay nothing yet"
    return f"The self-managed bring {numbers.percent(amounts[0] / whole, 0)} of what these sellers pay"


def _bounds(found: Split) -> list[str]:
    if not found.unknown or found.bounds is None:
        return []
    low, high = (numbers.percent(measures.exact(bound), 0) for bound in found.bounds)
    count = len(found.unknown)
    return [f"Whatever the {count} of whom it is not known turn out to do, the share lies between {low} and {high}."]
