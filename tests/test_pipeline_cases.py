"""A small pipeline, deal by deal as tests/cases/pipeline_cases.toml works it out by hand."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lib import pipeline, segments
from lib.pipeline import Weight
from tests.conftest import ROOT

CASES = tomllib.loads((ROOT / "tests" / "cases" / "pipeline_cases.toml").read_text())
IDEAL = segments.parse((ROOT / "data" / "segments.toml").read_text()).ideal_customers
LIMITS = dict.fromkeys(CASES["chances"], CASES["stalled_after_days"])
FEWEST, TOO_FEW, UNKNOWN = 5, "too few", "not known"


@dataclass(frozen=True)
class Deal:
    id: str
    product: str
    stage: str
    persona: str
    owner: str
    rail: str
    icp_segment: str | None
    amount: Decimal | None
    probability: Decimal | None
    stage_since_on: date | None
    close_on: date | None


@dataclass(frozen=True)
class Ended:
    is_won: bool
    created_on: date | None
    close_on: date


def deal(row: Mapping[str, Any]) -> Deal:
    chance = CASES["chances"].get(row["stage"])
    return Deal(
        id=row["id"],
        product=row["product"],
        stage=row["stage"],
        persona=row["persona"],
        owner=row["owner"],
        rail=row["advised_rail"],
        icp_segment=row.get("icp_segment"),
        amount=Decimal(row["amount"]) if "amount" in row else None,
        probability=None if chance is None else Decimal(chance),
        stage_since_on=row.get("stage_since_on"),
        close_on=row.get("close_on"),
    )


DEALS = {row["id"]: deal(row) for row in CASES["deal"]}


def kept(where: Mapping[str, str]) -> list[Deal]:
    return [one for one in DEALS.values() if all(getattr(one, key) == value for key, value in where.items())]


@pytest.mark.parametrize("case", CASES["sum"], ids=lambda case: case["name"])
def test_the_weight_under_a_filter(case: dict[str, Any]) -> None:
    told, expect = pipeline.weight(kept(case["where"])), case["expect"]
    assert (told.deals, told.without_amount, told.without_belief) == (
        expect["deals"],
        expect["without_amount"],
        expect["unknown_stage"],
    )
    assert told.expected_usd == Decimal(expect["weighted"])
    assert f"{told.deviation_usd:.0f}" == expect["sd"]
    assert (told.least_usd, told.most_usd) == (Decimal(expect["smallest"]), Decimal(expect["largest"]))


@pytest.mark.parametrize("by", ["stage", "owner", "persona"])
def test_the_weight_of_every_group(by: str) -> None:
    told = pipeline.weights(DEALS.values(), lambda one: getattr(one, by))
    expected = {name: Decimal(weighted) for name, weighted in CASES[f"by_{by}"].items()}
    assert {name: group.expected_usd for name, group in told.items() if name != "Negotiation"} == expected
    assert sum(told.values(), Weight()) == pipeline.weight(DEALS.values())


@pytest.mark.parametrize("case", CASES["grouped"], ids=lambda case: case["name"])
def test_the_weight_of_groups_of_a_smaller_pipeline(case: dict[str, Any]) -> None:
    pairs = [(row[case["key"]], replace(DEALS["d-01"], **worth(row))) for row in case["deals"]]
    told = {
        name: pipeline.weight(deal for group, deal in pairs if group == name) for name in {group for group, _ in pairs}
    }
    assert {(name, one.deals, one.without_amount, one.amount_usd, one.expected_usd) for name, one in told.items()} == {
        (
            one["group"],
            one["deals"],
            one["deals_without_amount"],
            Decimal(one["amount_usd"]),
            Decimal(one["weighted_usd"]),
        )
        for one in case["expect"]
    }


def worth(row: Mapping[str, Any]) -> dict[str, Any]:
    amount = Decimal(row["amount_usd"]) if "amount_usd" in row else None
    return {"amount": amount, "probability": Decimal(CASES["chances"][row["stage"]])}


def test_a_stage_nobody_defined_is_shown_with_its_deal_and_expects_nothing() -> None:
    told = pipeline.weights(DEALS.values(), lambda one: one.stage)["Negotiation"]
    assert (told.deals, told.without_belief, told.expected_usd, told.amount_usd) == (1, 1, 0, Decimal(60000))


@pytest.mark.parametrize("case", CASES["each"], ids=lambda case: case["id"])
def test_how_each_deal_stands(case: dict[str, Any]) -> None:
    one = DEALS[case["id"]]
    told = pipeline.standing(one, {**LIMITS, one.stage: CASES["stalled_after_days"]}, CASES["as_of"])
    assert (UNKNOWN if told.days is None else told.days) == case["days_in_stage"]
    assert (UNKNOWN if told.days is None else "yes" if told.is_stalled else "no") == case["stalled"]
    assert segments.range_verdict(IDEAL, one.product, one.icp_segment, one.amount).key == case["fit"]


def test_the_months_of_closing() -> None:
    months = pipeline.by_closing(DEALS.values(), CASES["as_of"])
    words = {pipeline.OVERDUE: "overdue", pipeline.NO_DATE: "no date"}
    told = [
        (f"{closing.month:%Y-%m}" if closing.month else words[closing.kind], pipeline.weight(deals))
        for closing, deals in months.items()
    ]
    assert [(month, group.deals, group.expected_usd) for month, group in told] == [
        (case["month"], case["deals"], Decimal(case["weighted"])) for case in CASES["close_month"]
    ]


@pytest.mark.parametrize("case", CASES["won"], ids=lambda case: f"{case['product']} {case['icp_segment']}")
def test_what_closed_deals_tell(case: dict[str, Any]) -> None:
    own = [
        Ended(row["outcome"] == "won", row.get("created_on"), row["closed_on"])
        for row in CASES["history"]["closed"]
        if (row["product"], row.get("icp_segment", "none")) == (case["product"], case["icp_segment"])
    ]
    told = pipeline.record(own, FEWEST)
    assert (told.closed, told.won, told.timed) == (case["closed"], case["won"], case["cycle_n"])
    rate = None if case["win_rate"] == TOO_FEW else float(Fraction(case["win_rate"]))
    assert told.win_rate == rate
    assert told.cycle_days == (None if case["cycle_days"] == TOO_FEW else float(case["cycle_days"]))
