"""The three napkins, worked out by hand on histories of a few months."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.forecast.naive import CHURN, GROWTH, LAST, NAIVE, Past, naive, past
from lib.forecast.panel import CustomerMonth, Panel


def row(customer: str, month: int, mrr: str | None) -> CustomerMonth:
    paid = None if mrr is None else Decimal(mrr)
    return CustomerMonth(customer, date(2026, month, 1), "aws_partner", "starter", "stripe", False, 0, 0, paid)


def test_a_panel_adds_up_to_its_totals() -> None:
    """a stays, b leaves after January, c comes in February and its MRR is unknown, d comes in March."""
    panel = Panel(
        tuple(date(2026, month, 1) for month in (1, 2, 3)),
        (
            row("a", 1, "300.10"),
            row("b", 1, "299.90"),
            row("a", 2, "300.10"),
            row("c", 2, None),
            row("a", 3, "400"),
            row("c", 3, None),
            row("d", 3, "100.05"),
        ),
    )
    assert past(panel) == Past(mrr=(600, 300.1, 500.05), customers=(2, 2, 3), came=(1, 1), went=(1, 0))


def test_three_napkins_of_mrr_by_hand() -> None:
    """MRR 800 → 900 → 968: growth (968 / 800)^(1/2) = √1.21 = 1.1 a month; two months on 968 · 1.21 = 1,171.28.

    Of 10 + 9 customers at the start of a month, 1 + 0.9 → here 1 and 1 left: 2 / 19. 0 and 4 came: 2 a month.
    12 today: 12 − 24/19 + 2 = 242/19; then 242/19 − 484/361 + 2 = (4598 − 484 + 722)/361 = 4836/361 = 13.396 customers.
    Each pays 968 / 12: MRR 1,080.62.
    """
    known = Past(mrr=(800, 900, 968), customers=(10, 9, 12), came=(0, 4), went=(1, 1))
    told = naive(known, "mrr", 2)
    assert tuple(told) == NAIVE
    assert told[LAST] == 968
    assert told[GROWTH] == pytest.approx(1171.28)
    assert told[CHURN] == pytest.approx(968 / 12 * 4836 / 361)
    assert naive(known, "customers", 2)[CHURN] == pytest.approx(4836 / 361)


def test_growth_looks_back_twelve_months_and_no_further() -> None:
    """1 in the first month, then 100 for twelve months, then 100: nothing grew within the last twelve."""
    known = Past(mrr=(1, *[100] * 13), customers=(1,) * 14, came=(0,) * 13, went=(0,) * 13)
    assert naive(known, "mrr", 5)[GROWTH] == 100


def test_a_history_of_one_month_says_the_same_three_times() -> None:
    known = Past(mrr=(500,), customers=(2,), came=(), went=())
    assert set(naive(known, "mrr", 12).values()) == {500}


def test_a_beginning_without_customers_has_no_growth() -> None:
    known = Past(mrr=(0, 0), customers=(0, 0), came=(0,), went=(0,))
    assert set(naive(known, "mrr", 3).values()) == {0}


@given(st.integers(1, 500), st.integers(1, 24))
def test_where_nobody_comes_or_goes_all_three_agree(customers: int, ahead: int) -> None:
    known = Past(mrr=(customers * 300.0,) * 3, customers=(customers,) * 3, came=(0, 0), went=(0, 0))
    assert set(naive(known, "customers", ahead).values()) == {customers}
    assert list(naive(known, "mrr", ahead).values()) == pytest.approx([customers * 300.0] * 3)
