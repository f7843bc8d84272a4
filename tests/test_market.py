"""Customers and deals: persona and rail side by side from the same facts, money as recorded, the unknown asked for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lib import rails
from lib.market import closed_deals, customers, deals, findings
from tests.conftest import ROOT

RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
DAY = date(2026, 10, 31)
SELLER = {
    "has_aws_account": "yes",
    "is_partner": "yes",
    "is_seller": "yes",
    "wants_consolidated_billing": "yes",
    "integrator": "Tackle",
}


def account(**more: Any) -> dict[str, Any]:
    return {"customer_id": "c-1", "customer_name": "Acme", "region": "EMEA", "country": "DE", **SELLER, **more}


def contract(**more: Any) -> dict[str, Any]:
    return {
        "contract_id": "k-1",
        "customer_id": "c-1",
        "rail": "stripe",
        "tier": "starter",
        "plan_key": "starter-annual",
        "term": "annual",
        "started_on": date(2026, 1, 1),
        "recurring_from_on": date(2026, 1, 1),
        "recurring_until_on": None,
        "recorded_price_usd": Decimal("2990.00"),
        **more,
    }


def deal(**more: Any) -> dict[str, Any]:
    return {
        "deal_id": "d-1",
        "deal_name": "Acme expands",
        "company_name": "Acme",
        "product": "vellocity",
        "owner": "Kim",
        "stage": "Committed",
        "is_closed": False,
        "icp_segment": None,
        "close_on": date(2026, 12, 1),
        "amount_usd": Decimal("1000.00"),
        "crm_probability_rate": None,
        "created_on": date(2026, 9, 1),
        "stage_since_on": None,
        "channel": None,
        "is_won": False,
        **SELLER,
        **more,
    }


def test_a_seller_with_an_integrator_paying_a_year_on_stripe_is_advised_the_aws_rail() -> None:
    (found,) = customers([account()], [contract()], DAY, RAILS)
    assert (found.persona, found.rail, found.advised_rail) == ("seller_3pi", "stripe", "aws")
    assert found.mrr * 12 == Decimal("2990.00")
    assert found.question is None


@pytest.mark.parametrize(("ended_on", "counted"), [(date(2026, 10, 31), 0), (date(2026, 11, 1), 1), (None, 1)])
def test_a_contract_counts_up_to_the_day_before_it_ends(ended_on: date | None, counted: int) -> None:
    assert len(customers([account()], [contract(recurring_until_on=ended_on)], DAY, RAILS)) == counted


def test_a_payer_the_crm_does_not_know_is_counted_and_asked_about() -> None:
    (found,) = customers([], [contract(customer_id="aws:123456789012", rail="aws")], DAY, RAILS)
    assert (found.name, found.persona, found.advised_rail) == ("aws:123456789012", "unknown", "ask")
    assert found.question is not None
    assert found.mrr * 12 == Decimal("2990.00")


def test_an_open_deal_is_weighed_by_the_belief_about_its_stage() -> None:
    (found,) = deals([deal(), deal(is_closed=True)], {"Committed": Decimal("0.85")}, RAILS)
    assert (found.weighted, found.persona, found.advised_rail) == (850.0, "seller_3pi", "aws")


@pytest.mark.parametrize("more", [{"amount_usd": None}, {"stage": "Negotiation"}])
def test_without_an_amount_or_a_belief_nothing_is_expected_and_nothing_is_zero(more: dict[str, Any]) -> None:
    (found,) = deals([deal(**more)], {"Committed": Decimal("0.85")}, RAILS)
    assert found.weighted is None


def test_an_open_deal_keeps_the_facts_that_persona_and_rail_were_read_from() -> None:
    (found,) = deals([deal(stage_since_on=DAY, channel="aws", is_partner="unknown")], {}, RAILS)
    assert (found.stage_since_on, found.channel, found.created_on) == (DAY, "aws", date(2026, 9, 1))
    assert dict(found.facts) == {**SELLER, "is_partner": "unknown"}
    assert found.maturity.integrator == "Tackle"


def test_closed_deals_come_the_latest_first_with_what_they_may_be_grouped_by() -> None:
    rows = [
        deal(deal_id="d-1", is_closed=True, close_on=None),
        deal(deal_id="d-2", is_closed=True, close_on=DAY, is_won=True, channel="direct"),
        deal(deal_id="d-3"),
    ]
    found = closed_deals(rows, RAILS)
    assert [one.deal_id for one in found] == ["d-2", "d-1"]
    latest = found[0]
    assert (latest.is_won, latest.persona, latest.advised_rail, latest.channel) == (True, "seller_3pi", "aws", "direct")


def test_an_amount_below_zero_is_none_and_is_told() -> None:
    rows = [deal(deal_id="d-1"), deal(deal_id="d-2", amount_usd=Decimal("-500000.00"))]
    found = {one.deal_id: one for one in deals(rows, {"Committed": Decimal("0.5")}, RAILS)}
    assert found["d-1"].weighted == 500.0
    assert (found["d-2"].amount, found["d-2"].weighted) == (None, None)
    known = [{"crm": "hubspot", "crm_stage": "Committed"}]
    rows = [{**row, "crm": "hubspot", "is_known_stage": True, "amount": row["amount_usd"]} for row in rows]
    (told,) = findings(rows, known, [])
    assert told.claim == "deals.amount" and "1 deal(s) have one" in told.delivered
    assert told.evidence == ("deal d-2, Acme: -500000.00 USD",)
