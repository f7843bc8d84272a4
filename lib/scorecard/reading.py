"""How data/metrics.toml and data/benchmarks.toml are read: every key checked, every metric one that can be measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lib.catalog.document import BookError, check_fields, check_signs, found, number, one_of, shown
from lib.catalog.scenario import ScenarioError, read_toml
from lib.refusal import Refusal
from lib.scorecard.metric import UNITS, Metric, Target
from lib.scorecard.peers import Band, Benchmark

METRICS, BENCHMARKS = "data/metrics.toml", "data/benchmarks.toml"
MOST_DAYS, MOST_MONTHS = 366, 60
_DAYS = ("conversion_after_days", "due_within_days")
_SETTINGS = (*_DAYS, "trend_months")
_FILE = {
    **dict.fromkeys(_SETTINGS, "whole number"),
    **dict.fromkeys(("conversion_source", "due_source", "source"), "text"),
    "as_of": "date",
    "metrics": "block",
}
_METRIC = {**dict.fromkeys(("category", "label", "formula", "fed_by", "page", "unit"), "text"), "target": "block"}
_BOUNDS = ("above", "below", "least", "most")
_TARGET = {**dict.fromkeys(("product", "words", "source"), "text"), **dict.fromkeys(_BOUNDS, "optional number")}
_ONE_OF = (("above",), ("below",), ("least", "most"))
_BENCHMARK = {
    **dict.fromkeys(("label", "source", "sample", "evidence"), "text"),
    "year": "whole number",
    "as_of": "date",
    "bands": "list",
}
_BAND = {"from_usd": "number", "to_usd": "optional number", "median": "number"}
_GRADES = ("A", "B", "C")


class ScorecardError(Refusal):
    """A metric or a benchmark that cannot be; the message names the file, the block and what to write instead."""


@dataclass(frozen=True)
class Metrics:
    """Every metric by its key, and how metrics are counted and days looked ahead: choices of ours."""

    conversion_after_days: int
    due_within_days: int
    trend_months: int
    by_key: Mapping[str, Metric]


def parse_metrics(text: str, measures: Collection[str], where: str = METRICS) -> Metrics:
    """The text of data/metrics.toml → its metrics; one that is not among the measures nobody can compute."""
    try:
        document = read_toml(text, where)
        check_signs(document, where)
        check_fields(document, _FILE, where, f"{where}, ")
        settings = {key: _within(document[key], key, where) for key in _SETTINGS}
        blocks = document["metrics"]
        _check_filled(blocks, "metrics", where)
        for key in blocks:
            found(key, dict.fromkeys(measures), f"{where}: nobody can compute the metric")
        return Metrics(by_key={key: _metric(key, block, where) for key, block in blocks.items()}, **settings)
    except (BookError, ScenarioError) as problem:
        raise ScorecardError(str(problem)) from None


def parse_benchmarks(text: str, where: str = BENCHMARKS) -> tuple[Benchmark, ...]:
    """The text of data/benchmarks.toml → what peers reach, metric by metric."""
    try:
        document = read_toml(text, where)
        check_signs(document, where)
        check_fields(document, {"benchmarks": "block"}, where)
        _check_filled(document["benchmarks"], "benchmarks", where)
        return tuple(
            _benchmark(key, block, f"{where}, benchmarks.{key}") for key, block in document["benchmarks"].items()
        )
    except (BookError, ScenarioError) as problem:
        raise ScorecardError(str(problem)) from None


def _check_filled(blocks: Mapping[str, Any], name: str, where: str) -> None:
    if not blocks:
        raise BookError(f"{where}: {name} holds none; write one as [{name}.<key>]")


def _within(value: int, key: str, where: str) -> int:
    most = MOST_DAYS if key in _DAYS else MOST_MONTHS
    if not 1 <= value <= most:
        raise BookError(f"{where}, {key} is {value}; write a whole number from 1 to {most}")
    return value


def _metric(key: str, block: Any, where: str) -> Metric:
    at = f"{where}, metrics.{key}"
    check_fields(block, _METRIC, at)
    one_of(block["unit"], UNITS, f"{at}.unit")
    return Metric(key=key, **{**block, "target": _target(block["target"], f"{at}.target")})


def _target(block: Any, at: str) -> Target:
    check_fields(block, _TARGET, at)
    given = tuple(bound for bound in _BOUNDS if bound in block)
    if given not in _ONE_OF:
        told = " and ".join(given) or "no bound"
        raise BookError(f"{at} has {told}; write above, or below, or least and most")
    bounds = {bound: number(block[bound], f"{at}.{bound}") for bound in given}
    if len(given) > 1 and bounds["least"] >= bounds["most"]:
        raise BookError(f"{at}: least is {bounds['least']} and most {bounds['most']}; write the smaller one first")
    return Target(**{**block, **bounds})


def _benchmark(key: str, block: Any, at: str) -> Benchmark:
    check_fields(block, _BENCHMARK, at)
    one_of(block["evidence"], _GRADES, f"{at}.evidence")
    bands = tuple(_band(row, f"{at}, band {place}") for place, row in enumerate(block["bands"], 1))
    if not bands or any(low.to_usd != high.from_usd for low, high in pairwise(bands)) or bands[-1].to_usd is not None:
        raise BookError(
            f"{at}: each band ends where the next begins, and the last has no end; {shown(len(bands))} given"
        )
    kept = {name: block[name] for name in ("label", "source", "year", "sample", "evidence")}
    return Benchmark(metric=key, bands=bands, **kept)


def _band(row: Any, at: str) -> Band:
    check_fields(row, _BAND, at)
    to_usd = number(row["to_usd"], f"{at}.to_usd") if "to_usd" in row else None
    return Band(Decimal(number(row["from_usd"], f"{at}.from_usd")), to_usd, number(row["median"], f"{at}.median"))
