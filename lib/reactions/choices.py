"""What a customer could choose in place of what it has: other plans of its term, the other term, the other rail.

Whoever changes makes a new contract, and a new contract takes today's or the proposed terms by the rules for new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from lib.catalog.book import Plan
from lib.contracts import Contract, Layer

Reached = tuple[int, ...]  # which layers reach something, by their places
TERMS = ("monthly", "annual")  # the two that a customer changes between without talking to us


class Choice(NamedTuple):
    """A plan on a rail, and the layers whose prices a new contract on it would have."""

    rail: str
    plan_key: str
    tier: str
    reached: Reached


class Kind(NamedTuple):
    """All that customers share who face the same choices: their answers differ by their usage alone.

    `plan_key` is None where there is nothing to choose: a private offer, a plan of no book, or a term of its own.
    `listed` and `rated` are the layers that reach the own list price and the own rates; `tiers` the plans of the own
    term, `terms` those of the own tier by term, `other_rail` the own plan elsewhere.
    """

    rail: str
    tier: str
    term: str
    plan_key: str | None
    listed: Reached = ()
    rated: Reached = ()
    tiers: tuple[Choice, ...] = ()
    terms: tuple[tuple[str, Choice], ...] = ()
    other_rail: Choice | None = None


def kind_of(
    contract: Contract,
    reached: tuple[Reached, Reached],
    plans: Mapping[str, Plan],
    layers: Sequence[Layer],
    on: date,
    rails: Collection[str],
) -> Kind:
    """A contract, the layers that reach its list price and its rates, and the day a new one would begin → its kind."""
    own = plans.get(contract.plan_key or "")
    if own is None or contract.offer or own.term not in TERMS:
        return Kind(contract.rail, contract.tier or "", contract.term, None)
    other = next((rail for rail in rails if rail != contract.rail), None)
    return Kind(
        contract.rail,
        own.tier,
        own.term,
        own.key,
        *reached,
        tiers=tuple(choice(contract, plan, contract.rail, layers, on) for plan in of_term(own, plans)),
        terms=tuple((plan.term, choice(contract, plan, contract.rail, layers, on)) for plan in of_tier(own, plans)),
        other_rail=choice(contract, own, other, layers, on) if other else None,
    )


def choice(contract: Contract, plan: Plan, rail: str, layers: Sequence[Layer], on: date) -> Choice:
    """A contract's customer on another plan or rail from a day on → the plan, and whose prices it would meet."""
    would_be = replace(
        contract,
        rail=rail,
        plan_key=plan.key,
        tier=plan.tier,
        term=plan.term,
        started_on=on,
        started_at=None,
        ended_on=None,
        ended_at=None,
        anchor=None,
        offer=None,
        customer_since=contract.since,
    )
    reached = (at for at, one in enumerate(layers) if one.addresses(would_be) and one.welcomes(would_be))
    return Choice(rail, plan.key, plan.tier, tuple(reached))


def opens_elsewhere(contract: Contract, plans: Mapping[str, Plan], layers: Sequence[Layer], on: date) -> bool:
    """Whether a layer that does not ask for the contract is open, on a day, on a plan its customer could move to."""
    own, passing = plans.get(contract.plan_key or ""), [one for one in layers if not one.addresses(contract)]
    if own is None or contract.offer or not passing:
        return False
    return any(choice(contract, plan, contract.rail, passing, on).reached for plan in _around(own, plans))


def of_term(own: Plan, plans: Mapping[str, Plan]) -> list[Plan]:
    """The plans of a plan's term that anybody may take, and itself."""
    return [one for one in plans.values() if one.term == own.term and (one.is_public or one == own)]


def of_tier(own: Plan, plans: Mapping[str, Plan]) -> list[Plan]:
    """The monthly and the annual plan of a plan's tier: itself, and the other term's."""
    return [own, *(one for one in plans.values() if _is_other_term(one, own))]


def _around(own: Plan, plans: Mapping[str, Plan]) -> list[Plan]:
    return [one for one in (*of_term(own, plans), *of_tier(own, plans)) if one != own]


def _is_other_term(one: Plan, own: Plan) -> bool:
    return one.tier == own.tier and one.term != own.term and one.term in TERMS and one.is_public
