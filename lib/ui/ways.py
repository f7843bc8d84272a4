"""The ways of being paid that a reader may choose between, each by what makes its fee another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lib.rails import Rails, RailsError, Sale


@dataclass(frozen=True)
class Way:
    """A way of being paid: its method in data/rails.toml, its name for eyes, and facts of the sale.

    A private offer is banded on its whole contract, which is taken to be the volume of the year.
    """

    method: str
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)


_PRIVATE = {"offer": "private"}
WAYS: Mapping[str, Way] = {
    "aws": Way("marketplace", "AWS, public offer"),
    "aws-private": Way("marketplace", "AWS, private offer", _PRIVATE),
    "aws-renewal": Way("marketplace", "AWS, private offer renewed", {**_PRIVATE, "renewal": True}),
    "aws-partner": Way("marketplace", "AWS, channel partner", {**_PRIVATE, "channel_partner": True}),
    "card": Way("card", "Stripe, US card"),
    "card-international": Way("card_international", "Stripe, international card"),
    "card-converted": Way("card_international", "Stripe, international card, converted", {"currency_converted": True}),
    "ach": Way("ach", "Stripe, ACH"),
}
NAMES: Mapping[str, str] = {key: way.words for key, way in WAYS.items()}


def sale_of(rails: Rails, way: Way, amount: Decimal, on: date) -> Sale:
    """An amount sold a way on a day; refused where no rail takes its method."""
    rail = next(
        (key for key, rail in rails.items() if any(way.method in _methods(row.when) for row in rail.fees)), None
    )
    if rail is None:
        raise RailsError(f"no rail of data/rails.toml has a fee for {way.method!r}: add the row")
    value = amount if way.facts.get("offer") == "private" else None
    return Sale(rail=rail, method=way.method, amount=amount, on=on, contract_value=value, **way.facts)


def _methods(when: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(when.get("method", ()))
