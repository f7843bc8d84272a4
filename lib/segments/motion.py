"""What each persona is offered, on which surface, by which motion and under which pricing model, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lib.segments.ladder import Decision

NONE_GIVEN = "the brief gives none"
PRICING_MODELS = ("flat/seat", "hybrid")  # pure consumption is advised nowhere
BUILD = ("none", "shown", "hidden")  # whether the Build layer is part of what a persona sees


@dataclass(frozen=True)
class Persona:
    """What one persona of a product is called, what it is offered, on which product surface, and by which motion.

    `build` is one of `BUILD`: the layer that lists and meters is hidden from whoever lists through an integrator.
    """

    key: str
    product: str
    label: str
    offer: str
    surface: str
    build: str
    motion: str
    source: str


@dataclass(frozen=True)
class Approach:
    """How one customer is approached, and the sentences that lead there from the facts."""

    persona: str
    offer: str
    surface: str
    build: str
    motion: str
    reason: str


@dataclass(frozen=True)
class PricingModel:
    """The pricing model that the paper recommends for one persona, one of `PRICING_MODELS`, its own words, and why."""

    persona: str
    product: str
    model: str
    words: str
    why: str
    source: str


@dataclass(frozen=True)
class PricingAdvice:
    """The pricing model advised for one customer, the reason, and what its bills say beside it.

    `variation` is the customer's own measured coefficient of variation of monthly bills, a fraction and an estimate;
    None where it is not measured. It is evidence: the advice never follows from it.
    """

    key: str
    words: str
    reason: str
    variation: float | None


def approach(decided: Decision, personas: Mapping[str, Persona]) -> Approach:
    """A decided persona → offer, surface and motion, with the facts that lead to them."""
    found = personas[decided.key]
    reason = f"{decided.reason} Hence surface: {found.surface}; motion: {found.motion} ({found.source})."
    return Approach(found.key, found.offer, found.surface, found.build, found.motion, reason)


def pricing_model(persona: str, advised: Mapping[str, PricingModel], variation: float | None = None) -> PricingAdvice:
    """A persona → the pricing model the paper advises, or that it gives none, with the customer's own bills beside it.

    `variation` is the month-to-month variation of this customer's bills, where it is measured.
    """
    if persona not in advised:
        reason = f"The paper advises a pricing model for sellers alone, by who manages their listing: {NONE_GIVEN}."
        return PricingAdvice(NONE_GIVEN, NONE_GIVEN, reason, variation)
    found = advised[persona]
    return PricingAdvice(found.model, found.words, f"{found.words}: {found.why} ({found.source}).", variation)
