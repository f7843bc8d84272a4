"""Are we on target: every metric against its own product's target, beside what peers reach."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.desk.scoring import Scoring
from lib.scorecard import KEPT, MISSED, NO_TARGET, RATE, Benchmark, Score, Unknown
from lib.ui import cards, controls, frames, numbers, scorecard
from lib.ui.legends import Legend
from lib.ui.views.scorecard import told

_HEADERS = {
    "metric": "Metric",
    "product": "Product",
    "value": "Now",
    "value_then": "Then",
    "target": "Target",
    "peers": "Peers' median",
    "verdict": "Verdict",
    "n": "n",
    "reason": "Told beside it",
    "formula": "Formula",
}
_COLOURS = ("blue", "orange", "green", "purple")
Scored = Mapping[str, Scoring]


def words(scored: Scored) -> str:
    """The headline's last part: how many targets can be measured, and how many of them are kept."""
    held = [one for found in scored.values() for one in found.scores if one.target]
    if not held:
        measured = [one for found in scored.values() for one in found.scores if one.verdict == NO_TARGET]
        of = numbers.counted(sum(len(found.scores) for found in scored.values()), "metric")
        return f"{len(measured)} of {of} can be measured, and the brief sets no target for them"
    known = [one for one in held if not isinstance(one.value, Unknown)]
    kept = sum(one.verdict == KEPT for one in held)
    return f"{len(known)} of {numbers.counted(len(held), 'target')} can be measured and {kept} are kept"


def show(scored: Scored) -> None:
    """The picture of every target, and what is needed where one cannot be measured."""
    benchmarks = scorecard.benchmarks()
    for product, found in scored.items():
        if any(one.target for one in found.scores):
            rows = _bullets(found, benchmarks)
            cards.picture(charts.bullets(rows, "metric", title=_title(found)), f"scorecard_targets_{product}")
            cards.note("Each bar is a part of its own target: blue kept, vermilion missed. Pale: the median of peers.")
            for needs, labels in _needs(found).items():
                cards.note(f"Not measurable yet: {', '.join(labels)}: needs {needs}.")


def peers(scored: Scored, benchmarks: Sequence[Benchmark]) -> None:
    """What peers of the same contract size reach, below the table that names them."""
    cards.note(_peers(scored, benchmarks))


def details(listed: pd.DataFrame, since: date | None, legend: Legend) -> None:
    """Every metric of every product with its formula, and as the older snapshot told it."""
    cards.heading("Every metric, its formula and its target")
    headers = {**_HEADERS, "value_then": numbers.day(since)} if since else _without(_HEADERS, "value_then")
    cards.table(listed, "scorecard_metrics", headers, legend)


def _without(headers: Mapping[str, str], column: str) -> dict[str, str]:
    return {name: words for name, words in headers.items() if name != column}


@st.fragment
def trends(scored: Scored) -> None:
    """One metric month by month, as far back as records allow."""
    labels = {one.metric.key: one.metric.label for found in scored.values() for one in found.scores if one.trend}
    if not labels:
        return
    key = controls.choice("scorecard_metric", "Month by month", labels)
    rows, unit = trend_rows(scored, key), _unit(scored, key)
    series = [Series(product, numbers.name(product), colour) for product, colour in zip(scored, _COLOURS, strict=False)]
    drawn = rows.assign(value=[float(value) for value in rows["value"]])
    title = f"{labels[key]} at each month's end" if key not in _OVER_MONTHS else f"{labels[key]}, each month by itself"
    cards.picture(
        charts.lines(drawn, "month", "value", "product", series=series, title=title, unit=unit), "scorecard_trend"
    )


_OVER_MONTHS = ("gross_margin", "infrastructure_share")


def trend_rows(scored: Scored, key: str | None = None) -> pd.DataFrame:
    """Metrics month by month as a table: one of them, or all."""
    rows = [
        {"metric": one.metric.label, "product": product, "month": point.month, "value": told.decimal(point.value)}
        for product, found in scored.items()
        for one in found.scores
        if key in (None, one.metric.key)
        for point in one.trend
    ]
    return pd.DataFrame(rows, columns=["metric", "product", "month", "value"])


