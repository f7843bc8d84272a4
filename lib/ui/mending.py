"""What the desk knows of a way out: the edits that open its prices, and what it brings if customers answer.

A remedy is named by small values: the scenario the page is under, the claim, and which of its remedies it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from lib.catalog.edits import EditError, edits_of
from lib.catalog.scenario import Scenario, overlay
from lib.claims.finding import Finding, Remedy
from lib.desk import AHEAD, Desk
from lib.off_list import OffList
from lib.reactions import Reactions
from lib.ui import data
from lib.ui.opening import AS_OF, VERSIONS, Version, asked_day, opened_desk, opened_version
from lib.ui.saved import scenario_of

PAGE = "discount_honesty"
MONTHS = 12
_RESULTS = 64


@dataclass(frozen=True)
class Expected:
    """What a remedy brings in the year to come, USD, as it reaches its customers: `static` if nobody reacts.

    `low` and `high` are the ends of an estimate with some responses counted.
    """

    static: float
    low: float
    high: float


@data.only_for(PAGE)
def edits(scenario: str | None, remedy: Remedy) -> str | None:
    """The prices of a remedy as a link carries them; None for other words, and for what no link can hold."""
    if remedy.proposal is None:
        return None
    desk = opened_desk(opened_version())
    book = desk.proposed_book(*_chosen(desk, scenario))
    try:
        return edits_of(book, overlay(book, remedy.proposal))
    except EditError:
        return None


@data.only_for(PAGE)
def on_file_saying(claim: str, words: str | None) -> str | None:
    """The scenario on file that says these words instead of a claim's."""
    desk = opened_desk(opened_version())
    said = {key: desk.scenario(key).claims.get(claim, {}).get("words") for key in desk.scenario_keys()}
    return next((key for key, instead in said.items() if words and instead == words), None)


@data.only_for(PAGE)
def expected(scenario: str | None, claim: str, place: int, on: tuple[str, ...]) -> Expected:
    """What a remedy brings in the year to come, with some responses counted by the beliefs on file."""
    return _expected(opened_version(), scenario, claim, place, on)


@data.only_for(PAGE)
def off_list() -> tuple[OffList, ...]:
    """Every contract that is billed another price than its list's."""
    return _off_list(opened_version())


def address(page: str, parameters: Mapping[str, str]) -> str:
    """A page with what its address carries, on the day this reader looks at."""
    day = asked_day()
    return f"{page}?{urlencode({**parameters, **({AS_OF: str(day)} if day else {})})}"


def _chosen(desk: Desk, scenario: str | None) -> list[Scenario]:
    return [scenario_of(desk, key) for key in (scenario,) if key]


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _off_list(version: Version) -> tuple[OffList, ...]:
    return opened_desk(version).off_list


@st.cache_data(max_entries=_RESULTS, show_spinner="Asking everybody who would pay another price…")
def _expected(version: Version, scenario: str | None, claim: str, place: int, on: tuple[str, ...]) -> Expected:
    desk = opened_desk(version)
    chosen = _chosen(desk, scenario)
    proposal = _remedy(desk.judged(*chosen), claim, place).proposal
    simulation = desk.simulate(*chosen, *filter(None, [proposal]), months=MONTHS, horizon=AHEAD)
    found: Reactions = desk.react(simulation, desk.responses.switched(on))
    return Expected(float(found.answer.steps[0].delta_usd), found.low_usd, found.high_usd)


def _remedy(found: tuple[Finding, ...], claim: str, place: int) -> Remedy:
    (one,) = (one for one in found if one.claim == claim)
    return one.remedies[place]
