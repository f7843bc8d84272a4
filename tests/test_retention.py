"""How long customers stay: published tables, fractions by hand, and laws that hold for any customers."""

import math
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from lib.retention import (
    BRESLOW,
    Constant,
    Fit,
    RetentionError,
    WeibullFit,
    constant_churn,
    constant_hazard,
    cox,
    fit_bdw,
    fit_sbg,
    fit_sbg_last_two,
    fit_sbg_rates,
    fit_sbg_totals,
    kaplan_meier,
    likelihood_ratio,
    log_rank,
    rate_errors,
)
from lib.retention.cohorts import steps_of
from lib.retention.likelihood import loglik
from tests.conftest import ROOT
from tests.published import Checks

TABLES = tomllib.loads((ROOT / "tests" / "cases" / "retention_published.toml").read_text())
NOT_SEEN = None


def rows(table: str) -> list[Any]:
    return [pytest.param(row, id=row.get("name", f"{table} {n}")) for n, row in enumerate(TABLES[table], 1)]


def survivors(row: dict[str, Any]) -> list[int]:
    return TABLES["survivors"][row["segment"]][: row["renewals"] + 1]


# What is published in the shared papers


def test_note_032_one_cohort(shared: Path):
    checks = Checks(shared, "fh2014-bg-intro")
    alive = checks.inputs["alive"]
    squares, likely = fit_sbg_rates(alive), fit_sbg(alive)
    checks.holds("retention rates r(1..4)", np.array(alive[1:]) / np.array(alive[:-1]))
    checks.holds("NLS gamma", squares.alpha)
    checks.holds("NLS delta", squares.beta)
    checks.holds("NLS SSE", round(rate_errors(alive, squares), 6))
    checks.holds("SSE at (1,1)", rate_errors(alive, Fit(1, 1)))
    checks.holds("SSE at (0.01,0.01)", rate_errors(alive, Fit(0.01, 0.01)))
    checks.holds("MLE gamma", likely.alpha)
    checks.holds("MLE delta", likely.beta)
    checks.holds("survivors of 1000 in year 13", 1000 * squares.survival(12))
    checks.all_held()


def test_note_017_several_cohorts_and_four_cases_of_limited_data(shared: Path):
    checks = Checks(shared, "fh2007-note017-multicohort")
    cohorts = np.array(checks.inputs["cohort_matrix_rows_2001_2005"], dtype=float)
    totals, sizes, last = np.nansum(cohorts, axis=0), np.diag(cohorts), cohorts[:, -1]
    ends = np.full_like(cohorts, np.nan)
    np.fill_diagonal(ends, sizes)
    ends[:, -1] = last

    def parameters(fit: Fit) -> list[float]:
        return [fit.alpha, fit.beta]

    whole = fit_sbg(cohorts)
    checks.holds("full information MLE (alpha,beta)", parameters(whole))
    checks.holds("full information loglik (workbook)", whole.loglik)
    checks.holds("case 1 (first and last only) MLE (alpha,beta)", parameters(fit_sbg(ends)))
    checks.holds("case 2 (cohort sizes + totals) NLS (alpha,beta)", parameters(fit_sbg_totals(totals, sizes=sizes)))
    checks.holds("case 3 (last survivors + totals) NLS (alpha,beta)", parameters(fit_sbg_totals(totals, last=last)))
    checks.holds(
        "case 4 (last two periods) NLS (alpha,beta)", parameters(fit_sbg_last_two(cohorts[:-1, -2], last[:-1]))
    )
    checks.all_held()


def test_remission_of_leukemia(shared: Path):
    checks = Checks(shared, "freireich-1963-6mp")
    treated, other = checks.inputs["sixmp_weeks"], checks.inputs["placebo_weeks"]
    ended = checks.inputs["sixmp_event"]
    curve = kaplan_meier(treated, ended)
    weeks, gone = treated + other, ended + [1] * len(other)
    arm = [1] * len(treated) + [0] * len(other)
    efron, breslow = cox(weeks, gone, arm), cox(weeks, gone, arm, BRESLOW)
    checks.holds("KM 6-MP at 6,7,10,13,16,22,23", curve.survival)
    checks.holds("Greenwood SE", curve.errors)
    checks.holds("log-rank chi2 (1 df)", log_rank(weeks, gone, arm).chi_square)
    checks.holds("Cox beta, Efron ties", efron.beta[0])
    checks.holds("Cox se, Efron", efron.errors[0])
    checks.holds("Cox beta, Breslow ties", breslow.beta[0])
    checks.holds("Cox partial LL, Efron", efron.loglik)
    checks.holds(
        "exponential MLE hazards (6-MP, placebo)",
        [round(constant_hazard(treated, ended), 6), round(constant_hazard(other, [1] * len(other)), 6)],
    )
    checks.all_held()


