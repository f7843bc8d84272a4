"""What the scorecard reads: money, findings, allowances and days due since an earlier snapshot, and every metric.

Guarded and kept as `lib.ui.data` does it. Everybody opens the page, and each part of it is read under the pages it
belongs to: what a role may not open, it is not told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from lib.claims.finding import RED, Finding
from lib.decisions import DecisionError, SavedOffer
from lib.desk import SNAPSHOTS, changes, scoring
from lib.desk.changes import Restated
from lib.desk.offer_register import register, with_saved
from lib.desk.renewing import Upcoming
from lib.desk.scoring import Scoring
from lib.freshness import SourceState
from lib.offers import Standing
from lib.revenue import monthly
from lib.scorecard import Benchmark, Crossings, Due, Moved, Still, Turned
from lib.ui import data, deals, growing, saved
from lib.ui.opening import VERSIONS, Version, found, opened_desk, opened_version, snapshots_folder, warehouse_folder

PAGE = "scorecard"
HONESTY, LISTING, PIPELINE, DEALS = "discount_honesty", "listing", "pipeline", "deal_desk"
ALLOWANCES = (PIPELINE, "overage")
_PAIRS = 8  # days compared with each other that are kept


@dataclass(frozen=True)
class MonthMrr:
    """MRR at one month's end, USD."""

    month: date
    mrr: Decimal


def may(*pages: str) -> bool:
    """Whether the reader may open one of some pages; what belongs to none of them is not told."""
    return not data.reader().pages.isdisjoint(pages)


@data.only_for(PAGE)
def days() -> tuple[date, ...]:
    """The days of the published snapshots before the one that is open, the newest first."""
    return changes.earlier_days(warehouse_folder(), opened_desk(opened_version()).recorded_on)


@data.only_for(PAGE)
def command() -> str:
    """What gives a day to compare with, where there is none."""
    folder = snapshots_folder()
    options = "" if folder == SNAPSHOTS else f" --snapshots {folder}"
    return changes.keeping(folder, warehouse_folder(), opened_desk(opened_version()).recorded_on, options)


@data.only_for(PAGE)
def moved(since: date) -> Moved:
    """How recurring revenue moved since a day."""
    return _moved(opened_version(), since)


@data.only_for(PAGE)
def months() -> tuple[MonthMrr, ...]:
    """MRR at every month's end on record."""
    return _months(opened_version())


@data.only_for(PAGE)
def restated(since: date) -> Restated:
    """What the older snapshot told of its own day, and what the newer records tell of it."""
    return _restated(opened_version(), found(since))


@data.only_for(PAGE)
def products() -> tuple[str, ...]:
    """The products that are measured, those with targets first."""
    return _products(opened_version())


@data.only_for(PAGE)
def invoiced() -> str:
    """The product of the price list: what falls due is of its contracts, offers and decisions."""
    return opened_desk(opened_version()).book.product


@data.only_for(PAGE)
def scored(product: str) -> Scoring:
    """Every metric of a product."""
    return _scored(opened_version(), product)


@data.only_for(PAGE)
def scored_on(product: str, since: date) -> Scoring:
    """The same as the older snapshot told it."""
    return _scored(found(since), product)


@data.only_for(PAGE)
def benchmarks() -> tuple[Benchmark, ...]:
    """What peers reach."""
    return _benchmarks(opened_version())


@data.only_for(PAGE)
def late() -> list[SourceState]:
    """The feeds that are older than they may be; one that never came is said by the page it is missing on."""
    return [state for state in data.states() if state.is_stale]


@data.only_for(PAGE)
def due_within() -> int:
    """How many days we look ahead."""
    return _due_within(opened_version())


@data.only_for(HONESTY)
def false_claims() -> tuple[Finding, ...]:
    """The published claims that are false today."""
    return _false(opened_version())


@data.only_for(HONESTY, LISTING)
def turned(since: date) -> tuple[Turned, ...]:
    """Which findings came, went or turned since a day; who may not open the page of claims is told of places alone."""
    everything = _turned(opened_version(), found(since))
    return everything if may(HONESTY) else tuple(one for one in everything if one.is_difference)


