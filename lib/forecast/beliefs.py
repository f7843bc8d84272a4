"""What nobody measured of the persona ladder: every belief a number with its why, stated in `data/assumptions`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from lib.catalog.document import check_every_key
from lib.money import MoneyError, exact
from lib.refusal import Refusal
from lib.segments import LADDER, PERSONAS, SELLERS

SELLER = "seller"
MOVES = (*pairwise(LADDER), SELLERS, SELLERS[::-1])  # one rung up, or sideways inside the seller rung; nothing else

SECTIONS = ("name", "arrivals_per_month", "moves_per_month", "churn_per_month", "seller_3pi_share", "stage_probability")


class AssumptionsError(Refusal):
    """Beliefs, counts or months that cannot be; the message says where and what to do."""


@dataclass(frozen=True)
class Belief:
    """One number nobody has measured, and why we believe it."""

    value: Decimal
    why: str


@dataclass(frozen=True)
class Assumptions:
    """Every belief of one case; all of them must be stated, a zero too.

    `arrivals` are new customers per month by rung; `moves` and `churn` the fraction of a month's customers that
    leaves a persona for a rung or persona, or for good; `seller_3pi_share` the part of new sellers that uses an
    integrator; `stage_probability` the chance that an open deal of a stage is won.
    """

    name: str
    arrivals: Mapping[str, Belief]
    moves: Mapping[tuple[str, str], Belief]
    churn: Mapping[str, Belief]
    seller_3pi_share: Belief
    stage_probability: Mapping[str, Belief]

    def __post_init__(self) -> None:
        _complete(self.arrivals, LADDER, "arrivals_per_month")
        _complete(self.moves, MOVES, "moves_per_month")
        _complete(self.churn, PERSONAS, "churn_per_month")
        for key, belief in self.beliefs():
            _check_range(key, belief.value)
        for persona in PERSONAS:
            if self.leaving(persona) > 1:
                raise AssumptionsError(f"churn and moves out of {persona} add up to {self.leaving(persona)}; at most 1")

    def leaving(self, persona: str) -> Decimal:
        """The fraction of a persona's customers that moves on or churns in one month."""
        return self.churn[persona].value + sum(rate for _, rate in self.moves_from(persona))

    def moves_from(self, persona: str) -> Iterator[tuple[str, Decimal]]:
        """Where a persona's customers move in one month, and which fraction of them."""
        return ((target, belief.value) for (source, target), belief in self.moves.items() if source == persona)

    def beliefs(self) -> tuple[tuple[str, Belief], ...]:
        """Every belief with its key in the file, in the file's order: what the panel of assumptions lists."""
        return (
            *((f"arrivals_per_month.{rung}", belief) for rung, belief in self.arrivals.items()),
            *((f"moves_per_month.{source}.{target}", belief) for (source, target), belief in self.moves.items()),
            *((f"churn_per_month.{persona}", belief) for persona, belief in self.churn.items()),
            ("seller_3pi_share", self.seller_3pi_share),
            *((f"stage_probability.{stage}", belief) for stage, belief in self.stage_probability.items()),
        )


def parse_assumptions(document: str, where: str = "data/assumptions/base.toml") -> Assumptions:
    """The text of an assumptions file → its beliefs; refuses one without a why, impossible moves and unknown keys."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise AssumptionsError(f"{where} is not TOML: {error}") from None
    _check_keys(blocks, SECTIONS, where)
    arrivals = _beliefs(blocks["arrivals_per_month"], LADDER, f"{where}: arrivals_per_month")
    moves = _moves(blocks["moves_per_month"], f"{where}: moves_per_month")
    churn = _beliefs(blocks["churn_per_month"], PERSONAS, f"{where}: churn_per_month")
    share = _belief(blocks["seller_3pi_share"], f"{where}: seller_3pi_share")
    stages = _beliefs(blocks["stage_probability"], blocks["stage_probability"], f"{where}: stage_probability")
    try:
        return Assumptions(str(blocks["name"]), arrivals, moves, churn, share, stages)
    except AssumptionsError as error:
        raise AssumptionsError(f"{where}: {error}") from None


def _moves(blocks: Any, where: str) -> Mapping[tuple[str, str], Belief]:
    targets = {source: [target for start, target in MOVES if start == source] for source, _ in MOVES}
    _check_keys(blocks, targets, where)
    beliefs = {source: _beliefs(blocks[source], targets[source], f"{where}.{source}") for source in blocks}
    return MappingProxyType({(source, target): beliefs[source][target] for source, target in MOVES})


def _beliefs(block: Any, wanted: Iterable[str], where: str) -> Mapping[str, Belief]:
    _check_keys(block, wanted, where)
    return MappingProxyType({key: _belief(entry, f"{where}.{key}") for key, entry in block.items()})


def _belief(entry: Any, where: str) -> Belief:
    if not isinstance(entry, dict) or not str(entry.get("why", "")).strip():
        raise AssumptionsError(f'{where} needs a why: write {{ value = …, why = "…" }}')
    _check_keys(entry, ("value", "why"), where)
    try:
        return Belief(exact(entry["value"]), str(entry["why"]))
    except MoneyError as error:
        raise AssumptionsError(f"{where}: {error}") from None


def _check_keys(block: Any, wanted: Iterable[str], where: str) -> None:
    check_every_key(block, wanted, where, AssumptionsError, "state every belief, a zero too")


def _complete(beliefs: Mapping[Any, Belief], wanted: Iterable[object], section: str) -> None:
    if impossible := beliefs.keys() - set(wanted):
        raise AssumptionsError(f"{section} cannot hold {sorted(impossible)}: no customer does that")
    if missing := set(wanted) - beliefs.keys():
        raise AssumptionsError(f"{section} lacks {sorted(map(str, missing))}: state every belief, a zero too")


def _check_range(key: str, value: Decimal) -> None:
    if value < 0:
        raise AssumptionsError(f"{key} is {value}; it cannot be below 0")
    if value > 1 and not key.startswith("arrivals_per_month"):
        raise AssumptionsError(f"{key} is {value}; write 2 % as 0.02")
