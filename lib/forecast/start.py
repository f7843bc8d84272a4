"""Where every path begins: today's customers by class and state, at the end of the last recorded month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import Ladder
from lib.periods import add_months, month_of


@dataclass(frozen=True, eq=False)
class Start:
    """Whole customers by class and state [C, S] at the end of `month`, the last recorded one."""

    ladder: Ladder
    month: date
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        wanted = (int(np.prod(self.ladder.shape)), len(self.ladder.states))
        if self.counts.shape != wanted:
            raise AssumptionsError(f"the customers at the start have the shape {self.counts.shape}; wanted {wanted}")
        if (self.counts < 0).any():
            raise AssumptionsError("fewer than 0 customers cannot be at the start")

    def months(self, how_many: int) -> tuple[date, ...]:
        """First days of the months to come."""
        return tuple(add_months(month_of(self.month), number + 1) for number in range(how_many))
