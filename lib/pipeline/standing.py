"""Where a deal stands in time: how long at its stage, stalled or not, overdue or not, and when it should close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from lib.periods import month_of
from lib.pipeline.weight import Weighable, grouped

OVERDUE, IN_MONTH, NO_DATE = "overdue", "in_month", "no_date"


class Dated(Protocol):
    """An open deal's stage and its two days, either of which nobody may have recorded."""

    @property
    def stage(self) -> str:
        """The stage of the funnel."""
        ...

    @property
    def stage_since_on(self) -> date | None:
        """The day it came to its stage."""
        ...

    @property
    def close_on(self) -> date | None:
        """The day somebody expects it to close."""
        ...


class Open(Weighable, Dated, Protocol):
    """An open deal with its worth and its days."""


D = TypeVar("D", bound=Open)


@dataclass(frozen=True)
class Standing:
    """One deal on one day; days are None where no record says them, and never zero instead.

    `limit_days` is how long a deal may stand at its stage, None for a stage without a limit. `overdue_days` is how many
    days ago it should have closed, None where that day has not passed.
    """

    days: int | None
    limit_days: int | None
    overdue_days: int | None

    @property
    def is_stalled(self) -> bool:
        """Whether it stands at its stage for more days than the stage's limit; exactly the limit is not more."""
        return self.over_days > 0

    @property
    def over_days(self) -> int:
        """By how many days it stands too long; zero where it does not, or where nobody can say."""
        return 0 if self.days is None or self.limit_days is None else max(self.days - self.limit_days, 0)


def standing(deal: Dated, limits: Mapping[str, int], on: date) -> Standing:
    """A deal, the days allowed at each stage, and a day → how it stands then.

    A record that says it came to its stage only later says nothing about this day.
    """
    since, close = deal.stage_since_on, deal.close_on
    return Standing(
        days=(on - since).days if since is not None and since <= on else None,
        limit_days=limits.get(deal.stage),
        overdue_days=(on - close).days if close is not None and close < on else None,
    )


@dataclass(frozen=True)
class Closing:
    """The deals expected to close in one month; `month` is None for those overdue and those without a date."""

    kind: str
    month: date | None

    @property
    def place(self) -> tuple[int, date]:
        """Where it stands in a row: what is overdue first, what has no date last."""
        return (OVERDUE, IN_MONTH, NO_DATE).index(self.kind), self.month or date.min


def by_closing(deals: Iterable[D], on: date) -> Mapping[Closing, list[D]]:
    """Open deals and a day → those of every month they should close in, the overdue first and the undated last.

    A month without a deal is not there. A date that has passed says nothing about when a deal closes now.
    """
    groups = grouped(deals, lambda deal: _closing(deal.close_on, on))
    return {closing: groups[closing] for closing in sorted(groups, key=lambda closing: closing.place)}


def _closing(close: date | None, on: date) -> Closing:
    if close is None:
        return Closing(NO_DATE, None)
    return Closing(OVERDUE, None) if close < on else Closing(IN_MONTH, month_of(close))
