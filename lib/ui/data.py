"""The only door from a page to the desk: it checks the role at every read, and keeps what was read.

Keys are small values: the version that is open (`opening`) and a scenario's name. A frame is never a key, because large
frames are hashed by sample. What is kept is small too: a page's numbers, not the thousands of lines they were summed
from.
"""

import functools
import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from lib.catalog.book import Book, Dimension
from lib.claims.acknowledged import acknowledged, idle
from lib.claims.finding import Finding
from lib.desk import DATA, SNAPSHOTS, Desk, KeptSnapshot, kept_snapshots
from lib.forecast import Belief
from lib.freshness import Source, SourceState, by_source
from lib.market import Customer
from lib.money import exact
from lib.rails import Metering
from lib.reconciliation import Invoiced, MeterLine, ParityLine, Reproduction
from lib.refusal import Refusal
from lib.segments import Persona
from lib.simulator.bill import Bill
from lib.simulator.crossings import Crossing, tier_crossing
from lib.simulator.readings import OtherReading, other_readings
from lib.ui import access, curves, intake, ledger, legends, months, records, saved
from lib.ui.cards import Stamp
from lib.ui.curves import Curve
from lib.ui.ledger import Headline, Terms, Uncovered
from lib.ui.legends import Legend
from lib.ui.months import Month, OwnMonth
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version, snapshots_folder, warehouse_folder
from lib.ui.records import Parity
from lib.ui.saved import scenario_of

MENDABLE = (Refusal, access.Refused)
PRICE_LIST = ("plan", "marketplace_pricing_dimension")
_RESULTS = 64

Usage = tuple[tuple[str, Decimal], ...]  # a month's quantities by dimension, as a key
P = ParamSpec("P")
T = TypeVar("T")


