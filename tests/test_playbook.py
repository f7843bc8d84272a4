"""What sales says of customers it has: the paper's own words, what proves them, and what nobody may assume."""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib import playbook
from lib.desk import Desk, DeskError, trials
from lib.playbook import MEASURES, Account, Evidence
from tests.conftest import ROOT

FILE = (ROOT / "data" / "playbook.toml").read_text()
BOOK = playbook.parse(FILE)


def words(*numbers: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, numbers))


# The paper's own words


@pytest.fixture(scope="module")
def strategy(shared: Path) -> str:
    return next((shared / "brief").glob("002*")).read_text()


def test_objections_and_responses_are_quoted(strategy: str) -> None:
    assert len(BOOK.objections) == 4
    for one in BOOK.objections:
        assert f'| "{one.words}" | {one.response} |' in strategy


def test_the_expansion_steps_and_assets_are_the_papers(strategy: str) -> None:
    assert [one.step for one in BOOK.expansion] == [1, 2, 3, 4]
    assert all(f"{one.step}. {one.words}" in strategy for one in BOOK.expansion)
    assert all(f"- {one.words}" in strategy for one in BOOK.assets)


def test_everything_names_its_product_and_its_source() -> None:
    parts = (*BOOK.expansion, *BOOK.levers, *BOOK.objections, *BOOK.assets, *BOOK.features, *BOOK.benchmarks)
    assert {one.product for one in parts} == {"vellocity", "control_plane"}
    assert all(one.source for one in parts)


def test_nothing_says_that_it_is_attested() -> None:
    """A feature is claimed, measured in part, or planned; no row of the checklist claims an auditor's word."""
    assert {one.evidence for one in BOOK.features} == {"claimed", "measured", "planned"}
    assert all(one.measured_by for one in BOOK.features if one.evidence == "measured")
    assert "attested" not in FILE.replace("Nothing is attested by anybody", "")


# What is not set


def test_the_threshold_of_gain_share_is_not_set_until_somebody_sets_it() -> None:
    assert BOOK.gain_share_threshold is None
    was = 'gain_share_threshold = "not set"'
    assert playbook.parse(FILE.replace(was, "gain_share_threshold = 0.15")).gain_share_threshold == Decimal("0.15")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('gain_share_threshold = "not set"', "gain_share_threshold = 15", "write a fraction between 0 and 1"),
        ('gain_share_threshold = "not set"', 'gain_share_threshold = "later"', "gain_share_threshold"),
        ("near_share  = 0.80", "near_share  = 1.2", "near_share is 1.2; write a fraction between 0 and 1"),
        ("[30, 60, 90]", "[30, 90, 60]", "write days that ascend"),
        ('measured_by = "p95_overhead_ms"', 'measured_by = "p95_overhead"', "did you mean 'p95_overhead_ms'?"),
        ('standing    = "on_desk"', 'standing    = "done"', "standing is 'done'; there are: on_desk, planned"),
        ('shown_by = "savings"', 'shown_by = "saving"', "did you mean 'savings'?"),
        ('response    = "Show', 'answer    = "Show', "objections.adds_latency has no key 'answer'"),
        ('helps    = "Records end on a known day"\n', "", "features, row 4 lacks 'helps'"),
        ("add_ons  = []", "add_ons  = [7]", "add_ons holds 7; write texts"),
        ("review_every_months = 3", "review_every_months = 0", "write a whole number from 1 to 12"),
        ("trend_months = 3", "trend_months = 0", "write a whole number from 1 to 12"),
    ],
)
def test_a_slip_in_the_file_is_refused_in_a_sentence(was: str, becomes: str, told: str) -> None:
    assert was in FILE
    with pytest.raises(playbook.PlaybookError, match=r"data/playbook\.toml") as refused:
        playbook.parse(FILE.replace(was, becomes, 1))
    assert told in str(refused.value)


# Evidence


def test_low_middle_and_high_of_four_and_of_none() -> None:
    """−20, −4, 6 and 19 ms: halfway between −4 and 6 is 1; all four are below 40."""
    one = Evidence("p95_overhead_ms", words("6", "-20", "19", "-4"))
    assert (one.low, one.middle, one.high) == (-20, 1, 19)
    assert (one.keeping(Decimal(40)), one.keeping(Decimal(19))) == (4, 3)  # below 19: 19 itself is not
    nothing = Evidence("p95_overhead_ms")
    assert (nothing.low, nothing.middle, nothing.high, nothing.keeping(Decimal(40))) == (None, None, None, 0)


def test_each_measure_has_its_own_side_of_a_number() -> None:
    """More than 10 % saved: 10 % is not. All of it covered: 1 is, 0.999 is not. No more breaches: as many is none."""
    assert Evidence("pilot_saving_rate", words("0.10", "0.11")).keeping(Decimal("0.10")) == 1
    assert Evidence("policy_coverage_rate", words("1", "0.999")).keeping(Decimal(1)) == 1
    assert Evidence("slo_breach_change", words("0", "1", "-2")).keeping(Decimal(0)) == 2


