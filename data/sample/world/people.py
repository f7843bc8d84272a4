"""Who buys: facts about each customer and the rail they chose, one row per customer."""

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np

from world import names
from world.recipe import stream


@dataclass(frozen=True)
class Customer:
    """One company. `appetite` (0 to 1) is how much it uses of everything; no export shows it."""

    number: int
    name: str
    country: str
    region: str
    has_account: str
    is_partner: str
    is_seller: str
    wants_consolidated: str
    integrator: str
    rail: str
    aws_account_id: str
    payment_method: str
    appetite: float

    @property
    def id(self) -> str:
        """Id that every system shares."""
        return f"c-{self.number:04d}"

    @property
    def stripe_id(self) -> str:
        """Stripe's id, empty on the other rail."""
        return f"cus_{self.id.replace('-', '')}" if self.rail == "stripe" else ""

    @property
    def feed_account_id(self) -> str:
        """Id of the account in the marketplace feeds."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"account/{self.id}"))


LADDER = {  # persona: has an account, is a partner, is a seller
    "not_on_aws": ("no", "no", "no"),
    "aws_customer": ("yes", "no", "no"),
    "partner": ("yes", "yes", "no"),
    "seller_self_managed": ("yes", "yes", "yes"),
    "seller_3pi": ("yes", "yes", "yes"),
}


def customers(count: int, seed: int, dials: dict[str, Any]) -> list[Customer]:
    """Draw the customers."""
    rng = stream(seed, "people")
    personas = _spread(rng, dials["personas"], count)
    places = _spread(rng, {i: c["share"] for i, c in enumerate(dials["countries"])}, count)
    appetites = (rng.permutation(count) + 0.5) / count
    titles = names.companies(count, seed)
    return [
        _customer(i + 1, titles[i], personas[i], dials["countries"][places[i]], float(appetites[i]), rng, dials)
        for i in range(count)
    ]


def _spread(rng: np.random.Generator, shares: dict[Any, float], count: int) -> list[Any]:
    """Give every kind its exact share of the places, in random order."""
    edges = np.cumsum(list(shares.values()))
    kinds = list(shares)
    at = np.searchsorted(edges / edges[-1], (np.arange(count) + 0.5) / count)
    return [kinds[i] for i in rng.permutation(at)]


def _customer(
    number: int,
    name: str,
    persona: str,
    place: dict[str, Any],
    appetite: float,
    rng: np.random.Generator,
    dials: dict[str, Any],
) -> Customer:
    account, partner, seller = LADDER[persona]
    wants = "yes" if rng.random() < dials["consolidated_billing"][persona] else "no"
    rail = "aws" if wants == "yes" and rng.random() < dials["aws_rail_share"] else "stripe"
    account, partner, seller, wants = _forgotten(rng, dials, rail, [account, partner, seller, wants])
    owns_integration = persona == "seller_3pi" and seller == "yes"
    return Customer(
        number=number,
        name=name,
        country=place["code"],
        region=place["region"],
        has_account=account,
        is_partner=partner,
        is_seller=seller,
        wants_consolidated=wants,
        integrator=str(rng.choice(dials["integrators"])) if owns_integration else "",
        rail=rail,
        aws_account_id=f"{rng.integers(10**9, 10**12):012d}" if account == "yes" else "",
        payment_method=_method(rng, dials, rail, place["code"]),
        appetite=appetite,
    )


def _forgotten(rng: np.random.Generator, dials: dict[str, Any], rail: str, facts: list[str]) -> list[str]:
    """Lose a few facts; what the AWS rail itself proves (an account) stays known."""
    lost = rng.random(len(facts)) < dials["unknown_fact_share"]
    if rail == "aws":
        lost[0] = lost[3] = False
    return ["unknown" if gone else fact for gone, fact in zip(lost, facts, strict=True)]


def _method(rng: np.random.Generator, dials: dict[str, Any], rail: str, country: str) -> str:
    if rail == "aws":
        return "marketplace"
    if country != "US":
        return "card_international"
    return "ach" if rng.random() < dials["ach_share"] else "card"