def only_for(*pages: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Guard a read: the role must be allowed to open one of the pages the data belongs to."""

    def guard(read: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(read)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            reader().require(pages)
            return read(*args, **kwargs)

        return guarded

    return guard


def reader() -> access.Access:
    """What the reader's role may open."""
    return _reader(os.environ.get(access.ROLE_VARIABLE), st.get_option("server.address"))


def scenario_names() -> Mapping[str, str]:
    """Every scenario that can be picked, key and name: the committed ones, then the saved ones."""
    asked = st.session_state.get("scenario"), st.query_params.get("scenario")
    return {**_scenario_names(opened_version()), **saved.names(*asked)}


def stamp(scenario: str | None = None) -> Stamp:
    """Where a result comes from, under a scenario or the baseline."""
    return _stamp(opened_version(), scenario)


def legend() -> Legend:
    """The names and colours of rails, tiers and personas."""
    return _legend(opened_version())


def states(*feeds: str) -> list[SourceState]:
    """How some feeds, or all, stand on the day the desk is opened."""
    return [state for state in _states(opened_version()) if not feeds or state.feed in feeds]


def price_list_gaps() -> list[SourceState]:
    """The feeds of the price list that are missing: without them no page has a number."""
    return _gaps(opened_version())


@only_for("segments", "pipeline")
def customers() -> tuple[Customer, ...]:
    """Every customer with a running contract, largest first."""
    return _customers(opened_version())


@only_for("segments", "persona_mix")
def history() -> pd.DataFrame:
    """MRR and customers month by month, by rail, tier and persona."""
    return _history(opened_version())


@only_for("segments", "pipeline", "persona_mix")
def personas() -> Mapping[str, Persona]:
    """What each persona is offered, and with which motion."""
    return _personas(opened_version())


@only_for("pipeline")
def stages() -> Mapping[str, str]:
    """The stages a deal can still be won from, in the order of the funnel, and what comes after each."""
    return _stages(opened_version())


@only_for("persona_mix", "pipeline")
def beliefs() -> tuple[tuple[str, Belief], ...]:
    """What nobody has measured, with the reason why we believe it."""
    return _beliefs(opened_version())


@only_for("fee_absorption")
def headline_fees() -> Headline:
    """What each way of being paid keeps of our public prices."""
    return _headline_fees(opened_version())


@only_for("fee_absorption")
def fee_terms() -> Terms:
    """How the book treats what the rails keep."""
    return _fee_terms(opened_version())


@only_for("discount_honesty")
def findings(scenario: str | None) -> tuple[Finding, ...]:
    """Every claim judged, under a scenario or the baseline, in the light of what somebody accepts.

    What prices cost is unknown while a rail is missing. What is accepted is no part of what is kept here.
    """
    version, accepted = opened_version(), saved.accepted()
    found = acknowledged(_findings(version, scenario), accepted, opened_desk(version).as_of)
    # What a change mends today's acceptance still stands for: idle is what today's book has no finding of.
    return (*found, *idle(_findings(version, None), accepted))


@only_for("discount_honesty")
def scenario_with(prices: Mapping[str, Decimal]) -> str | None:
    """The scenario on file under which the plans have these prices."""
    return records.scenario_with(opened_desk(opened_version()), prices)


@only_for("overage")
def bills(usage: Mapping[str, Decimal], scenario: str | None) -> tuple[Bill, ...]:
    """One month's usage → its bill on every plan, term and rail."""
    return _bills(opened_version(), tuple(usage.items()), scenario)


@only_for("overage")
def payers() -> Mapping[str, str]:
    """Everybody who ever had a contract: id and name, by name."""
    return _payers(opened_version())


@only_for("overage")
def months_of(customer_id: str) -> list[date]:
    """The months in which a customer had a contract, the newest first."""
    return months.months_of(opened_desk(opened_version()), customer_id)


@only_for("overage")
def last_day(month: date | None = None) -> date:
    """The last day that recorded facts speak of, in a month or at all."""
    desk = opened_desk(opened_version())
    return months.last_day(desk, month) if month else desk.recorded_on


@only_for("overage")
def own_month(customer_id: str, as_of: date) -> OwnMonth:
    """What a customer used in a month up to one of its days, where it ends, and what the own contract bills."""
    return _own_month(opened_version(), customer_id, as_of)


@only_for("overage")
def own_readings(customer_id: str, as_of: date) -> tuple[OtherReading, ...]:
    """A customer's own bill under the other reading of every open setting."""
    return _own_readings(opened_version(), customer_id, as_of)


@only_for("overage")
def own_curve(customer_id: str, as_of: date, dimension: str) -> Curve | None:
    """A contract's own line over one dimension."""
    return _own_curve(opened_version(), customer_id, as_of, dimension)


@only_for("overage")
def rated(customer_id: str, month: date) -> tuple[ParityLine, ...]:
    """What was rated and what was invoiced of a customer's month, line by line."""
    return _lines(opened_version()).get((customer_id, month), ())


@only_for("overage")
def typed_month(usage: Mapping[str, Decimal], day: int) -> Month:
    """What was typed as used up to a day of the newest month, and where that ends."""
    return _typed_month(opened_version(), tuple(usage.items()), day)


@only_for("overage")
def crossings(scenario: str | None, usage: Mapping[str, Decimal], rail: str, plan_key: str) -> tuple[Crossing, ...]:
    """For every dimension the quantity at which the next tier is cheaper, the rest of the usage fixed."""
    return _crossings(opened_version(), tuple(usage.items()), scenario, rail, plan_key)


@only_for("overage")
def other_bills(scenario: str | None, usage: Mapping[str, Decimal], rail: str, plan: str) -> tuple[OtherReading, ...]:
    """A bill under the other reading of every open setting."""
    return _other_bills(opened_version(), tuple(usage.items()), scenario, rail, plan)


@only_for("overage")
def curve(scenario: str | None, usage: Mapping[str, Decimal], rail: str, plan: str, dimension: str) -> Curve:
    """The bill over one dimension on every plan of the picked one's term, and the picked plan's own line."""
    return _curve(opened_version(), tuple(usage.items()), scenario, rail, plan, dimension)


@only_for("overage")
def dimensions() -> Mapping[str, Dimension]:
    """Every dimension of the book: what its quantity is counted in, and how many units a price is for."""
    return opened_desk(opened_version()).book.dimensions


@only_for("overage")
def example_month() -> Mapping[str, Decimal]:
    """The month a reader starts from."""
    return _example_month()


@only_for("sources", "fee_absorption")
def parity() -> Parity:
    """What we rated against what was invoiced: lines per rail and class, and every line that is not matched."""
    return _parity(opened_version())


@only_for("sources", "price_change")
def reproduced() -> Reproduction:
    """How much of what was invoiced our rules reproduce."""
    return _reproduced(opened_version())


@only_for("price_change")
def invoiced(window: tuple[date, date]) -> Invoiced:
    """What the rails invoiced in whole months, and the steps from there to what the books of their time rate."""
    return _invoiced(opened_version(), window)


@only_for("sources")
def metered_months() -> tuple[date, ...]:
    """The usage months of contracts on a rail with a meter, the newest first."""
    return () if price_list_gaps() else opened_desk(opened_version()).metered_months


@only_for("sources")
def meter_limits() -> Mapping[str, Metering]:
    """What each rail's meter takes, by the rail's label."""
    kept = opened_desk(opened_version()).rails.values()
    return {rail.label: rail.metering for rail in kept if rail.metering}


@only_for("sources")
def metering(month: date) -> tuple[MeterLine, ...]:
    """What a marketplace's meter still takes of a usage month, and what nobody can take back."""
    return _metering(opened_version(), month)


@only_for("sources")
def names() -> Mapping[str, str]:
    """The name of every customer on file, by id."""
    return _names(opened_version())


@only_for("sources")
def uncovered() -> Uncovered:
    """Usage outside any contract."""
    return _uncovered(opened_version())


@only_for("sources")
def sources() -> tuple[Source, ...]:
    """Every source as one: its feeds, its age and what became of its lines."""
    return _sources(opened_version())


@only_for("sources")
def files() -> pd.DataFrame:
    """Every file with what became of its lines."""
    return _files(opened_version())


@only_for("sources")
def rejects() -> pd.DataFrame:
    """Every line that was not loaded, and why."""
    return _rejects(opened_version())


@only_for("sources")
def conflicts() -> pd.DataFrame:
    """Every copy of an event that said something else than the copy that was kept, and why that one was."""
    return _conflicts(opened_version())


@only_for("sources")
def snapshots() -> list[KeptSnapshot]:
    """Every snapshot that is kept, the newest first, and whether the desk can be opened as of it."""
    folder = snapshots_folder()
    options = "" if folder == SNAPSHOTS else f" --snapshots {folder}"
    return kept_snapshots(folder, warehouse_folder(), DATA, options)


@only_for("sources")
def drift() -> pd.DataFrame:
    """Headers that came, went or were renamed from one file of a feed to the next."""
    return _drift(opened_version())


@only_for("sources")
def column_matches() -> pd.DataFrame:
    """Which header of the files was read as which column."""
    return _column_matches(opened_version())


@functools.cache  # every guarded read of a run asks: a look-up of Streamlit's own takes longer than reading the file
def _reader(role: str | None, address: str | None) -> access.Access:
    return access.read(DATA / "access.toml", role, address)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _scenario_names(version: Version) -> dict[str, str]:
    return {key: _scenario_name(opened_desk(version), key) for key in opened_desk(version).scenario_keys()}


def _scenario_name(desk: Desk, key: str) -> str:
    """A scenario's name; a file that cannot be read is named by its key, and says why where it is picked."""
    try:
        return desk.scenario(key).name
    except Refusal:
        return key


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _stamp(version: Version, scenario: str | None) -> Stamp:
    desk = opened_desk(version)
    if _gaps(version):
        opened = {"warehouse": desk.warehouse.id}
        synthetic = desk.warehouse.synthetic
        return Stamp(desk.as_of, desk.recorded_on, "missing", "scenario baseline", "no result", synthetic, opened)
    chosen = [scenario_of(desk, key) for key in (scenario,) if key]
    manifest = desk.manifest(*chosen)
    return Stamp(
        as_of=desk.as_of,
        snapshot_on=desk.recorded_on,
        book=manifest.book,
        scenario=f"scenario {chosen[0].name if chosen else 'baseline'}",
        fingerprint=manifest.fingerprint,
        is_synthetic=manifest.synthetic,
        manifest=manifest.as_dict(),
    )


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _legend(version: Version) -> Legend:
    desk = opened_desk(version)
    return legends.of(desk, None if _gaps(version) else desk.book)


def _gaps(version: Version) -> list[SourceState]:
    return [state for state in _states(version) if state.feed in PRICE_LIST and (state.is_missing or not state.loaded)]


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _states(version: Version) -> list[SourceState]:
    return opened_desk(version).sources()


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _customers(version: Version) -> tuple[Customer, ...]:
    return tuple(opened_desk(version).customers)


@st.cache_data(max_entries=VERSIONS, show_spinner="Adding up recurring revenue…")
def _history(version: Version) -> pd.DataFrame:
    return records.history(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _personas(version: Version) -> dict[str, Persona]:
    return dict(opened_desk(version).segments.personas)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _stages(version: Version) -> dict[str, str]:
    return dict(opened_desk(version).segments.next_steps)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _beliefs(version: Version) -> tuple[tuple[str, Belief], ...]:
    return opened_desk(version).assumptions.beliefs()


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _headline_fees(version: Version) -> Headline:
    return ledger.headline(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _fee_terms(version: Version) -> Terms:
    return ledger.terms(opened_desk(version))


@st.cache_data(max_entries=_RESULTS, show_spinner="Judging every claim…")
def _findings(version: Version, scenario: str | None) -> tuple[Finding, ...]:
    desk = opened_desk(version)
    return records.judged(desk, [scenario_of(desk, key) for key in (scenario,) if key])


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _bills(version: Version, usage: Usage, scenario: str | None) -> tuple[Bill, ...]:
    desk = opened_desk(version)
    return desk.bills(dict(usage), *[scenario_of(desk, key) for key in (scenario,) if key])


@st.cache_data(show_spinner=False)
def _example_month() -> dict[str, Decimal]:
    document = tomllib.loads((DATA / "example_month.toml").read_text(), parse_float=Decimal)
    return {key: exact(value) for key, value in document.items()}


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _payers(version: Version) -> dict[str, str]:
    found = records.known(opened_desk(version))
    return {key: one.name for key, one in sorted(found.items(), key=lambda item: (item[1].name, item[0]))}


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _own_month(version: Version, customer_id: str, as_of: date) -> OwnMonth:
    return months.own_month(opened_desk(version), customer_id, as_of)


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _own_readings(version: Version, customer_id: str, as_of: date) -> tuple[OtherReading, ...]:
    return months.own_readings(opened_desk(version), customer_id, as_of)


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _own_curve(version: Version, customer_id: str, as_of: date, dimension: str) -> Curve | None:
    return months.own_curve(opened_desk(version), customer_id, as_of, dimension)


@st.cache_resource(max_entries=VERSIONS, show_spinner="Comparing with what was invoiced…")
def _lines(version: Version) -> dict[tuple[str, date], tuple[ParityLine, ...]]:
    return records.lines_of(() if _gaps(version) else opened_desk(version).parity())


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _typed_month(version: Version, usage: Usage, day: int) -> Month:
    return months.typed_month(opened_desk(version), dict(usage), day)


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _crossings(version: Version, usage: Usage, scenario: str | None, rail: str, plan_key: str) -> tuple[Crossing, ...]:
    book = _book(version, scenario)
    return tuple(tier_crossing(book, rail, plan_key, dict(usage), key) for key in book.dimensions)


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _other_bills(
    version: Version, usage: Usage, scenario: str | None, rail: str, plan_key: str
) -> tuple[OtherReading, ...]:
    return other_readings(_book(version, scenario), rail, plan_key, dict(usage))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _curve(version: Version, usage: Usage, scenario: str | None, rail: str, plan_key: str, dimension: str) -> Curve:
    return curves.of(_book(version, scenario), rail, plan_key, dict(usage), dimension)


def _book(version: Version, scenario: str | None) -> Book:
    desk = opened_desk(version)
    return desk.proposed_book(*[scenario_of(desk, key) for key in (scenario,) if key])


@st.cache_data(max_entries=VERSIONS, show_spinner="Comparing with what was invoiced…")
def _parity(version: Version) -> Parity:
    return records.parity(() if _gaps(version) else opened_desk(version).parity())


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _reproduced(version: Version) -> Reproduction:
    """Apart from the lines that do not match, which are thousands and would be copied for one sentence."""
    return _parity(version).reproduced


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _invoiced(version: Version, window: tuple[date, date]) -> Invoiced:
    return opened_desk(version).invoiced(window, _parity(version).lines)


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _metering(version: Version, month: date) -> tuple[MeterLine, ...]:
    return opened_desk(version).metering(month)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _names(version: Version) -> dict[str, str]:
    return ledger.names(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _uncovered(version: Version) -> Uncovered:
    return ledger.uncovered(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _sources(version: Version) -> tuple[Source, ...]:
    desk = opened_desk(version)
    return tuple(by_source(desk.sources(), desk.as_of))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _files(version: Version) -> pd.DataFrame:
    return intake.files(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _rejects(version: Version) -> pd.DataFrame:
    return intake.rejects(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _conflicts(version: Version) -> pd.DataFrame:
    return intake.conflicts(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _drift(version: Version) -> pd.DataFrame:
    return intake.drift(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _column_matches(version: Version) -> pd.DataFrame:
    return intake.column_matches(opened_desk(version))
