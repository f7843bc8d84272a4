"""What drawn paths say and what past forecasts were worth, as tests/cases/outlook.toml works it out by hand."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lib import scores
from lib.forecast.backtest import PINBALL, Trial
from lib.forecast.naive import CHURN, GROWTH, LAST, NAIVE, Past, naive
from lib.forecast.outlook import Fan, Odds, fan, odds, odds_so_far, reached
from lib.forecast.scored import scored
from lib.forecast.widening import Checked, Widening, as_few, widened, widening
from tests.conftest import ROOT

CASES = tomllib.loads((ROOT / "tests" / "cases" / "outlook.toml").read_text())
SAID = dict.fromkeys(NAIVE, 90.0)
PATHS = {world: np.array(rows, dtype=np.float64) for world, rows in CASES["paths"].items()}
LEVELS = (0.5, 0.8, 0.9)


def quantiles(told: Fan, month: int) -> list[float]:
    """5, 10, 25, 50, 75, 90 and 95 %."""
    lower = [band.lower[month] for band in reversed(told.bands)]
    return [*lower, told.median[month], *(band.upper[month] for band in told.bands)]


@pytest.mark.parametrize("world", ["baseline", "proposal"])
def test_the_fan(world: str) -> None:
    told = fan(PATHS[world], LEVELS)
    for month, expected in enumerate(CASES["fan"][world]):
        assert quantiles(told, month) == pytest.approx(expected)


@pytest.mark.parametrize("case", CASES["odds"], ids=lambda case: str(case["month"]))
def test_the_odds(case: Mapping[str, Any]) -> None:
    month = case["month"] if isinstance(case["month"], int) else len(PATHS["baseline"])
    compare = odds if isinstance(case["month"], int) else odds_so_far
    told: Odds = compare(PATHS["baseline"], PATHS["proposal"], LEVELS)
    gain, at = told.gain[month - 1], month - 1
    assert (gain.hits, gain.paths) == (case["gains"], case["of"])
    assert told.difference.median[at] == pytest.approx(case["median"])
    for level, key in ((0.8, "range_80"), (0.9, "range_90")):
        band = told.difference.band(level)
        assert [band.lower[at], band.upper[at]] == pytest.approx(case[key])
    assert gain.standard_error == pytest.approx(case.get("standard_error", gain.standard_error))


def test_no_change_is_no_gain_and_no_loss() -> None:
    case, told = CASES["no_change"], odds(PATHS["baseline"], PATHS["baseline"], LEVELS)
    assert {(gain.hits, gain.paths) for gain in told.gain} == {(case["gains"], case["of"])}
    assert {same.hits for same in told.same} == {case["of"] - case["losses"]}
    assert told.difference.band(0.9).lower.tolist() == [case["range_90"][0]] * 4


@pytest.mark.parametrize("case", CASES["reached"], ids=lambda case: f"{case['of']} {case['target']}")
def test_the_month_of_a_target(case: Mapping[str, Any]) -> None:
    series = PATHS[case["of"]]
    told = reached(series, case["target"], case["today"])
    assert told.is_already == case["already"]
    if case["already"]:
        assert told.early == 0
        return
    months = [case[key] if isinstance(case[key], int) else None for key in ("early", "middle", "late")]
    assert [told.early, told.middle, told.late] == months
    assert Fraction(told.never.hits, told.never.paths) == Fraction(case["never"])
    one_by_one = [reached(path[:, None], case["target"], case["today"]).early or 0 for path in series.T]
    assert one_by_one == case["months"]


@pytest.mark.parametrize("case", CASES["tail"], ids=lambda case: f"{case['hits']} of {case['n']}")
def test_the_chance_of_so_few_hits(case: Mapping[str, Any]) -> None:
    chance = as_few(case["hits"], case["n"], 0.9)
    assert chance == pytest.approx(case["probability"])
    assert (chance < 0.1) == case["fails"]


@pytest.mark.parametrize("case", CASES["widening"], ids=lambda case: str(case["name"]))
def test_the_factor(case: Mapping[str, Any]) -> None:
    checked = [Checked(actual, median, low, high) for actual, low, median, high in case["origins"]]
    told = widening(checked, 0.9, 6, 0.1)
    assert (told.hits, told.hits_after, told.is_widened) == (case["hits"], case["hits_after"], case["fails"])
    assert told.factor == pytest.approx(float(Fraction(case["factor"])))
    assert told.is_short == (case.get("place", 0) > len(checked))
    if "scores_sorted" in case:
        ours = sorted(one.score for one in checked)
        assert ours == pytest.approx([float(Fraction(score)) for score in case["scores_sorted"]])


def factor(months_ahead: int, value: str) -> Widening:
    return Widening(0.9, months_ahead, 20, 15, 0.04, float(Fraction(value)), 19, is_short=False)


@pytest.mark.parametrize("case", CASES["widened"], ids=lambda case: str(case["factor"]))
def test_the_band_is_widened_around_its_median(case: Mapping[str, Any]) -> None:
    """Read off five paths at which the quantiles 5, 50 and 95 % stand where the case puts them."""
    told = _around(case["low"], case["median"], case["high"], 1)
    band = widened(told, [factor(1, case["factor"])]).band(0.9)
    assert [band.lower[0], band.upper[0]] == pytest.approx([float(case["widened_low"]), float(case["widened_high"])])


def test_the_factor_between_horizons() -> None:
    """A band that reaches 1 to each side of its median shows the factor itself."""
    case = CASES["between_horizons"]
    tried = [factor(month, value) for month, value in zip(case["tried"], case["factors"], strict=True)]
    band = widened(_around(99, 100, 101, max(case["at"])), tried).band(0.9)
    shown = [float(band.upper[month - 1] - 100) for month in case["at"]]
    assert shown == pytest.approx([float(Fraction(value)) for value in case["expected"]])


def _around(low: float, median: float, high: float, months: int) -> Fan:
    """Twenty-one paths: their second is the quantile 5 %, the eleventh the median, the twentieth the quantile 95 %."""
    paths = [low, low, *[median] * 17, high, high]
    return fan(np.tile(np.array(paths, dtype=np.float64), (months, 1)), (0.9,))


@pytest.mark.parametrize("case", CASES["shown"], ids=lambda case: str(case["words"]))
def test_few_origins_are_told_raw(case: Mapping[str, Any]) -> None:
    """So many forecasts of the past, of which so many held, with eight asked for before a share is told."""
    held, missed = Checked(100, 100, 90, 110), Checked(200, 100, 90, 110)
    checked = [held] * case["hits"] + [missed] * (case["of"] - case["hits"])
    trials = [
        Trial("mrr", date(2026, 1, 1), 6, one.actual, {0.9: one}, 1.0, dict.fromkeys(PINBALL, 1.0), (0.4, 0.5), SAID)
        for one in checked
    ]
    (told,) = scored(trials, (0.9,), 8, 0.1)
    assert told.is_raw == case["raw_alone"]
    assert f"{told.bands[0.9].hits} of {told.origins}" == case["words"]


def test_the_last_value_and_the_growth() -> None:
    case = CASES["naive"]
    known = Past(tuple(map(float, case["mrr"])), (1,) * len(case["mrr"]), (0, 0), (0, 0))
    for napkin, key in ((LAST, "last_value"), (GROWTH, "constant_growth")):
        told = [naive(known, "mrr", ahead)[napkin] for ahead in case[key]["months"]]
        assert told == pytest.approx(case[key]["expected"])


def test_the_constant_churn() -> None:
    case = CASES["naive"]["constant_churn"]
    mrr = (0.0,) * (len(case["customers"]) - 1) + (float(case["last_mrr"]),)
    known = Past(mrr, tuple(case["customers"]), tuple(case["arrived"]), tuple(case["left"]))
    for measure in ("customers", "mrr"):
        told = [naive(known, measure, ahead)[CHURN] for ahead in case["months"]]
        assert told == pytest.approx([float(Fraction(value)) for value in case[f"expected_{measure}"]])


def test_the_skill_against_a_single_number() -> None:
    case = CASES["skill"]
    missed = sum(abs(said - came) for said, came in zip(case["naive"], case["actual"], strict=True))
    assert missed == case["naive_crps"]
    assert scores.skill(sum(case["ours"]), missed) == float(Fraction(case["skill"]))


def test_the_pinball() -> None:
    case = CASES["pinball"]
    at = _floats(case["levels"])
    told = [scores.pinball(row, came, at) for row, came in zip(case["forecasts"], case["actual"], strict=True)]
    assert [row.tolist() for row in told] == [pytest.approx(_floats(row)) for row in case["losses"]]
    assert np.sum(told, axis=0).tolist() == pytest.approx(_floats(case["by_level"]))


def _floats(values: Sequence[str]) -> list[float]:
    return [float(Fraction(value)) for value in values]
