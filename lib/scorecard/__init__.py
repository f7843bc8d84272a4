"""Metric against target, and what changed between two snapshots.

A metric is worked out from recorded facts of one product and held to that product's own target; what cannot be measured
says what it needs. Peers' medians stand beside a target, never in its place.
"""

from lib.scorecard.alerts import (
    Alert,
    Still,
    of_claims,
    of_crossings,
    of_deals,
    of_differences,
    of_due,
    of_scores,
    of_sources,
    ordered,
)
from lib.scorecard.crossing import WITHIN, Crossed, Crossings, crossed
from lib.scorecard.due import Due, due
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
    Metric,
    Point,
    Score,
    Target,
)
from lib.scorecard.moving import Moved, Stand, Who, moved
from lib.scorecard.peers import Band, Benchmark
from lib.scorecard.reading import Metrics, ScorecardError, parse_benchmarks, parse_metrics
from lib.scorecard.turning import Turned, turned

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
    "WITHIN",
    "Alert",
    "Band",
    "Benchmark",
    "Crossed",
    "Crossings",
    "Due",
    "Measured",
    "Metric",
    "Metrics",
    "Moved",
    "Never",
    "Point",
    "Score",
    "ScorecardError",
    "Stand",
    "Still",
    "Target",
    "Turned",
    "Unknown",
    "Value",
    "Who",
    "amount",
    "attach",
    "cac_payback",
    "conversion",
    "crossed",
    "due",
    "first_route",
    "gross_margin",
    "infrastructure",
    "middle",
    "moved",
    "of_claims",
    "of_crossings",
    "of_deals",
    "of_differences",
    "of_due",
    "of_scores",
    "of_sources",
    "ordered",
    "parse_benchmarks",
    "parse_metrics",
    "savings",
    "turned",
]
