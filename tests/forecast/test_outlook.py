"""Fans, odds and the month of a target, on paths few enough to read off by eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.forecast.outlook import OutlookError, Share, fan, fans, odds, odds_so_far, reached

LEVELS = (0.5, 0.8, 0.9)

# Whole dollars below a million: sums and differences of them are exact as floats.
MONEY = arrays(np.float64, (3, 7), elements=st.integers(0, 10**6).map(float))


def test_a_fan_is_read_off_eleven_paths_by_eye() -> None:
    """0, 10, … 100: the linear quantile q of eleven sorted numbers is the one at place 10 q, so 100 q."""
    series = np.array([[30, 0, 10, 20, 100, 40, 50, 60, 70, 90, 80]], dtype=np.float32)
    told = fan(series, (0.9, 0.5, 0.8))
    assert told.paths == 11
    assert told.median.tolist() == [50]
    assert [band.level for band in told.bands] == [0.5, 0.8, 0.9]
    ends = [(*band.lower, *band.upper) for band in told.bands]
    assert ends == [pytest.approx(pair, abs=1e-9) for pair in ((25, 75), (10, 90), (5, 95))]
    assert told.band(0.8) is told.bands[1]


def test_a_fan_knows_only_the_bands_it_was_asked_for() -> None:
    with pytest.raises(OutlookError, match=r"no band of 0\.95; the fan holds 0\.5, 0\.8, 0\.9"):
        fan(np.ones((2, 3)), LEVELS).band(0.95)


@given(MONEY)
def test_wider_bands_hold_the_narrower_ones_and_all_the_median(series: np.ndarray) -> None:
    told = fan(series, LEVELS)
    inner = told.median, told.median
    for band in told.bands:
        assert (band.lower <= inner[0]).all()
        assert (band.upper >= inner[1]).all()
        inner = band.lower, band.upper


@given(MONEY, st.permutations(range(7)))
def test_the_order_of_paths_does_not_matter(series: np.ndarray, order: list[int]) -> None:
    one, other = fan(series, LEVELS), fan(series[:, order], LEVELS)
    assert one.median.tolist() == other.median.tolist()
    assert [band.upper.tolist() for band in one.bands] == [band.upper.tolist() for band in other.bands]


def test_every_part_has_its_fan() -> None:
    series = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    told = fans(series, ("seller", "partner"), LEVELS)
    assert {name: one.median.tolist() for name, one in told.items()} == {"seller": [1, 7], "partner": [4, 10]}
    with pytest.raises(OutlookError, match="2 series cannot carry the 1 names seller"):
        fans(series, ("seller",), LEVELS)


def test_a_tie_is_no_gain() -> None:
    """Four paths, two months. Month 1: +5, 0, −3, +1. Month 2: −4, 0, +9, +1; so far: +1, 0, +6, +2."""
    baseline = np.array([[10, 20, 30, 40], [10, 20, 30, 40]])
    proposal = np.array([[15, 20, 27, 41], [6, 20, 39, 41]])
    month, so_far = odds(baseline, proposal, LEVELS), odds_so_far(baseline, proposal, LEVELS)
    assert [(gain.hits, gain.paths) for gain in month.gain] == [(2, 4), (2, 4)]
    assert [same.hits for same in month.same] == [1, 1]
    assert [gain.hits for gain in so_far.gain] == [2, 3]
    assert month.difference.median.tolist() == [0.5, 0.5]  # −3 0 1 5 and −4 0 1 9
    assert so_far.difference.median.tolist() == [0.5, 1.5]  # 0 1 2 6


@given(MONEY)
def test_an_empty_proposal_differs_by_exactly_nothing(series: np.ndarray) -> None:
    told = odds_so_far(series, series.copy(), LEVELS)
    assert {gain.hits for gain in told.gain} == {0}
    assert {same.hits for same in told.same} == {7}
    assert not told.difference.band(0.9).lower.any()
    assert not told.difference.band(0.9).upper.any()


@given(MONEY, MONEY)
def test_what_one_side_gains_the_other_loses(baseline: np.ndarray, proposal: np.ndarray) -> None:
    there, back = odds(baseline, proposal, LEVELS), odds(proposal, baseline, LEVELS)
    for gain, loss, same in zip(there.gain, back.gain, there.same, strict=True):
        assert gain.hits + loss.hits + same.hits == 7
    assert there.difference.median.tolist() == (0 - back.difference.median).tolist()


def test_paths_of_two_lengths_are_not_paired() -> None:
    with pytest.raises(OutlookError, match=r"paths of \(2, 3\) and \(2, 4\) cannot be paired"):
        odds(np.ones((2, 3)), np.ones((2, 4)), LEVELS)


def test_no_path_at_all_is_refused() -> None:
    with pytest.raises(OutlookError, match="0 paths of 2 months say nothing"):
        fan(np.ones((2, 0)), LEVELS)


def test_a_share_is_known_as_well_as_its_paths_allow() -> None:
    """88 of 100: √(0.88 · 0.12 / 100) = √0.001056 = 0.0325."""
    assert Share(88, 100).value == 0.88
    assert Share(88, 100).standard_error == pytest.approx(0.0325, abs=5e-5)
    assert not Share(88, 100).is_one_sided
    assert Share(100, 100).is_one_sided
    assert Share(0, 100).is_one_sided


def by_path(*paths: list[float]) -> np.ndarray:
    return np.array(paths).T


def test_the_month_of_a_target_is_the_first_month_at_it() -> None:
    """Ten paths towards 100: one is there in month 1 and falls back, four in month 2, three in month 3, two never."""
    series = by_path([100, 90, 90], *[[50, 100, 80]] * 4, *[[50, 60, 120]] * 3, *[[1, 2, 99.5]] * 2)
    told = reached(series, 100, at_hand=40)
    assert (told.early, told.middle, told.late) == (1, 2, None)  # 1, then 5, then 8 of 10; the ninth is never there
    assert (told.never.hits, told.never.paths) == (2, 10)
    assert told.by_month.tolist() == [0.1, 0.5, 0.8]
    assert not told.is_already


def test_a_target_reached_today_waits_for_no_path() -> None:
    told = reached(by_path([1, 2], [3, 4]), 100, at_hand=100)
    assert told.is_already
    assert (told.early, told.middle, told.late, told.never.hits) == (0, 0, 0, 0)
    assert told.by_month.tolist() == [1, 1]


def test_a_target_no_path_reaches_has_no_month() -> None:
    told = reached(by_path([1, 2], [3, 4]), 100, at_hand=5)
    assert (told.early, told.middle, told.late, told.never.value) == (None, None, None, 1)


@given(MONEY, st.integers(1, 10**6))
def test_whoever_is_there_stays_counted(series: np.ndarray, target: int) -> None:
    told = reached(series, float(target), at_hand=0)
    assert (np.diff(told.by_month) >= 0).all()
    assert told.never.hits == sum(all(value < target for value in path) for path in series.T)
