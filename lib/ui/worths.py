"""What one new customer is worth, as the page asks the desk: guarded, and kept by what is asked."""

from dataclasses import replace

import streamlit as st

from lib.desk.forecasting import Asked as DeskAsked
from lib.desk.worth import Worths
from lib.desk.worth import worths as worked_out
from lib.forecast.turning import levers_of
from lib.ui.data import only_for
from lib.ui.forecasting import Asked
from lib.ui.opening import Version, opened_desk, opened_version
from lib.ui.saved import scenario_of

_RESULTS = 32


@only_for("persona_mix")
def worths(asked: Asked) -> Worths:
    """One new customer of each persona and tier in the world that is asked for; a target changes nothing of it."""
    return _worths(opened_version(), replace(asked, target=None))


@st.cache_resource(max_entries=_RESULTS, show_spinner="Working out what a customer is worth…")
def _worths(version: Version, asked: Asked) -> Worths:
    desk = opened_desk(version)
    tried = tuple(scenario_of(desk, key) for key in asked.scenarios)
    return worked_out(desk, DeskAsked(asked.months, 1, levers_of(asked.levers), tried))
