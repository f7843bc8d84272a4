"""One constant rate of leaving, as spreadsheets have it: the comparison, and what remains where customers are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from lib.retention import lifetime
from lib.retention.cohorts import Steps, steps_of
from lib.retention.curve import Array
from lib.retention.periods import ages_from
from lib.retention.refusal import RetentionError


@dataclass(frozen=True)
class Constant:
    """The share that leaves in every period, with the log-likelihood it reaches, None where none was maximised."""

    churn: float
    loglik: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.churn < 1:
            raise RetentionError(f"the rate of leaving is {self.churn:g}; give one between 0 and 1")

    def survival(self, n: ArrayLike) -> Array:
        """The share still there after n periods: 1 at 0."""
        return np.asarray((1 - self.churn) ** ages_from(n, 0))

    def expected_lifetime(self, discount: float | None = None, horizon: int | None = None) -> float:
        """Expected periods that are begun, the first included: (1 + d) / (d + churn), or within a horizon."""
        lifetime.checked(discount, horizon)
        rate = discount or 0.0
        if horizon is not None:
            return lifetime.within(self.survival, rate, int(horizon))
        return (1 + rate) / (rate + self.churn)


def constant_churn(alive: ArrayLike, began: Sequence[int] | None = None) -> Constant:
    """The most likely constant rate of one or several cohorts, which are given as to `fit_sbg`."""
    steps = steps_of(alive, began, parameters=1)
    churn = -np.expm1(_log_kept(steps))
    log = np.log1p(-churn) * (steps.stop - steps.start)
    rest = np.log(-np.expm1(log))
    return Constant(float(churn), float((steps.kept * log + steps.lost * rest).sum()))


def _log_kept(steps: Steps) -> float:
    """The logarithm of the share that stays a period: where the slope of the likelihood vanishes."""
    width = steps.stop - steps.start

    def slope(log: float) -> float:
        return float((width * (steps.kept - steps.lost / np.expm1(-log * width))).sum())

    return float(brentq(slope, -700 / width.max(), -1e-12, xtol=1e-15))
