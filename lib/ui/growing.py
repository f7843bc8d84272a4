"""What sales knows of customers who could take more: pilots, what comes up, allowances, the playbook; guarded, kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from lib import headroom
from lib.catalog.book import Dimension
from lib.claims.finding import Finding
from lib.desk import expansion, renewing, trials
from lib.desk.renewing import Upcoming
from lib.desk.trials import Trial
from lib.headroom import Headroom
from lib.pilots import Framework
from lib.playbook import Evidence, Playbook
from lib.renewals import REVIEW, Saving
from lib.scorecard import Crossed
from lib.ui.data import only_for
from lib.ui.focus import Focus
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version


@dataclass(frozen=True)
class Buyer:
    """A customer as a panel's filters ask for it: its name, and its persona."""

    name: str
    persona: str


@only_for("pipeline", "savings")
def framework() -> Framework:
    """The steps a pilot goes through."""
    return _framework(opened_version())


@only_for("pipeline", "savings")
def pilots() -> tuple[Trial, ...]:
    """Every pilot, judged step by step, with the deal of its company."""
    return _pilots(opened_version())


@only_for("pipeline")
def upcoming() -> tuple[Upcoming, ...]:
    """What comes up with each customer, the soonest first."""
    return _upcoming(opened_version())


def is_looked_at(one: Upcoming, asked: Focus) -> bool:
    """Whether what comes up is looked at: a contract has no segment, and a review no rail."""
    if one.coming.kind == REVIEW:
        return asked.keeps(product=one.product, persona=one.persona, icp_segment=one.icp_segment) and not asked.rail
    return asked.keeps(product=one.product, persona=one.persona, rail=one.coming.rail)


@only_for("pipeline")
def monthly_contracts() -> int:
    """Running contracts that renew every month."""
    return _monthly(opened_version())


@only_for("pipeline")
def months_looked_at() -> tuple[date, ...]:
    """The last full month, and the running one where one is."""
    return headroom.looked_at(opened_desk(opened_version()).recorded_on)


@only_for("pipeline")
def allowances() -> tuple[Headroom, ...]:
    """Every allowance that is near or over in those months, the fullest first."""
    return _allowances(opened_version())


@only_for("pipeline")
def crossed() -> tuple[Crossed, ...]:
    """The allowances that stand otherwise in the last full month than in the one before it."""
    return _crossed(opened_version())


@only_for("pipeline")
def running_customers(month: date) -> int:
    """Customers of the book's product with a contract that runs on the last recorded day of a month."""
    return _running(opened_version(), month)


@only_for("pipeline")
def buyers() -> Mapping[str, Buyer]:
    """Every customer that pays, by id."""
    return _buyers(opened_version())


@only_for("pipeline")
def dimensions() -> Mapping[str, Dimension]:
    """Every dimension of the book."""
    return opened_desk(opened_version()).book.dimensions


@only_for("pipeline")
def book_product() -> str:
    """The product whose allowances the book holds."""
    return opened_desk(opened_version()).book.product


@only_for("pipeline")
def segment_names() -> Mapping[str, str]:
    """The ideal-customer segments by key, as a reader knows them."""
    return {key: one.label for key, one in opened_desk(opened_version()).segments.ideal_customers.items()}


@only_for("pipeline")
def playbook() -> Playbook:
    """What sales says, shows and does with customers it has."""
    return _playbook(opened_version())


@only_for("pipeline")
def evidence() -> Mapping[str, Evidence]:
    """What our records measure of it, by measure."""
    return _evidence(opened_version())


@only_for("pipeline")
def verdicts() -> Mapping[tuple[str, str], Finding]:
    """What the check says of every claim that the playbook names, by product and claim."""
    return _verdicts(opened_version())


@only_for("pipeline")
def savings() -> Mapping[str, Saving]:
    """What each customer saves, by the newest measurement."""
    return _savings(opened_version())


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _framework(version: Version) -> Framework:
    return trials.framework(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _pilots(version: Version) -> tuple[Trial, ...]:
    return trials.trials(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner="Looking at what comes up…")
def _upcoming(version: Version) -> tuple[Upcoming, ...]:
    return renewing.upcoming(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _monthly(version: Version) -> int:
    return renewing.monthly_contracts(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner="Rating the last full month…")
def _allowances(version: Version) -> tuple[Headroom, ...]:
    return expansion.allowances(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _crossed(version: Version) -> tuple[Crossed, ...]:
    return expansion.crossed(opened_desk(version))


@st.cache_data(max_entries=2 * VERSIONS, show_spinner=False)
def _running(version: Version, month: date) -> int:
    return expansion.running_customers(opened_desk(version), month)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _buyers(version: Version) -> dict[str, Buyer]:
    return {one.customer_id: Buyer(one.name, one.persona) for one in opened_desk(version).customers}


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _playbook(version: Version) -> Playbook:
    return expansion.the_playbook(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _savings(version: Version) -> dict[str, Saving]:
    return trials.savings(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _evidence(version: Version) -> dict[str, Evidence]:
    desk = opened_desk(version)
    return trials.evidence(desk, trials.savings(desk).values())


@st.cache_data(max_entries=VERSIONS, show_spinner="Judging what sales says…")
def _verdicts(version: Version) -> dict[tuple[str, str], Finding]:
    desk = opened_desk(version)
    book = expansion.the_playbook(desk)
    named = book.claims
    return {(one.product, one.claim): one for one in desk.findings if (one.product, one.claim) in named}
