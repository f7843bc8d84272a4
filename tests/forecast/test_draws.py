"""Draws by inverse distribution: equal to SciPy's quantiles, monotone, and named by nothing but their purpose."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.forecast.draws import binomial, negative_binomial
from lib.forecast.luck import For, Luck, split_mix

SEEDS = st.integers(0, 2**32)
UNIFORMS = st.integers(1, 2**53 - 1).map(lambda number: number * 2.0**-53)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([2, 30, 400, 20_000, 1_000_000]))
def test_a_binomial_is_the_quantile(seed: int, largest: int) -> None:
    dice = np.random.default_rng(seed)
    uniforms, n, p = dice.random(500), dice.integers(0, largest, 500), dice.beta(0.4, 0.8, 500)
    assert np.array_equal(binomial(uniforms, n, p), stats.binom.ppf(uniforms, n, p))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([0.1, 1, 10, 100, 5_000]))
def test_a_negative_binomial_is_the_quantile(seed: int, scale: float) -> None:
    dice = np.random.default_rng(seed)
    uniforms, mean, size = dice.random(500), dice.gamma(1, scale, 500), dice.gamma(2, 4, 500) + 0.3
    assert np.array_equal(
        negative_binomial(uniforms, mean, size), stats.nbinom.ppf(uniforms, size, size / (size + mean))
    )


@given(UNIFORMS, UNIFORMS, st.integers(0, 300), st.integers(0, 300), st.floats(0, 1), st.floats(0, 1))
def test_more_luck_more_customers_or_a_higher_chance_never_draws_fewer(
    u: float, v: float, n: int, m: int, p: float, q: float
) -> None:
    (u, v), (n, m), (p, q) = sorted((u, v)), sorted((n, m)), sorted((p, q))
    less, more = binomial(np.array([u, v]), np.array([n, m]), np.array([p, q]))
    assert less <= more


@given(UNIFORMS, st.integers(0, 10_000))
def test_nobody_and_everybody(u: float, n: int) -> None:
    never, always, none = binomial(np.full(3, u), np.array([n, n, 0]), np.array([0.0, 1.0, 0.3]))
    assert (never, always, none) == (0, n, 0)


@given(st.integers(1, 60), st.integers(1, 500))
def test_nobody_is_drawn_up_to_the_chance_of_nobody_and_somebody_above_it(n: int, thousandths: int) -> None:
    """(1 − p)ⁿ as a fraction of whole numbers; where n × p is small it lies close above 1 − n × p."""
    nobody = (1 - Fraction(thousandths, 1_000)) ** n
    around = np.array([float(nobody * (1 - Fraction(1, 2**40))), float(nobody + (1 - nobody) * Fraction(1, 2**40))])
    below, above = binomial(around, np.full(2, n), np.full(2, thousandths / 1_000))
    assert below == 0 < above


@pytest.mark.parametrize(("n", "p"), [(50, 0.9), (1_000, 0.9), (5_000, 0.6), (1_000, 0.02), (5_000, 0.4)])
def test_the_first_uniforms_do_not_draw_more_than_the_next(n: int, p: float) -> None:
    """The chance of fewer than half the mean is far below 2⁻⁵² for the large ones, and draws rise with the uniform."""
    first = binomial(np.array([0, 2.0**-53, 2.0**-52, 2.0**-51, 0.01]), np.full(5, n), np.full(5, p))
    assert (np.diff(first) >= 0).all()
    assert first[0] < n * p


def test_the_ends_of_the_uniforms_are_in_reach() -> None:
    ends = np.array([0.0, 1 - 2.0**-53])
    assert binomial(ends, np.array([5, 5]), np.array([1.0, 1.0])).tolist() == [5, 5]
    low, high = binomial(ends, np.array([50, 50]), np.array([0.01, 0.01]))
    assert low == 0
    assert abs(high - stats.binom.ppf(ends[1], 50, 0.01)) <= 1  # where the sum of chances is 1 but for its last bit


@pytest.mark.parametrize(("n", "p"), [(7, 0.02), (40, 0.3), (2_000, 0.4), (9, 0.9)])
def test_moments_of_the_binomial(n: int, p: float) -> None:
    drawn = binomial(np.random.default_rng(4).random(200_000), np.array(n), np.array(p))
    variance = n * p * (1 - p)
    assert drawn.mean() == pytest.approx(n * p, abs=4 * np.sqrt(variance / 200_000))
    assert drawn.var() == pytest.approx(variance, rel=0.03)


def test_moments_of_arrivals() -> None:
    drawn = negative_binomial(np.random.default_rng(5).random(200_000), np.array(4.0), np.array(2.5))
    assert drawn.mean() == pytest.approx(4, abs=0.03)
    assert drawn.var() == pytest.approx(4 + 4**2 / 2.5, rel=0.03)


def test_split_mix_is_the_published_sequence() -> None:
    """The five numbers after 1234567 that implementations of SplitMix64 are checked against (Rosetta Code)."""
    expected = [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip
    assert split_mix(np.array([1234567], np.uint64), np.arange(1, 6)).tolist() == expected


def test_a_uniform_is_named_by_seed_block_and_purpose_alone() -> None:
    luck, places = Luck(7, 3), np.arange(1_000)
    whole = luck.at(For.LANDING, 5)(places)
    assert np.array_equal(whole[::-7], Luck(7, 3).at(For.LANDING, 5)(places[::-7]))
    for other in (
        Luck(8, 3).at(For.LANDING, 5),
        Luck(7, 4).at(For.LANDING, 5),
        luck.at(For.ROUTING, 5),
        luck.at(For.LANDING, 6),
    ):
        assert not np.isin(other(places), whole).any()
    more = luck.uniforms((20, 3), For.MOVING, 1)
    assert np.array_equal(more[:8], luck.uniforms((8, 3), For.MOVING, 1))


def test_uniforms_by_place_are_uniform() -> None:
    """Sixteenths of 160,000 uniforms, and pairs of neighbours in quarters: chi-square below its 0.1 % point."""
    uniforms = Luck(1, 0).at(For.WHO_MOVES, 0)(np.arange(160_000))
    assert stats.chisquare(np.bincount((uniforms * 16).astype(int), minlength=16)).pvalue > 0.001
    pairs = (uniforms[::2] * 4).astype(int) * 4 + (uniforms[1::2] * 4).astype(int)
    assert stats.chisquare(np.bincount(pairs, minlength=16)).pvalue > 0.001