def test_discounted_lifetime_in_closed_form(shared: Path):
    checks = Checks(shared, "del-closed-form")
    high, regular = Fit(0.668, 3.806), Fit(0.704, 1.182)

    def both_ways(fit: Fit) -> list[float]:
        return [fit.expected_lifetime(0.1), fit.expected_lifetime(0.1, horizon=5000)]

    checks.holds("DEL d=0.1 (a,b)=(0.668,3.806) closed form vs sum", both_ways(high))
    checks.holds("DEL d=0.1 (a,b)=(0.704,1.182)", both_ways(regular))
    constant = [Constant(fit.first_churn).expected_lifetime(0.1) for fit in (high, regular)]
    checks.holds("same with constant churn a/(a+b): (1+d)/(d+churn)", constant)
    checks.all_held()


# What is published elsewhere, or worked out by hand


@pytest.mark.parametrize("row", rows("sbg_fit"))
def test_one_cohort_is_fitted_as_published(row: dict[str, Any]):
    fit = fit_sbg(survivors(row))
    for name, printed in row["published"].items():
        assert getattr(fit, name) == pytest.approx(printed, abs=row["tolerance"][name])
    assert fit.loglik == pytest.approx(row["replicated"]["loglik"], abs=row["replicated_tolerance"]["loglik"])


@pytest.mark.parametrize("row", rows("sbg_loglik"))
def test_the_likelihood_away_from_its_top(row: dict[str, Any]):
    steps = steps_of(survivors(row), None, parameters=2)
    assert loglik(steps, row["alpha"], row["beta"]) == pytest.approx(row["published"], abs=row["tolerance"])


@pytest.mark.parametrize("row", rows("bdw_fit"))
def test_the_second_model_is_fitted_as_published(row: dict[str, Any]):
    fit, simple = fit_bdw(survivors(row)), fit_sbg(survivors(row))
    for name, printed in row["published"].items():
        assert getattr(fit, name) == pytest.approx(printed, abs=row["tolerance"][name])
    if curve := row.get("survival_percent"):
        shares = 100 * fit.survival(np.arange(len(curve)))
        assert shares == pytest.approx(np.array(curve), abs=row["survival_tolerance"])
    assert likelihood_ratio(simple, fit).ratio == pytest.approx(row["likelihood_ratio"], abs=row["ratio_tolerance"])


@pytest.mark.parametrize("row", rows("sbg_curve"))
def test_a_curve_by_hand(row: dict[str, Any]):
    fit = Fit(row["alpha"], row["beta"])
    assert fit.survival(np.arange(len(row["survival"]))) == pytest.approx(
        np.array(row["survival"]), abs=row["tolerance"]
    )
    kept = np.array(row["retention"])
    assert fit.retention(np.arange(1, len(kept) + 1)) == pytest.approx(kept, abs=row["tolerance"])


@pytest.mark.parametrize("row", rows("bdw_curve"))
def test_a_curve_of_the_second_model_by_hand(row: dict[str, Any]):
    fit = WeibullFit(row["gamma"], row["delta"], row["c"])
    there = np.array(row["survival"])
    assert fit.survival(np.arange(len(there))) == pytest.approx(there, abs=row["tolerance"])
    assert fit.retention(np.arange(1, len(there))) == pytest.approx(there[1:] / there[:-1])


@pytest.mark.parametrize("row", rows("sbg_projection"))
def test_what_a_customer_who_stayed_is_still_worth(row: dict[str, Any]):
    """Whoever renewed n times and renews once more, the coming renewal counted whole."""
    fit = fit_sbg(survivors(row))
    assert fit.survival(row["years"]) == pytest.approx(np.array(row["survival"]), abs=row["tolerance"])
    coming = row["after_renewals"] + 1
    worth = float(fit.retention(coming)) * fit.after(coming).expected_lifetime(row["discount"])
    assert worth == pytest.approx(row["residual_discounted_lifetime"], abs=row["residual_tolerance"])


def test_the_trap_of_high_end():
    """The body of the paper prints 0.688, its appendix 0.668: only that one is the top."""
    alive = TABLES["survivors"]["high_end"][:8]
    assert fit_sbg(alive).alpha == pytest.approx(0.668, abs=0.0006)
    assert fit_sbg(TABLES["survivors"]["regular"][:8]).alpha == pytest.approx(0.704, abs=0.0006)


