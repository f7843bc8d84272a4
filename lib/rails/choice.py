"""Which rail a customer may use and which to propose: four raw facts, never a persona."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lib.rails.rail import FACT_WORDS, Facts, Offering, Rail, Rails

ASK = "ask"


@dataclass(frozen=True)
class RailChoice:
    """The rails a customer may use, the one to propose (or 'ask'), and the facts that say so."""

    eligible: frozenset[str]
    default: str
    reason: str


def choose(facts: Facts, rails: Rails) -> RailChoice:
    """One customer's raw facts → rails to offer, by tree 1; a default that hangs on an unknown fact is asked for."""
    eligible = frozenset(rail.key for rail in rails.values() if _is_open(rail, facts))
    fallback = next(rail for rail in rails.values() if rail.offering is None)
    offered = [(rail, rail.offering) for rail in rails.values() if rail.offering]
    for rail, offering in offered:
        if verdict := _verdict(rail, offering, fallback, facts):
            return RailChoice(eligible, *verdict)
    missing = _quote(facts, [offering.requires for _, offering in offered])
    only = "only" if len(eligible) == 1 else "by default"
    return RailChoice(eligible, fallback.key, f"{missing}: {fallback.label} {only}.")


def _is_open(rail: Rail, facts: Facts) -> bool:
    return rail.offering is None or getattr(facts, rail.offering.requires) == "yes"


def _verdict(rail: Rail, offering: Offering, fallback: Rail, facts: Facts) -> tuple[str, str] | None:
    """Default and reason that one rail with a condition brings about; None where the rail is out of the question."""
    preferring = [name for name in offering.preferred_for if getattr(facts, name) == "yes"]
    required = getattr(facts, offering.requires)
    if required != "yes" and preferring:
        told = f"{_quote(facts, preferring)} but {_quote(facts, [offering.requires])}"
        return ASK, f"{told}: ask which is right, nobody is the one without the other."
    if required == "unknown":
        return ASK, f"{_quote(facts, [offering.requires])}: ask before {rail.label} is offered."
    if required == "no":
        return None
    if preferring:
        told = _quote(facts, [offering.requires, *preferring, offering.chosen_by])
        return rail.key, f"{told}: {rail.label} by default, {offering.benefit}."
    return _by_wish(rail, offering, fallback, facts)


def _by_wish(rail: Rail, offering: Offering, fallback: Rail, facts: Facts) -> tuple[str, str]:
    """Default and reason for a customer who may use both rails and is known to be neither partner nor seller."""
    told = _quote(facts, [offering.requires, offering.chosen_by])
    if getattr(facts, offering.chosen_by) == "yes":
        return rail.key, f"{told}: {rail.label}, as the customer wants."
    unknown = [n for n in (*offering.preferred_for, offering.chosen_by) if getattr(facts, n) == "unknown"]
    if unknown:
        told = _quote(facts, [offering.requires, *unknown])
        return ASK, f"{told}: ask, {rail.label} and {fallback.label} are both open."
    return fallback.key, f"{told}: {fallback.label}, as the customer wants."


def _quote(facts: Facts, names: Iterable[str]) -> str:
    return ", ".join(f"{FACT_WORDS[name]} is {getattr(facts, name)}" for name in names)
