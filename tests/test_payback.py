"""What a customer costs to win and when that is paid back, under both readings of the marketplace's fee."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.contracts import Contract
from lib.costs import Figure, Margin, Missing
from lib.guardrails import Evidence, judge, measures, parse
from lib.payback import ACQUISITION, NEVER, READINGS, Economics, customer_months, won
from tests.conftest import ROOT, cases

GUARDRAILS: Path = ROOT / "data" / "guardrails.toml"
[MARGIN_LIMIT] = [limit for limit in parse(GUARDRAILS.read_text()) if limit.measure == "gross_margin"]
YEAR = (date(2025, 11, 1), date(2026, 11, 1))


def figure(facts: Mapping[str, Any], name: str) -> Figure:
    return Decimal(facts[name]) if facts[name] else Missing.of(name.replace("_", " "))


def economics(facts: Mapping[str, Any]) -> Economics:
    revenue = Decimal(facts["revenue"])
    margin = Margin(
        month=None,
        revenue=revenue,
        subscription=revenue,
        usage_cost=figure(facts, "usage_cost"),
        marketplace_fee=figure(facts, "marketplace_fees"),
        infrastructure=Missing.of("infrastructure"),
        fee_read_as=ACQUISITION,
    )
    return Economics(margin, figure(facts, "acquisition_spend"), facts["new_customers"], facts["customer_months"])


def cut(found: Figure, places: str) -> str:
    """A figure as the tables tell it: cut off, "" where it is missing, never where it has no end."""
    if isinstance(found, Missing):
        return ""
    return "never" if found == NEVER else str(found.quantize(Decimal(places), ROUND_DOWN))


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("case", cases("fee_choices", "reading"))
def test_margin_cost_and_payback_by_hand(case: Mapping[str, Any], reading: str) -> None:
    found, expected = economics(case["facts"]).read_as(reading), case[reading]
    assert cut(found.margin.gross_rate, "0.0001") == expected["margin"]
    assert cut(found.cac, "0.01") == expected["cac"]
    assert cut(found.payback_months, "0.0001") == expected["payback"]
    told = " ".join(str(one) for one in (found.margin.gross_rate, found.cac, found.payback_months))
    assert all(need in told for need in expected.get("needs", []))
    evidence = Evidence(customers=(), baseline=Decimal(1), proposed=Decimal(1), margin=found.margin)
    [verdict] = judge([MARGIN_LIMIT], measures([MARGIN_LIMIT], evidence))
    assert verdict.verdict == expected["guardrail"]


AMOUNTS = st.decimals(min_value=0, max_value=10**7, places=2).map(str)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.integers(1, 500), st.integers(1, 5000))
def test_the_fee_is_always_in_exactly_one_of_the_two(
    revenue: str, usage: str, fees: str, spend: str, new: int, months: int
) -> None:
    facts = {
        "revenue": revenue,
        "usage_cost": usage,
        "marketplace_fees": fees,
        "acquisition_spend": spend,
        "new_customers": new,
        "customer_months": months,
    }
    left = {}
    for reading in READINGS:
        found = economics(facts).read_as(reading)
        gross, cost = found.margin.gross, found.acquisition_cost
        assert isinstance(gross, Decimal) and isinstance(cost, Decimal)
        left[reading] = gross - cost
    assert set(left.values()) == {Decimal(revenue) - Decimal(usage) - Decimal(fees) - Decimal(spend)}


def stay(customer: str, begun: date, ended: date | None = None, since: date | None = None) -> Contract:
    return Contract(
        f"{customer}-{begun}",
        customer,
        "aws",
        "starter-monthly",
        "starter",
        "monthly",
        begun,
        ended,
        customer_since=since,
    )


def test_a_customer_is_won_once_and_counts_in_every_month_it_ends_with_a_contract() -> None:
    """One came in January and upgraded in March: 10 months to October. Two left on 31 May, so April is its last:
    3 months from February. Three came before. Four had a contract before the window, and signs again within it.
    """
    contracts = [
        stay("one", date(2026, 1, 10), date(2026, 3, 5)),
        stay("one", date(2026, 3, 5)),
        stay("two", date(2026, 2, 1), date(2026, 5, 31)),
        stay("three", date(2025, 10, 31)),
        stay("four", date(2026, 10, 31), since=date(2024, 12, 1)),
    ]
    assert won(contracts, YEAR) == 2
    assert customer_months(contracts, YEAR) == 10 + 3 + 12 + 1
