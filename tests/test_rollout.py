"""Whom a scenario reaches, as it is written: one sentence for every slip, and never a traceback."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import rails
from lib.catalog.rollout import COHORTS, EVERYBODY, FACTS, RAILS, OwnNotice, Rollout
from lib.catalog.scenario import HEADER, OVERLAID, SAID, Scenario, ScenarioError, overlay, parse_scenario
from lib.desk import Desk, ready
from lib.desk.simulation import check_where, dated, layer
from lib.outcome import Population
from lib.refusal import Refusal
from tests.conftest import ROOT, cases
from tests.specification import current

SAYS_WHO = 'name = "A"\nauthor = "B"\nwhy = "C"\nbaseline = "2026-05-09"\n'
FILE = "scenarios/a-test.toml"
OUR_RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
WINDOW = (date(2025, 11, 1), date(2026, 11, 1))
REPEATED = re.compile(r"\{(\S+) \* (\d+)\}")


def read(text: str) -> Scenario:
    """The lines of a case below the header; {x * 3} stands for xxx, so that a case of 2,000 letters can be read."""
    return parse_scenario(SAYS_WHO + REPEATED.sub(lambda found: found[1] * int(found[2]), text), "a-test")


# What is refused


@pytest.mark.parametrize("case", cases("rollout"))
def test_a_slip_is_one_sentence_that_names_the_file_and_the_key(case: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError) as refusal:
        read(case["text"])
    assert_says(str(refusal.value), case["says"])


@pytest.mark.parametrize("case", cases("rollout", "at_the_desk"))
def test_the_desk_refuses_what_nobody_has(case: dict[str, Any], desk: Desk) -> None:
    scenario = read(case["text"])
    for asked in (desk.simulate, partial(ready, desk, months=12, horizon="past")):
        with pytest.raises(ScenarioError) as refusal:
            asked(scenario)
        assert_says(str(refusal.value), case["says"])


def assert_says(sentence: str, parts: list[str]) -> None:
    assert sentence.startswith(FILE)
    assert "\n" not in sentence and len(sentence) < 500
    assert all(part in sentence for part in parts), sentence


# What is read


def test_a_scenario_that_says_nothing_reaches_everybody() -> None:
    assert read("").rollout == EVERYBODY == Rollout("all", {}, {})


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_cohort_is_read(cohort: str) -> None:
    assert read(f'cohort = "{cohort}"').rollout.cohort == cohort


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_takes_one_value_or_several(fact: str) -> None:
    assert read(f'where = {{ {fact} = "x" }}').rollout.where == {fact: ("x",)}
    assert read(f'where = {{ {fact} = ["x", "y"] }}').rollout.where == {fact: ("x", "y")}


def test_a_rail_has_a_notice_by_name_or_days_of_its_own_or_a_freeze() -> None:
    notice = read("""
