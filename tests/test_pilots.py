"""Pilots against the paper's six steps: the cases a founder reads, the data file, and what no record may do."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib import pilots
from lib.desk import Desk
from lib.pilots import FAILED, NOT_BEGUN, NOT_MEASURED, PASSED, RUNNING
from tests.conftest import ROOT, cases

FILE = (ROOT / "data" / "pilots.toml").read_text()
FRAMEWORK = pilots.parse(FILE)
BEGAN, ENDED, ON = date(2026, 9, 1), date(2026, 9, 15), date(2026, 10, 31)


def row(step: int, **facts: object) -> dict[str, object]:
    """A record of a step that was measured and kept its criterion, but for what is said otherwise."""
    kept = {0: ("100", "100"), 1: ("400", "400"), 2: ("3", "3"), 3: ("100", "80"), 4: ("0.4", "1"), 5: ("0", "1")}
    before, after = kept[step]
    usual = {
        "pilot_id": "p-1",
        "product": "control_plane",
        "company": "Acme",
        "step": step,
        "started_on": BEGAN,
        "measured_on": ENDED,
        "baseline_value": Decimal(before),
        "measured_value": Decimal(after),
        "metric": FRAMEWORK.steps[step].metric,
    }
    return {**usual, **facts}


def judged(*rows: dict[str, object], on: date = ON) -> pilots.Pilot:
    [found] = pilots.judge(rows, FRAMEWORK, on)
    return found


def states(*rows: dict[str, object], on: date = ON) -> list[str]:
    return [one.state for one in judged(*rows, on=on).steps]


# The framework is the paper's


def test_steps_activities_and_criteria_are_the_papers_own_words(shared: Path) -> None:
    text = next((shared / "brief").glob("002*")).read_text()
    written = [f"| {one.number} | {one.activity} | {one.criterion} |" for one in FRAMEWORK.steps]
    assert len(written) == 6 and all(line in text for line in written)


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('check     = "recorded"', 'check     = "recordet"', "did you mean 'recorded'?"),
        ("limit     = 0.10\n", "", "step 3 lacks 'limit'"),
        ("tolerance_rate = 0.05", "limit = 0.05", "step 1 has limit, which the check not_above does not read"),
        ("step      = 3", "step      = 4", "step 3 has the number 4; write the steps in order from 0"),
        ('apart          = "quality"', 'apert          = "quality"', "did you mean 'apart'?"),
    ],
)
def test_a_slip_in_the_file_is_refused_in_a_sentence(was: str, becomes: str, words: str) -> None:
    assert was in FILE
    with pytest.raises(pilots.PilotsError, match=r"data/pilots\.toml") as refused:
        pilots.parse(FILE.replace(was, becomes, 1))
    assert words in str(refused.value)


# The cases that were worked out by hand

VERDICTS = {PASSED: "met", FAILED: "missed", RUNNING: "not measured yet", NOT_MEASURED: "not measured yet"}


def recorded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the mart yields them: what a case leaves out is null, numbers are decimals."""
    return [
        {
            "pilot_id": "p-1",
            "product": "control_plane",
            "company": "Acme",
            "started_on": None,
            **dict.fromkeys(("baseline_value", "measured_value", "measured_on")),
            **{key: Decimal(value) if key.endswith("_value") else value for key, value in one.items()},
        }
        for one in rows
    ]


@pytest.mark.parametrize("case", cases("pilots"))
def test_a_step_by_hand(case: dict[str, Any]) -> None:
    one = judged(*recorded(case["rows"])).steps[case["step"]]
    assert (VERDICTS[one.state], one.needs) == (case["verdict"], case.get("needs", ""))
    assert one.needs or [one.step.apart] == case.get("unmeasured", [""])
    if "change" in case:
        above, below = map(Fraction, case["change"].split("/"))
        sign = -1 if one.step.check == pilots.FALLS_BY_MORE_THAN else 1
        assert one.change is not None and round(Fraction(one.change) * sign - above / below, 40) == 0


@pytest.mark.parametrize("case", cases("pilots", "pilot"))
def test_a_pilot_by_hand(case: dict[str, Any]) -> None:
    found, expect = judged(*recorded(case["rows"])), case["expect"]
    by_state = {state: [one.step.number for one in found.steps if one.state == state] for state in pilots.STATES}
    assert found.latest and found.latest.step.number == expect["stands_at"]
    assert (by_state[PASSED], by_state[FAILED]) == (expect["met"], expect["missed"])
    assert (by_state[RUNNING] + by_state[NOT_MEASURED], by_state[NOT_BEGUN]) == (expect["open"], expect["not_begun"])


# States


