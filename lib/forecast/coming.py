"""Who comes beside the parameters: open deals that may be won, and how much of the usual rate is still to be found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Deal:
    """One open deal: the month to come it would close in (0 = the first), the rung it stands on, its chance."""

    month: int
    rung: str
    probability: float


@dataclass(frozen=True, eq=False)
class Coming:
    """Arrivals of a forecast beside its rates.

    `share_of_rate` [H]: which part of the historic rate of arrivals is not in today's pipeline yet, by month to come;
    1 where nothing is known of the pipeline. `deals`: each open deal, won or not on its own.
    """

    share_of_rate: NDArray[np.float64]
    deals: tuple[Deal, ...] = ()

    def same_as(self, other: Coming) -> bool:
        """Whether the same may come."""
        return self.deals == other.deals and np.array_equal(self.share_of_rate, other.share_of_rate)


def no_pipeline(months: int) -> Coming:
    """Arrivals at the historic rate alone, for so many months."""
    return Coming(np.ones(months))