@pytest.mark.parametrize("row", rows("kaplan_meier"))
def test_a_survival_table(row: dict[str, Any]):
    curve = kaplan_meier(row["durations"], row["ended"])
    assert curve.times.tolist() == row["at"]
    assert curve.at_risk.tolist() == row["at_risk"]
    assert curve.left.tolist() == row["left"]
    assert curve.survival == pytest.approx(np.array([float(Fraction(one)) for one in row["exact"]]))
    assert curve.survival == pytest.approx(np.array(row["survival"]), abs=row["survival_tolerance"])
    errors = np.array(row["standard_error"])
    assert curve.errors[: len(errors)] == pytest.approx(errors, abs=row["standard_error_tolerance"])
    assert curve.median == (None if row["median"] == "not reached" else row["median"])


def of(name: str) -> dict[str, Any]:
    [found] = [row for row in TABLES["kaplan_meier"] if row["name"] == name]
    return found


@pytest.mark.parametrize("row", rows("band"))
def test_a_band_by_hand(row: dict[str, Any]):
    data = of(row["of"])
    curve = kaplan_meier(data["durations"], data["ended"])
    low, high = curve.band(row["level"])
    place = curve.times.tolist().index(row["at"])
    assert (low[place], high[place]) == pytest.approx((row["low"], row["high"]), abs=row["tolerance"])


@pytest.mark.parametrize("row", rows("log_rank"))
def test_two_groups_as_published(row: dict[str, Any]):
    groups = [of(name) for name in row["groups"]]
    stayed = [one for group in groups for one in group["durations"]]
    ended = [one for group in groups for one in group["ended"]]
    found = log_rank(stayed, ended, [n for n, group in enumerate(groups) for _ in group["durations"]])
    assert found.observed == tuple(row["observed"])
    assert found.expected == pytest.approx(row["expected"], abs=row["expected_tolerance"])
    assert found.chi_square == pytest.approx(row["exact_chi_square"], abs=row["exact_tolerance"])
    assert found.p == pytest.approx(row["p"], abs=row["p_tolerance"])


# Laws

PARAMETERS = st.floats(0.05, 30)
MOMENTS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_without_censoring_the_curve_is_the_share_still_there(stayed: list[int]):
    curve = kaplan_meier(stayed, [1] * len(stayed))
    for time in range(max(stayed) + 1):
        share = sum(one > time for one in stayed) / len(stayed)
        assert curve.at(time) == pytest.approx(share)
        assert curve.error_at(time) == pytest.approx(math.sqrt(share * (1 - share) / len(stayed)), abs=1e-12)


@given(MOMENTS, st.sampled_from([0.5, 0.8, 0.95]), st.randoms(use_true_random=False))
def test_a_band_holds_the_curve_and_stays_a_share(moments: list[tuple[int, bool]], level: float, dice):
    curve = kaplan_meier(*zip(*moments, strict=True))
    low, high = curve.band(level)
    assert ((low >= 0) & (low <= curve.survival + 1e-12)).all()
    assert ((curve.survival <= high + 1e-12) & (high <= 1)).all()
    assert (np.diff(curve.survival) <= 0).all()
    dice.shuffle(moments)
    assert kaplan_meier(*zip(*moments, strict=True)).survival.tolist() == curve.survival.tolist()


@settings(max_examples=15)
@given(PARAMETERS, PARAMETERS, st.integers(3, 9))
def test_the_model_is_found_again_in_its_own_survivors(alpha: float, beta: float, periods: int):
    alive = 10_000 * Fit(alpha, beta).survival(np.arange(periods))
    assume(alive[-1] > 1e-3)
    found = fit_sbg(alive)
    assert (found.alpha, found.beta) == pytest.approx((alpha, beta), rel=1e-3)


@settings(max_examples=6)
@given(st.floats(0.2, 3), st.floats(0.5, 6), st.floats(0.6, 1.8))
def test_the_second_model_is_found_again_too(gamma: float, delta: float, c: float):
    truth = WeibullFit(gamma, delta, c)
    found = fit_bdw(100_000 * truth.survival(np.arange(9)))
    assert found.survival(np.arange(20)) == pytest.approx(truth.survival(np.arange(20)), rel=1e-3)


