"""A number that stands in several data files is the same in all of them: the paper says it once."""

import tomllib
from decimal import Decimal
from typing import Any

from lib.pilots import FALLS_BY_MORE_THAN
from tests.conftest import ROOT


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "data" / f"{name}.toml").read_text(), parse_float=Decimal)


def test_the_papers_target_of_savings_is_one_number() -> None:
    """Section 7, median: the anchor of the calculator, the scorecard's target and the limit of the benchmark sheet."""
    [anchor] = [one for one in read("savings")["anchors"] if one["key"] == "median_target"]
    [limit] = [one for one in read("playbook")["benchmarks"] if one.get("measured_by") == "saving_rate"]
    target = read("metrics")["metrics"]["median_savings"]["target"]
    assert anchor["rate"] == target["above"] == limit["limit"] == Decimal("0.15")


def test_the_papers_criterion_of_a_pilot_is_one_number() -> None:
    """Section 10, step 3: the anchor of the calculator, the pilot's own limit and that of the benchmark sheet."""
    [anchor] = [one for one in read("savings")["anchors"] if one["key"] == "pilot_criterion"]
    [step] = [one for one in read("pilots")["steps"] if one["check"] == FALLS_BY_MORE_THAN]
    [limit] = [one for one in read("playbook")["benchmarks"] if one.get("measured_by") == "pilot_saving_rate"]
    assert anchor["rate"] == step["limit"] == limit["limit"] == Decimal("0.10")


def test_sales_looks_ahead_by_the_same_days_on_every_page() -> None:
    """At renewal, on the page on savings, is within the longest of the spans that the renewals look ahead by."""
    assert read("savings")["renewal"]["within_days"] == read("playbook")["within_days"][-1]
