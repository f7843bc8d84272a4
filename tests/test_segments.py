"""Segments: tree 2 row by row, the brief's own words on offers and motions, and the ideal customers."""

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import replace
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
    NO_RANGE,
    NONE_GIVEN,
    PERSONAS,
    Decision,
    Maturity,
    SegmentsError,
    approach,
    contradiction,
    parse,
    persona,
    persona_decision,
    pricing_model,
    question,
    questions,
    range_verdict,
    spending_enough,
)
from tests.conftest import ROOT, cases

DOCUMENT = (ROOT / "data" / "segments.toml").read_text()
SEGMENTS = parse(DOCUMENT)


def maturity(case: Mapping[str, Any]) -> Maturity:
    return Maturity(*case["facts"], case.get("integrator"))


# Tree 2


@pytest.mark.parametrize("case", cases("segments"))
def test_tree_2_row_by_row(case):
    assert persona(maturity(case)) == case["persona"]
    assert question(maturity(case)) == case.get("question")
    decided = persona_decision(maturity(case))
    assert decided == Decision(case["persona"], case.get("reason") or case.get("question") or decided.reason)


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


UNDECIDED = [one for one in every_fact() if persona(one) == "unknown" and contradiction(one) is None]


def answered(facts: Maturity, asked: set[str]) -> list[Maturity]:
    """Every way to answer the facts asked for that is no contradiction; what was not asked stays unknown."""
    names = ("has_aws_account", "is_partner", "is_seller", "integrator")
    options = [
        ((None, "Tackle") if name == "integrator" else ("yes", "no")) if name in asked else (getattr(facts, name),)
        for name in names
    ]
    found = [Maturity(*answers) for answers in itertools.product(*options)]
    return [one for one in found if contradiction(one) is None]


@pytest.mark.parametrize("facts", UNDECIDED, ids=str)
def test_whatever_is_answered_to_the_questions_the_persona_is_known(facts):
    asked = {one.fact for one in questions(facts)}
    assert all(getattr(facts, name) == "unknown" for name in asked)
    assert "unknown" not in {persona(one) for one in answered(facts, asked)}


@pytest.mark.parametrize("facts", UNDECIDED, ids=str)
def test_no_question_is_asked_that_could_not_matter(facts):
    asked = {one.fact for one in questions(facts)}
    assert asked
    for name in asked:
        assert "unknown" in {persona(one) for one in answered(facts, asked - {name})}, name


@pytest.mark.parametrize("facts", every_fact(), ids=str)
def test_every_decision_quotes_the_facts_it_rests_on(facts):
    decided = persona_decision(facts)
    assert decided.key == persona(facts)
    assert decided.reason.endswith(".")
    assert "\n" not in decided.reason
    if decided.key == "unknown":
        assert decided.reason == question(facts)
        assert "sk" in decided.reason  # it asks
    else:
        told = [f"is {answer}" for answer in (facts.has_aws_account, facts.is_partner, facts.is_seller)]
        assert any(words in decided.reason for words in told)


def test_a_contradiction_is_asked_about_under_the_fact_that_cannot_be():
    assert [one.fact for one in questions(Maturity("no", "yes", "no"))] == ["has_aws_account"]
    (asked,) = questions(Maturity("yes", "yes", "no", "Clazar"))
    assert (asked.fact, asked.words) == ("integrator", question(Maturity("yes", "yes", "no", "Clazar")))


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


def test_the_approach_is_led_to_from_the_facts():
    decided = persona_decision(Maturity("yes", "yes", "yes", "Suger"))
    found = approach(decided, SEGMENTS.personas)
    assert (found.persona, found.surface) == ("seller_3pi", "Market only")
    assert found.reason == (
        "AWS Marketplace seller is yes, integrator is Suger: a seller and 3PI customer. Hence surface: Market only; "
        "motion: Complement; co-market with Tackle/Clazar/Suger (GTM segmentation, 2026-06-15, tree 2)."
    )


@pytest.mark.parametrize(
    ("key", "model", "line"),
    [
        ("seller_3pi", "flat/seat", "3PI segment (~20%): {words} — {why}."),
        ("seller_self_managed", "hybrid", "Self-managed segment (~80%): {words} — {why}."),
    ],
)
def test_the_pricing_model_advised_is_the_papers_own_sentence(shared: Path, key: str, model: str, line: str):
    brief = next((shared / "brief").glob("000*")).read_text()
    advised = SEGMENTS.pricing_models[key]
    assert line.format(words=advised.words, why=advised.why) in brief
    assert pricing_model(key, SEGMENTS.pricing_models).key == model


