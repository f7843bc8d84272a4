"""The bands and cuts that a price change is looked at with: data/impact.toml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lib.catalog.document import BookError, check_fields, number
from lib.catalog.scenario import ScenarioError, read_toml
from lib.refusal import Refusal

FILE = "data/impact.toml"
_SHAPES = {
    "quantiles": "list",
    "fewest_customers": "whole number",
    "tenure_months": "list",
    "change_cuts": "list",
    "shock_times": "number",
    "trailing_months": "whole number",
    "fewest_months": "whole number",
}


class ImpactError(Refusal):
    """Bands or cuts that group nobody; the message names the key and what to write."""


@dataclass(frozen=True)
class Settings:
    """Ways of looking; what each means and why it has its value stands beside it in data/impact.toml."""

    quantiles: tuple[int, ...]
    fewest_customers: int
    tenure_months: tuple[int, ...]
    change_cuts: tuple[Decimal, ...]
    shock_times: Decimal
    trailing_months: int
    fewest_months: int


def parse_settings(text: str) -> Settings:
    """The text of data/impact.toml → the settings; anything missing, unknown or out of order is refused by key."""
    try:
        document = read_toml(text, FILE)
        check_fields(document, _SHAPES, FILE, path=f"{FILE}: ")
    except (ScenarioError, BookError) as problem:
        raise ImpactError(f"{FILE} cannot be read: {problem}") from None
    for name in ("fewest_customers", "trailing_months", "fewest_months"):
        if document[name] < 1:
            raise ImpactError(f"{FILE}: {name} is {document[name]}; write 1 or more")
    return Settings(
        quantiles=tuple(_whole(document["quantiles"], "quantiles", least=2)),
        fewest_customers=document["fewest_customers"],
        tenure_months=tuple(_whole(document["tenure_months"], "tenure_months", least=1)),
        change_cuts=tuple(_ascending(document["change_cuts"], "change_cuts")),
        shock_times=_above_one(document["shock_times"]),
        trailing_months=document["trailing_months"],
        fewest_months=document["fewest_months"],
    )


def _whole(values: Sequence[Any], name: str, least: int) -> list[int]:
    if any(type(value) is not int or value < least for value in values):
        raise ImpactError(f"{FILE}: {name} is {values}; write whole numbers of {least} or more")
    return [int(value) for value in _ascending(values, name)]


def _ascending(values: Sequence[Any], name: str) -> list[Decimal]:
    if not values or not all(type(value) in (int, Decimal) and Decimal(value).is_finite() for value in values):
        raise ImpactError(f"{FILE}: {name} is {values}; write a list of numbers")
    if any(later <= earlier for earlier, later in pairwise(values)):
        raise ImpactError(f"{FILE}: {name} must ascend, each number once; write them in order")
    return [Decimal(value) for value in values]


def _above_one(times: object) -> Decimal:
    try:
        value = number(times, "shock_times")
    except BookError as problem:
        raise ImpactError(f"{FILE}: {problem}") from None
    if value <= 1:
        raise ImpactError(f"{FILE}: shock_times is {times}; write more than 1, as in 1.5")
    return value
