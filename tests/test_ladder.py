"""Every row of the papers' tables, worked out by hand: both trees, the pricing model, ideal customers, value by role.

What a bill may depend on is in test_integrators.py.
"""

import itertools
import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lib import market, rails, segments
from lib.buyers import Buyer, split
from lib.segments import Maturity, approach, persona, persona_decision, pricing_model, questions, range_verdict
from tests.conftest import ROOT

WORDS = (ROOT / "tests" / "cases" / "ladder.toml").read_text()
TABLES = tomllib.loads(WORDS)
SEGMENTS = segments.parse((ROOT / "data" / "segments.toml").read_text())
RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
FACTS = ("has_aws_account", "is_partner", "is_seller")
ON = date(2026, 10, 31)


def rows(table: str) -> list[Any]:
    return [
        pytest.param(row, id=row.get("name") or row.get("row") or f"{number}, {row.get('persona', row.get('segment'))}")
        for number, row in enumerate(TABLES[table], 1)
    ]


def account(case: dict[str, Any]) -> dict[str, Any]:
    """A case as a row of marts.customer."""
    facts = dict(zip(FACTS, case["facts"], strict=True))
    wants = case.get("wants", "unknown")
    who = {"customer_id": "c-1", "customer_name": "One", "region": "AMER", "country": "US"}
    return {**who, **facts, "wants_consolidated_billing": wants, "integrator": case.get("integrator")}


def maturity(case: dict[str, Any]) -> Maturity:
    return Maturity(*case["facts"], case.get("integrator"))


@pytest.mark.parametrize("case", rows("tree_1"))
def test_tree_1(case: dict[str, Any]) -> None:
    choice = rails.choose(rails.Facts(*case["facts"], case["wants"]), RAILS)
    assert (sorted(choice.eligible), choice.default) == (case["eligible"], case["rail_default"])
    assert persona(maturity(case)) == case["persona"]
    assert pricing_model(case["persona"], SEGMENTS.pricing_models).key == case["pricing_model"]


@pytest.mark.parametrize("case", rows("tree_2"))
def test_tree_2(case: dict[str, Any]) -> None:
    found = approach(persona_decision(maturity(case)), SEGMENTS.personas)
    assert [found.persona, found.offer, found.surface, found.motion, found.build] == [
        case[name] for name in ("persona", "offer", "surface", "motion", "build")
    ]


def buyer(number: int, persona: str) -> Buyer:
    return Buyer(f"c-{number}", "One", "vellocity", persona, None, "AMER", "yes", None)


@pytest.mark.parametrize("case", rows("split_case"))
def test_the_split_of_sellers(case: dict[str, Any]) -> None:
    """The share of 3PI customers among sellers of whom it is known, and its distance from the paper's in points."""
    kinds = {"seller_self_managed": "self_managed", "seller_3pi": "three_pi", "unknown": "unknown"}
    personas = [persona for persona, name in kinds.items() for _ in range(case[name])]
    found = split(buyer(number, persona) for number, persona in enumerate(personas))
    expected = case["expect"]
    assert len(found.unknown) == expected.get("unknown", 0)
    if expected["three_pi_share"] == "not measurable yet":
        assert found.share is None
    else:
        assert found.share is not None
        assert 1 - found.share == Fraction(expected["three_pi_share"])
        apart = 100 * (1 - found.share - Fraction(TABLES["split"]["three_pi"]))
        assert abs(apart) == Fraction(expected["points_from_the_brief"])


@pytest.mark.parametrize("case", rows("outside_sellers"))
def test_an_integrator_is_no_rung(case: dict[str, Any]) -> None:
    decided = persona_decision(maturity(case))
    assert decided.key == case["persona"]
    assert questions(maturity(case))
    assert pricing_model(decided.key, SEGMENTS.pricing_models).key == case["pricing_model"]


