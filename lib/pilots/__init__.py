"""Pilots: the steps a customer's trial goes through, and whether each kept its success criterion.

Read `framework` for what a step asks, then `judged` for what became of it.
"""

from lib.pilots.framework import (
    AT_LEAST,
    CHECKS,
    FALLS_BY_MORE_THAN,
    NOT_ABOVE,
    RECORDED,
    Framework,
    PilotsError,
    Step,
    parse,
)
from lib.pilots.judged import (
    BASELINE,
    FAILED,
    NOT_BEGUN,
    NOT_MEASURED,
    PASSED,
    RUNNING,
    STATES,
    Judged,
    Next,
    Pilot,
    judge,
    kept,
)

__all__ = [
    "AT_LEAST",
    "BASELINE",
    "CHECKS",
    "FAILED",
    "FALLS_BY_MORE_THAN",
    "NOT_ABOVE",
    "NOT_BEGUN",
    "NOT_MEASURED",
    "PASSED",
    "RECORDED",
    "RUNNING",
    "STATES",
    "Framework",
    "Judged",
    "Next",
    "Pilot",
    "PilotsError",
    "Step",
    "judge",
    "kept",
    "parse",
]
