"""What is read of a price change by whoever looks closer: one read per panel, kept as small values."""

import streamlit as st

from lib import costs
from lib.desk import Desk, read_text
from lib.impact.settings import Settings, parse_settings
from lib.ui import changing, data, explained, margins, records, steadiness, winners
from lib.ui.changing import Asked
from lib.ui.explained import Explained
from lib.ui.margins import Dimensions
from lib.ui.opening import Version, opened_desk, opened_version
from lib.ui.steadiness import Steady
from lib.ui.winners import Winners

_KEPT = 16


@data.only_for("price_change")
def who(asked: Asked) -> Winners:
    """Who wins and who loses, group by group, and whose bill jumps."""
    return _who(opened_version(), asked)


@data.only_for("price_change")
def payers(asked: Asked) -> dict[str, str]:
    """Everybody with a bill, the largest change first: id and words."""
    return _payers(opened_version(), asked)


@data.only_for("price_change")
def both_bills(asked: Asked, customer_id: str, as_reached: bool) -> Explained:
    """One customer's two bills, every difference explained: as the customer is reached, or as everybody could be."""
    names = _names(opened_version())
    return explained.of(changing.simulation(asked), customer_id, names, as_reached=as_reached)


@data.only_for("price_change")
def dimensions(asked: Asked) -> Dimensions:
    """Revenue share and unit margin of every dimension, and what one more unit costs."""
    return _dimensions(opened_version(), asked)


@data.only_for("price_change")
def steady(asked: Asked) -> Steady:
    """How steady bills are under three pricing models, and where cliffs are."""
    return _steady(opened_version(), asked)


@st.cache_data(max_entries=_KEPT, show_spinner="Grouping everybody by their bill…")
def _who(version: Version, asked: Asked) -> Winners:
    desk = opened_desk(version)
    return winners.of(changing.simulation(asked), desk.reach, _settings(desk), _names(version))


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _payers(version: Version, asked: Asked) -> dict[str, str]:
    return explained.payers(changing.simulation(asked), _names(version))


@st.cache_data(max_entries=_KEPT, show_spinner="Holding every unit against its cost…")
def _dimensions(version: Version, asked: Asked) -> Dimensions:
    desk = opened_desk(version)
    per_unit, spent = desk.warehouse.rows("unit_cost"), desk.warehouse.rows("spend_month")
    return margins.of(changing.simulation(asked), costs.costs(per_unit, spent, desk.book.product), desk.reach)


@st.cache_data(max_entries=_KEPT, show_spinner="Billing everybody under three pricing models…")
def _steady(version: Version, asked: Asked) -> Steady:
    desk = opened_desk(version)
    return steadiness.of(changing.simulation(asked), desk.reach, _settings(desk), _names(version))


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _names(version: Version) -> dict[str, str]:
    return {key: one.name for key, one in records.known(opened_desk(version)).items()}


def _settings(desk: Desk) -> Settings:
    return parse_settings(read_text(desk.data / "impact.toml"))
