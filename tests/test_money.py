"""Amounts are exact, rounded once, and never floats."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.money import CURRENCIES, MoneyError, exact, round_line, text, total


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("10.225", "10.23"),  # half goes away from zero, on both sides
        ("-10.225", "-10.23"),
        ("10.2249999999999999999999999999", "10.22"),
        ("-0.004", "0.00"),  # nothing is ever minus nothing
        ("0.005", "0.01"),
        ("1e-30", "0.00"),
    ],
)
def test_a_line_is_rounded_half_away_from_zero(amount: str, rounded: str) -> None:
    assert str(round_line(Decimal(amount))) == rounded


def test_a_yen_has_no_decimals() -> None:
    assert round_line(Decimal("1000.5"), CURRENCIES["JPY"]) == 1001


@given(st.decimals(allow_nan=False, allow_infinity=False, places=7, min_value=-(10**12), max_value=10**12))
def test_rounding_moves_a_line_by_half_a_cent_at_most(amount: Decimal) -> None:
    assert abs(Fraction(round_line(amount)) - Fraction(amount)) <= Fraction(1, 200)
    assert round_line(-amount) == -round_line(amount)


@pytest.mark.parametrize("value", [0.1, True, None, [1]])
def test_what_cannot_be_exact_is_refused(value: object) -> None:
    with pytest.raises(MoneyError, match="write an amount as text, an integer or a decimal"):
        exact(value)


@pytest.mark.parametrize("value", ["abc", "", "1,000", "NaN", "inf"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(MoneyError, match="number"):
        exact(value)


def test_machines_get_plain_digits_and_every_one_of_them() -> None:
    assert text(Decimal("1E+3")) == "1000"
    assert text(Decimal("0.0000006")) == "0.0000006"


def test_a_total_is_the_sum_of_rounded_lines() -> None:
    assert total(map(round_line, map(Decimal, ("0.333", "0.333", "0.334")))) == Decimal("0.99")
