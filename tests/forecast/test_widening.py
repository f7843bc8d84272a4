"""When past bands failed, by how much the next ones are wider, and what stays as it was."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.forecast.outlook import Fan, fan, reached
from lib.forecast.widening import (
    Checked,
    Widening,
    as_few,
    by_level,
    in_force,
    widened,
    widened_paths,
    widened_together,
)
from lib.forecast.widening import widening as widening_of

LEVELS = (0.5, 0.8, 0.9)
UNLIKELY = 0.1


def widening(checked: list[Checked], level: float, months_ahead: int) -> Widening:
    return widening_of(checked, level, months_ahead, UNLIKELY)


def band(actual: float, median: float = 100, lower: float = 90, upper: float = 120) -> Checked:
    return Checked(actual, median, lower, upper)


def test_a_score_counts_half_widths_on_the_side_of_what_came() -> None:
    """The band reaches 10 below the median and 20 above it."""
    assert [band(actual).score for actual in (100, 90, 120, 80, 160)] == [0, 1, 1, 2, 3]
    assert Checked(5, 5, 5, 5).score == 0
    assert Checked(6, 5, 5, 5).score == float("inf")


def test_a_band_that_holds_as_often_as_it_says_is_left_alone() -> None:
    """9 of 10 at 90 %: 1 − 0.9¹⁰ = 0.65 of honest bands have nine hits or fewer."""
    told = widening([*[band(110)] * 9, band(200)], 0.9, 6)
    assert (told.hits, told.origins, told.factor, told.hits_after) == (9, 10, 1, 9)
    assert told.chance == pytest.approx(1 - 0.9**10)
    assert not told.is_widened
    assert not told.is_short


def test_a_band_that_fails_is_widened_to_the_score_of_the_right_place() -> None:
    """Twelve at 80 %: place ⌈13 · 0.8⌉ = ⌈10.4⌉ = 11. Scores above the median: (actual − 100) / 20.

    6 hits of 12 at 80 %: an honest band has so few in 1.9 % of cases (comb sum), so it fails.
    """
    actuals = [100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 170, 400]
    told = widening([band(actual) for actual in actuals], 0.8, 3)
    assert told.hits == 6
    assert told.chance == pytest.approx(0.0194, abs=5e-5)
    assert told.factor == pytest.approx(3.5)  # the eleventh: 70 / 20
    assert (told.hits_after, told.is_widened, told.is_short) == (11, True, False)


def test_the_place_is_not_moved_by_the_last_digit_of_a_float() -> None:
    """⌈70 · 0.9⌉ is 63 of 69, though 70 · 0.9 as a float is 63.00000000000001 on some machines."""
    told = widening([band(100 + 20 * (1 + number)) for number in range(69)], 0.9, 1)
    assert told.factor == pytest.approx(63)


def test_so_few_that_none_lies_far_enough_out_is_said() -> None:
    """Five misses of five at 90 %: place ⌈6 · 0.9⌉ = 6 of 5. The farthest is taken, 5 half widths, and it is said."""
    told = widening([band(100 + 20 * score) for score in (2, 3, 5, 4, 3)], 0.9, 12)
    assert (told.factor, told.hits, told.hits_after, told.is_short) == (pytest.approx(5), 0, 5, True)


def test_a_band_of_no_width_cannot_be_widened_by_a_factor() -> None:
    told = widening([Checked(6, 5, 5, 5)] * 4, 0.9, 1)
    assert (told.factor, told.hits_after, told.is_short) == (1, 0, True)


def test_nothing_checked_is_nothing_failed() -> None:
    told = widening([], 0.9, 1)
    assert (told.origins, told.hits, told.chance, told.factor, told.is_short) == (0, 0, 1, 1, False)


@given(st.integers(0, 30), st.sampled_from([Fraction(1, 2), Fraction(4, 5), Fraction(9, 10)]), st.data())
def test_the_chance_of_few_hits_is_the_binomials_tail(origins: int, level: Fraction, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, origins))
    more = sum(comb(origins, n) * level**n * (1 - level) ** (origins - n) for n in range(hits + 1, origins + 1))
    assert as_few(hits, origins, float(level)) == pytest.approx(float(1 - more))


@given(st.lists(st.integers(0, 400), max_size=25), st.sampled_from(LEVELS))
def test_a_factor_never_narrows_and_never_loses_a_hit(actuals: list[int], level: float) -> None:
    told = widening([band(actual) for actual in actuals], level, 1)
    assert told.factor >= 1
    assert told.hits_after >= told.hits
    assert told.is_widened <= (told.chance < UNLIKELY)
    if told.is_widened and not told.is_short:
        assert told.hits_after >= level * len(actuals)


def test_where_one_level_fails_all_are_widened_by_what_the_widest_lacked() -> None:
    """Ten that came 30 above a median of 100 twice, 15 above it else; 80 % reaches 10 a side, 90 % reaches 20.

    80 %: no hit of ten, place ⌈11 · 0.8⌉ = 9: 3. 90 %: 8 of ten, which would often be luck, place 10: 30 / 20 = 1.5,
    and the 80 % band takes that too: 15 to a side, which is where eight of ten came.
    """
    came = [115] * 8 + [130] * 2
    checked = {0.8: [Checked(a, 100, 90, 110) for a in came], 0.9: [Checked(a, 100, 80, 120) for a in came]}
    told = widened_together(checked, 6, UNLIKELY)
    assert {level: (band.hits, band.factor, band.hits_after) for level, band in told.items()} == {
        0.8: (0, 1.5, 8),
        0.9: (8, 1.5, 10),
    }
    alone = widened_together({0.9: checked[0.9]}, 6, UNLIKELY)
    assert alone[0.9].factor == 1


def one(level: float, months_ahead: int, factor: float) -> Widening:
    return Widening(level, months_ahead, 14, 9, 0.01, factor, 13, is_short=False)


def flat(months: int) -> Fan:
    """0, 10, … 200 in every month: median 100, and bands from 50 to 150, 20 to 180, 10 to 190."""
    return fan(np.tile(np.arange(0.0, 201, 10), (months, 1)), LEVELS)


def test_between_two_horizons_the_factor_goes_straight() -> None:
    """1 at month 1 and 3 at month 3, so 2 at month 2; after month 3 it stays. Half widths of 80 below and above 100."""
    told = widened(flat(4), [one(0.8, 3, 3), one(0.8, 1, 1)])
    assert told.band(0.8).upper.tolist() == pytest.approx([180, 260, 340, 340])
    assert told.median.tolist() == [100] * 4


def test_a_horizon_checked_too_seldom_does_not_clear_a_nearer_one() -> None:
    """Twice as wide at 6 months by 14 forecasts; what 14 say at 12 months would stand, what 14 of 15 asked say not."""
    told = flat(12)
    half = float(told.band(0.9).upper[-1] - told.median[-1])
    cleared = widened(told, [one(0.9, 6, 2), one(0.9, 12, 1)], fewest=14).band(0.9).upper
    carried = widened(told, [one(0.9, 6, 2), one(0.9, 12, 1)], fewest=15).band(0.9).upper
    assert cleared[-1] - told.median[-1] == pytest.approx(half)
    assert carried[-1] - told.median[-1] == pytest.approx(2 * half)


def test_what_cannot_fall_below_zero_does_not() -> None:
    told = widened(flat(1), [one(0.8, 1, 2)])
    assert told.band(0.8).lower.tolist() == [0]


def test_a_wider_level_stays_outside_a_narrower_one() -> None:
    """The band of 50 % becomes 0 to 250: those of 80 % and 90 % were narrower and now end where it ends."""
    told = widened(flat(1), [one(0.5, 1, 3)])
    assert [(*band.lower, *band.upper) for band in told.bands] == [(0, 250)] * 3


def test_without_a_failure_the_fan_is_the_same_to_the_last_digit() -> None:
    drawn = fan(np.random.default_rng(8).gamma(3, 1e5, (5, 40)), LEVELS)
    told = widened(drawn, [one(level, months, 1) for level in LEVELS for months in (1, 3)])
    for before, after in zip(drawn.bands, told.bands, strict=True):
        assert after.lower.tolist() == before.lower.tolist()
        assert after.upper.tolist() == before.upper.tolist()


def test_only_levels_that_failed_somewhere_are_told() -> None:
    told = by_level([one(0.9, 1, 1), one(0.9, 3, 2), one(0.5, 1, 1)])
    assert {level: [entry.months_ahead for entry in entries] for level, entries in told.items()} == {0.9: [1, 3]}


def test_paths_are_moved_away_from_the_middle_of_their_month_as_the_bands_are() -> None:
    """Five paths, median 30 then 40, factor 1.5 at month 1 and 2 at month 2: by hand. None falls below zero."""
    paths = np.array([[10.0, 20, 30, 40, 50], [5, 30, 40, 50, 100]])
    factors = [one(level, *at) for level in LEVELS for at in ((1, 1.5), (2, 2.0))]
    assert widened_paths(paths, factors).tolist() == [[0, 15, 30, 45, 60], [0, 20, 40, 60, 160]]
    assert widened_paths(paths, ()).tolist() == paths.tolist()


def test_a_target_is_reached_sooner_and_later_by_wider_paths_than_as_walked() -> None:
    """Ten paths of 12, 14 ... 30, each rising by 2 a month, towards 30; the median is 21 in month 1.

    As walked: one is there in month 1, five when 22 has risen by 8, in month 5, nine when 14 has by 16, in month 9.
    Twice as far from the middle: 26, 28 and 30 are 31, 35 and 39, so three are there in month 1; 22 is 23 and needs
    four months more, as before; 14 is 7, which needs twelve: month 13.
    """
    paths = np.arange(12.0, 31, 2)[None, :] + 2 * np.arange(15.0)[:, None]
    walked, wider = (reached(series, 30, 0) for series in (paths, widened_paths(paths, [one(0.9, 1, 2.0)])))
    assert (walked.early, walked.middle, walked.late) == (1, 5, 9)
    assert (wider.early, wider.middle, wider.late) == (1, 5, 13)
    assert walked.by_month[0] == 0.1 and wider.by_month[0] == 0.3


@given(st.lists(st.floats(-50, 200), min_size=3, max_size=30), st.floats(1, 4))
def test_a_fan_of_wider_paths_is_the_wider_fan_where_nothing_meets_zero(values: list[float], factor: float) -> None:
    paths = np.array([values]) + 1_000
    factors = [one(level, 1, factor) for level in LEVELS]
    whole, apart = widened(fan(paths, LEVELS), factors), fan(widened_paths(paths, factors), LEVELS)
    for level in LEVELS:
        np.testing.assert_allclose(whole.band(level).lower, apart.band(level).lower)
        np.testing.assert_allclose(whole.band(level).upper, apart.band(level).upper)


def test_a_horizon_that_few_forecasts_reach_takes_the_factor_of_a_nearer_one() -> None:
    """1.2 is cleared by fifteen forecasts three months ahead; six of them a year ahead cannot clear 1.5."""

    def one(months_ahead: int, origins: int, factor: float) -> Widening:
        return Widening(0.9, months_ahead, origins, origins, 1.0, factor, origins, False)

    told = [one(12, 6, 1.0), one(1, 17, 1.2), one(3, 15, 1.0), one(6, 12, 1.5)]
    assert in_force(told, 8) == {1: 1.2, 3: 1.0, 6: 1.5, 12: 1.5}
    assert in_force(told, 6) == {1: 1.2, 3: 1.0, 6: 1.5, 12: 1.0}
    assert in_force([one(6, 12, 1.5), one(12, 6, 1.7)], 8) == {6: 1.5, 12: 1.7}
    assert in_force([], 8) == {}