@settings(max_examples=40)
@given(PARAMETERS, PARAMETERS, st.integers(0, 40))
def test_survival_is_the_mean_over_everybodys_own_rate(alpha: float, beta: float, n: int):
    """The second way: a customer of rate p is there after n periods with (1 − p)^n; p is beta distributed."""
    density = stats.beta(alpha, beta)
    cuts = [0.0, *density.ppf([0.001, 0.1, 0.5, 0.9, 0.999]), 1.0]
    parts = [
        integrate.quad(lambda share: (1 - density.ppf(share)) ** n, low, high, limit=200, epsabs=1e-10)[0]
        for low, high in zip(density.cdf(cuts[:-1]), density.cdf(cuts[1:]), strict=True)
    ]
    assert Fit(alpha, beta).survival(n) == pytest.approx(sum(parts), abs=2e-6)


@given(PARAMETERS, PARAMETERS, st.floats(0.01, 1))
def test_lifetime_in_closed_form_is_the_long_sum(alpha: float, beta: float, discount: float):
    fit = Fit(alpha, beta)
    assert fit.expected_lifetime(discount) == pytest.approx(fit.expected_lifetime(discount, horizon=4000), rel=1e-7)
    same = WeibullFit(alpha, beta, 1.0)
    assert same.expected_lifetime(discount) == pytest.approx(fit.expected_lifetime(discount), rel=1e-7)


@given(st.floats(1.5, 30), PARAMETERS, st.integers(0, 30))
def test_lifetimes_fit_together(alpha: float, beta: float, n: int):
    """A lifetime is what falls into the first n periods, and then what is left for those still there."""
    fit = Fit(alpha, beta)
    first = fit.expected_lifetime(horizon=n) if n else 0.0
    assert fit.expected_lifetime() == pytest.approx(first + float(fit.survival(n)) * fit.after(n).expected_lifetime())


def test_a_million_customers_by_the_census_of_their_own_rates():
    """Drawn one by one with their own rates, and fitted: the parameters come back."""
    dice = np.random.default_rng(8)
    stays = dice.geometric(dice.beta(0.7, 1.2, 400_000))
    alive = [int((stays > n).sum()) for n in range(8)]
    found = fit_sbg(alive)
    assert (found.alpha, found.beta) == pytest.approx((0.7, 1.2), rel=0.02)


@settings(max_examples=4)
@given(st.integers(1, 5), st.integers(2, 6))
def test_cohorts_weigh_by_their_customers_whichever_row_they_stand_in(first: int, second: int):
    one, other = [1000, 640, 480, 390], [500, 300, 215, 170]
    together = fit_sbg([[first * n for n in one], [second * n for n in other]])
    added = fit_sbg([first * n + second * m for n, m in zip(one, other, strict=True)])
    shifted = fit_sbg([[first * n for n in one] + [None], [None] + [second * n for n in other]])
    for found in (added, shifted):
        assert (found.alpha, found.beta, found.loglik) == pytest.approx(
            (together.alpha, together.beta, together.loglik)
        )


def test_a_cohort_may_have_begun_before_it_was_seen():
    """Only the last two of five periods are known: 4,391 of 5,307 in the fourth renewal, and so on."""
    seen = [[5307, 4391], [6480, 5307], [8000, 6480], [10000, 8000]]
    found = fit_sbg(seen, began=[-3, -2, -1, 0])
    assert (found.alpha, found.beta) == pytest.approx((3.8, 15.2), abs=0.1)


def test_one_rate_is_those_who_left_over_all_renewals():
    """1,000, 869, 743: 257 left at 1,869 renewals. Seen only at the first and the last: 1 − √0.743."""
    assert constant_churn([1000, 869, 743]).churn == pytest.approx(257 / 1869)
    assert constant_churn([1000, None, 743]).churn == pytest.approx(1 - math.sqrt(0.743))


def test_one_rate_misses_year_12():
    """Fitted to seven years, one rate for everybody misses who is there after twelve, by −31 % and −73 %."""
    for segment, missed in (("high_end", -0.31), ("regular", -0.73)):
        alive = TABLES["survivors"][segment]
        told = float(constant_churn(alive[:8]).survival(12)) * 1000
        assert told / alive[12] - 1 == pytest.approx(missed, abs=0.01)
        assert abs(float(fit_sbg(alive[:8]).survival(12)) * 1000 / alive[12] - 1) < 0.05


