"""What pilots and records measured, in words: rounding never makes a number look like the one it is held against."""

from collections.abc import Sequence
from decimal import Decimal

from lib.pilots import FAILED, FALLS_BY_MORE_THAN, NOT_ABOVE, NOT_BEGUN, NOT_MEASURED, PASSED, RUNNING, Judged
from lib.playbook import MEASURES, Evidence
from lib.ui import numbers

ONE = Decimal(1)
STATE_WORDS = {
    PASSED: "Kept",
    FAILED: "Missed",
    RUNNING: "Running",
    NOT_MEASURED: "Not measured",
    NOT_BEGUN: "Not begun",
}
METRICS = {
    "monthly_model_spend_usd": "monthly model spend",
    "p95_latency_ms": "p95 latency",
    "slo_breaches": "SLO breaches",
    "policy_coverage_rate": "policy coverage",
    "roi_deck_delivered": "the ROI deck",
    "baseline": "a baseline",
}
_MOST_DECIMALS = 6


def beside(rate: Decimal, bound: Decimal, signed: bool = False) -> str:
    """A fraction as a percentage, with as many decimals as it takes not to look like a bound that it is not."""
    written = numbers.percent_change if signed else numbers.percent
    decimals = next((n for n in range(1, _MOST_DECIMALS) if _looks(rate, n) != _looks(bound, n)), 1)
    if abs(rate) == abs(bound):
        decimals = 0 if rate * 100 == int(rate * 100) else 1
    return written(rate, decimals)


def cell(one: Judged) -> str:
    """A step in a cell: what it measured, or how long it has lasted; nothing before it begins."""
    if one.state == NOT_BEGUN:
        return ""
    if one.state == NOT_MEASURED:
        return "no value" if one.measured is None else "no baseline"
    if one.state == RUNNING:
        return "running" if one.days is None else numbers.counted(one.days, "day")
    return _short(one)


def measured(one: Judged) -> str:
    """A step in a sentence: from what to what, and by how much of it; or what it still needs."""
    if one.state in (NOT_BEGUN, RUNNING, NOT_MEASURED):
        needs = METRICS.get(one.needs, one.needs)
        return f"not measured yet: needs {needs}" if one.needs else "—"
    before, after = (_value(one, value) for value in (one.baseline, one.measured))
    if one.step.check in (NOT_ABOVE, FALLS_BY_MORE_THAN):
        change = f" ({_change(one)})" if one.change is not None else ""
        return f"{before} → {after}{change}"
    return f"{after} ({before} before)" if one.step.metric.endswith("_rate") and one.baseline is not None else after


def told(evidence: Evidence | None, limit: Decimal | None) -> str:
    """What records measure of a word: how many, from where to where, the middle, how many keep a named number."""
    if evidence is None:
        return "not measured"
    measure = MEASURES[evidence.measure]
    if not evidence.values:
        return f"not measured yet: needs {measure.words}"
    low, middle, high = (_unit(value, measure.unit) for value in (evidence.low, evidence.middle, evidence.high))
    spread = f"{low} to {high}, median {middle}"
    count = len(evidence.values)
    if limit is None:
        return f"measured {count} times: {spread}"
    return f"measured {count} times: {spread}; {kept(evidence, limit)}"


def kept(evidence: Evidence, limit: Decimal | None) -> str:
    """How many numbers on record keep a named one; how many there are where none is named."""
    measure, count = MEASURES[evidence.measure], len(evidence.values)
    if limit is None:
        return f"measured {count} times"
    return f"{evidence.keeping(limit)} of {count} {measure.good} {_unit(limit, measure.unit, signed=False)}"


def exact(one: Judged) -> str:
    """The baseline a step was held against."""
    return _value(one, one.baseline)


def missed(steps: Sequence[Judged]) -> str:
    """The steps whose criterion was missed, by name; a dash where none was."""
    return ", ".join(one.step.activity for one in steps) or "—"


def _looks(rate: Decimal, decimals: int) -> str:
    return numbers.percent(abs(rate), decimals)


def _short(one: Judged) -> str:
    if one.step.metric.endswith("_usd") and one.change is not None and one.step.check == FALLS_BY_MORE_THAN:
        return _change(one)
    if one.step.metric.endswith("_ms") and one.change is not None:
        return _change(one)
    if one.step.check == NOT_ABOVE:
        return f"{_value(one, one.baseline)} → {_value(one, one.measured)}"
    return _value(one, one.measured, is_short=True)


def _change(one: Judged) -> str:
    """The relative change, told apart from the step's own bound."""
    bound = one.step.bound or Decimal(0)
    return beside(one.change or Decimal(0), bound, signed=True)


def _value(one: Judged, value: Decimal | None, is_short: bool = False) -> str:
    metric = one.step.metric
    if value is None:
        return "not recorded"
    if metric.endswith("_usd"):
        return numbers.money(value) if is_short else numbers.exact_money(value)
    if metric.endswith("_rate"):
        return beside(value, one.step.bound or ONE)
    if metric.endswith("_ms"):
        return f"{numbers.quantity(value)} ms"
    if metric.endswith("_delivered"):
        return "delivered" if value >= (one.step.bound or ONE) else "not delivered"
    return numbers.quantity(value)


def _unit(value: Decimal | None, unit: str, signed: bool = True) -> str:
    if value is None:
        return numbers.MISSING
    if unit == "rate":
        return numbers.percent(value, 0 if value * 100 == int(value * 100) else 1)
    rounded = round(value, 1)
    sign = "+" if signed and rounded > 0 else ""
    return f"{sign}{numbers.quantity(rounded)}" + (" ms" if unit == "ms" else "")
