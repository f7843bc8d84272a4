"""What is kept of a run: months by paths, by persona and by tier, and never the customers behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Paths:
    """Ends of months to come on every path: H months, P paths; K personas and T tiers in the ladder's order.

    `customers_by_persona` [H, K, P] and `customers_by_tier` [H, T, P] are whole customers, as are `arrived` and `left`
    [H, P]; `mrr_by_persona` [H, K, P] and `mrr_by_tier` [H, T, P], `overage` and `kept` [H, P] are USD of the month,
    `kept` what the rails leave of both. Of an expectation the paths are variants, and customers are not whole.
    `is_part`: stopped before every path was walked.
    """

    months: tuple[date, ...]
    customers_by_persona: NDArray[Any]
    customers_by_tier: NDArray[Any]
    mrr_by_persona: NDArray[Any]
    mrr_by_tier: NDArray[Any]
    overage: NDArray[Any]
    kept: NDArray[Any]
    arrived: NDArray[Any]
    left: NDArray[Any]
    is_part: bool = False

    @property
    def mrr(self) -> NDArray[np.float64]:
        """MRR in USD by month and path."""
        total: NDArray[np.float64] = self.mrr_by_tier.sum(axis=1, dtype=np.float64)
        return total

    @property
    def customers(self) -> NDArray[Any]:
        """Customers by month and path."""
        total: NDArray[Any] = self.customers_by_tier.sum(axis=1)
        return total

    @property
    def revenue(self) -> NDArray[np.float64]:
        """MRR and overage in USD by month and path."""
        total: NDArray[np.float64] = self.mrr + self.overage
        return total

    @property
    def paths(self) -> int:
        """How many paths were walked."""
        return int(self.overage.shape[-1])


def first(paths: Paths, how_many: int) -> Paths:
    """The first paths of a run, marked as a part of it, on the same memory."""
    arrays: dict[str, Any] = {
        name: array[..., :how_many] for name, array in vars(paths).items() if isinstance(array, np.ndarray)
    }
    return replace(paths, **arrays, is_part=True)
