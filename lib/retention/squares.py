"""The same model where cohort counts are lacking: fitted by least squares to rates, or to totals of a period.

Sources: Fader & Hardie's note 032 (retention rates of one cohort) and note 017 (cases 2 to 4 of limited data).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from lib.retention.cohorts import steps_of
from lib.retention.curve import Array
from lib.retention.refusal import RetentionError
from lib.retention.sbg import Fit

_STARTS = ((1.0, 1.0), (1.0, 4.0), (4.0, 16.0))
_FAR = 1e5  # alpha + beta beyond this: customers do not differ
_PATIENT = {"xatol": 1e-10, "fatol": 1e-20, "maxiter": 20_000, "maxfev": 20_000}
_FEWEST = 3  # cohorts


def rate_errors(alive: ArrayLike, fit: Fit) -> float:
    """The sum of squared differences between observed and fitted retention rates of one cohort."""
    rates = _rates(alive)
    return float(((rates - fit.retention(np.arange(1, len(rates) + 1))) ** 2).sum())


def fit_sbg_rates(alive: ArrayLike) -> Fit:
    """Least squares on the retention rates of one cohort, whose numbers still there are given period by period."""
    steps_of(alive, None, parameters=2)
    return _least(lambda fit: rate_errors(alive, fit))


def fit_sbg_totals(totals: ArrayLike, sizes: ArrayLike | None = None, last: ArrayLike | None = None) -> Fit:
    """Least squares on the customers of each period, a new cohort joining in each, the oldest first.

    Beside the totals it takes how many each cohort began with, or how many of each are there in the last period:
    neither totals nor last survivors tell two parameters by themselves.
    """
    whole = np.asarray(totals, dtype=np.float64)
    if (sizes is None) == (last is None):
        raise RetentionError("totals alone do not tell who left; give cohort sizes beside them, or those left of each")
    cohorts = np.asarray(sizes if last is None else last, dtype=np.float64)
    _check(whole, cohorts)
    age = np.arange(len(whole))[None, :] - np.arange(len(cohorts))[:, None]

    def misses(fit: Fit) -> float:
        there = np.where(age >= 0, fit.survival(np.maximum(age, 0)), 0.0)
        began = cohorts if last is None else cohorts / there[:, -1]
        return float(((whole - began @ there) ** 2).sum())

    return _least(misses)


def fit_sbg_last_two(before: ArrayLike, last: ArrayLike) -> Fit:
    """Least squares on how many of each cohort are there in the last period, given how many were in the one before.

    The oldest cohort first, the youngest of which began in the period before; one for every period.
    """
    was, kept = np.asarray(before, dtype=np.float64), np.asarray(last, dtype=np.float64)
    _check(was, kept)
    if (kept > was).any():
        raise RetentionError("a cohort grows from one period to the next; give the numbers of the same cohorts in both")
    renewals = np.arange(len(was), 0, -1)
    return _least(lambda fit: float(((kept - was * fit.retention(renewals)) ** 2).sum()))


def _check(one: Array, other: Array) -> None:
    if one.ndim != 1 or one.shape != other.shape or len(one) < _FEWEST:
        raise RetentionError(
            f"{one.size} and {other.size} numbers do not tell two parameters; give {_FEWEST} cohorts or more"
        )
    if not (np.isfinite(one).all() and np.isfinite(other).all()) or min(one.min(), other.min()) <= 0:
        raise RetentionError("a number of customers is not above 0; give counts of cohorts that are not all gone")


def _rates(alive: ArrayLike) -> Array:
    there = np.asarray(alive, dtype=np.float64)
    if there.ndim != 1 or np.isnan(there).any() or there[:-1].min() <= 0:
        raise RetentionError("retention rates need one cohort, seen in every period and not gone before the last")
    return np.asarray(there[1:] / there[:-1])


def _least(misses: Callable[[Fit], float]) -> Fit:
    """The parameters with the least squares; refused where they run away."""

    def at(place: Array) -> float:
        return misses(Fit(*np.exp(np.clip(place, -14, 14))))

    tries = [minimize(at, np.log(start), method="Nelder-Mead", options=_PATIENT) for start in _STARTS]
    alpha, beta = np.exp(min(tries, key=lambda tried: float(tried.fun)).x)
    if not 1 / _FAR < alpha < _FAR or not 1 / _FAR < beta < _FAR:
        raise RetentionError("these numbers do not tell how leaving changes with time; give cohort counts by period")
    return Fit(float(alpha), float(beta))
