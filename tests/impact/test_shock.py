"""How changes spread, and whose single month jumps."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.impact.shock import Bin, Jump, histogram, shock
from lib.outcome import CUTS, GROUPS, CustomerChange, counts
from lib.periods import add_months
from tests.impact.test_groups import CHANGES, SETTINGS

TWO_TIMES = replace(SETTINGS, shock_times=Decimal(2), trailing_months=2)
JANUARY = date(2026, 1, 1)


def bills(*amounts: int) -> dict[date, Decimal]:
    return {add_months(JANUARY, place): Decimal(amount) for place, amount in enumerate(amounts)}


def test_a_month_above_twice_the_two_before_it_is_a_jump() -> None:
    # The mean of 100 and 120 is 110: 221 is above 220, and the baseline's 130 is not.
    was, becomes = {"c": bills(100, 120, 130)}, {"c": bills(100, 120, 221)}
    found = shock([], was, becomes, TWO_TIMES)
    assert found.jumps == found.new == (Jump("c", date(2026, 3, 1), Decimal("110.00"), Decimal("221.00"), False),)
    assert shock([], was, {"c": bills(100, 120, 220)}, TWO_TIMES).jumps == ()


def test_a_jump_of_the_usage_is_not_laid_at_the_prices_door() -> None:
    found = shock([], {"c": bills(100, 120, 300)}, {"c": bills(100, 120, 330)}, TWO_TIMES)
    assert [jump.was_one for jump in found.jumps] == [True]
    assert found.new == ()


def test_of_several_jumps_the_one_that_the_change_makes_is_shown() -> None:
    # March jumps on both bills, to 3.0 and 3.3 times 100; May only on the proposed one, to 2.1 times 200.
    was, becomes = {"c": bills(100, 100, 300, 100, 380)}, {"c": bills(100, 100, 330, 100, 420)}
    (jump,) = shock([], was, becomes, TWO_TIMES).jumps
    assert (jump.month, jump.was_one) == (date(2026, 5, 1), False)


def test_without_enough_months_or_with_nothing_usual_nobody_is_shocked() -> None:
    short, free = {"c": bills(1, 500)}, {"c": bills(0, 0, 500)}
    assert (shock([], short, short, TWO_TIMES).jumps, shock([], short, short, TWO_TIMES).looked_at) == ((), 0)
    assert (shock([], free, free, TWO_TIMES).jumps, shock([], free, free, TWO_TIMES).looked_at) == ((), 1)


def test_the_spread_by_hand() -> None:
    # +10 %, +20 %, +30 % of 100, and one customer who had no bill, whose rise is no fraction.
    rises = [CustomerChange(str(rise), Decimal(100), Decimal(100 + rise)) for rise in (30, 10, 20)]
    found = shock([*rises, CustomerChange("new", Decimal(0), Decimal(5))], {}, {}, SETTINGS)
    assert (found.customers, found.without_bill) == (3, 1)
    assert abs(found.percentiles[50] - 0.20) < 1e-12
    assert abs(found.percentiles[90] - 0.28) < 1e-12  # a tenth of the way down from 0.30 to 0.20, twice over


def test_nobody_at_all() -> None:
    found = shock([], {}, {}, SETTINGS)
    assert (found.percentiles, sum(one.customers for one in found.bins)) == ({}, 0)


def test_a_cut_belongs_to_the_bin_nearer_to_zero() -> None:
    cuts = [Decimal("-0.1"), Decimal("0.1")]
    found = histogram([Decimal("-0.11"), Decimal("-0.1"), Decimal(0), Decimal("0.1"), Decimal("0.11")], cuts)
    assert found == (Bin(None, cuts[0], 1), Bin(cuts[0], cuts[1], 3), Bin(cuts[1], None, 1))


@given(CHANGES)
def test_the_bins_of_the_groups_cuts_are_the_groups(changes: list[CustomerChange]) -> None:
    billed = [one for one in changes if one.baseline > 0]
    found = histogram([one.rate for one in billed if one.rate is not None], CUTS)
    assert [one.customers for one in found] == [counts(billed)[name] for name in GROUPS]


@given(CHANGES, st.integers(1, 4))
def test_every_customer_is_in_one_bin_or_has_no_bill(changes: list[CustomerChange], months: int) -> None:
    found = shock(changes, {}, {}, replace(SETTINGS, trailing_months=months))
    assert sum(one.customers for one in found.bins) + found.without_bill == len(changes)
