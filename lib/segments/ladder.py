"""Who a customer is on the maturity ladder, why, and what to ask where a fact is missing: tree 2, from raw facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import product
from types import MappingProxyType
from typing import Any

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


@dataclass(frozen=True)
class Decision:
    """What was decided of one customer, and one sentence that names the facts that decide it."""

    key: str
    reason: str


@dataclass(frozen=True)
class Question:
    """One fact that is missing, by its key, and the sentence that asks for it."""

    fact: str
    words: str


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


def persona_decision(facts: Maturity) -> Decision:
    """One customer's facts → the persona and the facts that decide it; an unknown persona's reason is what to ask."""
    found = persona(facts)
    if found == UNKNOWN:
        return Decision(found, question(facts) or "")
    told, words = _DECIDING[found]
    quoted = ", ".join(f"{FACT_WORDS[name]} is {_answer(facts, name)}" for name in told)
    return Decision(found, f"{quoted}: {words}.")


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
    """What to ask a customer whose persona is unknown, as one sentence; None where the persona is known."""
    if persona(facts) != UNKNOWN:
        return None
    if problem := contradiction(facts):
        return problem
    return f"Ask whether the customer {', '.join(_ASKED[name] for name in _open(facts))}."


def questions(facts: Maturity) -> tuple[Question, ...]:
    """The missing facts that an unknown persona hangs on, each with the sentence that asks for it; none is assumed.

    A contradiction is one question, under the fact that cannot be.
    """
    if persona(facts) != UNKNOWN:
        return ()
    if problem := contradiction(facts):
        return (Question("has_aws_account" if facts.has_aws_account == "no" else "integrator", problem),)
    return tuple(Question(name, f"Ask whether the customer {_ASKED[name]}.") for name in _open(facts))


FACT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "has_aws_account": "AWS account",
        "is_partner": "AWS partner",
        "is_seller": "AWS Marketplace seller",
        "integrator": "integrator",
    }
)
_ASKED = {
    "is_seller": "sells on AWS Marketplace",
    "is_partner": "is an AWS partner",
    "has_aws_account": "has an AWS account",
    "integrator": "lists through an integrator",
}
# By persona: the facts that decide it, and what they make of the customer.
_DECIDING: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "not_on_aws": (("has_aws_account",), "not on AWS, and so neither partner nor seller"),
        "aws_customer": (("has_aws_account", "is_partner", "is_seller"), "an AWS customer only"),
        "aws_partner": (("is_partner", "is_seller"), "an AWS partner, not a seller"),
        "seller_self_managed": (("is_seller", "integrator"), "a seller who manages the listing alone"),
        "seller_3pi": (("is_seller", "integrator"), "a seller and 3PI customer"),
    }
)


def _seller(facts: Maturity) -> str:
    if facts.integrator == UNKNOWN:
        return UNKNOWN
    return "seller_3pi" if facts.integrator else "seller_self_managed"


def _answer(facts: Maturity, name: str) -> str:
    return getattr(facts, name) or "none"


def _open(facts: Maturity) -> list[str]:
    """The unknown facts of which one answer leads to another persona than the other, in the order they are asked."""
    return [name for name in _ASKED if getattr(facts, name) == UNKNOWN and _matters(facts, name)]


def _matters(facts: Maturity, name: str) -> bool:
    others = [_completions(_answered(facts, name, answer)) for answer in _answers(name)]
    together = ([one for one in versions if contradiction(one) is None] for versions in zip(*others, strict=True))
    return any(len({persona(one) for one in versions}) > 1 for versions in together)


def _answered(facts: Maturity, name: str, answer: str | None) -> Maturity:
    change: dict[str, Any] = {name: answer}
    return replace(facts, **change)


def _completions(facts: Maturity) -> Iterable[Maturity]:
    """Every way to answer what is unknown."""
    names = [field.name for field in fields(facts)]
    told = [_answers(name) if getattr(facts, name) == UNKNOWN else (getattr(facts, name),) for name in names]
    return (Maturity(*answers) for answers in product(*told))


def _answers(name: str) -> tuple[str | None, ...]:
    return (None, "an integrator") if name == "integrator" else ("yes", "no")
