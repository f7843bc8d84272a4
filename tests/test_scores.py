"""Scores of forecasts: published numbers, sums by hand, and laws that hold for any ensemble."""

import math
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from lib.scores import (
    FAIR,
    PLAIN,
    ScoreError,
    covered,
    crps,
    crps_normal,
    hits,
    interval,
    mid_rank,
    pinball,
    pit,
    skill,
)
from tests.conftest import ROOT
from tests.published import Checks

TABLES = tomllib.loads((ROOT / "tests" / "cases" / "retention_published.toml").read_text())

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
ENSEMBLES = st.lists(NUMBERS, min_size=2, max_size=12)


def test_the_published_scores(shared: Path):
    checks = Checks(shared, "proper-scores")
    ensemble, came = checks.inputs["ensemble"], checks.inputs["y"]
    checks.holds("CRPS of N(0,1) at y=0,1,2", crps_normal(0, 1, [0, 1, 2]))
    checks.holds("ensemble CRPS, V-statistic (nrg/qd estimators; properscoring default)", crps(ensemble, came, PLAIN))
    checks.holds("ensemble CRPS, fair / PWM estimator", crps(ensemble, came, FAIR))
    checks.holds("pinball q=.1,.5,.9, forecast 2, y 3", pinball(2, 3, [0.1, 0.5, 0.9]))
    checks.all_held()


def test_the_two_estimators_by_hand():
    """{1, 2, 4, 8} and 3: distances 2 + 1 + 1 + 5 = 9, a quarter each; the six pairs lie 1+3+7+2+6+4 = 23 apart."""
    assert crps([1, 2, 4, 8], 3, PLAIN) == pytest.approx(9 / 4 - 23 / 16)
    assert crps([1, 2, 4, 8], 3, FAIR) == pytest.approx(9 / 4 - 23 / 12)


# The quantile functions of what was scored in closed form elsewhere.
QUANTILES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "uniform from 0 to 1": stats.uniform.ppf,
    "exponential, rate 0.7": stats.expon(scale=1 / 0.7).ppf,
    "Laplace, location 0, scale 1": stats.laplace.ppf,
    "logistic, location 0, scale 1": stats.logistic.ppf,
    "normal, mean -1.4, standard deviation 0.9": stats.norm(-1.4, 0.9).ppf,
}


@pytest.mark.parametrize("row", TABLES["crps_closed"], ids=lambda row: row["distribution"])
def test_many_members_come_near_the_closed_form(row: dict[str, Any]):
    members = QUANTILES[row["distribution"]]((np.arange(100_000) + 0.5) / 100_000)
    assert crps(members, row["actual"], PLAIN) == pytest.approx(row["crps"], abs=1e-4)


def test_the_normal_score_by_hand():
    [row] = [row for row in TABLES["crps_closed"] if row["distribution"].startswith("normal")]
    assert crps_normal(-1.4, 0.9, row["actual"]) == pytest.approx(row["crps"], abs=row["tolerance"])


@pytest.mark.parametrize("row", TABLES["crps_ensemble"], ids=lambda row: f"{row['members']}, {row['actual']}")
def test_ensembles_by_hand(row: dict[str, Any]):
    assert crps(row["members"], row["actual"], PLAIN) == pytest.approx(float(Fraction(row["plain"])))
    if row["fair"] == "refused":
        with pytest.raises(ScoreError):
            crps(row["members"], row["actual"], FAIR)
    else:
        assert crps(row["members"], row["actual"], FAIR) == pytest.approx(float(Fraction(row["fair"])))


@pytest.mark.parametrize("row", TABLES["pinball"], ids=lambda row: f"{row['level']} of {row['actual']}")
def test_pinball_by_hand(row: dict[str, Any]):
    found = pinball(row["forecast"], row["actual"], float(Fraction(row["level"])))
    assert found == pytest.approx(float(Fraction(row["loss"])))


@pytest.mark.parametrize("row", TABLES["pit"], ids=lambda row: f"{row['members']}, {row['actual']}")
def test_the_mid_rank_by_hand(row: dict[str, Any]):
    assert mid_rank(row["members"], row["actual"]) == pytest.approx(float(Fraction(row["value"])))


