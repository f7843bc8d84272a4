"""What the page on buyers reads: groups by what is looked at, what moved, who stays, and a customer's bills.

Guarded and kept as `lib.ui.data` does it: keys are the version and small values.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas as pd
import streamlit as st

from lib.buyers import Buyer, Buyers, Group, Key, Names, Place, Split, along, figures, moved, places, split
from lib.desk import Adopted, Counting, adopted, bills, counting, panels, who_buys
from lib.revenue import Cohort, Move, Paid, cohorts, monthly
from lib.segments import IdealCustomer
from lib.ui import data, frames, numbers
from lib.ui.focus import Focus
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

PAGE = "segments"
_RESULTS = 64


@dataclass(frozen=True)
class Look:
    """Whom the reader looks at: one product, and within it a persona, segment and rail, None where all of them are."""

    product: str
    persona: str | None = None
    icp_segment: str | None = None
    rail: str | None = None

    def sees(self, buyer: Buyer, rail: str | None) -> bool:
        """Whether a customer is looked at, and what is on a rail; None: on whichever."""
        facts = ((self.persona, buyer.persona), (self.icp_segment, buyer.icp_segment), (self.rail, rail or self.rail))
        return buyer.product == self.product and all(asked in (None, fact) for asked, fact in facts)


@data.only_for(PAGE)
def looked_at(asked: Focus) -> Look:
    """Whom the filters leave: products are never mixed, so one is picked where the reader picked none."""
    return _looked_at(opened_version(), asked)


@data.only_for(PAGE)
def has_contracts(product: str) -> bool:
    """Whether any contract of a product is on record."""
    known = _known(opened_version())
    return any(known.buyers[one.place.customer_id].product == product for one in known.stood)


@data.only_for(PAGE)
def known() -> Buyers:
    """Everything recorded of who buys."""
    return _known(opened_version())


@data.only_for(PAGE)
def keeps_history() -> bool:
    """Whether the CRM kept a history of what tells a customer's persona."""
    return _keeps_history(opened_version())


@data.only_for(PAGE)
def settings() -> Counting:
    """How customers are counted."""
    return _settings(opened_version())


@data.only_for(PAGE)
def groups(look: Look, *axes: str) -> tuple[Group, ...]:
    """Every group of whom is looked at, by some axes; without any the whole is one group."""
    return _groups(opened_version(), look, axes)


@data.only_for(PAGE)
def moves(look: Look, *axes: str) -> tuple[Move, ...]:
    """Every movement of whom is looked at, of the second month on record on."""
    return _moves(opened_version(), look, axes)


@data.only_for(PAGE)
def standing(look: Look, month: date, *axes: str) -> dict[Names, Fraction]:
    """What every group brought at a month's end, in USD a year."""
    known = _known(opened_version())
    key, found = _key(known, look, axes), dict[Names, Fraction]()
    for place, arr in places(known, month).items():
        names = key(place)
        if names is not None:
            found[names] = found.get(names, Fraction(0)) + arr
    return found


@data.only_for(PAGE)
def by_month(look: Look, axis: str) -> pd.DataFrame:
    """MRR by month and group along an axis, in USD."""
    return _by_month(opened_version(), look, axis)


@data.only_for(PAGE)
def cohorts_of(look: Look) -> tuple[Cohort, ...]:
    """The cohorts of whom is looked at; with a rail, of those who first paid on it, wherever they pay now."""
    return _cohorts(opened_version(), look)


@data.only_for(PAGE)
def split_of(look: Look) -> Split:
    """The split among sellers of the customers who pay now."""
    return _split(opened_version(), look)


@data.only_for(PAGE)
def adopted_by(look: Look) -> tuple[Adopted, ...]:
    """The customers of a product without contracts who are looked at, by what is recorded of them."""
    people = _known(opened_version()).buyers
    found = adopted(opened_desk(opened_version()), look.product)
    return tuple(one for one in found if look.sees(people[one.customer_id], None))


