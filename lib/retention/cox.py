"""How facts about customers multiply their rate of leaving: Cox's proportional hazards, ties by Efron or Breslow.

The coefficients maximise the partial likelihood by Newton's steps, halved where one would go down. Sources: Cox 1972;
Efron 1977; Breslow 1974.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.retention.curve import Array, observed
from lib.retention.refusal import RetentionError

EFRON, BRESLOW = TIES = ("efron", "breslow")
_STEPS, _SETTLED = 100, 1e-10
_FARTHEST = 20.0  # a factor of e^20 a standard deviation is no estimate but a run away
_SEPARATED = 1e-6  # information on the standardised scale that only a coefficient on its way to infinity leaves
_NO_FACTOR = "a covariate parts those who left from the others without exception: it has no finite factor; leave it out"


@dataclass(frozen=True, eq=False)
class Cox:
    """Coefficients (logarithms of the factor per unit of a covariate), their standard errors, partial likelihoods."""

    beta: Array
    errors: Array
    loglik: float
    loglik_null: float
    ties: str


@dataclass(frozen=True)
class _Data:
    """Covariates around their means, and by time of leaving who was at risk and who left."""

    covariates: Array
    sets: tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], ...]
    ties: str


def cox(durations: ArrayLike, ended: ArrayLike, covariates: ArrayLike, ties: str = EFRON) -> Cox:
    """How long each has stayed, whether it left, and one row of covariates each → the coefficients."""
    stayed, gone = observed(durations, ended)
    rows = np.asarray(covariates, dtype=np.float64)
    rows = rows[:, None] if rows.ndim == 1 else rows
    scale = _checked(rows, gone, ties)
    sets = tuple((stayed >= time, gone & (stayed == time)) for time in np.unique(stayed[gone]))
    data = _Data((rows - rows.mean(axis=0)) / scale, sets, ties)
    beta, null = _climbed(data)
    loglik, _, information = _partial(data, beta)
    if np.linalg.eigvalsh(information).min() < _SEPARATED:
        raise RetentionError(_NO_FACTOR)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return Cox(beta / scale, errors / scale, loglik, null, ties)


def _checked(rows: Array, gone: NDArray[np.bool_], ties: str) -> Array:
    if ties not in TIES:
        raise RetentionError(f"there is no way with ties called {ties!r}; name {EFRON} or {BRESLOW}")
    if rows.ndim != 2 or len(rows) != len(gone) or not rows.shape[1] or not np.isfinite(rows).all():
        raise RetentionError(f"covariates must be one row of finite numbers for each of the {len(gone)} customers")
    if not gone.any():
        raise RetentionError("nobody left; what makes customers leave cannot be told from customers who all stay")
    scale = rows.std(axis=0)
    if not scale.all() or np.linalg.matrix_rank((rows - rows.mean(axis=0)) / scale) < rows.shape[1]:
        raise RetentionError("a covariate is the same for everybody, or follows from the others; leave it out")
    return np.asarray(scale, dtype=np.float64)


def _climbed(data: _Data) -> tuple[Array, float]:
    beta = np.zeros(data.covariates.shape[1])
    null, slope, information = _partial(data, beta)
    reached = null
    for _ in range(_STEPS):
        step = np.linalg.lstsq(information, slope, rcond=None)[0]
        while _partial(data, beta + step)[0] < reached - _SETTLED and np.abs(step).max() > _SETTLED:
            step = step / 2
        beta = beta + step
        if np.abs(beta).max() > _FARTHEST:
            break
        reached, slope, information = _partial(data, beta)
        if np.abs(step).max() < _SETTLED:
            return beta, null
    raise RetentionError(_NO_FACTOR)


def _partial(data: _Data, beta: Array) -> tuple[float, Array, Array]:
    """The partial log-likelihood, its slope and its information (minus the second derivative)."""
    size = len(beta)
    score = data.covariates @ beta
    weight = np.exp(score - score.max())
    loglik, slope, information = 0.0, np.zeros(size), np.zeros((size, size))
    for at_risk, leaving in data.sets:
        count = int(leaving.sum())
        loglik += float(score[leaving].sum() - count * score.max())
        slope += data.covariates[leaving].sum(axis=0)
        for turn in range(count):
            aside = turn / count if data.ties == EFRON else 0.0
            share = weight * (at_risk - aside * leaving)
            total = share.sum()
            mean = share @ data.covariates / total
            loglik -= float(np.log(total))
            slope -= mean
            information += (data.covariates.T * share) @ data.covariates / total - np.outer(mean, mean)
    return loglik, slope, information
