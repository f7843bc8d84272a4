"""A metric's values, targets and peers in words: every unit in one place."""

from decimal import Decimal
from fractions import Fraction

from lib.desk.scoring import GROSS_RETENTION, Scoring
from lib.money import share
from lib.scorecard import MONTHS, RATE, Benchmark, Metric, Never, Score, Unknown, Value
from lib.ui import numbers

NOT_YET = "not measurable yet"
_MILLIONTH = Decimal("0.000001")


def decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal of six places: a quotient deserves no more."""
    return share(Decimal(1), value).quantize(_MILLIONTH)


def value(metric: Metric, found: Value, decimals: int = 1) -> str:
    """What a metric comes to: 10.3%, 8 days, 6.0 months, never, or that it is not measurable yet."""
    if isinstance(found, Unknown):
        return NOT_YET
    if isinstance(found, Never):
        return found.value
    if metric.unit == RATE:
        return numbers.percent(decimal(found), decimals)
    whole = found.denominator == 1
    size = numbers.quantity(decimal(found)) if whole else f"{float(found):,.1f}"
    return f"{size} {metric.unit if found != 1 else metric.unit[:-1]}"


def in_a_card(metric: Metric, found: Value) -> str:
    """The same, as short as a card holds: 6.0 mo."""
    return value(metric, found).replace(MONTHS, "mo")


def target(score: Score) -> str:
    """What it is held to, in the paper's words."""
    return score.target.words if score.target else "none in the brief"


def peers(scoring: Scoring, benchmark: Benchmark) -> str | None:
    """The medians of peers with contracts of the product's sizes: 100–103%."""
    between = scoring.peers(benchmark)
    if between is None:
        return None
    low, high = (numbers.percent(end, 0) for end in between)
    return low if low == high else f"{low.removesuffix('%')}–{high}"


def beside(score: Score) -> list[str]:
    """What must be told with a value, each as a phrase."""
    return [
        f"{value(score.metric, found)} {words}" if words != GROSS_RETENTION else f"{words} {value(score.metric, found)}"
        for words, found in score.measured.beside.items()
        if not isinstance(found, Unknown)
    ]