def test_facts_that_multiply_the_rate():
    """Two facts drawn with known factors come back, scale with their unit, and need no way with ties where none tie."""
    dice = np.random.default_rng(5)
    facts = dice.standard_normal((300, 2))
    stayed = dice.exponential(np.exp(-(facts @ [0.8, -0.5])))
    ended = stayed < 2
    found = cox(np.minimum(stayed, 2), ended, facts)
    assert found.beta == pytest.approx([0.8, -0.5], abs=4 * found.errors.max())
    assert cox(np.minimum(stayed, 2), ended, facts, BRESLOW).beta == pytest.approx(found.beta)
    assert cox(np.minimum(stayed, 2), ended, facts * [100, 1]).beta == pytest.approx(found.beta / [100, 1])
    assert found.loglik > found.loglik_null


def test_three_groups_and_one_that_was_never_at_risk():
    stayed, ended = [1, 2, 3, 4, 5, 6, 2, 4, 9], [1, 1, 0, 1, 1, 1, 1, 0, 1]
    three = log_rank(stayed, ended, list("aaabbbccc"))
    assert three.freedom == 2
    assert sum(three.observed) == pytest.approx(sum(three.expected))
    again = log_rank(stayed, ended, list("cccaaabbb"))
    assert (three.chi_square, three.p) == pytest.approx((again.chi_square, again.p))


# Nothing is ever said that the data does not carry

ALIKE = "customers do not differ in how readily they leave"


@pytest.mark.parametrize(
    ("alive", "words"),
    [
        ([1000], "every cohort is seen once only"),
        ([[None, 4391], [None, 5307], [None, 10000]], "every cohort is seen once only"),
        ([10000, 18000, 24480, 29787], "cohort 1 grows from 10000 to 18000: nobody joins a cohort later, and totals"),
        ([1000, 631], "give one cohort over 3 periods, or 3 cohorts of different age"),
        ([[10000, 8000], [None, 10000]], "give one cohort over 3 periods, or 3 cohorts of different age"),
        ([1000, 1000, 1000], "nobody has left yet"),
        ([1000, 0, 0], "everybody left at once"),
        ([1000, 600, 600, 600], "which does not tell whether the others ever leave"),
        ([4096, 3072, 2304, 1728, 1296], ALIKE),
        ([1000, 900, 700, 400, 100], ALIKE),
        ([1.0, 0.631, 0.468], "these are shares"),
        ([1000, -1, 0], "negative, infinite or never told"),
        ([1000, math.inf, 0], "negative, infinite or never told"),
        ([[1000, 900], [800]], "cohorts differ in length"),
        ([], "there are no cohorts"),
    ],
)
def test_what_does_not_identify_the_model_is_refused(alive: Any, words: str):
    with pytest.raises(RetentionError) as refused:
        fit_sbg(alive)
    assert words in str(refused.value)


def test_the_second_model_needs_one_more():
    with pytest.raises(RetentionError, match=r"3 parameters.* tells 2: give one cohort over 4 periods, or 4 cohorts"):
        fit_bdw([1000, 631, 468])