@data.only_for(*ALLOWANCES)
def crossings(since: date) -> Crossings:
    """Which allowances were crossed since a day."""
    return _crossings(opened_version(), since)


@data.only_for(PIPELINE)
def still() -> tuple[Still, ...]:
    """The open deals that stand at their stage for longer than they may, the heaviest first."""
    return tuple(Still(one.deal, one.standing.over_days) for one in deals.open_deals() if one.standing.is_stalled)


@data.only_for(PAGE)
def due() -> tuple[Due, ...]:
    """Everything that falls due and that the reader may open, the soonest first."""
    version, desk = opened_version(), opened_desk(opened_version())
    parts: list[Iterable[Due]] = []
    if may(PIPELINE, DEALS):
        parts += [_expiring(version), changes.lapsing(desk, with_saved(desk, _registered(version), _saved()))]
    if may(LISTING):
        parts.append(_questions(version))
    if may(HONESTY):
        parts.append(changes.acceptances(desk, saved.accepted()))
    if may("price_change"):
        parts.append(_decided())
    rows = [one for part in parts for one in part]
    return tuple(sorted(rows, key=lambda one: (one.on or date.max, one.about)))


@data.only_for(PIPELINE)
def coming() -> tuple[Upcoming, ...]:
    """The contracts and business reviews that come up as soon, as Renewals lists them."""
    return tuple(one for one in growing.upcoming() if one.coming.days <= due_within())


def _saved() -> tuple[SavedOffer, ...]:
    """The offers that somebody saved; a store that cannot be opened holds none: the panel that saves says why."""
    try:
        return saved.store().offers()
    except DecisionError:
        return ()


def _decided() -> tuple[Due, ...]:
    """What decisions on record bring; a store that cannot be opened holds nothing: the panel that saves says why."""
    try:
        decisions = saved.store().decisions()
    except DecisionError:
        return ()
    return changes.decided(opened_desk(opened_version()), decisions) if decisions else ()


@st.cache_data(max_entries=_PAIRS, show_spinner="Comparing recurring revenue…")
def _moved(version: Version, since: date) -> Moved:
    return changes.moved(opened_desk(version), since)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _months(version: Version) -> tuple[MonthMrr, ...]:
    series = scoring.paid_by_month(opened_desk(version))
    return tuple(MonthMrr(month, monthly(yearly)) for month, yearly in series.items())


@st.cache_data(max_entries=_PAIRS, show_spinner=False)
def _restated(version: Version, older: Version) -> Restated:
    return changes.restated(opened_desk(version), opened_desk(older))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _products(version: Version) -> tuple[str, ...]:
    return scoring.products(opened_desk(version))


@st.cache_data(max_entries=_PAIRS, show_spinner="Working out the metrics…")
def _scored(version: Version, product: str) -> Scoring:
    return scoring.scoring(opened_desk(version), product)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _benchmarks(version: Version) -> tuple[Benchmark, ...]:
    return scoring.benchmarks(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _due_within(version: Version) -> int:
    return scoring.the_metrics(opened_desk(version)).due_within_days


@st.cache_resource(max_entries=VERSIONS, show_spinner="Judging the claims…")
def _false(version: Version) -> tuple[Finding, ...]:
    return tuple(one for one in opened_desk(version).findings if one.severity == RED)


@st.cache_resource(max_entries=_PAIRS, show_spinner="Judging the claims of both days…")
def _turned(version: Version, older: Version) -> tuple[Turned, ...]:
    return changes.turned(opened_desk(version), opened_desk(older))


@st.cache_data(max_entries=_PAIRS, show_spinner="Comparing allowances…")
def _crossings(version: Version, since: date) -> Crossings:
    return changes.crossings(opened_desk(version), since)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _expiring(version: Version) -> tuple[Due, ...]:
    return changes.expiring(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _registered(version: Version) -> tuple[Standing, ...]:
    return register(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _questions(version: Version) -> tuple[Due, ...]:
    return changes.questions(opened_desk(version))