@given(some.lists(some.integers(-1000, 1000), min_size=1), some.sampled_from(sorted(MEASURES)))
def test_the_order_of_numbers_does_not_matter_and_the_middle_lies_between(numbers: list[int], name: str) -> None:
    one = Evidence(name, tuple(map(Decimal, numbers)))
    other = Evidence(name, tuple(map(Decimal, sorted(numbers))))
    told = [(each.low, each.middle, each.high, each.keeping(Decimal(0))) for each in (one, other)]
    assert told[0] == told[1]
    assert one.low is not None and one.middle is not None and one.high is not None
    assert one.low <= one.middle <= one.high


# What comes next

NOBODY = Account("control_plane")


@pytest.mark.parametrize(
    ("facts", "stands", "step"),
    [
        ({}, None, 1),
        ({"has_savings": True}, 1, 2),
        ({"has_savings": True, "add_ons": {"Compliance pack"}}, 2, 3),
        ({"has_savings": True, "add_ons": {"Premium support"}}, 1, 2),  # shows no step
        ({"add_ons": {"Marketplace revenue share"}}, 3, 4),
        ({"has_savings": True, "renews": True}, 1, 4),  # a renewal is its own step
    ],
)
def test_a_customer_stands_at_the_last_step_that_something_shows(
    facts: dict[str, Any], stands: int | None, step: int
) -> None:
    account = replace(NOBODY, **{**facts, "add_ons": frozenset(facts.get("add_ons", ()))})
    found, following = playbook.standing_step(BOOK, account), playbook.next_step(BOOK, account)
    assert (found and found.step, following and following.step) == (stands, step)


def test_the_papers_name_no_steps_for_the_other_product() -> None:
    other = Account("vellocity", has_savings=True, renews=True)
    assert (playbook.standing_step(BOOK, other), playbook.next_step(BOOK, other)) == (None, None)


@pytest.mark.parametrize(
    ("account", "lever"),
    [
        (Account("vellocity"), None),
        (Account("vellocity", is_short=True), "A private offer"),
        (Account("vellocity", is_short=True, is_cheaper_above=True), "The next tier"),
        (Account("control_plane", is_short=True), "Compliance pack"),
        (Account("control_plane", segment="regulated"), "Regulatory reporting automation"),
        (Account("control_plane", add_ons=frozenset({"Compliance pack"})), "New adapters, multi-objective model"),
    ],
)
def test_the_next_lever_is_the_first_that_applies_and_is_not_held(account: Account, lever: str | None) -> None:
    found = playbook.lever(BOOK, account)
    assert (found.words.startswith(lever) and found.product == account.product) if lever and found else found is lever


# The sample


def test_what_pilots_prove_is_what_the_marts_say(desk: Desk) -> None:
    found = trials.evidence(desk, trials.savings(desk).values())
    steps = [row for row in desk.warehouse.rows("pilot_step") if row["measured_value"] is not None]
    rises = sorted(row["measured_value"] - row["baseline_value"] for row in steps if row["step"] == 1)
    assert list(found["p95_overhead_ms"].values) == rises and len(rises) >= 20
    assert found["pilot_saving_rate"].keeping(Decimal("0.10")) == sum(
        10 * row["measured_value"] < 9 * row["baseline_value"] for row in steps if row["step"] == 3
    )
    rows = desk.warehouse.rows("savings_baseline")
    assert len(found["saving_rate"].values) == len(rows)
    assert found["saving_rate"].keeping(Decimal("0.15")) == sum(
        100 * row["current_monthly_usd"] < 85 * row["baseline_monthly_usd"] for row in rows
    )


def test_which_records_prove_what_is_said_in_the_data(desk: Desk, tmp_path: Path) -> None:
    """Breaches are no proof of latency: with the two names exchanged, so are the numbers; a slip is refused."""
    data = tmp_path / "data"
    shutil.copytree(desk.data, data)
    text = (data / "pilots.toml").read_text()
    names = ("p95_overhead_ms", "slo_breach_change")
    (data / "pilots.toml").write_text(
        text.replace(names[0], "x").replace(names[1], names[0]).replace('"x"', f'"{names[1]}"')
    )
    was, now = trials.evidence(desk, ()), trials.evidence(replace(desk, data=data), ())
    assert [now[name].values for name in names] == [was[name].values for name in reversed(names)]
    (data / "pilots.toml").write_text(text.replace(names[0], "p95_overheads"))
    with pytest.raises(DeskError, match=r"step 1 proves 'p95_overheads'.*'p95_overhead_ms'"):
        trials.evidence(replace(desk, data=data), ())


def test_every_claim_that_the_playbook_names_is_judged_by_the_check(desk: Desk) -> None:
    judged = {(one.product, one.claim) for one in desk.findings}
    assert len(BOOK.claims) == 4 and judged >= BOOK.claims
