"""Months, usage periods, contract anchors and exact fractions of a period.

Usage is counted in UTC calendar months on both rails; base fees follow the contract's own anchor. A month is
named by its first day. Periods are half open: the end is the first day, or the instant, that no longer belongs to
them. Days and instants are those of UTC, where no clock is ever moved: a switch to daylight saving moves no bound.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple, TypeVar

from lib.refusal import Refusal

DAY_COUNTS = ("day", "second")
SHORTEST = 28  # days that every month has
LANDINGS = ("any_day", "first_of_month")  # where a notice may end
Moment = TypeVar("Moment", bound=date)  # a day, or an instant: a datetime is a date


class PeriodError(Refusal):
    """A day, an instant or a day-count convention that names no part of a period; the message says why."""


class Period(NamedTuple):
    """A billed period [start, end); `whole_start` is where it would begin were it not the stub before an anchor."""

    start: date
    end: date
    whole_start: date


def month_of(day: date) -> date:
    """A day → the first day of its month."""
    return day.replace(day=1)


def add_months(day: Moment, count: int) -> Moment:
    """A day or instant, moved by whole months; the 31st becomes the month's last day where there is no 31st."""
    years, month0 = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month0 + 1
    if day.day <= SHORTEST:
        return day.replace(year=year, month=month)
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def month_end(month: date) -> date:
    """A month → the first day of the next one."""
    return add_months(month_of(month), 1)


def notice_over(announced_on: date, days: int, lands_on: str) -> date:
    """The first day on which what was announced may hold: after some days, or on the first of a month after them."""
    day = announced_on + timedelta(days=days)
    return day if lands_on == "any_day" or day.day == 1 else month_end(day)


def months_between(first: date, last: date) -> list[date]:
    """The months from `first`'s up to, not including, `last`'s; a `last` inside a month leaves that month out."""
    months, month = [], month_of(first)
    while month < month_of(last):
        months.append(month)
        month = month_end(month)
    return months


def instant(moment: date) -> datetime:
    """A day → its midnight in UTC; an instant → the same instant in UTC. An instant without a zone is refused."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    if moment.tzinfo is None:
        raise PeriodError(f"{moment.isoformat()} names no instant: say in which zone, as in {moment.isoformat()}Z")
    return moment.astimezone(UTC)


def utc_day(moment: date) -> date:
    """A day → itself; an instant → the UTC day it falls on."""
    return instant(moment).date()


def anchored_periods(anchor: date, months_each: int, until: date) -> Iterator[tuple[date, date]]:
    """The periods of a contract that started on `anchor`, each `months_each` long, that start before `until`.

    Every bound is counted from the anchor itself, so a contract of the 31st returns to the 31st after February.
    """
    for period in periods_from(anchor, anchor, months_each, until):
        yield period.start, period.end


def periods_from(started: Moment, anchor: Moment, months_each: int, until: date) -> Iterator[Period]:
    """The periods of a contract that started on one day and is billed on the anchor of another.

    `anchor` is any billing day, before or after the start. Where the start is none, the first period is a stub that
    ends at the next billing day; its `whole_start` is the billing day before the start.
    """
    number = _periods_before(started, anchor, months_each)
    begins = add_months(anchor, number * months_each)
    while (start := max(begins, started)) < until:
        number += 1
        ends = add_months(anchor, number * months_each)
        yield Period(start, ends, begins)
        begins = ends


def _periods_before(started: date, anchor: date, months_each: int) -> int:
    """The number, counted from the anchor, of the period in which a contract starts; below 0 before the anchor."""
    apart = (started.year - anchor.year) * 12 + started.month - anchor.month
    number = apart // months_each
    return number if add_months(anchor, number * months_each) <= started else number - 1


def unused_part(start: date, end: date, change: date, day_count: str = "day") -> tuple[int, int]:
    """What is left of the period [start, end) on `change`, as two integers: the units left and all its units.

    By "day" whole UTC days are counted, and the day of the change is unused; by "second" whole seconds, and a bare
    day is its midnight. Between midnights both are the same part. The second integer is the whole period's (C9).
    """
    if day_count not in DAY_COUNTS:
        raise PeriodError(f"a period is counted by {' or by '.join(DAY_COUNTS)}, not by {day_count!r}")
    if not instant(start) <= instant(change) <= instant(end):
        raise PeriodError(f"{change} lies outside the period {start} to {end}")
    return _units(change, end, day_count), _units(start, end, day_count)


def unused_fraction(start: date, end: date, change: date, day_count: str = "day") -> Fraction:
    """The part of the period [start, end) that lies on or after `change`, exactly (rule C9)."""
    return Fraction(*unused_part(start, end, change, day_count))


def _units(start: date, end: date, day_count: str) -> int:
    if day_count == "day":
        return (utc_day(end) - utc_day(start)).days
    whole = timedelta(seconds=1)
    return (instant(end).replace(microsecond=0) - instant(start).replace(microsecond=0)) // whole


def last_full_months(as_of: date, count: int) -> tuple[date, date]:
    """The window [first month, end) of the last `count` usage months that are over on the evening of `as_of`."""
    end = month_of(as_of + timedelta(days=1))
    return add_months(end, -count), end