def test_the_paper_advises_no_pricing_model_to_anybody_else(shared: Path):
    brief = next((shared / "brief").glob("000*")).read_text()
    advice = brief.partition("Pricing model — keep the hybrid")[2].partition("One-line summary")[0]
    assert "Pure consumption's weakness is unpredictable buyer cost" in advice
    advised = [line.strip(" •").partition(" segment")[0] for line in advice.splitlines() if "segment (~" in line]
    assert advised == ["3PI", "Self-managed"]
    for key in set(PERSONAS) - {"seller_3pi", "seller_self_managed"}:
        found = pricing_model(key, SEGMENTS.pricing_models, 0.4)
        assert (found.key, found.words) == (NONE_GIVEN, "the brief gives none")


@given(st.sampled_from(PERSONAS), st.none() | st.floats(0, 5))
def test_measured_bills_stand_beside_the_advice_and_never_change_it(key: str, variation: float | None):
    found, plain = (pricing_model(key, SEGMENTS.pricing_models, one) for one in (variation, None))
    assert (found.key, found.words, found.reason) == (plain.key, plain.words, plain.reason)
    assert found.variation == variation
    assert plain.variation is None


def test_every_block_says_which_product_it_is_of():
    assert {one.product for one in SEGMENTS.personas.values()} == {"vellocity"}
    assert {one.product for one in SEGMENTS.pricing_models.values()} == {"vellocity"}
    assert {one.product for one in SEGMENTS.ideal_customers.values()} == {"control_plane"}
    assert set(SEGMENTS.of_product("control_plane")) == set(SEGMENTS.ideal_customers)
    assert SEGMENTS.of_product("vellocity") == {}


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


@pytest.mark.parametrize("case", cases("segments", "range"))
def test_a_deal_is_held_against_the_range_of_its_own_products_segment(case):
    amount = Decimal(case["arr"]) if "arr" in case else None
    found = range_verdict(SEGMENTS.ideal_customers, case["product"], case.get("segment"), amount)
    assert found.key == case["expect"]
    assert found.words == case.get("words", found.words)


@given(st.none() | st.sampled_from([*SEGMENTS.ideal_customers, "x"]), st.none() | st.decimals(0, 10**7, places=2))
def test_a_vellocity_deal_never_gets_a_range_whatever_segment_it_names(segment: str | None, arr: Decimal | None):
    assert range_verdict(SEGMENTS.ideal_customers, "vellocity", segment, arr).key == NO_RANGE


def test_a_deal_whose_product_nobody_recorded_is_asked_for_it():
    """Partner Central tells no product: the brief may well name a deal size for the one it is of."""
    found = range_verdict(SEGMENTS.ideal_customers, "unknown", None, Decimal(60_000))
    assert found.key == NO_RANGE
    assert found.words == "No range in the brief without a product: ask which product the deal is of."


def test_a_product_is_never_held_against_the_segment_of_another():
    ideal = SEGMENTS.ideal_customers["regulated"]
    mixed = {**SEGMENTS.ideal_customers, "other": replace(ideal, key="other", product="another")}
    assert range_verdict(mixed, "another", "regulated", Decimal(200_000)).key == "no such segment"
    assert range_verdict(mixed, "control_plane", "other", Decimal(200_000)).key == "no such segment"


@pytest.mark.parametrize(("spend", "found"), [("250000", []), ("250000.01", ["high_llm_spend_saas"]), ("34560", [])])
def test_the_spend_of_a_segment_is_more_than_its_threshold(spend: str, found: list[str]):
    told = spending_enough(SEGMENTS.ideal_customers, "control_plane", Decimal(spend))
    assert [one.key for one in told] == found
    assert spending_enough(SEGMENTS.ideal_customers, "vellocity", Decimal(10**9)) == ()


def test_every_attribute_of_a_segment_has_its_question():
    for ideal in SEGMENTS.ideal_customers.values():
        assert ", ".join(asked.attribute for asked in ideal.questions) == ideal.attributes
        assert all(asked.words.endswith("?") for asked in ideal.questions)
    facts = [asked.fact for ideal in SEGMENTS.ideal_customers.values() for asked in ideal.questions]
    assert len(set(facts)) == len(facts)


