"""What a forecast multiplies customers with: one price list over the months to come, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import Ladder

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Money:
    """USD of one customer at the end of each month to come, by class and state; estimates, hence floats.

    `recurring` and `overage` [H, C, S]: MRR, and expected overage a month. `overage_factor` [T, draws]: the mean
    overage of a tier relative to the expected, one draw per path in turn, mean 1. `overage_cv` [T]: how far one
    customer's month is off that mean (standard deviation / mean). `kept_rate` [R]: what a rail leaves of a dollar.
    `starts`: arrivals from this month on (0 = the first) are of cohort `new`, earlier ones count as `here`.
    """

    recurring: Floats
    overage: Floats
    overage_factor: Floats
    overage_cv: Floats
    kept_rate: Floats
    starts: int = 0

    def differs_from(self, other: Money) -> bool:
        """Whether anything in it costs another amount in any month."""
        tables = ((self.recurring, other.recurring), (self.overage, other.overage))
        return not all(np.array_equal(*pair) for pair in tables)

    def check(self, ladder: Ladder, months: int) -> None:
        """Refuse tables that do not fit the ladder or end before the last month."""
        classes, states = int(np.prod(ladder.shape)), len(ladder.states)
        for name in ("recurring", "overage"):
            shape = getattr(self, name).shape
            if shape[1:] != (classes, states) or shape[0] < months:
                raise AssumptionsError(f"{name} has the shape {shape}; wanted at least {(months, classes, states)}")
        for name, wanted in (
            ("overage_factor", ladder.tiers),
            ("overage_cv", ladder.tiers),
            ("kept_rate", ladder.rails),
        ):
            if len(getattr(self, name)) != len(wanted):
                raise AssumptionsError(f"{name} has {len(getattr(self, name))} rows; one for each of {list(wanted)}")
