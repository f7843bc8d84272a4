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

ZERO = Decimal(0)


@dataclass(frozen=True)
class Purchase:
    """What a buyer was invoiced on the marketplace in USD, on the day that decides; a refund is below zero."""

    invoiced_on: date
    amount: Decimal


@dataclass(frozen=True)
class Commits:
    """One buyer's commitment to AWS for a year, in USD, from a day to another that is no longer of it.

    `elsewhere` is what other sellers' products have used of the ceiling: the buyer knows it, we do not.
    """

    amount: Decimal
    since: date
    until: date
    elsewhere: Decimal = ZERO

    def __post_init__(self) -> None:
        if min(exact(self.amount), exact(self.elsewhere)) < 0:
            raise RailsError("a commitment, and what was used of it, are zero or more: write what the buyer owes AWS")
        if self.since >= self.until:
            raise RailsError(f"the commitment's year ends on {self.until} and begins on {self.since}: exchange the two")

    def holds(self, day: date) -> bool:
        """Whether a day is of its year."""
        return self.since <= day < self.until


@dataclass(frozen=True)
class Retired:
    """What purchases retire of a commitment, in USD: `parts` purchase by purchase, in the order of their invoices.

    `left` remains below the ceiling; `beyond` counts and found no room; `not_counted` does not count at all.
    """

    ceiling: Decimal
    parts: tuple[tuple[Purchase, Decimal], ...]
    left: Decimal
    beyond: Decimal
    not_counted: Decimal

    @property
    def retired(self) -> Decimal:
        """All that is retired."""
        return total(part for _, part in self.parts)


@dataclass(frozen=True)
class Retiring:
    """The answer if our product is deployed on AWS, and if it is not; `deployed` is what is known: yes, no, unknown."""

    if_deployed: Retired
    if_not: Retired
    deployed: str

    @property
    def known(self) -> Retired | None:
        """The answer; None where it hangs on what nobody has said."""
        if self.deployed == "yes" or self.if_deployed == self.if_not:
            return self.if_deployed
        return self.if_not if self.deployed == "no" else None


def retiring(
    rule: Commitment, commits: Commits, purchases: Iterable[Purchase], deployed: str | None = None
) -> Retiring:
    """A buyer's commitment and purchases → what they retire of it, by the rule on file.

    Purchases of its year count, and from `counts_since` on only those of a product that is deployed on AWS. What
    counts, counts whole until the ceiling is reached. `deployed` is what the file says unless it is passed.
    """
    answer = rule.deployed if deployed is None else deployed
    one_of(answer, ANSWERS, "deployed")
    made = sorted(purchases, key=lambda one: one.invoiced_on)
    return Retiring(_retired(rule, commits, made, True), _retired(rule, commits, made, False), answer)


def _retired(rule: Commitment, commits: Commits, purchases: Iterable[Purchase], is_deployed: bool) -> Retired:
    ceiling = round_line(commits.amount * rule.ceiling_rate)
    room = max(ZERO, ceiling - commits.elsewhere)
    parts: list[tuple[Purchase, Decimal]] = []
    counted = not_counted = ZERO
    for one in purchases:
        if commits.holds(one.invoiced_on) and (is_deployed or one.invoiced_on < rule.counts_since):
            before, counted = counted, counted + one.amount
            parts.append((one, _within(counted, room) - _within(before, room)))
        else:
            not_counted += one.amount
            parts.append((one, ZERO))
    found = _within(counted, room)
    return Retired(ceiling, tuple(parts), room - found, max(ZERO, counted - found), not_counted)


def _within(amount: Decimal, room: Decimal) -> Decimal:
    return max(ZERO, min(amount, room))
