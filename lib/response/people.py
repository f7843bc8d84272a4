"""Everybody who may answer a price change, as arrays: what they pay under two books, and what else they could choose.

Shapes are written as letters: m months of the window, n customers, k plans, d dimensions. Money is USD and an
estimate's input, hence float64; nothing here is random.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.response.assumptions import ResponseError

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SHAPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "baseline": ("mn", "f"),
        "proposed": ("mn", "f"),
        "exposed_in": ("n", "i"),
        "is_new": ("n", "b"),
        "tenure_months": ("n", "f"),
        "churn_rate": ("mn", "f"),
        "option_baseline": ("nk", "f"),
        "option_proposed": ("nk", "f"),
        "chosen": ("n", "i"),
        "is_monthly": ("n", "b"),
        "annual_saving_baseline": ("n", "f"),
        "annual_saving_proposed": ("n", "f"),
        "other_rail_open": ("n", "b"),
        "other_rail_baseline": ("n", "f"),
        "other_rail_proposed": ("n", "f"),
        "marginal_baseline": ("nd", "f"),
        "marginal_proposed": ("nd", "f"),
        "overage_quantity": ("nd", "f"),
    }
)
_KINDS = MappingProxyType({"f": "float64", "i": "whole numbers", "b": "true or false"})
_MAY_BE_ABSENT = frozenset(
    f"{what}_{book}" for what in ("option", "annual_saving", "other_rail") for book in ("baseline", "proposed")
)
_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "tenure_months": (0, np.inf),
        "churn_rate": (0, 1),
        "option_baseline": (0, np.inf),
        "option_proposed": (0, np.inf),
        "other_rail_baseline": (0, np.inf),
        "other_rail_proposed": (0, np.inf),
        "marginal_baseline": (0, np.inf),
        "marginal_proposed": (0, np.inf),
        "overage_quantity": (0, np.inf),
    }
)


@dataclass(frozen=True, eq=False)
class People:
    """One population in one window of m months.

    `baseline`, `proposed`  m × n, USD billed in each month: under today's book, and what was really reached by the
        other. They are the bills of the window as it was: who left has none afterwards.
    `exposed_in`  n, the month's index from which the proposed book is open to the customer: its own new bill, or, where
        that stays, the other plans and terms it may choose; -1 where it is not reached in the window.
    `is_new`  n, began on or after the day the scenario takes effect: the proposed price is the first it saw. They
        answer by signing or not (conversion), everybody else by leaving or not (churn).
    `tenure_months`  n, months as a customer when it is exposed.
    `churn_rate`  m × n, the chance to leave in the month without any change; 0 in months in which it cannot (an annual
        contract leaves at renewal) or is not there.
    `option_baseline`, `option_proposed`  n × k, USD a month of every plan of the customer's own term and rail, at its
        usual usage; NaN where a plan does not serve that usage. `chosen`  n, the index of its own plan, which must have
        both bills; -1 where there is nothing to choose (a private offer).
    `is_monthly`  n, whether the term is monthly. `annual_saving_baseline`, `…_proposed`  n, what the annual term of the
        own plan saves against twelve months, as a fraction; NaN where there is no other term.
    `other_rail_open`  n, whether it may buy on the other rail; `other_rail_baseline`, `…_proposed`  n, USD a month of
        its own plan there; NaN where the plan is not sold there.
    `marginal_baseline`, `marginal_proposed`  n × d, USD for one more priced unit at the usual usage, 0 inside the
        allowance; `overage_quantity`  n × d, priced units above the proposed book's allowance in a usual month.

    Refuses arrays that do not fit each other, and numbers that cannot be.
    """

    baseline: Floats
    proposed: Floats
    exposed_in: Numbers
    is_new: Mask
    tenure_months: Floats
    churn_rate: Floats
    option_baseline: Floats
    option_proposed: Floats
    chosen: Numbers
    is_monthly: Mask
    annual_saving_baseline: Floats
    annual_saving_proposed: Floats
    other_rail_open: Mask
    other_rail_baseline: Floats
    other_rail_proposed: Floats
    marginal_baseline: Floats
    marginal_proposed: Floats
    overage_quantity: Floats

    def __post_init__(self) -> None:
        sizes: dict[str, int] = {}
        for name, (letters, kind) in _SHAPES.items():
            _check_array(name, getattr(self, name), letters, kind, sizes)
        for name, (least, most) in _LIMITS.items():
            _check_limits(name, getattr(self, name), least, most)
        for name in ("annual_saving_baseline", "annual_saving_proposed"):
            if np.any(getattr(self, name) >= 1):
                raise ResponseError(f"{name} holds 1 or more; an annual term cannot save everything, and 20 % is 0.20")
        _check_index("exposed_in", self.exposed_in, self.months)
        _check_index("chosen", self.chosen, self.option_baseline.shape[1])
        if np.isnan(self.own_baseline).any() or np.isnan(self.own_proposed).any():
            raise ResponseError("a chosen plan has no bill; give it one under both books, or choose -1")

    @property
    def months(self) -> int:
        """How many months the window has."""
        return len(self.baseline)

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return len(self.exposed_in)

    @cached_property
    def is_exposed(self) -> Mask:
        """n, whether the proposed book reaches the customer within the window."""
        return np.greater_equal(self.exposed_in, 0)

    @cached_property
    def months_since(self) -> Numbers:
        """m × n, months since the customer's exposure: 0 in that month, negative before it and where there is none."""
        since = np.arange(self.months)[:, None] - self.exposed_in
        return np.where(self.is_exposed, since, -1)

    @cached_property
    def reached(self) -> Floats:
        """m × n, 1 from the exposure month on, else 0: a factor, because masks cost ten times as much."""
        return np.greater_equal(self.months_since, 0).astype(np.float64)

    @cached_property
    def met(self) -> Floats:
        """m × n, 1 in the exposure month, else 0."""
        return np.equal(self.months_since, 0).astype(np.float64)

    @cached_property
    def paid_after(self) -> Floats:
        """n, USD that today's book brings from the exposure month on."""
        paid: Floats = (self.baseline * self.reached).sum(axis=0)
        return paid

    @cached_property
    def own_baseline(self) -> Floats:
        """n, USD a month of the plan the customer is on under today's book; 0 where it has no choice."""
        return _own(self.option_baseline, self.chosen)

    @cached_property
    def own_proposed(self) -> Floats:
        """n, USD a month of the same plan under the proposed book; 0 where it has no choice."""
        return _own(self.option_proposed, self.chosen)