def test_coverage_by_hand():
    [row] = TABLES["coverage"]
    found = hits(row["low"], row["high"], row["actual"])
    assert (found.held, found.of) == (row["hits"], row["of"])


@pytest.mark.parametrize("row", TABLES["skill"], ids=lambda row: row["skill"])
def test_skill_by_hand(row: dict[str, Any]):
    found = skill(sum(row["scores"]), sum(row["naive"]))
    assert found == (None if row["skill"] == "not measurable" else pytest.approx(float(Fraction(row["skill"]))))


def test_many_forecasts_are_scored_at_once():
    """Forecasts of 3 horizons by 2 groups with 5 paths each are 6 scores, in their shape."""
    paths = np.arange(30.0).reshape(3, 2, 5) ** 1.5
    came = np.array([[1.0, 20.0], [30.0, 55.0], [90.0, 160.0]])
    found = crps(paths, came, FAIR)
    assert found.shape == (3, 2)
    alone = [[float(crps(paths[h, g], came[h, g], FAIR)) for g in range(2)] for h in range(3)]
    assert found == pytest.approx(np.array(alone))


def brute(members: list[float], came: float, estimator: str) -> float:
    """The definition, pair by pair."""
    count = len(members)
    pairs = sum(abs(one - other) for one in members for other in members)
    over = 2 * count * count if estimator == PLAIN else 2 * count * (count - 1)
    return sum(abs(one - came) for one in members) / count - pairs / over


@given(ENSEMBLES, NUMBERS)
def test_scores_are_what_the_definition_says(members: list[float], came: float):
    size = max(1.0, *map(abs, members), abs(came))
    for estimator in (PLAIN, FAIR):
        assert crps(members, came, estimator) == pytest.approx(brute(members, came, estimator), abs=1e-9 * size)


@given(ENSEMBLES, NUMBERS)
def test_fair_is_never_above_plain_and_plain_never_below_zero(members: list[float], came: float):
    plain, fair = crps(members, came, PLAIN), crps(members, came, FAIR)
    hair = 1e-9 * max(1.0, *map(abs, members), abs(came))
    assert fair <= plain + hair
    assert plain >= -hair


@given(ENSEMBLES, NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(members: list[float], came: float, dice):
    shuffled = list(members)
    dice.shuffle(shuffled)
    assert crps(shuffled, came, FAIR) == crps(members, came, FAIR)
    assert pit(shuffled, came).middle == pit(members, came).middle


def test_plain_is_the_area_between_two_steps():
    """An independent way: the squared gap between the members' steps and the step at what came, summed by hand.

    Members 1, 2, 4, 8 and 3: (1/4)² over [1,2], (2/4)² over [2,3], (2/4)² over [3,4], (1/4)² over [4,8].
    """
    assert crps([1, 2, 4, 8], 3, PLAIN) == pytest.approx(1 / 16 + 1 / 4 + 1 / 4 + 4 / 16)


@pytest.mark.parametrize("came", [-3.0, 0.0, 0.4, 5.0])
def test_the_normal_score_is_the_area_between_the_curves(came: float):
    def squared(x: float) -> float:
        return (stats.norm.cdf(x, 1.5, 2.0) - (x >= came)) ** 2

    area = integrate.quad(squared, -30, came, limit=200)[0] + integrate.quad(squared, came, 40, limit=200)[0]
    assert crps_normal(1.5, 2.0, came) == pytest.approx(area, abs=1e-7)


def test_fair_means_without_bias():
    """The mean fair score of 4 drawn members is that of the distribution they are drawn from; the plain one is higher.

    Standard normal at 0.3: the plain score of m members is too high by the mean distance of two draws over 2 m.
    """
    drawn = np.random.default_rng(20261126).standard_normal((200_000, 4))
    came, truth = np.full(200_000, 0.3), float(crps_normal(0, 1, 0.3))
    assert crps(drawn, came, FAIR).mean() == pytest.approx(truth, abs=0.004)
    too_high = 2 / math.sqrt(math.pi) / (2 * 4)
    assert crps(drawn, came, PLAIN).mean() == pytest.approx(truth + too_high, abs=0.004)


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.floats(0.05, 0.95))
def test_no_number_has_less_pinball_loss_than_the_quantile(values: list[float], level: float):
    told = np.quantile(values, level, method="inverted_cdf")
    losses = [pinball(other, values, level).mean() for other in values]
    assert pinball(told, values, level).mean() <= min(losses) + 1e-6


