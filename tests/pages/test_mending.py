"""From a false claim to its remedy as a scenario, its cost, and back; and what customers may answer to it."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.catalog.edits import changes_of
from lib.catalog.scenario import overlaid
from lib.desk import AHEAD, Desk
from lib.ui import numbers
from lib.ui.views.mending import RESPOND
from tests.pages.visit import headline, opened, said, value

CLEAN = {"starter-annual": 2870, "accelerate-annual": 14390, "command_plus-annual": 38390}


def links(words: str, told: str) -> list[dict[str, str]]:
    """The addresses of the links with these words: the page, and each parameter."""
    found = re.findall(rf"\[{words}[^\]]*\]\(([^)]+)\)", told)
    split = [urlsplit(link) for link in found]
    return [{"page": one.path, **{key: last for key, (last,) in parse_qs(one.query).items()}} for one in split]


def test_the_prices_of_a_red_claim_open_as_a_scenario_that_costs_what_the_page_says(desk: Desk) -> None:
    app = opened("discount_honesty")
    [address] = links("Open these prices", said(app))
    assert address["page"] == "price_change"
    book = overlaid(desk.book, changes_of(desk.book, address["price_change_edits"]), "a link")
    assert {key: plan.list_price for key, plan in book.plans.items() if plan != desk.book.plans[key]} == CLEAN

    page = opened(**address)
    assert not page.exception and not page.error
    red = next(one for one in desk.judged() if one.severity == "red")
    costs = [it.cost.total for it in red.remedies if it.prices and it.cost]
    [cost] = costs
    assert headline(page).startswith(f"Edited prices could cost {numbers.money(cost)} in 12 months")
    assert value(app, "Cost to mend") == numbers.money(cost)
    [back] = links("Back to", said(page))
    assert back == {"page": "discount_honesty"}


def test_the_way_back_keeps_the_scenario_and_nobody_is_led_to_a_page_that_is_none() -> None:
    asked = {"scenario": "starter-plus-10", "price_change_from": "discount_honesty"}
    assert links("Back to", said(opened("price_change", **asked))) == [
        {"page": "discount_honesty", "scenario": "starter-plus-10"}
    ]
    for stranger in ("https://elsewhere.example", "sources"):
        assert not links("Back to", said(opened("price_change", **{**asked, "price_change_from": stranger})))


def test_truthful_words_open_the_scenario_that_says_them() -> None:
    [address] = links("Say", said(opened("discount_honesty")))
    assert address == {"page": "discount_honesty", "scenario": "say-17"}
    assert headline(opened(**address)).startswith("0 of ")


# If customers answer


def test_nobody_reacts_until_a_response_is_counted() -> None:
    told = said(opened("discount_honesty"))
    assert "Nobody reacts in the cost above" in told and "as far as the beliefs" not in told


@pytest.mark.parametrize("on", ["Churn", "Term switch"])
def test_a_response_gives_a_range_that_is_the_simulators(desk: Desk, on: str) -> None:
    told = said(opened("discount_honesty", **{RESPOND: on}))
    (remedy,) = (it for one in desk.judged() if one.severity == "red" for it in one.remedies if it.proposal)
    assert remedy.proposal is not None and remedy.cost is not None
    simulation = desk.simulate(remedy.proposal, months=12, horizon=AHEAD)
    found = desk.react(simulation, desk.responses.switched({on.lower().replace(" ", "_")}))
    assert f"between {numbers.about(found.low_usd)} and {numbers.about(found.high_usd)}" in told.replace("**", "")
    moved = simulation.reached.revenue - simulation.baseline.revenue
    assert f"{numbers.about(moved)} if nobody reacts" in told
    assert f"once everybody has renewed: −{numbers.exact_money(remedy.cost.total)} a year" in told


def test_a_cost_nobody_knows_is_not_estimated(open_without: Callable[..., None]) -> None:
    open_without("marketplace")
    app = opened("discount_honesty", **{RESPOND: "Churn"})
    assert not app.exception
    assert "as far as the beliefs" not in said(app)
