"""Cohorts seen over periods, read as steps: of so many at an age, so many were still there at a later age.

Every model here looks at data this way. Seen at each period, only at the first and the last, or only at the last two:
each pair of neighbouring looks at a cohort is one binomial draw, and nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from lib.retention.curve import Array
from lib.retention.refusal import RetentionError

_LONGEST = 10_000  # periods a cohort may have been there
_NOTHING_KNOWN = "give the number of every cohort at two periods or more"


@dataclass(frozen=True, eq=False)
class Steps:
    """One row per pair of ages (in periods since a cohort began): at risk at the first, still there at the second."""

    start: Array
    stop: Array
    at_risk: Array
    kept: Array

    @property
    def lost(self) -> Array:
        """How many left in between."""
        return self.at_risk - self.kept


def steps_of(alive: ArrayLike, began: Sequence[int] | None, parameters: int) -> Steps:
    """Numbers still there at the start of each period → steps; what cannot carry so many parameters is refused.

    `alive` is one cohort, or a row per cohort with None where it was not seen. A cohort began where it is first seen,
    or at the column that `began` names, which may lie before the first.
    """
    rows = table(alive)
    _check_began(began, len(rows))
    found: dict[tuple[int, int], tuple[float, float]] = {}
    for number, row in enumerate(rows):
        for ages, at_risk, kept in _looks(row, number, began):
            was = found.get(ages, (0.0, 0.0))
            found[ages] = (was[0] + at_risk, was[1] + kept)
    told = {ages: counts for ages, counts in sorted(found.items()) if counts[0] > 0}
    steps = Steps(
        np.array([start for start, _ in told], dtype=np.float64),
        np.array([stop for _, stop in told], dtype=np.float64),
        np.array([at_risk for at_risk, _ in told.values()]),
        np.array([kept for _, kept in told.values()]),
    )
    _identify(steps, parameters)
    return steps


def _check_began(began: Sequence[int] | None, cohorts: int) -> None:
    if began is None:
        return
    if len(began) != cohorts:
        raise RetentionError(f"{len(began)} beginnings do not fit {cohorts} cohorts; name the column each began in")
    for number, column in enumerate(began, start=1):
        if not -_LONGEST <= column <= _LONGEST or column != int(column):
            raise RetentionError(
                f"cohort {number} began in column {column}; give a whole number, at most {_LONGEST:,} before the first"
            )


def table(alive: ArrayLike) -> Array:
    """Counts as rows of cohorts, NaN where not seen; what is no count is refused."""
    try:
        rows = np.asarray(alive, dtype=np.float64)
    except (TypeError, ValueError):
        raise RetentionError("cohorts differ in length; give every row a number, or None, for every period") from None
    rows = rows[None, :] if rows.ndim == 1 else rows
    if rows.ndim != 2 or not rows.size:
        raise RetentionError("there are no cohorts; give the number still there at the start of each period")
    seen = rows[~np.isnan(rows)]
    if not seen.size or not np.isfinite(seen).all() or seen.min() < 0:
        raise RetentionError("a number of customers is negative, infinite or never told; give counts of 0 or more")
    if seen.max() <= 1 and (seen % 1).any():
        raise RetentionError("these are shares, and a share does not say of how many; give numbers of customers")
    return rows


def _looks(row: Array, number: int, began: Sequence[int] | None) -> Iterator[tuple[tuple[int, int], float, float]]:
    """Each pair of neighbouring looks at a cohort: both ages, at risk, kept."""
    columns = np.flatnonzero(~np.isnan(row))
    if not columns.size:
        return
    first = int(columns[0]) if began is None else int(began[number])
    if first > columns[0]:
        raise RetentionError(f"cohort {number + 1} is seen before it began; let it begin where it is first seen")
    for before, after in pairwise(columns):
        if row[after] > row[before]:
            raise RetentionError(
                f"cohort {number + 1} grows from {row[before]:g} to {row[after]:g}: nobody joins a cohort later, and "
                f"totals of a period do not tell cohorts apart; give each cohort's own number"
            )
        yield (int(before) - first, int(after) - first), float(row[before]), float(row[after])


def _identify(steps: Steps, parameters: int) -> None:
    """Refuse what leaves the parameters open."""
    if not len(steps.start):
        raise RetentionError(f"every cohort is seen once only, which does not tell how it left; {_NOTHING_KNOWN}")
    if not steps.lost.sum():
        raise RetentionError("nobody has left yet, which every low rate explains; wait until somebody leaves")
    if not steps.kept.sum():
        raise RetentionError("everybody left at once, which does not tell how leaving changes; wait for others")
    if len(steps.start) < parameters:
        raise RetentionError(
            f"the model has {parameters} parameters, and of the steps between ages the data tells {len(steps.start)}: "
            f"give one cohort over {parameters + 1} periods, or {parameters + 1} cohorts of different age"
        )