def test_roles_positioning_and_channels_are_the_briefs_own_words(shared: Path):
    brief = next((shared / "brief").glob("002*")).read_text()
    rows = brief.partition("## 2. Value Prop by Role")[2].partition("## 3.")[0].count("\n| ") - 1
    assert len(SEGMENTS.roles) == rows == 5
    for one in SEGMENTS.roles:
        assert f"| {one.role} | {one.pain} | {one.value} |" in brief
    (told,) = SEGMENTS.positioning
    against = ", ".join(f"{one.kind} ({one.lacks})" for one in told.against)
    assert f'"{told.line}" vs: {against}. Differentiators: {", ".join(told.differentiators)}.' in brief


def test_every_channel_serves_the_purpose_its_paper_names(shared: Path):
    strategy, segmentation = (next((shared / "brief").glob(name)).read_text() for name in ("002*", "000*"))
    assert "Cloud marketplaces (AWS, Azure) for procurement ease." in strategy
    section = strategy.partition("## 8. Channel & Partners")[2].partition("## 9.")[0]
    for one in SEGMENTS.channels:
        assert one.purpose in (section if one.product == "control_plane" else segmentation)
    kinds = [one.key for one in SEGMENTS.channels if one.product == "control_plane"]
    assert kinds == [
        "aws_marketplace",
        "azure_marketplace",
        "model_provider",
        "vector_database",
        "compliance_consultancy",
    ]


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
        ("spend_from_usd = 250_000 ", 'spend_from_usd = "lots"', r"high_llm_spend_saas\.spend_from_usd: 'lots'"),
        (
            'attribute = "multilingual"',
            'attribute = "multi-lingual"',
            r"contact_center_bpo: 'multi-lingual' is asked about and is none of its attributes",
        ),
        (
            'key     = "azure_marketplace"',
            'key = "aws_marketplace"',
            r"channels has 'aws_marketplace' of control_plane twice",
        ),
        ('pain    = "Limited cost attribution"', "pain = 3", r"roles: pain must be a text, not 3"),
        (
            'model   = "flat/seat"',
            'model = "flat"',
            r"pricing_models\.seller_3pi\.model cannot be 'flat'; did you mean",
        ),
        ('build   = "hidden"', 'build = "hide"', r"personas\.seller_3pi\.build cannot be 'hide'; did you mean"),
        (
            "[pricing_models.seller_3pi]",
            "[pricing_models.sellers_3pi]",
            r"the persona cannot be 'sellers_3pi'; did you mean 'seller_3pi'",
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(SegmentsError, match=sentence):
        parse(DOCUMENT.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("ideal_customers", 0, "questions"), 5, r"questions must be a list or blocks .*, not 5"),
        (("ideal_customers", 0, "attributes"), 5, r"attributes must be a text, not 5"),
        (("ideal_customers", 0, "label"), "", r"label must be a text, not ''"),
        (("ideal_customers", 0, "spend_from_usd"), -1, r"spend_from_usd is -1; it cannot be negative"),
        (("positioning", 0, "against"), 5, r"against must be a list or blocks .*, not 5"),
        (("positioning", 0, "differentiators"), 5, r"differentiators must be a list or blocks .*, not 5"),
        (("positioning", 0, "differentiators"), [5], r"differentiators must be a text, not 5"),
        (("positioning", 0, "line"), 5, r"line must be a text, not 5"),
        (("personas", 0, "offer"), 5, r"offer must be a text, not 5"),
        (("pricing_models", 0, "words"), " ", r"words must be a text, not ' '"),
        (("channels", 0, "label"), "", r"label must be a text, not ''"),
        (("stages",), [], r"stages holds none, and a deal must stand at one"),
        (("ideal_customers",), {}, r"ideal_customers holds none; write one as"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_one_sentence(monkeypatch, path, value, sentence):
    blocks = tomllib.loads(DOCUMENT, parse_float=Decimal)
    *way, last = path
    block = blocks
    for step in way:
        block = list(block.values())[step] if isinstance(step, int) and isinstance(block, dict) else block[step]
    block[last] = value
    monkeypatch.setattr(tomllib, "loads", lambda *_, **__: blocks)
    with pytest.raises(SegmentsError, match=rf"data/segments\.toml.*{sentence}"):
        parse(DOCUMENT)