def test_intervals_and_what_they_held():
    """Of 0…100 the central 80 % are 10…90, ends included."""
    low, high = interval(np.arange(101.0), 0.8)
    assert (float(low), float(high)) == pytest.approx((10, 90))
    assert covered(10, 90, [9.9, 10, 50, 90, 90.1]).tolist() == [False, True, True, True, False]
    found = hits([10] * 5, [90] * 5, [9.9, 10, 50, 90, 90.1])
    assert (found.held, found.of, found.share) == (3, 5, Fraction(3, 5))
    assert hits([], [], []).share is None


def test_where_what_came_stands_by_hand():
    """Members 1, 2, 2, 4: five places. 3 stands in the fourth; 2 ties with two members and takes three places."""
    alone = pit([1, 2, 2, 4], 3)
    assert (float(alone.low), float(alone.high), float(alone.middle)) == pytest.approx((3 / 5, 4 / 5, 7 / 10))
    tied = pit([1, 2, 2, 4], 2)
    assert (float(tied.low), float(tied.high), float(tied.middle)) == pytest.approx((1 / 5, 4 / 5, 1 / 2))


def test_an_observation_is_spread_over_its_own_part():
    """[1/5, 4/5] over halves: 3/10 of 6/10 below the middle, 3/10 above. Beyond all members: wholly in the last."""
    assert pit([1, 2, 2, 4], 2).histogram(2) == pytest.approx([0.5, 0.5])
    assert pit([1, 2, 2, 4], 9).histogram(5) == pytest.approx([0, 0, 0, 0, 1])
    assert pit([[1, 2, 2, 4], [1, 2, 2, 4]], [2, 9]).histogram(2) == pytest.approx([0.5, 1.5])


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=8), st.integers(1, 20))
def test_a_histogram_counts_everything_once(ensembles: list[list[int]], bins: int):
    found = pit(ensembles, [1] * len(ensembles)).histogram(bins)
    assert len(found) == bins
    assert found.sum() == pytest.approx(len(ensembles))
    assert (found >= 0).all()


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6), st.integers(1, 10))
def test_honest_forecasts_fill_the_scale_evenly_ties_or_not(values: list[int], bins: int):
    """Each of some values foretold by the others: whichever comes, over all of them the scale is exactly full."""
    others = [values[:place] + values[place + 1 :] for place in range(len(values))]
    found = pit(others, values).histogram(bins)
    assert found == pytest.approx(np.full(bins, len(values) / bins))


def test_skill():
    assert skill(3, 4) == pytest.approx(0.25)
    assert skill(5, 4) == pytest.approx(-0.25)
    assert skill(0, 4) == 1
    assert skill(1, 0) is None


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: crps([1, 2], 1, "best"), "there is no estimator 'best' of the CRPS; name plain or fair"),
        (lambda: crps([1], 1, FAIR), "the fair CRPS needs 2 members or more; the ensemble has 1"),
        (lambda: crps([], 1, PLAIN), "the last axis of forecasts holds the members"),
        (lambda: crps([[1, 2], [3, 4]], 1, PLAIN), "forecasts of the shape (2, 2) do not fit observations"),
        (lambda: crps([1, math.nan], 1, PLAIN), "no finite number"),
        (lambda: crps_normal(0, 0, 1), "a standard deviation of 0; give one above zero"),
        (lambda: pinball(1, 1, 1), "a quantile's level lies between 0 and 1"),
        (lambda: covered(2, 1, 1), "give the lower end first"),
        (lambda: interval([1, 2], 90), "a share between 0 and 1, such as 0.9"),
        (lambda: pit([1, 2], 1).histogram(0), "a histogram has 0 bins; give 1 or more"),
        (lambda: skill(math.inf, 1), "give finite scores"),
    ],
)
def test_what_cannot_be_scored_is_refused(ask, words: str):
    with pytest.raises(ScoreError) as refused:
        ask()
    assert words in str(refused.value)
