"""Metric against target, and what changed between two snapshots.

A metric is worked out from recorded facts of one product and held to that product's own target; what cannot be measured
says what it needs. Peers' medians stand beside a target, never in its place.
"""

from lib.scorecard.figures import NEVER, NOT_YET, Measured, Never, Unknown, Value, amount
from lib.scorecard.formulas import (
    attach,
    cac_payback,
    conversion,
    first_route,
    gross_margin,
    infrastructure,
    middle,
    savings,
)
from lib.scorecard.metric import (
    ABOVE,
    DAYS,
    KEPT,
    MISSED,
    MONTHS,
    NO_TARGET,
    RATE,
    VERDICTS,
    Metric,
    Point,
    Score,
    Target,
    worst_first,
)
from lib.scorecard.peers import Band, Benchmark
from lib.scorecard.reading import Metrics, ScorecardError, parse_benchmarks, parse_metrics

__all__ = [
    "ABOVE",
    "DAYS",
    "KEPT",
    "MISSED",
    "MONTHS",
    "NEVER",
    "NOT_YET",
    "NO_TARGET",
    "RATE",
    "VERDICTS",
    "Band",
    "Benchmark",
    "Measured",
    "Metric",
    "Metrics",
    "Never",
    "Point",
    "Score",
    "ScorecardError",
    "Target",
    "Unknown",
    "Value",
    "amount",
    "attach",
    "cac_payback",
    "conversion",
    "first_route",
    "gross_margin",
    "infrastructure",
    "middle",
    "parse_benchmarks",
    "parse_metrics",
    "savings",
    "worst_first",
]
