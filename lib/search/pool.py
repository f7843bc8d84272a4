"""What stands out among everything tried: the best, the region near it, the front, and what one constraint costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.search.constraints import SLACK, Constraint
from lib.search.features import Array
from lib.search.problem import Evaluated

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Relaxed:
    """One constraint given some more room, and how much."""

    place: int
    room: float


def best_of(pool: Evaluated) -> int | None:
    """The place of the feasible candidate with the most revenue; the earliest of equals."""
    places = np.flatnonzero(pool.feasible)
    return int(places[pool.revenue[places].argmax()]) if places.size else None


def region_of(pool: Evaluated, share: float) -> Places:
    """The feasible candidates within a share of the most revenue."""
    best = best_of(pool)
    if best is None:
        return np.zeros(0, np.int64)
    most = pool.revenue[best]
    return np.flatnonzero(pool.feasible & (pool.revenue >= most - share * abs(most)))


def front_of(pool: Evaluated) -> Places:
    """The feasible candidates that no other beats in revenue, customers up and sharpest rise at once; richest first."""
    feasible = np.flatnonzero(pool.feasible)
    costs = np.stack([-pool.revenue, pool.share_up, pool.sharpest_rise], axis=1)[feasible]
    front = feasible[not_dominated(costs)]
    return front[np.argsort(-pool.revenue[front], kind="stable")]


def not_dominated(costs: Array) -> Places:
    """Rows of costs, each column the lower the better → the places of the rows no other row dominates, ascending.

    A row dominates another if it is nowhere worse and somewhere better. Of equal rows the first is kept.
    """
    order = np.lexsort(costs.T[::-1])  # whoever dominates a row stands before it
    front: Array = np.empty_like(costs)
    kept: list[int] = []
    for at in order.tolist():
        row = costs[at]
        if not (front[: len(kept)] <= row).all(axis=1).any():
            front[len(kept)] = row
            kept.append(at)
    return np.array(sorted(kept), np.int64)


def spread(points: Array, first: int, count: int) -> list[int]:
    """Points → the places of `count` that lie far from one another, the first given; ties go to the earlier."""
    chosen = [first]
    distance = np.square(points - points[first]).sum(axis=1)
    while len(chosen) < count and distance.max(initial=0.0) > 0:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.square(points - points[chosen[-1]]).sum(axis=1))
    return chosen


def binds(constraint: Constraint, spare: float, within: float) -> bool:
    """Whether next to nothing is left: less than the tolerance, or than one more customer."""
    return bool(spare < max(within, constraint.step - SLACK))


def gain_of(pool: Evaluated, relaxed: Relaxed, most: float) -> float:
    """How much more the best list brings, of all tried, once one constraint has more room."""
    spare = pool.spare.copy()
    spare[:, relaxed.place] += relaxed.room
    kept = replace(pool, spare=spare)
    best = best_of(kept)
    return 0.0 if best is None else max(float(kept.revenue[best]) - most, 0.0)
