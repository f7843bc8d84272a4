"""Months, usage periods, contract anchors and exact fractions of a period.

Usage is counted in UTC calendar months on both rails; base fees follow the contract's own anchor. A month is
named by its first day. Periods are half open: the end is the first day that no longer belongs to them.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction


def month_of(day: date) -> date:
    """A day → the first day of its month."""
    return day.replace(day=1)


def add_months(day: date, count: int) -> date:
    """A day, moved by whole months; the 31st becomes the month's last day where there is no 31st."""
    years, month0 = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_end(month: date) -> date:
    """A month → the first day of the next one."""
    return add_months(month_of(month), 1)


def months_between(first: date, last: date) -> list[date]:
    """The months from `first`'s up to, not including, `last`'s; a `last` inside a month leaves that month out."""
    months, month = [], month_of(first)
    while month < month_of(last):
        months.append(month)
        month = month_end(month)
    return months


def anchored_periods(anchor: date, months_each: int, until: date) -> Iterator[tuple[date, date]]:
    """The periods of a contract that started on `anchor`, each `months_each` long, that start before `until`.

    Every bound is counted from the anchor itself, so a contract of the 31st returns to the 31st after February.
    """
    number = 0
    while (start := add_months(anchor, number * months_each)) < until:
        yield start, add_months(anchor, (number + 1) * months_each)
        number += 1


def unused_fraction(start: date, end: date, change: date) -> Fraction:
    """The part of the period [start, end) that lies on or after `change`, counted in days (rule C9)."""
    if not start <= change <= end:
        raise ValueError(f"{change} lies outside the period {start} to {end}")
    return Fraction((end - change).days, (end - start).days)


def last_full_months(as_of: date, count: int) -> tuple[date, date]:
    """The window [first month, end) of the last `count` usage months that are over on the evening of `as_of`."""
    end = month_of(as_of + timedelta(days=1))
    return add_months(end, -count), end
