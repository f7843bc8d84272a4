"""Promises are judged under the chosen scenario, and what prices cost is unknown, not zero, while a rail is missing."""

from collections.abc import Callable

import pytest

from tests.pages.visit import headline, opened, said, value


def test_honest_prices_turn_the_page_green() -> None:
    assert value(opened("discount_honesty"), "False") == "1"
    app = opened("discount_honesty", scenario="honest-20")
    assert value(app, "False") == "0"
    assert headline(app).startswith("0 of ")


def test_the_cost_says_what_it_counts_and_leads_to_the_other_number() -> None:
    words = said(opened("discount_honesty"))
    assert "today's list-price annual subscribers from their next renewal, for a year" in words
    assert "(price_change?scenario=honest-20)" in words


@pytest.mark.parametrize("rail", ["stripe", "marketplace"])
def test_a_cost_is_unknown_while_a_rail_is_missing(open_without: Callable[..., None], rail: str) -> None:
    open_without(rail)
    app = opened("discount_honesty")
    assert value(app, "Cost to keep it") == "unknown"
    assert "$0 a year" not in headline(app) and "prices an unknown amount while a rail is missing" in headline(app)


def test_no_remedy_is_cut_and_no_claim_opens_with_a_key() -> None:
    tables = [table.value.to_string() for table in opened("discount_honesty").dataframe]
    assert "Accelerate, annual $14,390 · Command, annual $38,390" in tables[0]
    assert "API requests · Included: plans database" in tables[1] and "api_requests.included" not in tables[1]


def test_the_heading_names_the_surface_that_is_first_in_the_picture() -> None:
    app = opened("discount_honesty")
    assert "Plans database and book: most to mend, 5 of 17" in said(app)
    assert "plans database and book" in app.get("plotly_chart")[0].proto.spec.split("pricing page")[0]
