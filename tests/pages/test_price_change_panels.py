"""The panels behind a price change, each on its own: what it opens with, what it draws, and where there is nothing."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib import exports
from lib.costs import costs
from lib.desk import Desk, Simulation
from lib.impact.settings import parse_settings
from lib.ui import explained, legends, margins, records, steadiness, winners
from lib.ui.views.price_change import both_bills, dimensions, steady, who
from tests.conftest import ROOT
from tests.pages.visit import SECONDS, said

SETTINGS = parse_settings((ROOT / "data" / "impact.toml").read_text())
PANELS = ("who", "both_bills", "dimensions", "steady")
SHOWN = ("starter-plus-10", "volume-bands", "words-per-word", "say-17")
Show = Callable[..., AppTest]


def panel(name: str, found: object, legend: object) -> None:
    """What runs inside the tested app: one panel with what it was given."""
    from importlib import import_module

    import_module(f"lib.ui.views.price_change.{name}").show(found, legend)


def picker(payers: dict[str, str]) -> None:
    """What runs inside the tested app: the choice of a customer."""
    import streamlit as st

    from lib.ui.views.price_change import both_bills

    st.code(str(both_bills.asked(payers)))


def ran(script: Callable[..., None], *args: Any, **address: str) -> AppTest:
    app = AppTest.from_function(script, args=args, default_timeout=SECONDS)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


@pytest.fixture(scope="module")
def simulated(desk: Desk) -> Callable[[str], Simulation]:
    return cache(lambda key: desk.simulate(desk.scenario(key)))


@pytest.fixture(scope="module")
def values(desk: Desk, simulated: Callable[[str], Simulation]) -> Callable[[str, str], tuple[Any, ...]]:
    names = {key: one.name for key, one in records.known(desk).items()}
    legend = legends.of(desk, desk.book)
    rows = (desk.warehouse.rows(mart) for mart in ("unit_cost", "spend_month"))
    known = costs(*rows, desk.book.product)

    @cache
    def of(name: str, key: str) -> tuple[Any, ...]:
        result = simulated(key)
        if name == "who":
            return winners.of(result, desk.reach, SETTINGS, names), legend
        if name == "both_bills":
            return explained.of(result, next(iter(explained.payers(result, names))), names), legend
        if name == "dimensions":
            return margins.of(result, known, desk.reach), legend
        return steadiness.of(result, desk.reach, SETTINGS, names), legend

    return of


@pytest.mark.parametrize("key", SHOWN)
@pytest.mark.parametrize("name", PANELS)
def test_a_panel_opens_with_a_number_and_never_breaks(name: str, key: str, values: Callable[..., Any]) -> None:
    app = ran(panel, name, *values(name, key))
    assert not app.exception
    assert any(letter.isdigit() for letter in app.subheader[0].value)
    drawn = app.get("plotly_chart")
    assert all(chart.proto.alt for chart in drawn)
    assert len(drawn) <= 4


@pytest.mark.parametrize("name", PANELS)
def test_every_table_of_a_panel_leaves_as_csv(name: str, values: Callable[..., Any]) -> None:
    found, legend = values(name, "words-per-word")
    tables = {
        "who": lambda: who.tables(found, legend),
        "both_bills": lambda: both_bills.tables(found, legend),
        "dimensions": lambda: dimensions.tables(found),
        "steady": lambda: steady.tables(found),
    }[name]()
    for frame in tables.values():
        assert exports.csv(frame).count(b"\n") == len(frame) + 1


def test_who_is_grouped_by_what_the_address_says(values: Callable[..., Any]) -> None:
    app = ran(panel, "who", *values("who", "starter-plus-10"), price_change_by="Tier")
    assert app.selectbox(key="price_change_by").value == "Tier"
    groups = app.dataframe[0].value
    assert list(groups["name"])[:4] == ["Starter", "Accelerate", "Command", "Enterprise"]
    assert "Unknown (fewer than 5)" in list(groups["name"])
    assert "falls to Starter" in said(app)


def test_where_nobody_moves_there_is_a_sentence_and_no_picture(values: Callable[..., Any]) -> None:
    app = ran(panel, "who", *values("who", "say-17"))
    assert "$0 over 378 customers" in said(app)
    assert "shown where a bill moves" in said(app)
    assert not app.get("plotly_chart") and not app.dataframe


def test_the_largest_change_is_read_first_and_the_address_names_another(
    desk: Desk, simulated: Callable[[str], Simulation]
) -> None:
    payers = explained.payers(simulated("volume-bands"), {})
    assert ran(picker, payers).code[0].value == next(iter(payers))
    assert ran(picker, payers, price_change_customer="c-0007").code[0].value == "c-0007"
    assert ran(picker, {}).code[0].value == "None"


def test_a_bill_is_read_by_month_and_its_total_stands_above(values: Callable[..., Any]) -> None:
    found, legend = values("both_bills", "volume-bands")
    app = ran(panel, "both_bills", found, legend, price_change_month="Dec 2025", price_change_lines="Every line")
    rows = app.dataframe[0].value
    own = found.lines[found.lines["month"] == date(2025, 12, 1)]
    assert rows["line"].iloc[0] == "Total" and len(rows) == len(own) + 1
    assert float(rows["difference_usd"].iloc[0]) == float(sum(own["difference_usd"]))


def test_without_costs_a_margin_says_what_it_needs_and_is_not_drawn(
    desk: Desk, simulated: Callable[[str], Simulation]
) -> None:
    found = margins.of(simulated("starter-plus-10"), costs([], [], desk.book.product), desk.reach)
    app = ran(panel, "dimensions", found, legends.of(desk, desk.book))
    assert "not measurable: needs the unit cost of images" in said(app)
    assert len(app.get("plotly_chart")) == 2  # shares of revenue, and the next unit on both books


def test_new_cliffs_are_named(values: Callable[..., Any]) -> None:
    app = ran(panel, "steady", *values("steady", "volume-bands"))
    assert "173 new cliffs" in app.subheader[0].value
    assert len(app.dataframe[1].value) == 173
    assert "makes no new cliff" in said(ran(panel, "steady", *values("steady", "say-17")))


def test_the_panels_have_their_files() -> None:
    folder = ROOT / "lib" / "ui" / "views" / "price_change"
    assert {path.stem for path in Path(folder).glob("*.py")} >= set(PANELS)
