"""Who buys, and with which motion: the maturity ladder, the ideal-customer segments, the pipeline's weight.

The persona decides what we offer and how we sell it; this room never says how money moves. A fact that is not known
is asked for: no persona is assumed. Labels, motions, deal ranges and the order of stages are `data/segments.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from lib.catalog.document import check_every_key, nearest
from lib.money import exact, total
from lib.refusal import Refusal

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
OUTCOMES = ("open", "won", "lost")

Row = Mapping[str, Any]


class SegmentsError(Refusal):
    """Facts, segments or deals that cannot be true; the message says where and what to do."""


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
            _one_of(getattr(self, name), ANSWERS, name)


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


@dataclass(frozen=True)
class Persona:
    """What one persona is called, what it is offered, on which product surface, and by which motion."""

    key: str
    label: str
    offer: str
    surface: str
    motion: str
    source: str


@dataclass(frozen=True)
class IdealCustomer:
    """One ideal-customer segment of a product, with its usual deal size in USD of ARR, both ends included."""

    key: str
    product: str
    label: str
    attributes: str
    need: str
    deal_from_usd: Decimal
    deal_to_usd: Decimal
    source: str

    def fit(self, arr: Decimal) -> str:
        """Where a deal of this ARR in USD lies against the segment's range: 'below', 'within' or 'above'."""
        if arr < self.deal_from_usd:
            return "below"
        return "above" if arr > self.deal_to_usd else "within"


@dataclass(frozen=True)
class Stage:
    """One step of the sales funnel: 'open', or an outcome ('won', 'lost')."""

    name: str
    outcome: str


@dataclass(frozen=True)
class Segments:
    """Everything `data/segments.toml` says; stages in the order of the funnel."""

    personas: Mapping[str, Persona]
    ideal_customers: Mapping[str, IdealCustomer]
    stages: tuple[Stage, ...]

    @property
    def open_stages(self) -> tuple[str, ...]:
        """The stages a deal can still be won from, in order."""
        return tuple(stage.name for stage in self.stages if stage.outcome == "open")

    @property
    def next_steps(self) -> Mapping[str, str]:
        """What comes after each open stage, in the order of the funnel; losing is no step."""
        way = [stage.name for stage in self.stages if stage.outcome != "lost"]
        return {name: after for name, after in pairwise(way) if name in self.open_stages}


@dataclass(frozen=True)
class PipelineGroup:
    """The open deals of one group: recorded USD beside the USD we expect of them, and how many have no amount."""

    group: str
    deals: int
    deals_without_amount: int
    amount_usd: Decimal
    weighted_usd: float


def weighted(amount: Decimal, probability: Decimal) -> float:
    """An amount and the believed chance to win it → the amount expected; an estimate, hence a float."""
    if not 0 <= probability <= 1:
        raise SegmentsError(f"a probability cannot be {probability}; write 25 % as 0.25")
    return float(amount * probability)


def pipeline(
    deals: Iterable[Row], probabilities: Mapping[str, Decimal], key: Callable[[Row], str]
) -> tuple[PipelineGroup, ...]:
    """Rows of marts.deal → the open ones grouped by `key`, the heaviest group first; closed deals are left out.

    `probabilities` are beliefs, by stage. A deal without an amount is counted, never priced at zero.
    """
    groups: dict[str, list[Row]] = {}
    for deal in deals:
        if not deal["is_closed"]:
            groups.setdefault(key(deal), []).append(deal)
    rows = (_group(name, members, probabilities) for name, members in groups.items())
    return tuple(sorted(rows, key=lambda row: (-row.weighted_usd, row.group)))


def _group(name: str, deals: Sequence[Row], probabilities: Mapping[str, Decimal]) -> PipelineGroup:
    priced = [deal for deal in deals if deal["amount_usd"] is not None]
    for deal in priced:
        _one_of(deal["stage"], probabilities, f"deal {deal['deal_id']}: the stage of an open deal")
    return PipelineGroup(
        group=name,
        deals=len(deals),
        deals_without_amount=len(deals) - len(priced),
        amount_usd=total(deal["amount_usd"] for deal in priced),
        weighted_usd=sum(weighted(deal["amount_usd"], probabilities[deal["stage"]]) for deal in priced),
    )


def parse(document: str, where: str = "data/segments.toml") -> Segments:
    """The text of `data/segments.toml` → personas, ideal customers and stages; refuses what is missing or unknown."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SegmentsError(f"{where} is not TOML: {error}") from None
    _check_keys(blocks, ("personas", "ideal_customers", "stages"), where)
    _check_keys(blocks["personas"], PERSONAS, f"{where}: personas")
    personas = {key: _parse_persona(key, block, where) for key, block in blocks["personas"].items()}
    ideal = {key: _parse_ideal(key, block, where) for key, block in blocks["ideal_customers"].items()}
    stages = tuple(_parse_stage(row, f"{where}: stages") for row in blocks["stages"])
    return Segments(MappingProxyType(personas), MappingProxyType(ideal), stages)


def _parse_persona(key: str, block: Mapping[str, str], where: str) -> Persona:
    _check_fields(block, Persona, f"{where}: personas.{key}")
    return Persona(key=key, **block)


def _parse_ideal(key: str, block: Mapping[str, Any], where: str) -> IdealCustomer:
    _check_fields(block, IdealCustomer, f"{where}: ideal_customers.{key}")
    amounts = {name: exact(block[name]) for name in ("deal_from_usd", "deal_to_usd")}
    if not 0 <= amounts["deal_from_usd"] <= amounts["deal_to_usd"]:
        raise SegmentsError(f"{where}: ideal_customers.{key} has a deal range that runs backwards")
    return IdealCustomer(**{**block, **amounts, "key": key})


def _parse_stage(row: Mapping[str, str], where: str) -> Stage:
    _check_fields(row, Stage, where)
    _one_of(row["outcome"], OUTCOMES, f"{where}: the outcome of {row['name']!r}")
    return Stage(**row)


def _check_fields(block: Mapping[str, Any], kind: type[Persona | IdealCustomer | Stage], where: str) -> None:
    _check_keys(block, [field.name for field in fields(kind) if field.name != "key"], where)


def _check_keys(block: Any, wanted: Sequence[str], where: str) -> None:
    check_every_key(block, wanted, where, SegmentsError, "state every fact of it")


def _one_of(value: str, allowed: Iterable[str], where: str) -> None:
    if value not in allowed:
        raise SegmentsError(f"{where} cannot be {value!r}; {nearest(str(value), allowed)}")
