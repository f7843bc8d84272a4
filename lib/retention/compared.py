"""Whether groups leave at different rates: the log-rank test of any number of groups.

Sources: Mantel 1966; Peto & Peto 1972. Expected of a group is its share of those at risk whenever
somebody left.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from lib.retention.curve import Array, observed
from lib.retention.refusal import RetentionError


@dataclass(frozen=True)
class LogRank:
    """The groups in their order with how many left and how many would have left, were all groups alike.

    `p` is the chance of a `chi_square` as large as this one or larger if they are, with `freedom` degrees.
    """

    groups: tuple[Hashable, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi_square: float
    freedom: int
    p: float


def log_rank(durations: ArrayLike, ended: ArrayLike, groups: Sequence[Hashable]) -> LogRank:
    """How long each has stayed, whether it left, and its group → whether the groups' curves differ."""
    stayed, gone = observed(durations, ended)
    names = tuple(dict.fromkeys(groups))
    if len(groups) != len(stayed) or len(names) < 2:
        raise RetentionError(f"a log-rank test needs a group for everybody and two groups; there are {len(names)}")
    member = np.array([[group == name for group in groups] for name in names])
    seen, wanted, spread = _counted(stayed, gone, member)
    at_stake = np.flatnonzero(np.diag(spread) > 0)
    if at_stake.size < 2:
        raise RetentionError("no two groups were at risk together when somebody left; the test needs that they were")
    kept = at_stake[:-1]
    excess = (seen - wanted)[kept]
    statistic = float(excess @ np.linalg.pinv(spread[np.ix_(kept, kept)]) @ excess)
    freedom = int(np.linalg.matrix_rank(spread))
    return LogRank(
        names,
        tuple(int(count) for count in seen),
        tuple(float(count) for count in wanted),
        statistic,
        freedom,
        float(chi2.sf(statistic, freedom)),
    )


def _counted(stayed: Array, gone: NDArray[np.bool_], member: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Left and expected to leave by group, and the covariance of their difference (hypergeometric at every time)."""
    count = len(member)
    wanted, spread = np.zeros(count), np.zeros((count, count))
    for time in np.unique(stayed[gone]):
        at_risk = (member & (stayed >= time)).sum(axis=1).astype(np.float64)
        everybody, left = at_risk.sum(), float((gone & (stayed == time)).sum())
        share = at_risk / everybody
        wanted += left * share
        if everybody > 1:
            factor = left * (everybody - left) / (everybody - 1)
            spread += factor * (np.diag(share) - np.outer(share, share))
    return (member & gone).sum(axis=1).astype(np.float64), wanted, spread
