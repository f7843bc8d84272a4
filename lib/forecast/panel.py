"""What our customers were at each month's end, as it was recorded then: what the forecast learns from.

A panel holds nothing that was recorded after the month it speaks of, so that a forecast made from `until(month)` is
the one that could have been made on that evening.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from lib.periods import add_months
from lib.refusal import Refusal


class PanelError(Refusal):
    """Months that do not follow each other, or a month that was not recorded; the message says which."""


@dataclass(frozen=True)
class CustomerMonth:
    """One customer at the end of one month, by the facts recorded then.

    `month` is its first day; `renews_in` the calendar month (0 is January) in which the running contract has its
    anniversary, of a contract by the month the anniversary of the customer's first one, since that is all a year
    means to it; `years` are whole years since the customer's first contract began; `mrr` is USD a month, None where
    nobody can say.
    """

    customer_id: str
    month: date
    persona: str
    tier: str
    rail: str
    is_annual: bool
    renews_in: int
    years: int
    mrr: Decimal | None


@dataclass(frozen=True)
class SetAside:
    """One customer in one month that the ladder has no place for, and why; `mrr` is USD a month, None where unknown."""

    customer_id: str
    month: date
    reason: str
    mrr: Decimal | None = None


@dataclass(frozen=True)
class Panel:
    """Every customer at every month's end, ordered by month and customer.

    `months` are first days, one after the other. `set_aside` are customers in months in which they are not on the
    ladder. `seen_before` were customers before the first month, so that one who comes back is told from a new one.
    `lacks_history` says that the CRM kept no history of its facts: they are taken as they are today all along, and
    nobody is seen climbing. `unexplained` are customers in months in which their facts are others than the month before
    and the CRM's history does not say when they changed: no move that was seen.
    """

    months: tuple[date, ...]
    rows: tuple[CustomerMonth, ...]
    set_aside: tuple[SetAside, ...] = ()
    seen_before: frozenset[str] = frozenset()
    lacks_history: bool = False
    unexplained: frozenset[tuple[str, date]] = frozenset()

    def __post_init__(self) -> None:
        if not self.months:
            raise PanelError("a panel needs at least one month: no month has ended yet with a contract running")
        for before, after in pairwise(self.months):
            if after != add_months(before, 1):
                raise PanelError(
                    f"after {before:%Y-%m} comes {after:%Y-%m} in the panel; its months must be consecutive"
                )
        for entry in self._entries:
            if entry.month not in self.months:
                raise PanelError(f"{entry.customer_id} is in {entry.month:%Y-%m}, which is no month of the panel")

    def at(self, month: date) -> tuple[CustomerMonth, ...]:
        """Who was a customer at that month's end and has a place on the ladder."""
        return self._by_month.get(month, ())

    def aside_at(self, month: date) -> tuple[SetAside, ...]:
        """Who was a customer at that month's end and has no place on the ladder."""
        return tuple(entry for entry in self.set_aside if entry.month == month)

    def until(self, month: date) -> Panel:
        """What was known at that month's end: for forecasts that are held against what came."""
        return self._between(self.months[0], month)

    def since(self, month: date) -> Panel:
        """What came from that month's end on; who had been a customer before is still known."""
        earlier = {entry.customer_id for entry in self._entries if entry.month < month}
        return replace(self._between(month, self.months[-1]), seen_before=self.seen_before | earlier)

    def _between(self, first: date, last: date) -> Panel:
        if first not in self.months or last not in self.months:
            raise PanelError(
                f"the panel goes from {self.months[0]:%Y-%m} to {self.months[-1]:%Y-%m}; ask for one of them"
            )
        return replace(
            self,
            months=tuple(month for month in self.months if first <= month <= last),
            rows=tuple(row for row in self.rows if first <= row.month <= last),
            set_aside=tuple(entry for entry in self.set_aside if first <= entry.month <= last),
            unexplained=frozenset(entry for entry in self.unexplained if first <= entry[1] <= last),
        )

    @property
    def _entries(self) -> tuple[CustomerMonth | SetAside, ...]:
        return (*self.rows, *self.set_aside)

    @cached_property
    def _by_month(self) -> Mapping[date, tuple[CustomerMonth, ...]]:
        found: defaultdict[date, list[CustomerMonth]] = defaultdict(list)
        for row in self.rows:
            found[row.month].append(row)
        return {month: tuple(rows) for month, rows in found.items()}