def test_a_step_is_running_until_it_is_measured_and_those_after_it_have_not_begun() -> None:
    running = row(1, measured_on=None, measured_value=None)
    assert states(row(0), running) == [PASSED, RUNNING, *[NOT_BEGUN] * 4]
    assert judged(row(0), running).steps[1].days == 60  # 1 September to 31 October
    assert judged(row(0), running).steps[0].days == 14


def test_a_step_that_was_left_without_a_value_is_not_measured_and_says_what_it_needs() -> None:
    lost = judged(row(0), row(1, measured_value=None), row(2, measured_on=None, measured_value=None))
    assert [one.state for one in lost.steps][:3] == [PASSED, NOT_MEASURED, RUNNING]
    assert lost.steps[1].needs == "p95_latency_ms"
    skipped = judged(row(0), row(2))
    assert [(one.state, one.needs) for one in skipped.steps][:2] == [(NOT_MEASURED, "p95_latency_ms")] * 2


def test_another_metric_than_the_criterions_judges_nothing() -> None:
    other = judged(row(1, metric="p50_latency_ms")).steps[1]
    assert (other.state, other.needs) == (NOT_MEASURED, "p95_latency_ms")


def test_a_day_after_the_one_looked_from_has_not_come() -> None:
    assert states(row(0), row(1), on=date(2026, 9, 10)) == [RUNNING, RUNNING, *[NOT_BEGUN] * 4]
    assert states(row(0), on=date(2026, 8, 31)) == [NOT_BEGUN] * 6


def test_a_pilot_of_another_product_has_no_steps_because_no_paper_names_any() -> None:
    assert judged(row(0, product="vellocity")).steps == ()


# What comes next


def test_next_is_to_finish_what_runs_then_to_begin_then_to_repeat_what_failed() -> None:
    failed = row(2, measured_value=Decimal(4))
    assert judged(row(0), row(1), row(2, measured_on=None)).next == ("finish", FRAMEWORK.steps[2])
    assert judged(row(0), row(1)).next == ("begin", FRAMEWORK.steps[2])
    assert judged(row(0), row(1), failed, row(3)).next == ("begin", FRAMEWORK.steps[4])
    over = judged(row(0), row(1), failed, row(3), row(4), row(5))
    assert over.is_over and over.next == ("repeat", FRAMEWORK.steps[2])
    assert [one.step.number for one in over.failed] == [2]
    done = judged(*map(row, range(6)))
    assert done.is_over and done.next is None and [one.state for one in done.steps] == [PASSED] * 6


def test_savings_against_another_spend_than_the_one_captured_are_pointed_out() -> None:
    other = row(3, baseline_value=Decimal(120), measured_value=Decimal(96))
    assert [one.step.number for one in judged(row(0), row(1), row(2), other).moved_baselines] == [3]
    assert judged(row(0), row(1), row(2), row(3)).moved_baselines == ()
    assert judged(row(1), row(2), other).moved_baselines == ()  # nothing was captured


# Laws


@given(some.integers(1, 10**9), some.integers(0, 10**9), some.integers(1, 10**6))
def test_a_unit_does_not_change_a_verdict(before: int, after: int, unit: int) -> None:
    for step in (FRAMEWORK.steps[number] for number in (1, 2, 3)):
        told = pilots.kept(step, Decimal(before), Decimal(after))
        assert pilots.kept(step, Decimal(before * unit), Decimal(after * unit)) == told


@given(some.integers(1, 10**9), some.integers(0, 10**9))
def test_a_fall_by_more_than_a_tenth_is_ten_times_the_measured_below_nine_times_the_baseline(
    before: int, after: int
) -> None:
    told = pilots.kept(FRAMEWORK.steps[3], Decimal(before), Decimal(after))
    assert told == (10 * after < 9 * before)


@given(some.permutations(range(6)))
def test_the_order_of_records_does_not_matter(order: list[int]) -> None:
    rows = [row(number, measured_value=Decimal(number)) for number in range(6)]
    assert judged(*(rows[number] for number in order)) == judged(*rows)


# The sample


def test_the_samples_savings_are_those_that_whole_numbers_say(desk: Desk) -> None:
    rows = desk.warehouse.rows("pilot_step")
    found = pilots.judge(rows, FRAMEWORK, date(2026, 10, 31))
    counts = {(one.step.number, one.state): 0 for pilot in found for one in pilot.steps}
    for pilot in found:
        for one in pilot.steps:
            counts[one.step.number, one.state] += 1
    saved = [r for r in rows if r["step"] == 3 and r["measured_value"] is not None]
    assert counts[3, PASSED] == sum(10 * r["measured_value"] < 9 * r["baseline_value"] for r in saved)
    assert counts[3, FAILED] == len(saved) - counts[3, PASSED]
    assert not [pilot.pilot_id for pilot in found if pilot.moved_baselines]
    assert counts[0, RUNNING] == sum(r["step"] == 0 and r["measured_on"] is None for r in rows)
