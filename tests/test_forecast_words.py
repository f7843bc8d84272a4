"""What the command forecast says to people: a sentence for every way a question may turn out, or may not be asked."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lib.__main__ import main
from lib.desk.forecasting import Asked, foretell
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.levers import Levers
from lib.reports.forecast import forecast_table

MONTHS = ["2026-11-01", "2026-12-01", "2027-01-01"]
Report = dict[str, Any]


def fan(low: float, high: float) -> Report:
    return {"low_90": [low] * 3, "middle": [(low + high) / 2] * 3, "high_90": [high] * 3}


def change(low: float, high: float, gain: int, same: int, paths: int) -> Report:
    last = {"gain": [{"paths": gain, "of": paths}] * 3, "same": [{"paths": same, "of": paths}] * 3}
    return {**last, "difference": fan(low, high)}


def bridge(leaving: float, mean: float) -> Report:
    return {"steps": {"higher_tier_usd": 42_373.46, "leaving_usd": leaving}, "expected_mrr_usd": mean}


def report(paths: int = 500, reached: Mapping[str, Any] | None = None, **changes: Any) -> Report:
    world = {"fans": {"mrr": fan(400_000, 500_000), "customers": fan(380, 440)}, "reached": reached}
    return {
        "manifest": {"book": "book-2026", "as_of": "2026-10-31", "seed": 1, "fingerprint": "abc"},
        "asked": {"paths": paths},
        "is_part": False,
        "is_widened": False,
        "is_unanswered": False,
        "months": MONTHS,
        "baseline": world,
        "proposal": None,
        "odds": None,
        "break_even": None,
        "bridge": {"today_usd": "409126.54", "baseline": bridge(-1_500.0, 450_000.0), "proposal": None},
        "past": {"reason": None, "scores": []},
        **changes,
    }


def reached(early: str | None, middle: str | None, late: str | None, never: int) -> Report:
    months = {"early": early, "middle": middle, "late": late}
    return {"target_usd": 450_000.0, "is_already": False, **months, "never": {"paths": never, "of": 500}}


def test_a_price_of_usage_changes_revenue_and_no_mrr_and_both_are_said() -> None:
    odds = {"mrr": change(0, 0, 0, 500, 500), "revenue": change(-1200, 3400, 410, 0, 500)}
    told = forecast_table(report(odds=odds))
    assert "in 2027-01 MRR does not change on any path\n" in told
    assert "in 2027-01 revenue changes by between -$1,200 and $3,400; it gains on 410 of 500 paths as walked" in told


def test_a_price_that_nobody_answers_says_so_beside_its_odds() -> None:
    odds = {"mrr": change(1000, 2000, 500, 0, 500), "revenue": change(1000, 2000, 500, 0, 500)}
    words = "it gains on 500 of 500 paths as walked, before anybody answers the price\n"
    assert words in forecast_table(report(odds=odds, is_unanswered=True))
    assert "before anybody" not in forecast_table(report(odds=odds))


def test_what_the_mean_is_made_of_has_a_line_a_step_and_a_column_a_world() -> None:
    """Today is exact; estimates have two digits."""
    told = forecast_table(report())
    lines = ["of_mrr               baseline", "today                $409,126.54", "higher tier          $42,000"]
    assert "\n".join([*lines, "leaving              -$1,500", "expected in 2027-01  $450,000"]) in told
    both = {"today_usd": "409126.54", "baseline": bridge(-1_500.0, 450_000.0), "proposal": bridge(-900.0, 451_000.0)}
    assert "leaving              -$1,500      -$900\n" in forecast_table(report(bridge=both))


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        (
            {"churn": 1.0532, "arrivals": 0.976},
            "alone bring $8,300 of MRR if nobody answers them; churn × 1.053 or arrivals × 0.976, on top of any lever, "
            "would undo that\n",
        ),
        ({"churn": 1.0532, "arrivals": None}, "nobody answers them; churn × 1.053, on top of any lever, would undo"),
        ({"churn": None, "arrivals": None}, None),
    ],
)
def test_beside_other_prices_stands_what_would_undo_them(factors: Report, sentence: str | None) -> None:
    told = forecast_table(report(break_even={"expected_difference_usd": 8_279.86, "factors": factors}))
    assert (sentence or "ranges") in told
    assert ("undo" in told) == bool(sentence)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            reached(None, None, None, 500),
            "baseline: $450,000 of MRR is not reached within 3 months on any of 500 paths",
        ),
        (reached("2027-01-01", None, None, 400), "$450,000 of MRR is reached within 3 months on 100 of 500 paths"),
        (
            reached("2026-11-01", "2026-12-01", None, 90),
            "$450,000 of MRR in 2026-12, 8 in 10 between 2026-11 and a month after 2027-01; 90 of 500 paths not",
        ),
        (
            reached("2026-11-01", "2026-12-01", "2027-01-01", 20),
            "$450,000 of MRR in 2026-12, 8 in 10 between 2026-11 and 2027-01; 20 of 500 paths not within 3 months",
        ),
    ],
)
def test_a_target_is_told_in_a_sentence_whether_it_is_reached_or_not(found: Report, sentence: str) -> None:
    told = forecast_table(report(reached=found))
    assert sentence in told and "later" not in told and "None" not in told


def test_what_a_range_is_holds_for_one_that_was_widened_and_too_few_paths_are_said() -> None:
    assert "ranges hold 9 of 10, of 500 walked\n" in forecast_table(report())
    assert "are those of 9 of 10 paths, made wider where past ones did not hold, of 500" in forecast_table(
        report(is_widened=True)
    )
    assert "of 1 walked; so few hardly tell a range's ends" in forecast_table(report(paths=1))


def test_that_a_target_is_read_off_wider_paths_is_said_where_they_are() -> None:
    found = reached("2026-11-01", "2026-12-01", "2027-01-01", 20)
    words = "a target's months are off paths made as much wider"
    assert words in forecast_table(report(reached=found, is_widened=True))
    assert words not in forecast_table(report(reached=found)) + forecast_table(report(is_widened=True))


def test_of_every_past_forecast_it_says_by_how_much_it_widens_the_fan_or_that_it_does_not() -> None:
    bands = [{"level": level, "hits": 5, "origins": 6, "factor": 2.5} for level in (0.5, 0.8, 0.9)]

    def row(measure: str, widens: bool, factor: float) -> Report:
        return {"measure": measure, "months_ahead": 12, "bands": bands, "factor": factor, "widens": widens}

    rows = [row("mrr", False, 2.5), row("mrr_same_prices", True, 1.564), row("customers", True, 1.0)]
    told = forecast_table(report(past={"reason": None, "scores": rows})).splitlines()
    ends = {line.split()[0]: line.split("5 of 6")[-1].strip() for line in told if "5 of 6" in line}
    assert ends == {"mrr": "not used", "mrr_same_prices": "× 1.56", "customers": "no"}
    assert "forecasts of the past reach 12 months ahead, beyond that the last factor is kept" in told


def test_a_past_that_cannot_be_tested_is_its_reason_and_no_empty_table() -> None:
    told = forecast_table(report(past={"reason": "three months are on record", "scores": []}))
    assert "three months are on record" in told and "held_50" not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--lever", "arrivals.seller=1000000000"],
            "the lever arrivals.seller is 1,000,000,000; it goes from 0 to 3 in data/forecast.toml: the nearest is 3",
        ),
        (["--lever", "climbs.aws_partner=5.01"], "the lever climbs.aws_partner is 5.01; it goes from 0 to 5"),
        (["--lever", "churn_of.unknown=4"], "the lever churn_of.unknown is 4; it goes from 0 to 3"),
        (["--months", "1"], "months is 1; months ahead go from 6 to 60 in data/forecast.toml: the nearest is 6"),
        (["--months", "61"], "months is 61; months ahead go from 6 to 60"),
        (["--paths", "60000"], "paths is 60,000; paths go from 1 to 50,000 in data/forecast.toml"),
    ],
)
def test_more_than_the_settings_allow_is_refused_in_one_sentence(
    words: list[str], sentence: str, desk_folder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecast", *words, "--snapshots", str(desk_folder.parent)]) == 2
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1


@pytest.mark.parametrize("target", ["0.01", "250000.50", "2000000000", "0"])
def test_a_target_that_the_page_cannot_ask_for_is_no_word_of_the_command(
    target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["forecast", "--target", target])
    assert "is no MRR in whole USD; write 1 to 1000000000" in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [Asked(6, 250, Levers(arrivals={"seller": 3.5})), Asked(5, 250), Asked(6, 50_001)],
    ids=["lever", "months", "paths"],
)
def test_the_desk_refuses_alike_whoever_asks(desk: Any, asked: Asked) -> None:
    walked: Callable[[float], bool] = pytest.fail
    with pytest.raises(AssumptionsError, match=r"in data/forecast\.toml: the nearest is"):
        foretell(desk, asked, walked)
