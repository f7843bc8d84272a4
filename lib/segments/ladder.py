"""Who a customer is on the maturity ladder, and what to ask where a fact is missing: tree 2, from raw facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lib.segments.refusal import one_of

UNKNOWN = "unknown"
ANSWERS = ("yes", "no", UNKNOWN)
SELLERS = ("seller_self_managed", "seller_3pi")
# Tree 2, from the bottom. The split inside "seller" is a sub-segmentation, not a rung.
LADDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "not_on_aws": ("not_on_aws",),
        "aws_customer": ("aws_customer",),
        "aws_partner": ("aws_partner",),
        "seller": SELLERS,
    }
)
PERSONAS = (*(persona for rung in LADDER.values() for persona in rung), UNKNOWN)


@dataclass(frozen=True)
class Maturity:
    """What tree 2 of the segmentation paper asks about one customer: each 'yes', 'no' or 'unknown'.

    `integrator` is the third-party marketplace platform in a seller's path; None where there is none.
    """

    has_aws_account: str
    is_partner: str
    is_seller: str
    integrator: str | None = None

    def __post_init__(self) -> None:
        for name in ("has_aws_account", "is_partner", "is_seller"):
            one_of(getattr(self, name), ANSWERS, name)


def persona(facts: Maturity) -> str:
    """One customer's facts → a persona of tree 2; 'unknown' where a missing or contradictory fact decides it."""
    if contradiction(facts):
        return UNKNOWN
    if facts.is_seller == "yes":
        return _seller(facts)
    if facts.has_aws_account == "no":  # whoever has no account is neither partner nor seller
        return "not_on_aws"
    if facts.is_seller == UNKNOWN:
        return UNKNOWN
    if facts.is_partner == "yes":
        return "aws_partner"
    return UNKNOWN if UNKNOWN in (facts.is_partner, facts.has_aws_account) else "aws_customer"


def contradiction(facts: Maturity) -> str | None:
    """What cannot be true at once in one customer's facts, as a sentence to ask about; None where all fits."""
    if facts.has_aws_account == "no" and "yes" in (facts.is_partner, facts.is_seller):
        return (
            "An AWS partner or seller holds an AWS account, and this customer is said to have none: ask which is right."
        )
    if facts.integrator not in (None, UNKNOWN) and facts.is_seller != "yes":
        return f"{facts.integrator} manages listings of sellers, and this customer is not known to be one: ask."
    return None


def question(facts: Maturity) -> str | None:
    """What to ask a customer whose persona is unknown, as a sentence; None where the persona is known."""
    if persona(facts) != UNKNOWN:
        return None
    if problem := contradiction(facts):
        return problem
    words = {
        "is_seller": "sells on AWS Marketplace",
        "is_partner": "is an AWS partner",
        "has_aws_account": "has an AWS account",
    }
    missing = [word for name, word in words.items() if getattr(facts, name) == UNKNOWN]
    return f"Ask whether the customer {', '.join(missing) or 'lists through an integrator'}."


def _seller(facts: Maturity) -> str:
    if facts.integrator == UNKNOWN:
        return UNKNOWN
    return "seller_3pi" if facts.integrator else "seller_self_managed"
