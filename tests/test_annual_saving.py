"""What a year saves: the table's own sums in exact fractions, and the current book's prices in it."""

import math
from fractions import Fraction

import pytest

from lib.desk import Desk
from tests.conftest import cases

HALF = Fraction(1, 2)


@pytest.mark.parametrize("case", cases("annual_saving"))
def test_the_sum_in_the_comment_holds(case):
    monthly, yearly, expected = Fraction(case["monthly_usd"]), Fraction(case["yearly_usd"]), case["expect"]
    saved = 12 * monthly - yearly
    rate = saved / (12 * monthly)
    assert Fraction(expected["saved_usd"]) == saved
    assert Fraction(expected["free_months"]) == saved / monthly
    assert Fraction(expected["rate"]) == rate
    assert expected["percent_floor"] == math.floor(100 * rate)
    assert expected["percent_nearest"] == math.floor(100 * rate + HALF)
    assert expected["percent_ceiling"] == math.ceil(100 * rate)
    assert Fraction(expected["per_month_usd"]) == Fraction(math.floor(100 * yearly / 12 + HALF), 100)
    assert expected["delivers_20"] == (rate >= Fraction(1, 5))


@pytest.mark.parametrize("case", [case for case in cases("annual_saving") if "saves two months" in case.id])
def test_the_current_book_has_these_prices_on_both_rails(desk_folder, case):
    book = Desk.open(desk_folder).book
    tier = book.plan(case["plan"]).tier
    (monthly,) = (plan.key for plan in book.plans.values() if (plan.tier, plan.term) == (tier, "monthly"))
    for rail in ("stripe", "aws"):
        assert book.list_price(rail, case["plan"]) == Fraction(case["yearly_usd"])
        assert book.list_price(rail, monthly) == Fraction(case["monthly_usd"])
