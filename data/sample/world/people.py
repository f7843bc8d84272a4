"""Who buys: facts about each customer and the rail they chose, one row per customer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from world import names
from world.setting import Setting


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
        return f"cus_c{self.number:04d}" if self.rail == "stripe" else ""

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


def customers(setting: Setting, titles: list[str], personas: dict[str, float], first: int = 1) -> list[Customer]:
    """Draw one customer per name, numbered from `first`."""
    rng = setting.stream(f"people/{first}")
    dials, count = setting.recipe["people"], len(titles)
    drawn = zip(
        titles,
        spread(rng, personas, count),
        [dials["countries"][i] for i in spread(rng, dict(enumerate(c["share"] for c in dials["countries"])), count)],
        (rng.permutation(count) + 0.5) / count,
        strict=True,
    )
    return [_customer(number, *facts, rng, dials) for number, facts in enumerate(drawn, first)]


def first_customers(setting: Setting, count: int) -> list[Customer]:
    """Draw the customers of the first product."""
    return customers(setting, names.companies(count, setting), setting.recipe["people"]["personas"])


def spread(rng: np.random.Generator, shares: dict[Any, float], count: int) -> list[Any]:
    """Give every kind its exact share of the places, in random order."""
    edges = np.cumsum(list(shares.values()))
    kinds = list(shares)
    at = np.searchsorted(edges / edges[-1], (np.arange(count) + 0.5) / count)
    return [kinds[i] for i in rng.permutation(at)]


def asked(rng: np.random.Generator, truth: Iterable[str], unknown_share: float) -> list[str]:
    """Record facts the way sales knows them: some nobody has asked about."""
    return ["unknown" if rng.random() < unknown_share else fact for fact in truth]


def _customer(
    number: int,
    name: str,
    persona: str,
    place: dict[str, Any],
    appetite: float,
    rng: np.random.Generator,
    dials: dict[str, Any],
) -> Customer:
    wants = "yes" if rng.random() < dials["consolidated_billing"][persona] else "no"
    rail = "aws" if wants == "yes" and rng.random() < dials["aws_rail_share"] else "stripe"
    account, partner, seller, wants = _facts(rng, [*LADDER[persona], wants], rail, dials["unknown_fact_share"])
    integrator = str(rng.choice(dials["integrators"]))
    return Customer(
        number=number,
        name=name,
        country=place["code"],
        region=place["region"],
        has_account=account,
        is_partner=partner,
        is_seller=seller,
        wants_consolidated=wants,
        integrator=integrator if persona == "seller_3pi" and seller == "yes" else "",
        rail=rail,
        aws_account_id=f"{rng.integers(10**9, 10**12):012d}" if account == "yes" else "",
        payment_method=_method(rng, rail, place["code"], dials["ach_share"]),
        appetite=float(appetite),
    )


def _facts(rng: np.random.Generator, truth: list[str], rail: str, unknown_share: float) -> list[str]:
    """Lose a few facts; what the AWS rail itself proves (an account, the wish) stays known."""
    account, partner, seller, wants = asked(rng, truth, unknown_share)
    return [truth[0], partner, seller, truth[3]] if rail == "aws" else [account, partner, seller, wants]


def _method(rng: np.random.Generator, rail: str, country: str, ach_share: float) -> str:
    if rail == "aws":
        return "marketplace"
    if country != "US":
        return "card_international"
    return "ach" if rng.random() < ach_share else "card"
