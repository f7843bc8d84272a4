"""The likelihood of both models in one: beta-discrete-Weibull, of which shifted-beta-geometric is the case c = 1.

S(t) = B(gamma, delta + t^c) / B(gamma, delta). It is climbed over ln(gamma + delta), the log-odds of
gamma / (gamma + delta), and ln c, from several starts, one of them far out: where that one wins, customers do not
differ and the parameters run to infinity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit

from lib.retention.cohorts import Steps
from lib.retention.curve import Array
from lib.retention.refusal import RetentionError

LARGEST, SMALLEST = 1e5, 1e-4  # of gamma + delta: beyond these the model has become another one
_BOX = ((-12.0, np.log(1e6)), (-18.0, 18.0), (-3.0, 3.0))
_FAR = float(np.log(1e6))
_STARTS = ((0.5, 0.0), (4.0, 0.0), (_FAR, 0.0))  # ln(gamma + delta), ln c
_STARTS_WITH_SHAPE = (*_STARTS, (2.0, 0.7))
_SETTLED = 1e-7  # of the slope, per customer


@dataclass(frozen=True)
class Top:
    """The parameters with the highest likelihood, and its logarithm without the binomial coefficients."""

    gamma: float
    delta: float
    c: float
    loglik: float


def log_survival(ages: Array, gamma: float, delta: float, c: float) -> Array:
    """ln S at ages of 0 or more."""
    with np.errstate(over="ignore"):  # an age beyond all numbers: nobody is left
        return np.asarray(betaln(gamma, delta + ages**c) - betaln(gamma, delta), dtype=np.float64)


def loglik(steps: Steps, gamma: float, delta: float, c: float = 1.0) -> float:
    """The log-likelihood of steps."""
    log = log_survival(steps.stop, gamma, delta, c) - log_survival(steps.start, gamma, delta, c)
    return float((_times(steps.kept, log) + _times(steps.lost, _log_rest(log))).sum())


def climb(steps: Steps, with_shape: bool) -> Top:
    """The top of the likelihood over gamma and delta, and over c where asked; refused where it lies at infinity."""
    whole = float(steps.at_risk.sum())

    def fall(place: Array) -> tuple[float, Array]:
        height, slope = _height(steps, place)
        return -height / whole, -slope / whole

    box = _BOX if with_shape else _BOX[:2]
    odds = float(np.log(steps.lost.sum() / steps.kept.sum()))
    begin = _STARTS_WITH_SHAPE if with_shape else _STARTS
    starts = [np.array([size, odds, shape][: len(box)]) for size, shape in begin]
    tries = [minimize(fall, start, jac=True, method="L-BFGS-B", bounds=box, options=_PATIENT) for start in starts]
    best = min(tries, key=lambda tried: float(tried.fun)).x
    place = _settled(steps, np.asarray(best, dtype=np.float64), whole)
    gamma, delta, c = _parameters(place)
    return Top(gamma, delta, c, loglik(steps, gamma, delta, c))


_PATIENT = {"maxiter": 2000, "ftol": 1e-13, "gtol": 1e-9}


def _settled(steps: Steps, place: Array, whole: float) -> Array:
    """Newton's last steps to the top; a place outside the bounds, or where the slope does not vanish, is refused."""
    _inside(place, steps)
    for _ in range(20):
        slope = _height(steps, place)[1]
        bend = _bend(steps, place)
        if np.linalg.eigvalsh(bend).max() >= 0:
            break
        step = -np.linalg.solve(bend, slope)
        if np.abs(step).max() > 1 or np.abs(step).max() < 1e-12:
            break
        place = place + step
    _inside(place, steps)
    if np.abs(_height(steps, place)[1]).max() > _SETTLED * whole:
        raise RetentionError("the data does not settle the model's parameters; give more cohorts or more periods")
    return place


def _inside(place: Array, steps: Steps) -> None:
    size = float(np.exp(place[0]))
    if size > LARGEST and len(place) > 2:
        raise RetentionError(
            "customers do not differ in how readily they leave, so the model has no finite parameters: one rate for "
            "all, which may rise or fall with time, says as much; take the share that left in each period"
        )
    if size > LARGEST:
        rate = steps.lost.sum() / (steps.at_risk * (steps.stop - steps.start)).sum()
        raise RetentionError(
            f"customers do not differ in how readily they leave, so the model has no finite parameters: their rate, "
            f"about {rate:.3g} a period, does not fall with time; take one constant rate"
        )
    if size < SMALLEST:
        raise RetentionError(
            "who left did so at the first renewal and hardly anybody after it, which does not tell whether the others "
            "ever leave; give more periods"
        )
    if any(not low < value < high for value, (low, high) in zip(place, _BOX, strict=False)):
        raise RetentionError("the data drives the model's parameters beyond all bounds; give more cohorts or periods")


def _bend(steps: Steps, place: Array) -> Array:
    """The second derivative, by differences of the slope."""
    size = len(place)
    found = np.zeros((size, size))
    for axis in range(size):
        step = np.zeros(size)
        step[axis] = 1e-5
        found[axis] = (_height(steps, place + step)[1] - _height(steps, place - step)[1]) / 2e-5
    return (found + found.T) / 2


def _parameters(place: Array) -> tuple[float, float, float]:
    size = np.exp(place[0])
    c = float(np.exp(place[2])) if len(place) > 2 else 1.0
    return float(size * expit(place[1])), float(size * expit(-place[1])), c


def _height(steps: Steps, place: Array) -> tuple[float, Array]:
    """The log-likelihood at a place, and its slope."""
    gamma, delta, c = _parameters(place)
    log = log_survival(steps.stop, gamma, delta, c) - log_survival(steps.start, gamma, delta, c)
    height = float((_times(steps.kept, log) + _times(steps.lost, _log_rest(log))).sum())
    pull = steps.kept - _times(steps.lost, 1 / np.expm1(-_apart(log)))
    after, before = (_slopes(ages, gamma, delta, c) for ages in (steps.stop, steps.start))
    by_gamma, by_delta, by_shape = (after - before) @ pull
    share = gamma / (gamma + delta)
    size = gamma * by_gamma + delta * by_delta
    odds = (gamma + delta) * share * (1 - share) * (by_gamma - by_delta)
    return height, np.array([size, odds, c * by_shape][: len(place)])


def _slopes(ages: Array, gamma: float, delta: float, c: float) -> Array:
    """The derivatives of ln S by gamma, delta and c (rows) at ages."""
    raised = ages**c
    both, low = digamma(gamma + delta + raised), digamma(delta + raised)
    log = np.log(np.where(ages > 0, ages, 1.0))
    return np.array(
        [
            digamma(gamma + delta) - both,
            low - both - digamma(delta) + digamma(gamma + delta),
            (low - both) * raised * log,
        ]
    )


def _times(count: Array, log: Array) -> Array:
    """A count times a logarithm, 0 where the count is."""
    return np.multiply(count, log, where=count > 0, out=np.zeros(len(count)))


def _log_rest(log: Array) -> Array:
    """ln(1 − p) of ln p."""
    return np.asarray(np.log(-np.expm1(_apart(log))), dtype=np.float64)


def _apart(log: Array) -> Array:
    """ln p, where p is told from 0 and from 1."""
    return np.clip(log, -700.0, -1e-16)
