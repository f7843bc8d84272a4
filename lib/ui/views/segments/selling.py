"""The split among sellers, measured beside the paper's: who manages its own listings, who uses an integrator."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

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
_NONE = "None: manages its own"
_HEADERS = {"integrator": "Integrator", "customers": "Customers", "mrr_usd": "MRR"}


def finding(found: Split, rules: Counting) -> str:
    """The measured share beside the paper's."""
    paper = numbers.percent(rules.split[SELF_MANAGED], 0)
    if found.share is None:
        return (
            f"0 sellers are known to manage their listings in either way; the paper says about {paper} do it themselves"
        )
    share = numbers.percent(measures.exact(found.share), 0)
    own = f"{len(found.self_managed)} of {found.known}"
    return f"{share} of sellers ({own}) manage their own listings; the paper says about {paper}"


def show(found: Split, rules: Counting, pays: Mapping[str, Decimal], legend: Legend) -> None:
    """Cards, and the split beside the paper's."""
    cards.row(_cards(found, rules, legend))
    if not found.known:
        cards.note(f"The split is {measures.NOT_YET}a seller of whom it is known.")
        return
    parts = [
        Series("self_managed", legend.name(SELF_MANAGED), "green"),
        Series("third_party", legend.name(THIRD_PARTY), "orange"),
        *([Series(UNKNOWN, "Not known", "grey")] if found.unknown else []),
    ]
    title = _words(found, rules, pays)
    cards.picture(charts.shares(rows(found, rules), "of", parts, title=title, unit="sellers"), "segments_split")
    cards.note(
        f"The paper's words: {cards.plain(rules.split_words)}. {cards.plain(rules.split_source)}.", *_bounds(found)
    )


def rows(found: Split, rules: Counting) -> pd.DataFrame:
    """Our sellers by part, and the paper's of a hundred."""
    paper = {"self_managed": rules.split[SELF_MANAGED], "third_party": rules.split[THIRD_PARTY], UNKNOWN: Decimal(0)}
    return pd.DataFrame(
        {
            "of": ["Our sellers", "The paper, of 100"],
            **{part: [len(getattr(found, part)), int(100 * paper[part])] for part in _PARTS},
        }
    )


def listing(found: Split, customers: Sequence[Customer]) -> pd.DataFrame:
    """Sellers by the integrator they use, the self-managed first."""
    sellers = {*found.self_managed, *found.third_party, *found.unknown}
    groups: dict[str, list[Customer]] = {}
    for one in customers:
        if one.customer_id in sellers:
            groups.setdefault(one.integrator or _NONE, []).append(one)
    ordered = sorted(groups.items(), key=lambda row: (-len(row[1]), row[0]))
    frame = pd.DataFrame(
        {
            "integrator": [name if name == _NONE else numbers.name(name) for name, _ in ordered],
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
    own = [one for one in customers if one.customer_id in sellers]
    behind = [one for one in own if name in (None, numbers.name(one.integrator) if one.integrator else _NONE)]
    cards.heading(f"{numbers.counted(len(behind), 'seller')}, largest first: {people.waiting(behind)}")
    people.table(behind, personas, legend, billed, "segments_sellers")


def _cards(found: Split, rules: Counting, legend: Legend) -> list[Card]:
    share = None if found.share is None else measures.exact(found.share)
    paper = rules.split[SELF_MANAGED]
    apart = None if share is None else _apart(share - paper)
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


def _words(found: Split, rules: Counting, pays: Mapping[str, Decimal]) -> str:
    parts = (found.self_managed, found.third_party)
    own, others = (sum((pays.get(one, Decimal(0)) for one in ids), Decimal(0)) for ids in parts)
    share = numbers.percent(measures.exact(found.share or Fraction(0)), 0)
    said = f"{share} here, {numbers.percent(rules.split[SELF_MANAGED], 0)} in the paper"
    if not own + others:
        return said
    return f"{said}; the self-managed bring {numbers.percent(own / (own + others), 0)} of what these sellers pay"


def _apart(difference: Decimal) -> str:
    told = numbers.points(difference, 0)
    return "as in the paper" if told.startswith("0") else f"{told} from the paper's"


def _bounds(found: Split) -> list[str]:
    if not found.unknown or found.bounds is None:
        return []
    low, high = (numbers.percent(measures.exact(bound), 0) for bound in found.bounds)
    count = len(found.unknown)
    return [f"Whatever the {count} of whom it is not known turn out to do, the share lies between {low} and {high}."]
