"""Every way out that changes prices: it makes the claim true, and costs what the simulator and SQL say it costs."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from lib import promises
from lib.catalog.edits import changes_of, edits_of
from lib.catalog.scenario import overlaid, overlay
from lib.claims.checks import judge
from lib.claims.claim import Evidence
from lib.claims.finding import Finding, Remedy
from lib.claims.parse import parse
from lib.desk import AHEAD, Desk
from lib.surfaces import stripe_evidence
from tests.specification import CLAIMS, rows

# The claims of data/claims.toml that a price can make true, and the list prices it takes (tests/cases/claims.toml).
BY_PRICE = {
    "save_20_pricing_page": {"starter-annual": 2870, "accelerate-annual": 14390, "command_plus-annual": 38390},
    "save_17_listing": {"starter-annual": 2970, "accelerate-annual": 14930, "command_plus-annual": 39830},
}
# Who pays a year's list price, now or from the next renewal, by plan: no private offer among them.
SUBSCRIBERS = """
    select contract.plan_key, cast(count(*) as integer), any_value(plan.price_usd)
    from marts.contract as contract join marts.plan as plan using (plan_key)
    where contract.recurring_from_on <= date '2026-10-31'
        and (contract.recurring_until_on is null or date '2026-10-31' < contract.recurring_until_on)
        and contract.offer_id is null and ends_with(contract.plan_key, '-annual')
    group by contract.plan_key
"""


@pytest.fixture(scope="module")
def yearly(desk: Desk) -> Iterator[dict[str, tuple[int, Decimal]]]:
    connection = duckdb.connect(str(desk.warehouse.path), read_only=True)
    yield {key: (count, price) for key, count, price in connection.execute(SUBSCRIBERS).fetchall()}
    connection.close()


def by_price(desk: Desk) -> list[tuple[Finding, Remedy]]:
    return [(found, remedy) for found in desk.judged() for remedy in found.remedies if remedy.proposal]


def test_the_claims_that_a_price_makes_true_are_these(desk: Desk) -> None:
    assert {found.claim: remedy.prices for found, remedy in by_price(desk)} == BY_PRICE


@pytest.mark.parametrize("claim", BY_PRICE)
def test_the_prices_make_the_claim_true_when_they_are_overlaid(desk: Desk, claim: str) -> None:
    (remedy,) = (remedy for found, remedy in by_price(desk) if found.claim == claim)
    assert remedy.proposal is not None
    (mended,) = (one for one in desk.judged(remedy.proposal) if one.claim == claim)
    assert mended.verdict == "true" and mended.true_at == remedy.true_at == ("nearest", "floor")


@pytest.mark.parametrize("claim", BY_PRICE)
def test_the_cost_is_that_of_sql(desk: Desk, yearly: dict[str, tuple[int, Decimal]], claim: str) -> None:
    """Today's subscribers x (list price - clean price), summed over plans."""
    (remedy,) = (remedy for found, remedy in by_price(desk) if found.claim == claim)
    assert remedy.cost is not None
    assert remedy.cost.total == sum(count * (price - BY_PRICE[claim][key]) for key, (count, price) in yearly.items())
    assert remedy.cost.subscribers == sum(count for count, _ in yearly.values())


@pytest.mark.parametrize("claim", BY_PRICE)
def test_the_cost_is_that_of_the_simulator(desk: Desk, claim: str) -> None:
    """A year of today's contracts with everybody on the new price: every yearly subscriber renews once in it."""
    (remedy,) = (remedy for found, remedy in by_price(desk) if found.claim == claim)
    assert remedy.proposal is not None and remedy.cost is not None
    simulation = desk.simulate(remedy.proposal, months=12, horizon=AHEAD)
    assert simulation.baseline.revenue - simulation.proposed.revenue == remedy.cost.total


@pytest.mark.parametrize("claim", BY_PRICE)
def test_a_link_carries_exactly_these_prices(desk: Desk, claim: str) -> None:
    (remedy,) = (remedy for found, remedy in by_price(desk) if found.claim == claim)
    assert remedy.proposal is not None
    edits = edits_of(desk.book, overlay(desk.book, remedy.proposal))
    opened = overlaid(desk.book, changes_of(desk.book, edits), "a link")
    changed = {key: plan.list_price for key, plan in opened.plans.items() if plan != desk.book.plans[key]}
    assert changed == BY_PRICE[claim]


def test_words_that_are_offered_are_true_where_a_check_can_tell(desk: Desk) -> None:
    """Every other wording of a claim with a number is judged again under the rules it names."""
    papers = parse(CLAIMS)
    held = Evidence(desk.book, papers, *stripe_evidence(rows("plan"), rows("stripe_price")))
    claims = {claim.id: claim for claim in papers.claims}
    judged = 0
    for found in desk.judged():
        for remedy in (one for one in found.remedies if one.words and found.unit == "percent" and "%" in one.words):
            value = Decimal("".join(letter for letter in str(remedy.words) if letter.isdigit()))
            again = replace(claims[found.claim], words=str(remedy.words), value=value)
            assert set(remedy.true_at) <= set(judge(again, held).true_at)
            judged += 1
    assert judged == 3  # Save 17% and Save 16% for Save 20%, Save 16% for Save 17%


def test_the_json_tells_the_same_cost(desk: Desk) -> None:
    told: Any = {found.claim: promises.as_dict(found) for found, _ in by_price(desk)}
    costs = {claim: told[claim]["remedies"][-1]["yearly_cost_usd"] for claim in BY_PRICE}
    assert costs == {found.claim: f"{remedy.cost.total:.2f}" for found, remedy in by_price(desk) if remedy.cost}
