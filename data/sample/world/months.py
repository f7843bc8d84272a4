"""Calendar arithmetic: months as numbers, days as ordinals, and the window of history the world covers."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray


def number(day: date) -> int:
    """Count months since year 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """Give the first day of a month number."""
    return date(month // 12, month % 12 + 1, 1)


def later(day: date, months: int) -> date:
    """Move a day by whole months; anchors stand on days 1 to 28, so the day always exists."""
    return first_day(number(day) + months).replace(day=day.day)


@dataclass(frozen=True)
class Window:
    """The months of history: the last of them is the month of `as_of`."""

    as_of: date
    months: int

    @property
    def first_month(self) -> int:
        """Number of the first month."""
        return number(self.as_of) - self.months + 1

    @property
    def first_on(self) -> date:
        """First day of history."""
        return first_day(self.first_month)

    @property
    def days(self) -> int:
        """Days from the first to the last."""
        return (self.as_of - self.first_on).days

    @property
    def month_numbers(self) -> range:
        """Numbers of all months."""
        return range(self.first_month, self.first_month + self.months)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Ordinals of the first day of every month, and of the day after the last."""
        days = [first_day(self.first_month + i).toordinal() for i in range(self.months + 1)]
        return np.array(days, dtype=np.int64)

    def until(self, day: date) -> "Window":
        """The same history up to the last day of an earlier month."""
        return Window(day, number(day) - self.first_month + 1)

    def names(self) -> list[str]:
        """Months as YYYY-MM."""
        return [first_day(month).strftime("%Y-%m") for month in self.month_numbers]
