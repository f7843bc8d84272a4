"""Which candidates no other beats, and how to pick a few that differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lib.search.features import Array

Places = NDArray[np.int64]


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
