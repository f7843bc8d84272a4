"""Months, anchors and fractions of a period."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.periods import add_months, anchored_periods, last_full_months, month_end, months_between, unused_fraction

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 3, 30), -1, date(2026, 2, 28)),
        (date(2026, 11, 15), 14, date(2028, 1, 15)),
    ],
)
def test_moving_by_months(anchor: date, months: int, day: date) -> None:
    assert add_months(anchor, months) == day


def test_the_months_between_two_days() -> None:
    assert months_between(date(2026, 11, 30), date(2027, 2, 1)) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]


@given(DAYS, st.integers(1, 12))
def test_periods_follow_each_other_without_a_gap(anchor: date, months: int) -> None:
    periods = list(anchored_periods(anchor, months, add_months(anchor, 60)))
    assert periods[0][0] == anchor
    assert all(earlier[1] == later[0] for earlier, later in pairwise(periods))


@pytest.mark.parametrize(
    ("as_of", "window"),
    [
        (date(2026, 10, 31), (date(2025, 11, 1), date(2026, 11, 1))),  # on its last evening a month is full
        (date(2026, 10, 30), (date(2025, 10, 1), date(2026, 10, 1))),
    ],
)
def test_the_last_full_months(as_of: date, window: tuple[date, date]) -> None:
    assert last_full_months(as_of, 12) == window


def test_the_unused_part_is_counted_in_days() -> None:
    assert unused_fraction(date(2026, 3, 10), date(2026, 4, 10), date(2026, 3, 25)) == Fraction(16, 31)
    with pytest.raises(ValueError, match="outside the period"):
        unused_fraction(date(2026, 3, 10), date(2026, 4, 10), date(2026, 4, 11))


@given(DAYS)
def test_a_month_ends_where_the_next_begins(day: date) -> None:
    assert month_end(day) > day
    assert month_end(day).day == 1
