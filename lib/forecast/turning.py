"""Levers as a reader writes them, in a link or on the command line: a name and a number, as in arrivals.seller=1.5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from lib.catalog.document import nearest, shown
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import RUNGS
from lib.forecast.levers import CLIMBS, Levers
from lib.money import MoneyError, exact
from lib.segments import PERSONAS

_GROUPS: Mapping[str, tuple[str, ...]] = {"arrivals": RUNGS, "climbs": CLIMBS, "churn_of": PERSONAS}
FACTORS = ("tier_ups", "tier_downs", "churn")
SHARES = ("third_party", "aws_share")
NAMES = (*(f"{group}.{own}" for group, owns in _GROUPS.items() for own in owns), *FACTORS, *SHARES)


def levers_of(turned: Iterable[tuple[str, Decimal]]) -> Levers:
    """Names and numbers → levers; what is not named stays where it is. An unknown name is refused with the nearest."""
    values: dict[str, float] = {}
    for name, value in turned:
        if name not in NAMES:
            raise AssumptionsError(f"there is no lever {shown(name)}; {nearest(name, NAMES)}")
        values[name] = float(value)
    groups = {group: _of(group, values) for group in _GROUPS}
    single = {name: value for name, value in values.items() if "." not in name}
    return Levers(**groups, **single)  # type: ignore[arg-type]


def written(words: Iterable[str]) -> tuple[tuple[str, Decimal], ...]:
    """NAME=NUMBER, each once → names and numbers."""
    found: dict[str, Decimal] = {}
    for word in words:
        name, equals, number = word.partition("=")
        if not equals:
            raise AssumptionsError(f"the lever {shown(word)} has no number; write NAME=NUMBER, as in churn=0.8")
        if name in found:
            raise AssumptionsError(f"the lever {shown(name)} is given twice; write one number for it")
        found[name] = _number(name, number)
    return tuple(found.items())


def _of(group: str, values: Mapping[str, float]) -> Mapping[str, float]:
    return {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{group}.")}


def _number(name: str, written: str) -> Decimal:
    try:
        return exact(written)
    except MoneyError:
        raise AssumptionsError(f"{name}={shown(written)} is no number; write one as in {name}=1.2") from None
