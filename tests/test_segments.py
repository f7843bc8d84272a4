"""Segments: tree 2 row by row, the brief's own words on offers and motions, and the pipeline's weight by hand."""

import itertools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.forecast import parse_assumptions
from lib.segments import (
    ANSWERS,
    LADDER,
    PERSONAS,
    Maturity,
    SegmentsError,
    contradiction,
    parse,
    persona,
    pipeline,
    question,
    weighted,
)
from tests.conftest import ROOT, cases

DOCUMENT = (ROOT / "data" / "segments.toml").read_text()
SEGMENTS = parse(DOCUMENT)
CHANCES = {"Prospect": Decimal("0.10"), "Qualified": Decimal("0.25"), "Committed": Decimal("0.85")}


def maturity(case: Mapping[str, Any]) -> Maturity:
    return Maturity(*case["facts"], case.get("integrator"))


# Tree 2


@pytest.mark.parametrize("case", cases("segments"))
def test_tree_2_row_by_row(case):
    assert persona(maturity(case)) == case["persona"]
    assert question(maturity(case)) == case.get("question")


def every_fact() -> list[Maturity]:
    integrators = (None, "Tackle", "unknown")
    return [Maturity(*told, name) for *told, name in itertools.product(ANSWERS, ANSWERS, ANSWERS, integrators)]


def completions(facts: Maturity) -> list[Maturity]:
    """Every way to answer what is unknown that is no contradiction."""
    told = (facts.has_aws_account, facts.is_partner, facts.is_seller)
    options = [("yes", "no") if answer == "unknown" else (answer,) for answer in told]
    integrators = (None, "Tackle") if facts.integrator == "unknown" else (facts.integrator,)
    complete = [Maturity(*answers, name) for *answers, name in itertools.product(*options, integrators)]
    return [one for one in complete if contradiction(one) is None]


@pytest.mark.parametrize("facts", [facts for facts in every_fact() if contradiction(facts) is None], ids=str)
def test_a_persona_is_told_exactly_when_every_answer_leads_to_it(facts):
    possible = {persona(complete) for complete in completions(facts)}
    assert persona(facts) == (possible.pop() if len(possible) == 1 else "unknown")


@pytest.mark.parametrize("facts", every_fact(), ids=str)
def test_a_question_is_asked_of_the_unknown_and_of_nobody_else(facts):
    assert (question(facts) is not None) == (persona(facts) == "unknown")
    assert persona(facts) in PERSONAS


def test_a_fact_is_one_of_three_words():
    with pytest.raises(SegmentsError, match=r"is_seller cannot be 'y'; "):
        Maturity("yes", "no", "y")


def test_the_split_of_sellers_is_no_rung():
    assert list(LADDER) == ["not_on_aws", "aws_customer", "aws_partner", "seller"]
    assert LADDER["seller"] == ("seller_self_managed", "seller_3pi")


# The brief's own words


def test_offers_and_motions_are_the_briefs_own_words(shared: Path):
    brief = next((shared / "brief").glob("000*")).read_text()
    assert "The 3PI vs self-managed split exists only inside the seller tier." in brief
    for key in set(PERSONAS) - {"unknown"}:
        assert f"{SEGMENTS.personas[key].offer} {SEGMENTS.personas[key].motion}" in brief


def test_ideal_customers_are_the_briefs_own_table(shared: Path):
    brief = next((shared / "brief").glob("002*")).read_text()
    for ideal in SEGMENTS.ideal_customers.values():
        thousands = f"${int(ideal.deal_from_usd) // 1000}–{int(ideal.deal_to_usd) // 1000}K ARR"
        assert f"| {ideal.label} | {ideal.attributes} | {ideal.need} | {thousands} |" in brief


def test_every_persona_is_described_and_every_open_stage_has_its_chance():
    beliefs = parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text())
    assert set(SEGMENTS.personas) == set(PERSONAS)
    assert SEGMENTS.open_stages == tuple(beliefs.stage_probability)


def test_every_open_stage_leads_to_the_next_and_the_last_to_winning():
    steps = SEGMENTS.next_steps
    assert tuple(steps) == SEGMENTS.open_stages
    assert (steps["Prospect"], steps["Committed"]) == ("Qualified", "Launched")


@pytest.mark.parametrize("case", cases("segments", "fit"))
def test_a_deal_lies_below_within_or_above_its_segments_range(case):
    assert SEGMENTS.ideal_customers[case["segment"]].fit(Decimal(case["amount"])) == case["fit"]


# The pipeline


@pytest.mark.parametrize("case", cases("segments", "pipeline"))
def test_the_weighted_pipeline_by_hand(case):
    deals = [{"amount_usd": None, **deal} for deal in case["deals"]]
    deals = [{**deal, "amount_usd": deal["amount_usd"] and Decimal(deal["amount_usd"])} for deal in deals]
    rows = pipeline(deals, CHANCES, key=lambda deal: deal[case["key"]])
    assert [row.group for row in rows] == [expected["group"] for expected in case["expect"]]
    for row, expected in zip(rows, case["expect"], strict=True):
        assert (row.deals, row.deals_without_amount) == (expected["deals"], expected["deals_without_amount"])
        assert row.amount_usd == Decimal(expected["amount_usd"])
        assert row.weighted_usd == pytest.approx(float(expected["weighted_usd"]))


def test_a_pipeline_without_open_deals_is_empty():
    assert pipeline([], CHANCES, key=lambda deal: deal["product"]) == ()


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.decimals(min_value=0, max_value=1, places=4))
def test_a_weighted_amount_lies_between_nothing_and_the_whole(amount, probability):
    assert 0 <= weighted(amount, probability) <= float(amount)


def test_a_stage_without_a_belief_is_refused():
    deal = {"deal_id": "7", "stage": "Qualifed", "is_closed": False, "amount_usd": Decimal(1)}
    with pytest.raises(SegmentsError, match=r"deal 7: the stage of an open deal cannot be 'Qualifed'; .*'Qualified'"):
        pipeline([deal], CHANCES, key=lambda deal: "all")


def test_a_probability_above_one_is_refused():
    with pytest.raises(SegmentsError, match=r"cannot be 25; write 25 % as 0\.25"):
        weighted(Decimal(100), Decimal(25))


# The file


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("[personas.aws_partner]", "[personas.aws_partners]", r"no key 'aws_partners'; did you mean 'aws_partner'"),
        ('surface = "Market only"\n', "", r"personas\.seller_3pi lacks 'surface'"),
        ('outcome = "won"', 'outcome = "wone"', r"the outcome of 'Launched' cannot be 'wone'; did you mean 'won'"),
        (
            "deal_to_usd   = 150_000",
            "deal_to_usd = 15_000",
            r"high_llm_spend_saas has a deal range that runs backwards",
        ),
        ("deal_to_usd   = 150_000", "deal_too_usd = 150_000", r"did you mean 'deal_to_usd'"),
        ("[personas.not_on_aws]", "[personas.not_on_aws", r"data/segments\.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(SegmentsError, match=sentence):
        parse(DOCUMENT.replace(was, becomes, 1))
