"""A price change says what it is held against, keeps apart what is certain, and a part is never taken for the whole."""

from collections.abc import Callable

from tests.pages.conftest import Ask
from tests.pages.test_numbers_on_pages import millions
from tests.pages.visit import headline, opened, said, value


def test_what_was_really_invoiced_stands_beside_the_baseline(ask: Ask) -> None:
    [(invoiced,)] = ask(
        "select sum(amount_usd) from marts.invoice_line where invoiced_on between date '2025-11-01' and '2026-10-31'"
    )
    app = opened("price_change", scenario="starter-plus-10")
    [card] = [card for card in app.metric if card.label == "Baseline"]
    assert card.delta == f"{millions(invoiced)} invoiced"
    assert "on today's prices throughout" in headline(app)


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
