"""Promises are judged under the chosen scenario, and what prices cost is unknown, not zero, while a rail is missing."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

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
    assert value(app, "Cost to mend") == "unknown"
    assert "$0 a year" not in headline(app) and "prices an unknown amount while a rail is missing" in headline(app)


def test_no_remedy_is_cut_and_no_claim_opens_with_a_key() -> None:
    tables = [table.value.to_string() for table in opened("discount_honesty").dataframe]
    assert "Accelerate, annual $14,390 · Command, annual $38,390" in tables[0]
    assert "API requests · Included: plans database" in tables[1] and "api_requests.included" not in tables[1]


def test_the_heading_names_the_surface_that_is_first_in_the_picture() -> None:
    app = opened("discount_honesty")
    assert "Plans database and book: most to mend, 5 of 19" in said(app)
    assert "plans database and book" in app.get("plotly_chart")[0].proto.spec.split("pricing page")[0]


def claims(app: AppTest) -> str:
    """The table of claims, as it is shown."""
    [table] = [table.value for table in app.dataframe if "Words" in table.value or "words" in table.value]
    return str(table.to_string())


def test_a_place_and_a_kind_are_picked_by_the_address() -> None:
    app = opened("discount_honesty", honesty_surface="Third-party listing", honesty_kind="Differences between places")
    shown = claims(app)
    assert shown.count("third-party listing") >= 4 and "Save 20%" not in shown
    assert value(app, "False") == "1" and headline(app).startswith("1 published claim is false")
    nothing = opened("discount_honesty", honesty_surface="Invoices", honesty_kind="Targets")
    assert "Nothing of this place and kind is on file" in said(nothing)


def test_the_papers_contradictions_stand_together_the_contradictions_first() -> None:
    app = opened("discount_honesty")
    assert "The papers say 11 things in two ways: 5 contradict each other, 6 can both stand" in said(app)
    [told] = [table.value for table in app.dataframe if "one_place" in table.value]
    assert list(told["weight"]) == ["Contradiction"] * 5 + ["Tension"] * 6
    seats = told[told["subject"] == "Team seats, included"].iloc[0]
    assert seats["one_place"].startswith("column Included (Starter): 0 (per-tier floor)")
    assert seats["other_place"].startswith("row Team seats, column Starter: 3")
    assert seats["meanwhile"] == "rated by the matrix: 3, 10 and 25"


def test_who_is_billed_off_list_stands_with_dollars(ask: Callable[..., list[tuple[object, ...]]]) -> None:
    """249 for 299 twice and 1,249 for 1,499: 350 a month, 4,200 a year; the plan of no book has no list price."""
    app = opened("discount_honesty")
    assert "4 customers are billed off list: 350.00 USD a month and 4,200.00 a year below it" in said(app)
    [told] = [table.value for table in app.dataframe if "billed_usd" in table.value]
    forbidden = told[told["standing"] == "Forbidden"]
    rows = ask(
        "select customer_id, cast(recorded_price_usd as double) from marts.contract where ended_on is null "
        "and rail = 'stripe' and recorded_price_usd in (99, 249, 1249)"
    )
    assert sorted(zip(forbidden["customer"], forbidden["billed_usd"], strict=True)) == sorted(rows)
    assert len(told) == 10 and forbidden["yearly_usd"].sum() == 4200


def test_what_nobody_can_read_yet_is_planned() -> None:
    """19 promises of data/claims.toml are no talking point and not published, all of them on the AWS listing."""
    assert "19 promises are planned, not published yet (AWS listing 19)" in said(opened("discount_honesty"))