def test_an_infinite_lifetime_is_never_told():
    with pytest.raises(RetentionError, match=r"with alpha 0\.668 the expected lifetime has no end; state a discount"):
        Fit(0.668, 3.806).expected_lifetime()
    with pytest.raises(RetentionError, match="state a discount or a horizon"):
        Fit(1.0, 3.806).expected_lifetime(0.0)
    with pytest.raises(RetentionError, match="state a discount or a horizon"):
        WeibullFit(0.26, 1.7, 1.6).expected_lifetime()
    assert Fit(2.0, 3.0).expected_lifetime() == pytest.approx(4)  # 12 Σ 1 / ((n + 3)(n + 4)) = 12 / 3


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: fit_sbg_totals([10000, 18000, 24480]), "totals alone do not tell who left"),
        (lambda: fit_sbg_totals([10000, 18000], sizes=[10000, 10000]), "give 3 cohorts or more"),
        (lambda: fit_sbg_last_two([10, 10, 10], [9, 11, 8]), "a cohort grows from one period to the next"),
        (lambda: fit_sbg_rates([[10, 8, 7], [None, 5, 4]]), "retention rates need one cohort"),
        (lambda: fit_sbg([[10, 8, 7]], began=[1]), "cohort 1 is seen before it began"),
        (lambda: fit_sbg([100, 60, 45], began=[]), "0 beginnings do not fit 1 cohorts"),
        (lambda: fit_sbg([100, 60, 45], began=[0, 0, 0]), "3 beginnings do not fit 1 cohorts"),
        (lambda: fit_sbg([100, 60, 45], began=[math.nan]), "cohort 1 began in column nan; give a whole number"),
        (lambda: fit_sbg([100, 60, 45], began=[-(10**9)]), "at most 10,000 before the first"),
        (lambda: Fit(1, 1).after([0, 1]), "2 numbers of periods are given"),
        (lambda: Fit(1, 1).expected_lifetime(None, math.nan), "the horizon is nan"),
        (lambda: Fit(1, 1).expected_lifetime(None, math.inf), "the horizon is inf"),
        (lambda: Fit(1, 299).expected_lifetime(1e-6), "hardly counts"),
        (lambda: constant_hazard([1e308, 1e308], [1, 0]), "a duration is negative, endless"),
        (lambda: fit_bdw([4096, 3072, 2304, 1728, 1296]), "which may rise or fall with time"),
        (lambda: Fit(0, 1), "give two numbers above 0"),
        (lambda: Fit(1, 1).survival(-1), "count periods from 0"),
        (lambda: Fit(1, 1).retention(0), "count periods from 1"),
        (lambda: Fit(1, 1).expected_lifetime(-0.1), "give a rate per period of 0 or more"),
        (lambda: Fit(1, 1).expected_lifetime(0.1, horizon=0), "give a whole number of periods"),
        (lambda: WeibullFit(1, 1, 1).expected_lifetime(1e-6), "hardly counts"),
        (lambda: likelihood_ratio(Fit(1, 1), WeibullFit(1, 1, 1)), "needs two fits by maximum likelihood"),
        (lambda: Constant(1.0), "give one between 0 and 1"),
        (lambda: kaplan_meier([], []), "nobody was watched"),
        (lambda: kaplan_meier([1, 2], [1]), "2 durations do not fit 1 endings"),
        (lambda: kaplan_meier([1, -2], [1, 1]), "a duration is negative"),
        (lambda: kaplan_meier([1, 2], [1, 2]), "an ending is neither 0 nor 1"),
        (lambda: kaplan_meier([1, 2], [1, 0]).at(3), "nobody is known at 3; ask for a time from 0 to 2"),
        (lambda: kaplan_meier([1, 2], [1, 0]).band(95), "a share between 0 and 1"),
        (lambda: constant_hazard([0], [1]), "nobody was watched for any time"),
        (lambda: log_rank([1, 2], [1, 1], ["a", "a"]), "two groups; there are 1"),
        (lambda: log_rank([1, 2], [0, 0], ["a", "b"]), "no two groups were at risk together"),
        (lambda: cox([1, 2, 3], [1, 1, 0], [1, 1, 1]), "the same for everybody"),
        (lambda: cox([1, 2, 3], [0, 0, 0], [1, 2, 1]), "nobody left"),
        (lambda: cox([1, 2, 3], [1, 1, 1], [1, 2, 1], "exact"), "name efron or breslow"),
        (lambda: cox([1, 2, 9, 9], [1, 1, 0, 0], [1, 1, 0, 0]), "without exception"),
    ],
)
def test_what_cannot_be_told_is_refused(ask: Any, words: str):
    with pytest.raises(RetentionError) as refused:
        ask()
    assert words in str(refused.value)


@pytest.mark.parametrize(("alpha", "beta"), [(3, 297), (150, 150), (10, 990), (100_000, 100_000), (270, 30 - 7e-15)])
def test_a_lifetime_is_told_for_large_whole_parameters_too(alpha: float, beta: float):
    """By the recursion of survival: S(n) = S(n − 1) (beta + n − 1) / (alpha + beta + n − 1), at 10 % a period."""
    there, whole = 1.0, 1.0
    for n in range(1, 500):
        there *= (beta + n - 1) / (alpha + beta + n - 1)
        whole += there / 1.1**n
    assert Fit(alpha, beta).expected_lifetime(0.1) == pytest.approx(whole, rel=1e-9)


def test_a_curve_of_many_different_stays_is_quick():
    """A hundred thousand who stayed 0, 1, 2, … periods: one leaves at each, so that the share falls in equal steps."""
    many = 100_000
    curve = kaplan_meier(range(many), [1] * many)
    np.testing.assert_array_equal(curve.at_risk, np.arange(many, 0, -1))
    assert curve.left.sum() == many and curve.at(many / 2 - 1) == pytest.approx(0.5)


@pytest.mark.filterwarnings("error")
def test_a_rate_that_explodes_leaves_nobody_and_no_warning():
    assert WeibullFit(0.5, 1, 1000).survival([0, 1, 3]) == pytest.approx([1, 2 / 3, 0])
