"""The text of data/guardrails.toml becomes limits; a measure that nobody can work out is refused at the door."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lib.catalog.document import BookError, check_fields, nearest, shown
from lib.catalog.rollout import FACTS
from lib.catalog.scenario import ScenarioError, read_toml
from lib.guardrails.judging import Limit
from lib.guardrails.measuring import MEASURES, Measure, Where
from lib.guardrails.words import COUNT, RATE
from lib.money import MoneyError, exact
from lib.refusal import Refusal

WHERE = "data/guardrails.toml"


class GuardrailError(Refusal):
    """A limit that nobody can judge; the message names the file, the limit and the nearest right name."""


_FILE = {"fewest_customers": "whole number", "fewest_source": "text", "limits": "block"}
_LIMIT = {
    "words": "text",
    "measure": "text",
    "above": "optional number",
    "at_most": "optional number",
    "at_least": "optional number",
    "where": "optional block",
    "source": "text",
    "why": "text",
}
BOUNDS = ("at_most", "at_least")


def parse(document: str, where: str = WHERE) -> tuple[Limit, ...]:
    """The text of data/guardrails.toml → its limits in order; refuses what nobody can judge, with the nearest name."""
    try:
        blocks = read_toml(document, where)
        check_fields(blocks, _FILE, where)
        fewest = blocks["fewest_customers"]
        if fewest < 1:
            raise GuardrailError(f"{where}: fewest_customers is {fewest}; a share needs at least one customer")
        return tuple(_limit(key, block, fewest, f"{where}, limits.{key}") for key, block in blocks["limits"].items())
    except (BookError, ScenarioError) as problem:
        raise GuardrailError(str(problem)) from None


def _limit(key: str, block: Any, fewest: int, where: str) -> Limit:
    check_fields(block, _LIMIT, where)
    if block["measure"] not in MEASURES:
        raise GuardrailError(
            f"{where}: nobody can compute the measure {block['measure']!r} yet; {nearest(block['measure'], MEASURES)}"
        )
    bounds = [bound for bound in BOUNDS if bound in block]
    if len(bounds) != 1:
        told = "both" if bounds else "neither"
        raise GuardrailError(f"{where} has {told} of at_most and at_least; write exactly one")
    measure = MEASURES[block["measure"]]
    return Limit(
        key=key,
        words=block["words"],
        measure=block["measure"],
        bound=bounds[0],
        value=_value(block[bounds[0]], measure.unit, f"{where}.{bounds[0]}"),
        source=block["source"],
        why=block["why"],
        fewest=fewest,
        above=_above(block, measure, where),
        where=_where(block, measure, where),
    )


def _value(value: Any, unit: str, where: str) -> Decimal:
    try:
        number = exact(value)
    except MoneyError as problem:
        raise GuardrailError(f"{where}: {problem}") from None
    if unit == RATE and abs(number) > 1:
        raise GuardrailError(f"{where} is {shown(number)}; a rate is a fraction, write 5 % as 0.05")
    if unit == COUNT and (number < 0 or number % 1):
        raise GuardrailError(f"{where} is {shown(number)}; it counts, so write a whole number of zero or more")
    return number


def _above(block: Mapping[str, Any], measure: Measure, where: str) -> Decimal | None:
    if measure.asks_above != ("above" in block):
        asks = "needs `above`, the rise it counts from, as in 0.25" if measure.asks_above else "has no use for `above`"
        raise GuardrailError(f"{where}: the measure {block['measure']!r} {asks}")
    return _value(block["above"], RATE, f"{where}.above") if measure.asks_above else None


def _where(block: Mapping[str, Any], measure: Measure, where: str) -> Where:
    facts = block.get("where", {})
    if facts and not measure.by_group:
        raise GuardrailError(f"{where}: {block['measure']!r} is measured for everybody; take its `where` out")
    for fact in facts:
        if fact not in FACTS:
            raise GuardrailError(f"{where}.where has no fact {fact!r}; {nearest(fact, FACTS)}")
    return tuple(sorted((fact, _texts(value, f"{where}.where.{fact}")) for fact, value in facts.items()))


def _texts(value: object, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str) and one for one in values):
        raise GuardrailError(f"{where} is {shown(value)}; write a text, or a list of them")
    return tuple(sorted(map(str, values)))
