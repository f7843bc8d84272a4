"""What closed deals tell: how many were won, and how long that took; too few tell nothing, and say how few they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Protocol


class Closed(Protocol):
    """A deal that was won or lost, and its two days, either of which nobody may have recorded."""

    @property
    def is_won(self) -> bool:
        """Whether it was won; else it was lost."""
        ...

    @property
    def created_on(self) -> date | None:
        """The day it was opened."""
        ...

    @property
    def close_on(self) -> date | None:
        """The day it closed."""
        ...


@dataclass(frozen=True)
class Record:
    """Some closed deals, measured: `fewest` is how many of them make a rate, and how many won ones a cycle.

    `timed` are the won deals of which both days are on record; `cycle_days` is their median from opening to winning.
    """

    won: int
    lost: int
    timed: int
    median_days: float | None
    fewest: int

    @property
    def closed(self) -> int:
        """Won and lost."""
        return self.won + self.lost

    @property
    def win_rate(self) -> float | None:
        """Won of all that closed, as a fraction; None where they are too few."""
        return self.won / self.closed if self.closed >= self.fewest and self.closed else None

    @property
    def cycle_days(self) -> float | None:
        """Days from opening to winning, the median; None where too few were won."""
        return self.median_days if self.timed >= self.fewest else None


def record(deals: Iterable[Closed], fewest: int) -> Record:
    """Closed deals → what they tell. A won deal that closed before it was opened has no cycle."""
    closed = list(deals)
    won = [deal for deal in closed if deal.is_won]
    days = _days(won)
    return Record(len(won), len(closed) - len(won), len(days), median(days) if days else None, fewest)


def _days(won: Sequence[Closed]) -> list[int]:
    both = ((deal.created_on, deal.close_on) for deal in won)
    return [(close - created).days for created, close in both if created and close and created <= close]
