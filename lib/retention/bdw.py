"""Beta-discrete-Weibull: as shifted-beta-geometric, but each customer's own rate may rise or fall with time.

c = 1 is shifted-beta-geometric; c above 1 lets the rate rise before the easy leavers are gone. Source: Fader, Hardie,
Liu, Davin & Steenburgh 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from lib.retention import lifetime
from lib.retention.cohorts import steps_of
from lib.retention.curve import Array
from lib.retention.likelihood import climb, log_survival
from lib.retention.periods import ages_from
from lib.retention.refusal import RetentionError
from lib.retention.sbg import Fit


@dataclass(frozen=True)
class WeibullFit:
    """Parameters with the log-likelihood they reach (without binomial coefficients), None where none was maximised."""

    gamma: float
    delta: float
    c: float
    loglik: float | None = None

    def __post_init__(self) -> None:
        if not all(0 < given < np.inf for given in (self.gamma, self.delta, self.c)):
            raise RetentionError(f"gamma {self.gamma:g}, delta {self.delta:g}, c {self.c:g}: give numbers above 0")

    def survival(self, n: ArrayLike) -> Array:
        """The share still there after n periods: 1 at 0."""
        return np.exp(log_survival(ages_from(n, 0), self.gamma, self.delta, self.c))

    def retention(self, t: ArrayLike) -> Array:
        """The share of those there in period t = 1, 2, … who renew at its end."""
        ages = ages_from(t, 1)
        return np.asarray(self.survival(ages) / self.survival(ages - 1))

    def expected_lifetime(self, discount: float | None = None, horizon: int | None = None) -> float:
        """Expected periods that are begun, the first included; it needs a discount above 0 or a horizon."""
        lifetime.checked(discount, horizon)
        if horizon is not None:
            return lifetime.within(self.survival, discount or 0.0, int(horizon))
        if not discount:
            raise RetentionError(f"this model's expected lifetime may have no end; {lifetime.STATE}")
        return lifetime.added_up(self.survival, discount)


@dataclass(frozen=True)
class Ratio:
    """Twice the log-likelihood that letting c move gains, and the chance of as much where c is 1 (one degree)."""

    ratio: float
    p: float


def fit_bdw(alive: ArrayLike, began: Sequence[int] | None = None) -> WeibullFit:
    """The most likely parameters of one or several cohorts, which are given as to `fit_sbg`."""
    top = climb(steps_of(alive, began, parameters=3), with_shape=True)
    return WeibullFit(top.gamma, top.delta, top.c, top.loglik)


def likelihood_ratio(simple: Fit, rich: WeibullFit) -> Ratio:
    """Whether the third parameter earns its place, both fitted to the same data."""
    if simple.loglik is None or rich.loglik is None:
        raise RetentionError("a likelihood ratio needs two fits by maximum likelihood; fit both to the same cohorts")
    ratio = max(2 * (rich.loglik - simple.loglik), 0.0)
    return Ratio(ratio, float(chi2.sf(ratio, 1)))
