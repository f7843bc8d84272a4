"""A product whose customers hold no contract on record: what is known of them, and what cannot be measured yet."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median

import pandas as pd

from lib import charts
from lib.buyers import Buyer
from lib.desk import Adopted
from lib.segments import IdealCustomer
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.views.segments import measures

NO_SEGMENT = "no segment entered"
_HEADERS = {
    "customer": "Customer",
    "segment": "ICP segment",
    "persona": "Persona",
    "region": "Region",
    "signed_on": "Signed",
    "route_days": "To the first route",
    "saved_rate": "Saved",
    "addons": "Add-ons",
}
_SEGMENT = {
    "segment": "ICP segment",
    "customers": "Customers",
    "saved_rate": "Saved, median",
    "saved_of": "measured of",
    "route_days": "To the first route, median",
    "routed_of": "of customers",
    "need": "Needs",
    "range": "Deals of, by the brief",
}
ASSUMPTIONS = (
    "A customer's ICP segment is what the CRM's company says; where nobody entered one it is in none.",
    "Saved is what model spend fell by against the baseline before us, of the customers measured; the first route is "
    "counted in days from signing, of those who have one. A median of too few customers, by data/buyers.toml, is no "
    "median.",
)


def finding(
    found: Sequence[Adopted], product: str, buyers: Mapping[str, Buyer], ideal: Mapping[str, IdealCustomer]
) -> str:
    """How many customers there are, and in which segment most of them are."""
    said = f"{numbers.counted(len(found), 'customer')} of {product}"
    counts = _by_segment(found, buyers)
    if not found or not counts:
        return f"{said} fit: nobody to show" if not found else said
    most = max(len(own) for own in counts.values())
    names = [_name(key, ideal) for key in sorted(counts) if len(counts[key]) == most]
    where = f"{most} of them in {names[0]}" if len(names) == 1 else f"{most} in each of {_listed(names)}"
    return f"{said}, {where}; MRR is {measures.NOT_YET}their contracts"


def show(
    found: Sequence[Adopted],
    product: str,
    buyers: Mapping[str, Buyer],
    fewest: int,
    legend: Legend,
    ideal: Mapping[str, IdealCustomer],
) -> None:
    """Cards, customers by segment, each segment with what is measured, and every customer."""
    cards.row(_cards(found, fewest))
    cards.sentence(
        f":material/pending: **MRR, movements, NRR, GRR and margin are {measures.NOT_YET}contracts of "
        f"{cards.plain(product)}.** No source on record holds any: what follows is what the CRM and our own "
        "files say."
    )
    if not found:
        cards.note("Nobody fits the filters of the sidebar.")
        return
    frame = segments(found, buyers, fewest, ideal)
    most = int(frame["customers"].iloc[0])
    largest = [str(name) for name in frame["segment"][frame["customers"] == most]]
    are = "is the largest segment:" if len(largest) == 1 else "are the largest segments, each with"
    title = f"{_listed(largest)} {are} {numbers.counted(most, 'customer')}"
    cards.picture(charts.ranked(frame, "segment", "customers", title=title, unit="customers"), "segments_ideal")
    cards.table(frame, "segments_ideal_rows", _SEGMENT, legend)
    cards.heading(f"Every customer: {numbers.counted(len(found), 'one', 'of them')}")
    cards.table(listing(found, buyers, ideal), "segments_adopted", _HEADERS, legend)


def segments(
    found: Sequence[Adopted], buyers: Mapping[str, Buyer], fewest: int, ideal: Mapping[str, IdealCustomer]
) -> pd.DataFrame:
    """Every segment, the largest first: customers, what they save and how soon they route, of how many."""
    groups = sorted(_by_segment(found, buyers).items(), key=lambda row: (-len(row[1]), row[0]))
    saved = [[one.saved for one in own if one.saved is not None] for _, own in groups]
    days = [[one.days_to_route for one in own if one.days_to_route is not None] for _, own in groups]
    return pd.DataFrame(
        {
            "segment": [_name(key, ideal) for key, _ in groups],
            "customers": [len(own) for _, own in groups],
            "saved_rate": frames.column(
                measures.exact(median(some)) if len(some) >= fewest else None for some in saved
            ),
            "saved_of": [len(some) for some in saved],
            "route_days": frames.column(float(median(some)) if len(some) >= fewest else None for some in days),
            "routed_of": [len(some) for some in days],
            "need": [ideal[key].need if key in ideal else numbers.MISSING for key, _ in groups],
            "range": [_range(ideal[key]) if key in ideal else "no range in the brief" for key, _ in groups],
        }
    )


def listing(found: Sequence[Adopted], buyers: Mapping[str, Buyer], ideal: Mapping[str, IdealCustomer]) -> pd.DataFrame:
    """Every customer with what is recorded of it."""
    people = [buyers[one.customer_id] for one in found]
    return pd.DataFrame(
        {
            "customer": [one.name for one in people],
            "customer_id": [one.customer_id for one in people],
            "segment": [_name(one.icp_segment or NO_SEGMENT, ideal) for one in people],
            "persona": [one.persona for one in people],
            "region": [one.region for one in people],
            "signed_on": [one.signed_on for one in found],
            "route_days": frames.column(one.days_to_route for one in found),
            "saved_rate": frames.column(None if one.saved is None else measures.exact(one.saved) for one in found),
            "addons": [", ".join(map(numbers.name, one.addons)) or "none" for one in found],
        }
    )


def _cards(found: Sequence[Adopted], fewest: int) -> list[Card]:
    saved = [one.saved for one in found if one.saved is not None]
    days = [one.days_to_route for one in found if one.days_to_route is not None]
    with_addon = sum(bool(one.addons) for one in found)
    told = numbers.percent(measures.exact(median(saved))) if len(saved) >= fewest else f"n = {len(saved)}"
    route = f"{median(days):g} days" if len(days) >= fewest else f"n = {len(days)}"
    bought = numbers.percent(Decimal(with_addon) / len(found), 0) if len(found) >= fewest else f"n = {len(found)}"
    return [
        Card("Customers", numbers.count(len(found)), "Customers of this product in the CRM."),
        Card("Saved, median", told, "What model spend fell by against the baseline.", f"of {len(saved)} measured"),
        Card("To the first route", route, "Median days from signing to production.", f"of {len(days)} with one"),
        Card("Bought an add-on", bought, "Share of customers with one or more.", f"of {len(found)} customers"),
    ]


def _by_segment(found: Sequence[Adopted], buyers: Mapping[str, Buyer]) -> dict[str, list[Adopted]]:
    groups: dict[str, list[Adopted]] = {}
    for one in found:
        groups.setdefault(buyers[one.customer_id].icp_segment or NO_SEGMENT, []).append(one)
    return groups


def _listed(names: Sequence[str]) -> str:
    """Names inside a sentence: A, B and C."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _name(key: str, ideal: Mapping[str, IdealCustomer]) -> str:
    return ideal[key].label if key in ideal else key.capitalize()


def _range(one: IdealCustomer) -> str:
    return f"{numbers.money(one.deal_from_usd)} to {numbers.money(one.deal_to_usd)} of ARR"