@data.only_for(PAGE)
def ideal_customers() -> dict[str, IdealCustomer]:
    """The ideal customer segments on file, by key."""
    return dict(opened_desk(opened_version()).segments.ideal_customers)


@data.only_for(PAGE)
def billed(customer_id: str) -> pd.DataFrame:
    """Every invoiced line of a customer, the newest first."""
    return _billed(opened_version(), customer_id)


@st.cache_resource(max_entries=VERSIONS, show_spinner="Adding up who buys…")
def _known(version: Version) -> Buyers:
    return who_buys(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _keeps_history(version: Version) -> bool:
    return panels.keeps_history(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _settings(version: Version) -> Counting:
    return counting(opened_desk(version))


def _looked_at(version: Version, asked: Focus) -> Look:
    desk = opened_desk(version)
    ideal = desk.segments.ideal_customers.get(asked.icp_segment or "")
    product = asked.product or (ideal.product if ideal else desk.book.product)
    segment = asked.icp_segment if ideal and ideal.product == product else None
    return Look(product, asked.persona, segment, asked.rail)


def _key(known: Buyers, look: Look, axes: Names) -> Key:
    """A place → the group it is in, None where it is not looked at; every place is judged once."""
    judged: dict[Place, Names | None] = {}

    def key(place: Place) -> Names | None:
        if place not in judged:
            is_seen = look.sees(known.buyers[place.customer_id], place.rail)
            judged[place] = along(known, axes, place) if is_seen else None
        return judged[place]

    return key


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _groups(version: Version, look: Look, axes: Names) -> tuple[Group, ...]:
    known = _known(version)
    return figures(known, _key(known, look, axes))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _moves(version: Version, look: Look, axes: Names) -> tuple[Move, ...]:
    known = _known(version)
    return moved(known, _key(known, look, axes))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _by_month(version: Version, look: Look, axis: str) -> pd.DataFrame:
    known = _known(version)
    key, found = _key(known, look, (axis,)), dict[tuple[date, str], Fraction]()
    for one in known.stood:
        names = key(one.place)
        if names is not None:
            where = (one.month, names[0])
            found[where] = found.get(where, Fraction(0)) + one.arr
    rows = sorted(found.items())
    return pd.DataFrame(
        {
            "month": [month for (month, _), _ in rows],
            axis: [group for (_, group), _ in rows],
            "mrr_usd": frames.column(monthly(arr) for _, arr in rows),
        }
    )


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _cohorts(version: Version, look: Look) -> tuple[Cohort, ...]:
    known = _known(version)
    began = {one.place.customer_id for one in known.stood if _began(known, one.place, one.month, look)}
    rows = [Paid(one.place.customer_id, one.month, one.arr) for one in known.stood if one.place.customer_id in began]
    return cohorts(rows, known.months)


def _began(known: Buyers, place: Place, month: date, look: Look) -> bool:
    buyer = known.buyers[place.customer_id]
    return known.since.get(place.customer_id) == month and look.sees(buyer, place.rail)


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _split(version: Version, look: Look) -> Split:
    known = _known(version)
    standing = [
        (known.buyers[place.customer_id], place.rail) for place, arr in places(known, known.last).items() if arr
    ]
    return split({one.customer_id: one for one, rail in standing if look.sees(one, rail)}.values())


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _billed(version: Version, customer_id: str) -> pd.DataFrame:
    rows = bills(opened_desk(version), customer_id)
    return pd.DataFrame(
        {
            "invoiced_on": [row["invoiced_on"] for row in rows],
            "invoice_id": [row["invoice_id"] for row in rows],
            "rail": [row["rail"] for row in rows],
            "kind": [numbers.name(row["kind"]) for row in rows],
            "item": [row["dimension"] or row["plan_key"] for row in rows],
            "period_start_on": [row["period_start_on"] for row in rows],
            "period_end_on": [row["period_end_on"] for row in rows],
            "amount_usd": frames.column(row["amount_usd"] for row in rows),
        }
    )
