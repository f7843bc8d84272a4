"""What the listing page reads: decisions, rows, what is left to type, and what announcing a change takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from lib import reports
from lib.desk import Announcement, announcement, left_to_type, made, register
from lib.reports import Listed
from lib.surfaces import KINDS, Listing, Register, ToType
from lib.ui import data, ledger
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version
from lib.ui.saved import scenario_of

_RESULTS = 32
MIME = {"csv": "text/csv", "md": "text/markdown", "json": "application/json", "ics": "text/calendar"}


@dataclass(frozen=True)
class Publishing:
    """Whether the listing may be published, what is typed into it, and what of that is left."""

    register: Register
    made: Listing
    left: ToType


@dataclass(frozen=True)
class Asked:
    """What is asked of an announcement: a scenario, or kinds of change to everything; a day, or the change's own."""

    scenario: str | None = None
    kinds: tuple[str, ...] = KINDS
    announced_on: date | None = None


@data.only_for("listing")
def publishing(scenario: str | None) -> Publishing:
    """The register, the rows and what is left to type, under a scenario or the baseline."""
    return _publishing(opened_version(), scenario)


@data.only_for("listing")
def announced(asked: Asked) -> Announcement:
    """What announcing a change takes, and whom it touches."""
    return _announced(opened_version(), asked)


@data.only_for("listing")
def names() -> dict[str, str]:
    """The name of every customer on file, by id."""
    return _names(opened_version())


@data.only_for("listing")
def file_later(asked: Asked, form: str) -> Callable[[], bytes]:
    """The listing in one of its forms; it is made when somebody clicks, and asks no session then."""
    return partial(_file, opened_version(), asked, form)


@st.cache_data(max_entries=_RESULTS, show_spinner="Holding the decisions against the check…")
def _publishing(version: Version, scenario: str | None) -> Publishing:
    desk = opened_desk(version)
    changes = [scenario_of(desk, key) for key in (scenario,) if key]
    return Publishing(register(desk, *changes), made(desk, *changes), left_to_type(desk, *changes))


@st.cache_data(max_entries=_RESULTS, show_spinner="Looking for everybody whom the change touches…")
def _announced(version: Version, asked: Asked) -> Announcement:
    desk = opened_desk(version)
    changes = [scenario_of(desk, key) for key in (asked.scenario,) if key]
    return announcement(desk, changes, asked.announced_on, asked.kinds)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _names(version: Version) -> dict[str, str]:
    return ledger.names(opened_desk(version))


def _file(version: Version, asked: Asked, form: str) -> bytes:
    desk = opened_desk(version)
    changes = [scenario_of(desk, key) for key in (asked.scenario,) if key]
    answer: Listed = reports.listed(desk, changes, asked.announced_on, asked.kinds)
    return reports.listing(answer, form).encode()
