"""A price change says what it is held against, keeps apart what is certain, and a part is never taken for the whole."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Ask
from tests.pages.test_numbers_on_pages import millions
from tests.pages.visit import SECONDS, headline, opened, said, value


def test_what_was_really_invoiced_stands_beside_the_baseline(ask: Ask) -> None:
    [(invoiced,)] = ask(
        "select sum(amount_usd) from marts.invoice_line where invoiced_on between date '2025-11-01' and '2026-10-31'"
    )
    app = opened("price_change", scenario="starter-plus-10")
    [card] = [card for card in app.metric if card.label == "Baseline"]
    assert card.delta == f"{millions(invoiced)} invoiced"
    assert "on today's prices throughout" in headline(app)


@pytest.mark.parametrize("scenario", ["starter-plus-10", "baseline"])
def test_a_reader_can_add_up_the_steps_from_the_invoices_to_the_baseline(scenario: str) -> None:
    app = opened("price_change", scenario=scenario, price_change_months=6)
    [told] = re.findall(r"From invoices to baseline: .*", said(app))
    first, *steps, last = (Decimal(one) for one in re.findall(r"[+-]?[0-9]+\.[0-9]+", _bare(told)))
    assert len(steps) == 4
    assert first + sum(steps) == last


def test_months_to_come_have_no_invoices_yet() -> None:
    app = opened("price_change", scenario="starter-plus-10", price_change_horizon="The months to come")
    assert "From invoices to baseline" not in said(app)


def _bare(amounts: str) -> str:
    return amounts.replace("\\", "").replace("$", "").replace(",", "").replace("−", "-")


def test_what_could_move_stands_beside_what_moved() -> None:
    app = opened("price_change", scenario="starter-plus-10")
    words = said(app)
    assert "it is replayed as if it took effect on 1 Nov 2025 instead of 1 Jan 2027" in words
    assert "Could move: everybody the scenario asks for, from the first day." in words
    assert value(app, "Could move") == "+$51.8k" and value(app, "Moved") == "+$44.9k"


def test_months_to_come_carry_todays_contracts_on() -> None:
    app = opened("price_change", scenario="starter-plus-10", price_change_horizon="The months to come")
    assert "Months to come, Jan 2027 to Dec 2027: today's contracts carried on" in said(app)
    assert "moves by then" in headline(app)


def test_a_number_edited_on_the_page_is_in_the_address_and_in_the_headline() -> None:
    app = opened("price_change")
    app.number_input(key="price_change_price").set_value(328.9).run()
    assert app.query_params["price_change_edits"] == "plans.starter-monthly.list_price=328.9"
    assert headline(app).startswith("Edited prices could bring ")
    shared = opened("price_change", price_change_edits="plans.starter-monthly.list_price=328.9")
    assert headline(shared) == headline(app)
    shared.number_input(key="price_change_price").set_value(299.0).run()
    assert "price_change_edits" not in shared.query_params
    assert "scenarios on file" in headline(shared)


def test_the_headline_is_told_once_however_it_came_about() -> None:
    app = opened("price_change", scenario="starter-plus-10")
    for move in (
        lambda: app.number_input(key="price_change_price").set_value(310.0).run(),
        lambda: app.slider(key="price_change_months").set_value(6).run(),
        lambda: app.selectbox(key="scenario").select("honest-20").run(),
    ):
        move()
        assert len(app.title) == 1 and not app.exception
        shown = [line for line in app.main.markdown if "-badge[" in line.value]
        assert len(shown) == 1
    edits = app.query_params["price_change_edits"]
    link = opened("price_change", scenario="honest-20", price_change_months=6, price_change_edits=edits)
    assert headline(link) == headline(app)


def test_a_price_that_makes_no_bill_is_refused_where_it_was_typed() -> None:
    app = opened("price_change", scenario="starter-plus-10")
    before = headline(app)
    app.number_input(key="price_change_price").set_value(1e15).run()
    assert "look for a zero too many" in said(app) and not app.exception
    assert headline(app) == before and "price_change_edits" not in app.query_params


def test_edits_of_a_link_that_cannot_be_are_one_sentence() -> None:
    app = opened("price_change", price_change_edits="plans.starter-monthly.list_prise=1")
    assert not app.exception
    assert "did you mean 'plans.starter-monthly.list_price'" in said(app)


def test_the_title_counts_by_the_same_cut_as_the_groups() -> None:
    app = opened("price_change", scenario="starter-plus-10")
    assert f"{value(app, 'Pay more')} customers pay more, 0 pay less" in headline(app)


def test_a_missing_rail_makes_a_part_and_says_so(open_without: Callable[..., None]) -> None:
    open_without("marketplace")
    app = opened("price_change", scenario="starter-plus-10")
    assert headline(app).startswith("Partial, without ")
    assert " and Marketplace: Starter plus 10 %" in headline(app)
    assert "python -m lib pull --only marketplace" in said(app)


def test_without_usage_nothing_is_simulated(open_without: Callable[..., None]) -> None:
    open_without("metering")
    app = opened("price_change", scenario="starter-plus-10")
    assert not app.metric and not app.exception
    assert "python -m lib pull --only metering" in said(app)


def test_four_changes_stand_side_by_side() -> None:
    app = opened("price_change", scenario="starter-plus-10", price_change_panel="Side by side")
    picked = app.multiselect(key="price_change_beside")
    for key in ("honest-20", "pass-the-fee-on", "say-17"):
        picked = picked.select(key)
    picked.run()
    words = said(app)
    assert not app.exception and "Of 4 changes Pass the 3 % on moves most for us, +$60.8k in 12 months" in words
    assert "starter-plus-10" not in picked.options


def test_a_rise_too_large_for_a_percentage_is_told_in_times() -> None:
    """The largest: a bill that is 80.8 times what it was."""
    assert value(opened("price_change", scenario="words-per-word"), "Sharpest rise") == "80.8 times"


PANELS = ("What changes", "Edit prices", "When", "Who", "Bills", "Dimensions", "Steadiness", "Guardrails", "Responses")


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("scenario", ["words-per-word", "say-17"])
def test_every_panel_opens(scenario: str, panel: str) -> None:
    app = opened("price_change", scenario=scenario, price_change_panel=panel)
    assert not app.exception and not app.error
    assert len(app.subheader) >= 2


def test_an_allowance_is_edited_in_words_and_a_slip_is_told() -> None:
    app = opened("price_change", price_change_edits="allowances.starter.words=unlimited")
    assert headline(app).startswith("Edited prices could cost $")
    told = opened("price_change", price_change_edits="allowances.starter.words=unlimted")
    assert not told.exception and "unlimted" in said(told)


def test_a_change_of_words_alone_is_told_and_costs_nothing() -> None:
    app = opened("price_change", scenario="say-17")
    assert headline(app) == "Say 17 % changes $0 in 12 months: nobody pays more or less"
    assert "Save 17%" in said(app) and "and what we say" in said(app)


def typed_into_the_table() -> None:
    """What runs inside the tested app: one cell of the table of edits, committed as the table does it."""
    import streamlit as st

    from lib.ui import changing, opening
    from lib.ui.views.price_change import question

    opening.open_run()
    asked = changing.Asked(None)
    rows = [row for row in changing.rows(asked) if row.path == "dimensions.images.bands.0.unit_price"]
    question._commit_table(asked, rows, {0: {"becomes": st.session_state["cell"]}}, changing.edited)
    question.address()
    question.said()


@pytest.mark.parametrize(
    ("cell", "becomes"),
    [
        ("1,000.5", "1000.5"),
        (" 12 ", "12"),
        ("12,5", None),  # 12.5 to a European, 125 to nobody
        ("1.000,5", None),
        ("0,05", None),
        ("", None),
        ("٣", None),
        ("1;plans.starter-annual.list_price=1", None),
    ],
)
def test_a_cell_is_taken_for_one_number_or_refused(cell: str, becomes: str | None) -> None:
    app = AppTest.from_function(typed_into_the_table, default_timeout=SECONDS)
    app.session_state["cell"] = cell
    app.run()
    assert not app.exception
    assert len(app.error) == (becomes is None)
    edits = app.query_params.get("price_change_edits", "")
    assert edits == ("" if becomes is None else f"dimensions.images.bands.0.unit_price={becomes}")


def test_nobody_pays_more_by_a_change_that_has_not_reached_them() -> None:
    address = {"scenario": "starter-plus-10-new", "price_change_horizon": "The months to come"}
    app = opened("price_change", price_change_panel="Bills", **address)
    assert "$0 moves by then: 0 customers pay more, 0 pay less" in headline(app)
    [card] = [card for card in app.metric if card.label == "Pay more"]
    assert (card.value, card.delta) == ("0", "of 174")
    assert "does not change" in said(app) or "$0" in said(app)


def test_a_link_whose_edits_cannot_be_shows_the_page_without_them() -> None:
    app = opened("price_change", scenario="starter-plus-10", price_change_edits="plans.foo=1")
    assert not app.exception and headline(app).startswith("Starter plus 10 % could bring")
    assert "The page shows it without the edits" in said(app)
    app.button[0].click().run()
    assert "price_change_edits" not in app.query_params and not app.error
