"""What the pipeline's page reads: open deals as they stand, closed ones, limits, and what is said for a rail.

Guarded and kept as `lib.ui.data` does it: keys are the version and small values.
"""

from collections.abc import Mapping

import streamlit as st

from lib.claims.finding import Finding
from lib.desk import dealing
from lib.desk.dealing import OpenDeal
from lib.market import ClosedDeal, Deal
from lib.pipeline import Settings
from lib.segments import IdealCustomer
from lib.ui import data
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

PAGES = ("pipeline",)


def called(deal: Deal) -> str:
    """What a deal goes by in the address: its company, and its id, because a company may have two."""
    return f"{deal.company} ({deal.deal_id})"


@data.only_for(*PAGES)
def open_deals() -> tuple[OpenDeal, ...]:
    """Every open deal as it stands, heaviest first."""
    return _open_deals(opened_version())


@data.only_for(*PAGES)
def closed_deals() -> tuple[ClosedDeal, ...]:
    """Every closed deal, the latest first."""
    return _closed_deals(opened_version())


@data.only_for(*PAGES)
def settings() -> Settings:
    """Limits by stage, the range an estimate is told with, and how many closed deals make a rate."""
    return _settings(opened_version())


@data.only_for(*PAGES)
def pitches() -> Mapping[tuple[str, str], Finding]:
    """What sales says for a rail and how true that is, by product and rail."""
    return _pitches(opened_version())


@data.only_for(*PAGES)
def segments() -> Mapping[str, IdealCustomer]:
    """The ideal-customer segments: what they need, what to ask, how large a deal usually is."""
    return opened_desk(opened_version()).segments.ideal_customers


@data.only_for(*PAGES)
def channels() -> Mapping[tuple[str, str], str]:
    """What every channel is called, by product and key."""
    return {(one.product, one.key): one.label for one in opened_desk(opened_version()).segments.channels}


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _open_deals(version: Version) -> tuple[OpenDeal, ...]:
    return dealing.open_deals(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _closed_deals(version: Version) -> tuple[ClosedDeal, ...]:
    return dealing.closed_deals(opened_desk(version))


@st.cache_resource(max_entries=VERSIONS, show_spinner=False)
def _settings(version: Version) -> Settings:
    return dealing.settings(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _pitches(version: Version) -> dict[tuple[str, str], Finding]:
    return dealing.pitches(opened_desk(version))
