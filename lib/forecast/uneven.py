"""How uncertain a mean of few uneven customers is, and how far one customer's month is off its own mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def weighed(customers: int, draws: int, dice: np.random.Generator) -> Floats:
    """Weights of some customers in each of some draws, 1 on average [customers, draws]: a Bayesian bootstrap."""
    shares = dice.standard_exponential((customers, draws))
    weights: Floats = shares / shares.mean(axis=0, keepdims=True) if customers else shares
    return weights


def relative(months: Floats, weights: Floats) -> Floats:
    """The weighted mean of customers relative to their plain one, by draw; 1 where they use nothing above."""
    means = months.mean(axis=1) if months.size else np.zeros(0)
    if not means.sum():
        return np.ones(weights.shape[1])
    drawn: Floats = (weights * means[:, None]).sum(axis=0) / means.sum()
    return drawn


def variation(months: Floats) -> float:
    """The standard deviation of a month around its own customer's mean, over the mean of all; 0 of no usage."""
    if not months.sum():
        return 0.0
    return float(np.sqrt(months.var(axis=1, ddof=1).mean()) / months.mean())
