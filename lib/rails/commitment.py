"""The buyer's side: how much of an AWS commitment purchases on the marketplace may retire. Never a promise of ours.

A commitment's terms are its buyer's own contract with AWS, which we do not see: the rule is what others say of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import exact, round_line, total
from lib.rails.rail import ANSWERS, Commitment, RailsError, one_of


@dataclass(frozen=True)
class Purchase:
    """What a buyer was invoiced on the marketplace: the invoice's day, which decides, and its amount in USD."""

    on: date
    amount: Decimal

    def __post_init__(self) -> None:
        if exact(self.amount) < 0:
            raise RailsError(f"a purchase of {self.amount} retires nothing: leave refunds out, or write what was left")


@dataclass(frozen=True)
class Retired:
    """What a year's purchases retire of a yearly commitment, in USD.

    `ceiling` is the most that purchases of any kind may retire. `certain` counts whatever our deployment is; `possible`
    if the product is deployed as the rule asks. The two differ only while nobody has said whether it is.
    """

    commitment: Decimal
    ceiling: Decimal
    certain: Decimal
    possible: Decimal
    uncounted: Decimal

    @property
    def is_known(self) -> bool:
        """Whether one number is the answer."""
        return self.certain == self.possible

    @property
    def left(self) -> Decimal:
        """What may still be retired below the ceiling, if all that is possible counts."""
        return self.ceiling - self.possible


def retired(
    rule: Commitment, commitment: Decimal, purchases: Iterable[Purchase], deployed: str | None = None
) -> Retired:
    """A buyer's yearly commitment and its purchases of the year → what they retire of it, by the rule on file.

    Purchases invoiced from `counts_since` on count only where the product is deployed on AWS; `deployed` is yes, no or
    unknown, and what is on file unless it is passed. Amounts above the ceiling retire nothing.
    """
    answer = rule.deployed if deployed is None else deployed
    one_of(answer, ANSWERS, "deployed")
    if exact(commitment) < 0:
        raise RailsError(f"a commitment of {commitment} is below zero: write what the buyer owes AWS in a year")
    made = list(purchases)
    ceiling = round_line(commitment * rule.ceiling_rate)
    whatever = total(one.amount for one in made if one.on < rule.counts_since)
    every = total(one.amount for one in made)
    sure, perhaps = (every if answer == "yes" else whatever), (whatever if answer == "no" else every)
    possible = min(ceiling, perhaps)
    return Retired(commitment, ceiling, min(ceiling, sure), possible, every - possible)
