"""Readings: one text becomes another without losing a digit, and what is not clear is not guessed."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.warehouse.readings import READINGS


@pytest.mark.parametrize(
    ("reading", "text", "read"),
    [
        ("minor", "124900", "1249.00"),
        ("minor", "0.1", "0.001"),
        ("minor", "-5", "-0.05"),
        ("minor", "0.000000000001", "0.00000000000001"),
        ("amount", "1249", "1249"),
        ("amount", "$1,249.00", "1249.00"),
        ("amount", "1.249,00", "1249.00"),
        ("amount", "225,00", "225.00"),
        ("amount", "USD 1,234,567.8", "1234567.8"),
        ("amount", "1 249,50", "1249.50"),
        ("amount", "1'249.50", "1249.50"),
        ("amount", "1,234,567", "1234567"),
        ("amount", "-12.5", "-12.5"),
        ("amount", "($12.50)", "-12.50"),
        ("epoch", "1767225600", "2026-01-01T00:00:00Z"),
        ("epoch", "0", "1970-01-01T00:00:00Z"),
        ("epoch_day", "1767311999", "2026-01-01"),
        ("table_moment", "1767225600", "2026-01-01T00:00:00Z"),
        ("table_moment", "2026-01-01 05:00:00.000 UTC", "2026-01-01 05:00:00.000"),
        ("table_moment", "20260101", "20260101"),
        ("table_day", "1767311999", "2026-01-01"),
        ("table_day", "2026-01-01 05:00:00.000", "2026-01-01"),
        ("minor_total", '[{"amount":"250","discount":"di_1"},{"amount":5}]', "2.55"),
        ("minor_total", "[]", "0.00"),
        ("day", "2026-01-01T05:00:00Z", "2026-01-01"),
        ("day", "2026-01-01", "2026-01-01"),
        ("day", "01/02/2026", "01/02/2026"),
        ("given", "Not available", ""),
        ("given", "NOT  applicable", ""),
        ("given", "not given", "not given"),
        ("given_amount", "Not provided", ""),
        ("given_amount", "", ""),
        ("given_amount", "-89.70", "-89.70"),
        ("moment", "1767225600", "2026-01-01T00:00:00Z"),
        ("moment", "1767225600.0", "2026-01-01T00:00:00Z"),
        ("moment", "1767225600.25", "2026-01-01T00:00:00.25Z"),
        ("moment", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("moment", "soon", "soon"),
        ("yes_no", "TRUE", "yes"),
        ("yes_no", "0", "no"),
        ("yes_no", "maybe", "maybe"),
        ("number", "1E-3", "0.001"),
        ("number", "1e3", "1000"),
        ("number", "0.10", "0.10"),
        ("number", "1e400", "1e400"),
        ("number", "many", "many"),
    ],
)
def test_a_text_is_read_without_losing_a_digit(reading: str, text: str, read: str) -> None:
    assert READINGS[reading](text) == read


@pytest.mark.parametrize(
    ("reading", "text", "told"),
    [
        ("minor", "12,5", "is not a number of cents: 12,5"),
        ("minor", "1e3", "is not a number of cents: 1e3"),
        ("amount", "1,249", "may be thousands or a fraction: 1,249; export it as 1249.00"),
        ("amount", "299,00 €", "is not an amount: 299,00 €"),
        ("amount", "£5", "is not an amount: £5"),
        ("amount", "12 apples", "is not an amount: 12 apples"),
        ("amount", "1,2,3", "is not an amount: 1,2,3"),
        ("amount", "", "is not an amount: "),
        ("minor_total", "{}", "is not a list of amounts in cents: {}"),
        ("minor_total", '[{"amount":2.5}]', 'is not a list of amounts in cents: [{"amount":2.5}]'),
        ("minor_total", '[{"cents":2}]', 'is not a list of amounts in cents: [{"cents":2}]'),
        ("epoch", "1767225600.5", "is not a number of seconds since 1970: 1767225600.5"),
        ("epoch", "1767225600000", "is not a number of seconds since 1970: 1767225600000"),
    ],
)
def test_what_is_not_clear_is_refused_and_not_guessed(reading: str, text: str, told: str) -> None:
    with pytest.raises(ValueError) as refused:
        READINGS[reading](text)
    assert str(refused.value) == told


@given(st.integers(-(10**15), 10**15))
def test_cents_and_dollars_are_the_same_money(cents: int) -> None:
    assert Decimal(READINGS["minor"](str(cents))) * 100 == cents


@given(st.integers(0, 16_725_225_600))
def test_seconds_and_times_are_the_same_instant(seconds: int) -> None:
    assert datetime.fromisoformat(READINGS["epoch"](str(seconds))).timestamp() == seconds


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["{:,}", "${:,}", "{}", "USD {:,}"]))
def test_an_amount_in_american_print_is_that_amount(value: Decimal, print_as: str) -> None:
    assert Decimal(READINGS["amount"](print_as.format(value))) == value


@given(st.text(max_size=30), st.sampled_from(sorted(READINGS)))
def test_no_text_makes_a_reading_fail_in_another_way(text: str, reading: str) -> None:
    try:
        assert isinstance(READINGS[reading](text), str)
    except ValueError as refused:
        assert text in str(refused)