[notice.aws]
name         = "AWS seller guide of 2023"
freeze_until = 2027-06-30
source       = "a promise"
[notice.stripe]
days     = 0
lands_on = "first_of_month"
source   = "a letter"
""").rollout.notice
    assert notice == {
        "aws": OwnNotice(name="AWS seller guide of 2023", freeze_until=date(2027, 6, 30), source="a promise"),
        "stripe": OwnNotice(days=0, lands_on="first_of_month", source="a letter"),
    }


def test_a_rail_that_adds_nothing_keeps_its_first_notice() -> None:
    waiting = layer(read("notice = {}"), lambda book: book, OUR_RAILS).waiting
    assert {rail: (wait.days, wait.lands_on, wait.freeze_until) for rail, wait in waiting.items()} == {
        "stripe": (60, "any_day", None),
        "aws": (60, "any_day", None),
    }


# Nothing typed is a traceback


def quoted(text: str) -> str:
    """A TOML text of any letters."""
    return '"' + "".join(letter if letter.isalnum() else f"\\U{ord(letter):08X}" for letter in text) + '"'


def inline(entries: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{quoted(key)} = {value}" for key, value in entries.items()) + " }"


WORDS = (*FACTS, *RAILS, *COHORTS, "name", "days", "lands_on", "freeze_until", "source", "list_price", "bands", "")
NAMES = st.sampled_from(WORDS) | st.text(st.characters(codec="utf-8"), max_size=5)
DATES = (
    "0001-01-01",
    "2027-01-01",
    "9999-12-31",
    "2027-01-01T00:00:00Z",
    "2027-01-01T00:00:00",
    "23:59:60",
    "12:00:00",
)
ODD = ("true", "false", "inf", "-inf", "nan", "1e999", "-0.0", "0x" + "f" * 6000, "0b1", "-1", "[]", "{}", *DATES)
SCALARS = st.one_of(
    st.sampled_from(ODD),
    NAMES.map(quoted),
    st.integers(-(10**40), 10**40).map(str),
    st.dates().map(date.isoformat),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda value: f"{value:f}"),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda values: "[" + ", ".join(values) + "]")
        | st.dictionaries(NAMES, inner, max_size=3).map(inline)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from([*(key for key in HEADER if key not in SAYS_WHO), *OVERLAID, SAID])
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)
DEEP = (
    "{a. * 3000}a = 1",
    "where.{a. * 3000}a = 1",
    "notice.aws.{a. * 3000}a = 1",
    "where.rail = [{ {a. * 3000}a = 1 }]",
    "notice.aws = [{ {a. * 3000}a = 1 }]",
    "notice.aws.days = { {a. * 3000}a = 1 }",
    "cohort = { {a. * 3000}a = 1 }",
    "effective = { {a. * 3000}a = 1 }",
    "plans.{a. * 3000}a = 1",
    "plans.starter-annual.{a. * 3000}a = 1",
    "plans.starter-annual.list_price.{a. * 3000}a = 1",
    "dimensions.words.bands = [{ from = 0, unit_price = { {a. * 3000}a = 1 } }]",
    "rails.aws.{a. * 3000}a = 1",
    "allowances.starter.words.{a. * 3000}a = 1",
    "settings.bands.{a. * 3000}a = 1",
    "[[plans]]\n{a. * 3000}a = 1",
    "tiers.starter.{a. * 3000}a = 1",
    "where.rail = {[ * 3000}",
    "where.rail = {[ * 90}{] * 90}",
    "cohort = {[ * 90}{] * 90}",
    "effective = {[ * 90}{] * 90}",
    "notice = {[ * 90}{] * 90}",
)


def use(text: str) -> None:
    """All that a scenario goes through before it is rated."""
    scenario = read(text)
    overlay(current(), scenario)
    check_where(scenario, Population({}, ()))
    for one in dated([scenario, Scenario("x", "X", "B", "C", "2026-05-09", date(2026, 3, 1), {})], WINDOW):
        waits = layer(one, lambda book: book, OUR_RAILS)
        assert all(waits.over_on(rail) >= waits.effective for rail in RAILS)
    assert hash(str(scenario.identity)) is not None


@given(DOCUMENTS)
def test_whatever_is_typed_is_taken_or_refused_in_a_sentence(document: dict[str, str]) -> None:
    try:
        use("".join(f"{key} = {value}\n" for key, value in document.items()))
    except Refusal as refusal:
        assert "\n" not in str(refusal)


@given(st.dictionaries(st.sampled_from(["name", "days", "lands_on", "freeze_until", "source"]), SCALARS), SCALARS)
def test_whatever_a_notice_says_is_taken_or_refused(notice: dict[str, str], effective: str) -> None:
    try:
        use(f"effective = {effective}\nnotice.aws = {inline(notice)}\n")
    except Refusal as refusal:
        assert "\n" not in str(refusal)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_noise_is_refused_too(noise: str) -> None:
    with pytest.raises(Refusal):
        parse_scenario(noise, "a-test")


@pytest.mark.parametrize("text", DEEP)
def test_however_deep_it_is_nested_it_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        use(text)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 500
