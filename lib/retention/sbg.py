"""Shifted-beta-geometric: every customer leaves at its own constant rate, and rates differ as a beta distribution.

Those who leave easily leave first, so that the rate of those still there falls: alpha / (alpha + beta + t − 1) in
period t. Sources: Fader & Hardie 2007 (one cohort; note 017 for several), 2010 (lifetime), note 032 (fit on rates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import hyp2f1

from lib.retention import lifetime
from lib.retention.cohorts import steps_of
from lib.retention.curve import Array
from lib.retention.likelihood import climb, log_survival
from lib.retention.periods import ages_from
from lib.retention.refusal import RetentionError


@dataclass(frozen=True)
class Fit:
    """Parameters with the log-likelihood they reach (without binomial coefficients), None where none was maximised."""

    alpha: float
    beta: float
    loglik: float | None = None

    def __post_init__(self) -> None:
        if not (0 < self.alpha < np.inf and 0 < self.beta < np.inf):
            raise RetentionError(f"alpha is {self.alpha:g} and beta {self.beta:g}; give two numbers above 0")

    def survival(self, n: ArrayLike) -> Array:
        """The share still there after n periods: 1 at 0."""
        return np.exp(log_survival(ages_from(n, 0), self.alpha, self.beta, 1.0))

    def retention(self, t: ArrayLike) -> Array:
        """The share of those there in period t = 1, 2, … who renew at its end."""
        ages = ages_from(t, 1)
        return np.asarray((self.beta + ages - 1) / (self.alpha + self.beta + ages - 1))

    @property
    def first_churn(self) -> float:
        """The share that leaves at the first renewal, which is also the mean of all rates."""
        return self.alpha / (self.alpha + self.beta)

    def after(self, n: int) -> Fit:
        """The same model of those who have stayed n periods: whoever is still there leaves more rarely."""
        stayed = ages_from(n, 0)
        if stayed.ndim:
            raise RetentionError(
                f"{stayed.size} numbers of periods are given; say one after which they are still there"
            )
        return replace(self, beta=self.beta + float(stayed), loglik=None)

    def expected_lifetime(self, discount: float | None = None, horizon: int | None = None) -> float:
        """Expected periods that are begun, the first included, at a discount per period and within a horizon.

        With neither it is refused where it has no end: for alpha of 1 or less.
        """
        lifetime.checked(discount, horizon)
        rate = discount or 0.0
        if horizon is not None:
            return lifetime.within(self.survival, rate, int(horizon))
        if 1 + rate > 1:
            closed = float(hyp2f1(1.0, self.beta, self.alpha + self.beta, 1 / (1 + rate)))
            # The closed form is sound but its function gives up on large whole parameters.
            return closed if np.isfinite(closed) else lifetime.added_up(self.survival, rate)
        if self.alpha <= 1:
            raise RetentionError(f"with alpha {self.alpha:.3g} the expected lifetime has no end; {lifetime.STATE}")
        return (self.alpha + self.beta - 1) / (self.alpha - 1)


def fit_sbg(alive: ArrayLike, began: Sequence[int] | None = None) -> Fit:
    """The most likely parameters of one or several cohorts: numbers still there at the start of each period.

    A row per cohort, None where it was not seen; a cohort began where it is first seen unless `began` names its column.
    Numbers need not be whole: parameters do not depend on the scale, the likelihood does.
    """
    top = climb(steps_of(alive, began, parameters=2), with_shape=False)
    return Fit(top.gamma, top.delta, top.loglik)
