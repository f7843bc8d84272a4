"""Where an advantage is gone: worked out by hand for one month, in which the difference is straight in both factors."""

from datetime import date

import numpy as np
import pytest

from lib.forecast.break_even import ARRIVALS, CHURN, BreakEven, break_even, crossing
from lib.forecast.coming import no_pipeline
from lib.forecast.ladder import RUNGS
from lib.forecast.parameters import Parameters
from lib.forecast.prices import Money
from lib.forecast.run import expected
from lib.forecast.start import Start
from tests.forecast.crowds import SMALL, parameters

REACHES = {CHURN: (0.0, 3.0), ARRIVALS: (0.0, 3.0)}


def found(old: float, new: float, comes: float = 20.0, months: int = 1) -> BreakEven:
    """100 customers of partners on monthly Starter at Stripe, 5 % leave in a month, so many come; everybody pays."""
    counts = np.zeros((*SMALL.shape, len(SMALL.states)), np.int64)
    counts[0, 0, 0, 0, 0, 0] = 100
    start = Start(SMALL, date(2026, 10, 1), counts.reshape(-1, len(SMALL.states)))
    made = parameters(SMALL, 1, moving=0.0)
    made.leaving[:] = 0.05
    made.arrivals[:] = comes / len(RUNGS)
    made.landing[:], made.landing[:, 0, 0] = 0, 1

    def mrr(known: Parameters, price: float) -> np.ndarray:
        table = np.full((months, int(np.prod(SMALL.shape)), len(SMALL.states)), price)
        money = Money(table, table * 0, np.ones((2, 1)), np.zeros(2), np.ones(2))
        return expected(known, start, months, money, no_pipeline(months)).mrr

    baseline = float(mrr(made, old)[-1, 0])
    return break_even(made, SMALL, REACHES, baseline, lambda known: mrr(known, new))


def test_a_twentieth_dearer_by_hand() -> None:
    """95 stay and 20 come: 115 × 105 − 115 × 100 = 575. Gone where (120 − 5f) × 105 = 11,500: f = 2.095, and where
    (95 + 20f) × 105 = 11,500: f = 0.726."""
    answer = found(100, 105)
    assert answer.difference == pytest.approx(575)
    assert answer.factors[CHURN] == pytest.approx((120 - 11_500 / 105) / 5)
    assert answer.factors[ARRIVALS] == pytest.approx((11_500 / 105 - 95) / 20)


def test_cheaper_is_gone_where_fewer_leave_or_more_come() -> None:
    """115 × 98 = 11,270 against 11,500: back where (120 − 5f) × 98 = 11,500, or (95 + 20f) × 98 = 11,500."""
    answer = found(100, 98)
    assert answer.difference == pytest.approx(-230)
    assert answer.factors[CHURN] == pytest.approx((120 - 11_500 / 98) / 5)
    assert answer.factors[ARRIVALS] == pytest.approx((11_500 / 98 - 95) / 20)


def test_what_no_answer_in_reach_can_undo_is_none() -> None:
    """Twice the price with nobody to come: three times as many leave, 85 × 200 is still more than 95 × 100."""
    assert found(100, 200, comes=0).factors == {CHURN: None, ARRIVALS: None}


def test_over_months_the_factor_really_brings_nothing() -> None:
    """The straight piece between two sixteenths is off by less than two thousandths of the difference."""
    answer = found(100, 103, months=24)
    churn = answer.factors[CHURN]
    assert churn is not None and 1 < churn < 1.2
    stayed, more = (sum(0.95**age * 20 for age in range(24)) + 100 * 0.95**24, 1 - 0.05 * churn)
    left = sum(more**age * 20 for age in range(24)) + 100 * more**24
    assert left * 103 - stayed * 100 == pytest.approx(0, abs=0.002 * answer.difference)


def test_the_nearest_crossing_counts() -> None:
    assert crossing((0.0, 0.8, 2.0, 3.0), np.array([-1.0, 1.0, -1.0, 1.0])) == 1.4
    assert crossing((0.0, 0.9, 1.0, 2.0), np.array([-8.0, -6.0, -1.0, 1.0])) == 1.5
    assert crossing((0.0, 1.0, 2.0), np.array([3.0, 1.0, 0.0])) == 2.0
    assert crossing((0.0, 1.0), np.array([1.0, 2.0])) is None
