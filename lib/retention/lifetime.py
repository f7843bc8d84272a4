"""How long a customer is expected to stay: discounted, or within a stated horizon, and never without an end.

A period that is begun counts whole, and the first is begun at once: the sum of S(n) / (1 + d)^n from n = 0. Source:
Fader & Hardie 2010 (DEL).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lib.retention.curve import Array
from lib.retention.refusal import RetentionError

_MOST, _TAIL = 2_000_000, 1e-13
STATE = "state a discount or a horizon"


def checked(discount: float | None, horizon: int | None) -> None:
    """Refuse a discount or a horizon that is none."""
    if discount is not None and not 0 <= discount < np.inf:
        raise RetentionError(f"the discount is {discount:g}; give a rate per period of 0 or more, such as 0.1")
    if horizon is not None and (not 1 <= horizon <= _MOST or horizon != int(horizon)):
        raise RetentionError(f"the horizon is {horizon}; give a whole number of periods from 1 to {_MOST}")


def within(survival: Callable[[Array], Array], discount: float, horizon: int) -> float:
    """Expected periods within a horizon, discounted."""
    ages = np.arange(float(horizon))
    return float((survival(ages) * np.exp(-ages * np.log1p(discount))).sum())


def added_up(survival: Callable[[Array], Array], discount: float) -> float:
    """The same over everything to come, by adding up until the rest cannot matter; a discount near 0 is refused."""
    periods = int(np.ceil((np.log(1 / _TAIL) + np.log1p(1 / discount)) / np.log1p(discount))) if discount > 1e-4 else 0
    if not 0 < periods <= _MOST:
        raise RetentionError(f"a discount of {discount:g} a period hardly counts; {STATE} that does")
    return within(survival, discount, periods)
