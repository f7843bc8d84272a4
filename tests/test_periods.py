"""Months, anchors and fractions of a period."""

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.periods import (
    PeriodError,
    add_months,
    anchored_periods,
    instant,
    last_full_months,
    month_end,
    month_of,
    months_between,
    periods_from,
    unused_fraction,
    unused_part,
    utc_day,
)
from tests.conftest import cases

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
MONTHS = st.sampled_from([1, 3, 12, 24, 36])
OFFSETS = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.builds(datetime.fromtimestamp, st.integers(1_600_000_000, 2_000_000_000), OFFSETS)


def moment(written: Any) -> date:
    """A day as the case files write it, or an instant of UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC) if isinstance(written, str) else written


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


@pytest.mark.parametrize("case", cases("contract_terms", "fraction"))
def test_the_unused_part_as_two_integers(case: dict[str, Any]) -> None:
    bounds = (moment(case[name]) for name in ("start", "end", "change"))
    assert list(unused_part(*bounds, case["convention"])) == case["expect"]


@pytest.mark.parametrize("case", cases("contract_terms", "period"))
def test_the_first_four_periods_of_a_contract(case: dict[str, Any]) -> None:
    until = add_months(case["started_on"], 4 * case["months"])
    found = anchored_periods(case["started_on"], case["months"], until)
    assert [list(period) for period in found] == case["periods"]


@given(DAYS, MONTHS, st.integers(0, 40))
def test_a_period_always_begins_on_the_anchor_day_or_on_the_last_of_a_shorter_month(
    anchor: date, months: int, number: int
) -> None:
    until = add_months(anchor, 40 * months) + timedelta(days=1)
    start, _ = list(anchored_periods(anchor, months, until))[number]
    assert start.day == min(anchor.day, calendar.monthrange(start.year, start.month)[1])
    assert (start.year - anchor.year) * 12 + start.month - anchor.month == number * months


@given(DAYS, DAYS, MONTHS)
def test_a_contract_between_two_billing_days_reaches_the_next_and_stays(
    started: date, anchor: date, months: int
) -> None:
    until = add_months(started, 3 * months)
    periods = list(periods_from(started, anchor, months, until))
    stub, *whole = periods
    assert stub.start == started
    assert stub.whole_start <= started < stub.end
    assert all(earlier.end == later.start == later.whole_start for earlier, later in pairwise(periods))
    billing_days = {add_months(anchor, n * months) for n in range(-1200 // months, 1200 // months)}
    assert {stub.whole_start, stub.end} | {period.end for period in whole} <= billing_days


@given(st.lists(DAYS, min_size=3, unique=True))
def test_the_parts_of_a_period_add_up_exactly_before_any_rounding(days: list[date]) -> None:
    start, *cuts, end = sorted(days)
    edges = [start, *cuts, end]
    for day_count in ("day", "second"):
        left = [unused_fraction(start, end, edge, day_count) for edge in edges]
        parts = [before - after for before, after in pairwise(left)]
        assert sum(parts) == 1
        assert parts == [Fraction((b - a).days, (end - start).days) for a, b in pairwise(edges)]


@given(st.lists(MOMENTS, min_size=3, max_size=3))
def test_seconds_are_counted_in_utc_whatever_zone_an_instant_is_written_in(moments: list[datetime]) -> None:
    start, change, end = sorted(moments)
    if start == end:
        end += timedelta(seconds=1)
    left, whole = unused_part(start, end, change, "second")
    assert (left, whole) == (end.timestamp() - change.timestamp(), end.timestamp() - start.timestamp())


PST, PDT = timezone(timedelta(hours=-8)), timezone(timedelta(hours=-7))
CET, CEST = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (datetime(2026, 3, 8, 1, 59, 59, tzinfo=PST), datetime(2026, 3, 8, 3, 0, 0, tzinfo=PDT)),  # US, an hour skipped
        (datetime(2026, 11, 1, 1, 59, 59, tzinfo=PDT), datetime(2026, 11, 1, 1, 0, 0, tzinfo=PST)),  # US, one twice
        (datetime(2026, 3, 29, 1, 59, 59, tzinfo=CET), datetime(2026, 3, 29, 3, 0, 0, tzinfo=CEST)),  # EU, skipped
        (datetime(2026, 10, 25, 2, 59, 59, tzinfo=CEST), datetime(2026, 10, 25, 2, 0, 0, tzinfo=CET)),  # EU, twice
    ],
)
def test_a_second_passes_where_clocks_are_moved_and_no_day_does(before: datetime, after: datetime) -> None:
    assert instant(after) - instant(before) == timedelta(seconds=1)
    assert utc_day(before) == utc_day(after)
    month = month_of(utc_day(before))
    whole = (month_end(month) - month).days * 24 * 60 * 60
    left = [unused_part(month, month_end(month), moment, "second") for moment in (before, after)]
    assert [part[1] for part in left] == [whole, whole]
    assert left[0][0] - left[1][0] == 1


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2026-03-31T19:59:00-08:00", date(2026, 4, 1)),  # 03:59 UTC on the first of April, still March in California
        ("2026-04-01T16:59:00+13:00", date(2026, 4, 1)),  # 03:59 UTC in Auckland's summer time
        ("2026-04-01T04:59:00+00:00", date(2026, 4, 1)),
        ("2026-04-01T12:59:00+13:00", date(2026, 3, 1)),  # 23:59 UTC on the last of March
    ],
)
def test_the_usage_month_is_that_of_utc_for_every_account(written: str, month: date) -> None:
    assert month_of(utc_day(datetime.fromisoformat(written))) == month


def test_the_anchor_of_an_instant_keeps_its_time_of_day() -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    found = [period.end for period in periods_from(noon, noon, 1, datetime(2026, 3, 1, tzinfo=UTC))]
    assert found == [datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2026, 3, 31, 12, tzinfo=UTC)]


def test_an_instant_without_a_zone_is_refused_in_one_sentence() -> None:
    with pytest.raises(PeriodError, match="2026-03-25T18:30:00 names no instant: say in which zone"):
        unused_part(date(2026, 3, 1), date(2026, 4, 1), datetime.fromisoformat("2026-03-25T18:30:00"), "second")


def test_another_day_count_is_refused_with_the_right_words() -> None:
    with pytest.raises(PeriodError, match="counted by day or by second, not by 'days'"):
        unused_part(date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 2), "days")