@pytest.mark.parametrize("case", TABLES["second_3pi"]["case"], ids=lambda case: case["name"])
def test_buying_through_aws_implies_no_second_3pi(case: dict[str, Any], shared: Path) -> None:
    brief = next((shared / "brief").glob("000*")).read_text()
    assert TABLES["second_3pi"]["quote"] in brief
    assert TABLES["second_3pi"]["why"] in brief
    contract = {
        "contract_id": "k-1",
        "customer_id": "c-1",
        "rail": case["rail"],
        "tier": "starter",
        "plan_key": "starter-annual",
        "term": "annual",
        "started_on": ON,
        "recurring_from_on": ON,
        "recurring_until_on": None,
        "recorded_price_usd": Decimal(12),
    }
    (found,) = market.customers([account(case)], [contract], ON, RAILS)
    assert (found.rail, found.persona) == (case["rail"], case["persona"])
    assert [name for name in (found.integrator,) if name] == case["three_pis"]


def test_the_persona_never_hangs_on_the_wish_that_decides_the_rail_nor_the_rail_on_the_integrator() -> None:
    for told in itertools.product(segments.ANSWERS, repeat=3):
        wishes = [account({"facts": told, "wants": wish}) for wish in segments.ANSWERS]
        assert len({market.persona(row) for row in wishes}) == 1
        for row in wishes:
            others = [{**row, "integrator": name} for name in (None, "Tackle", "unknown")]
            assert len({market.open_rails(other, RAILS) for other in others}) == 1
            deals = market.deals([{**DEAL, **other} for other in others], {}, RAILS)
            assert len({(deal.advised_rail, deal.rail_reason) for deal in deals}) == 1


DEAL = {
    "deal_id": "d-1",
    "deal_name": "One",
    "company_name": "One",
    "product": "vellocity",
    "owner": "Kim",
    "stage": "Committed",
    "is_closed": False,
    "icp_segment": None,
    "close_on": None,
    "amount_usd": None,
    "crm_probability_rate": None,
    "created_on": None,
    "stage_since_on": None,
    "channel": None,
}


@pytest.mark.parametrize("case", rows("pricing_model"))
def test_the_pricing_model(case: dict[str, Any]) -> None:
    assert pricing_model(case["persona"], SEGMENTS.pricing_models).key == case["model"]


@pytest.mark.parametrize("case", rows("icp"))
def test_an_ideal_customer(case: dict[str, Any], shared: Path) -> None:
    brief = next((shared / "brief").glob("002*")).read_text()
    assert f"| {case['row']} |" in brief
    found = SEGMENTS.ideal_customers[case["segment"]]
    for name in ("product", "label", "attributes", "need"):
        assert getattr(found, name) == case[name]
    assert (found.deal_from_usd, found.deal_to_usd) == (Decimal(case["deal_from_usd"]), Decimal(case["deal_to_usd"]))


def test_there_are_no_other_ideal_customers() -> None:
    assert set(SEGMENTS.ideal_customers) == {case["segment"] for case in TABLES["icp"]}


@pytest.mark.parametrize("case", rows("fit"))
def test_a_range(case: dict[str, Any]) -> None:
    amounts = {amount: Decimal(amount) for amount in case["amounts"]}
    found = {
        told: range_verdict(SEGMENTS.ideal_customers, case["product"], case.get("segment"), amount).key
        for told, amount in amounts.items()
    }
    assert found == case["amounts"]


@pytest.mark.parametrize("case", rows("role"))
def test_value_by_role(case: dict[str, Any], shared: Path) -> None:
    brief = next((shared / "brief").glob("002*")).read_text()
    assert f"| {case['row']} |" in brief
    told = [{name: getattr(one, name) for name in ("role", "pain", "value", "product")} for one in SEGMENTS.roles]
    assert {name: case[name] for name in ("role", "pain", "value", "product")} in told


def test_every_row_is_quoted_from_the_paper(shared: Path) -> None:
    brief = next((shared / "brief").glob("000*")).read_text()
    for case in (*TABLES["tree_1"], *TABLES["tree_2"]):
        if case["row"].count(" | ") > 1:
            assert case["row"].replace(" | ", " ") in brief
    for case in TABLES["pricing_model"]:
        assert case.get("row", "") in brief
    assert TABLES["split"]["quote"] in brief
    assert TABLES["never_on_the_bill"]["quote"] in brief