def listed(scored: Scored, then: Scored, benchmarks: Sequence[Benchmark]) -> pd.DataFrame:
    """Every metric of every product as a table: values in words and as they are, and what is needed where so."""
    pairs = [(found, one) for found in scored.values() for one in found.scores]
    before = {
        (product, one.metric.key): told.value(one.metric, one.value)
        for product, found in then.items()
        for one in found.scores
    }
    return pd.DataFrame(
        {
            "metric": [one.metric.label for _, one in pairs],
            "product": [numbers.name(found.product) for found, _ in pairs],
            "value": [told.value(one.metric, one.value) for _, one in pairs],
            "value_then": [before.get((found.product, one.metric.key)) for found, one in pairs],
            "target": [told.target(one) for _, one in pairs],
            "peers": [_peers_of(found, one, benchmarks) for found, one in pairs],
            "verdict": [one.verdict for _, one in pairs],
            "n": [one.measured.n for _, one in pairs],
            "left_out": [one.measured.without for _, one in pairs],
            "reason": [_reason(one) for _, one in pairs],
            "exact": frames.column(
                told.decimal(one.value) if isinstance(one.value, Fraction) else None for _, one in pairs
            ),
            "unit": [one.metric.unit for _, one in pairs],
            "formula": [one.metric.formula for _, one in pairs],
            "fed_by": [one.metric.fed_by for _, one in pairs],
            "source": [one.metric.target.source for _, one in pairs],
        }
    )


def _reason(one: Score) -> str | None:
    """What a metric needs, or what must be told with it."""
    return f"needs {one.value.needs}" if isinstance(one.value, Unknown) else "; ".join(told.beside(one)) or None


def _title(found: Scoring) -> str:
    held = [one for one in found.scores if one.target]
    known = [one for one in held if not isinstance(one.value, Unknown)]
    missed = [
        f"{one.metric.label.lower()} ({told.value(one.metric, one.value)})" for one in held if one.verdict == MISSED
    ]
    kept = f"{sum(one.verdict == KEPT for one in held)} of {len(known)} measurable targets are kept"
    return f"{numbers.name(found.product)}: {kept}" + (f"; missed: {', '.join(missed)}" if missed else "")


def _bullets(found: Scoring, benchmarks: Sequence[Benchmark]) -> pd.DataFrame:
    """Each metric as a part of its target; peers as a part of it too, where some are published."""
    rows = []
    for one in found.scores:
        edge = Fraction(one.metric.target.edge)
        between = next((found.peers(item) for item in benchmarks if item.metric == one.metric.key), None)
        low, high = (Fraction(end) / edge for end in between) if between else (None, None)
        rows.append(
            {
                "metric": f"{one.metric.label}<br>{told.value(one.metric, one.value)} (target {told.target(one)})",
                "reach": float(one.value / edge) if isinstance(one.value, Fraction) else None,
                "is_kept": one.verdict != MISSED,
                "low": None if low is None else float(low),
                "high": None if high is None else float(high),
            }
        )
    return pd.DataFrame(rows)


def _peers(scored: Scored, benchmarks: Sequence[Benchmark]) -> str:
    """What peers reach beside what is aimed at: a survey, for contracts of our sizes."""
    said = [f"{one.label.lower()} {' and '.join(_by_product(scored, one)) or 'none'}" for one in benchmarks]
    aimed = [words for one in benchmarks if (words := _aimed(scored, one))]
    sources = "; ".join(
        dict.fromkeys(f"{one.source}; {one.sample}; evidence grade {one.evidence}" for one in benchmarks)
    )
    return f"Peers' medians for contracts of our sizes: {'; '.join([*said, *aimed])}. {sources}."


def _by_product(scored: Scored, benchmark: Benchmark) -> list[str]:
    known = {product: told.peers(found, benchmark) for product, found in scored.items()}
    return [f"{peers} for {numbers.name(product)}" for product, peers in known.items() if peers]


def _aimed(scored: Scored, benchmark: Benchmark) -> str | None:
    """That a target lies above what half of any size of company reaches, where it does."""
    held = [
        one.target
        for found in scored.values()
        for one in found.scores
        if one.target and one.metric.key == benchmark.metric
    ]
    if not held or any(one.verdict(Fraction(benchmark.best)) != MISSED for one in held):
        return None
    return f"the target {held[0].words} is above the median of every size, at most {numbers.percent(benchmark.best, 0)}"


def _peers_of(found: Scoring, score: Score, benchmarks: Sequence[Benchmark]) -> str | None:
    return next((told.peers(found, one) for one in benchmarks if one.metric == score.metric.key), None)


def _needs(found: Scoring) -> dict[str, list[str]]:
    """What is needed, and by which metrics."""
    needs: dict[str, list[str]] = {}
    for one in found.scores:
        if isinstance(one.value, Unknown):
            needs.setdefault(one.value.needs, []).append(one.metric.label)
    return needs


def _unit(scored: Scored, key: str) -> str:
    unit = next(one.metric.unit for found in scored.values() for one in found.scores if one.metric.key == key)
    return "share" if unit == RATE else unit