def _own(options: Floats, chosen: Numbers) -> Floats:
    own: Floats = np.take_along_axis(options, np.maximum(chosen, 0)[:, None], axis=1)[:, 0]
    return np.where(chosen >= 0, own, 0.0)


def _check_array(name: str, array: Any, letters: str, kind: str, sizes: dict[str, int]) -> None:
    found = array.dtype.kind if isinstance(array, np.ndarray) else None
    if found != kind or (kind == "f" and array.dtype != np.float64):
        raise ResponseError(f"{name} must be an array of {_KINDS[kind]}")
    known = "".join(str(sizes.get(letter, letter)) + " " for letter in letters).strip().replace(" ", " × ")
    if array.ndim != len(letters):
        raise ResponseError(f"{name} has {array.ndim} axes; it is {known}")
    for letter, size in zip(letters, array.shape, strict=True):
        if sizes.setdefault(letter, size) != size:
            raise ResponseError(f"{name} is {' × '.join(map(str, array.shape))}; it must be {known}")
    if kind == "f" and not np.all(np.isfinite(array) | (np.isnan(array) & (name in _MAY_BE_ABSENT))):
        raise ResponseError(f"{name} holds a number that is not finite; give 0 where there is none")
    if letters in ("mn", "nk") and not array.shape["mk".find(letters.strip("n"))]:
        raise ResponseError(f"{name} is empty; give at least one month, and at least one plan")


def _check_limits(name: str, array: Floats, least: float, most: float) -> None:
    if np.any(array < least) or np.any(array > most):
        worst = np.nanmin(array) if np.any(array < least) else np.nanmax(array)
        raise ResponseError(
            f"{name} holds {worst:g}; it must be {least:g} or more{f', at most {most:g}' * (most == 1)}"
        )


def _check_index(name: str, array: Numbers, size: int) -> None:
    if np.any(array < -1) or np.any(array >= size):
        raise ResponseError(f"{name} must lie between -1 and {size - 1}; -1 means none")
