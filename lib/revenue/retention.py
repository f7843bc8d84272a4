"""What was kept of recurring revenue between two month ends: net, gross, and by group; and growth.

Point to point: only what customers who paid at the start pay at the end counts, whatever they paid in between. Net
retention counts it in full, gross retention at most what they paid at the start. New customers are in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

NOTHING = Fraction(0)
Amounts = Mapping[str, Fraction]  # USD a year by customer


@dataclass(frozen=True)
class Retention:
    """What the customers who paid at the start pay at the end; USD a year, exactly.

    `kept` counts nobody with more than it paid at the start. `customers` paid at the start, `stayed` of them pay still.
    """

    start: Fraction
    end: Fraction
    kept: Fraction
    customers: int
    stayed: int

    @property
    def nrr(self) -> Fraction | None:
        """Net revenue retention: end ÷ start; None where nobody paid at the start."""
        return self.end / self.start if self.start else None

    @property
    def grr(self) -> Fraction | None:
        """Gross revenue retention: kept ÷ start; None where nobody paid at the start."""
        return self.kept / self.start if self.start else None

    @property
    def logos(self) -> Fraction | None:
        """The share of the customers themselves that still pay; None where nobody paid at the start."""
        return Fraction(self.stayed, self.customers) if self.customers else None


def retention(then: Amounts, later: Amounts) -> Retention:
    """What each customer paid at two month ends → what was kept; who left and came back counts with what it pays."""
    paying = {customer: amount for customer, amount in then.items() if amount}
    ends = {customer: later.get(customer, NOTHING) for customer in paying}
    return Retention(
        start=sum(paying.values(), NOTHING),
        end=sum(ends.values(), NOTHING),
        kept=sum((min(amount, ends[customer]) for customer, amount in paying.items()), NOTHING),
        customers=len(paying),
        stayed=sum(bool(amount) for amount in ends.values()),
    )


def retention_by(then: Amounts, later: Amounts, key: Callable[[str], str]) -> dict[str, Retention]:
    """The same by the group each customer was in at the start, groups in order; it counts wherever it pays now."""
    groups: dict[str, dict[str, Fraction]] = {}
    for customer, amount in then.items():
        groups.setdefault(key(customer), {})[customer] = amount
    return {group: retention(groups[group], later) for group in sorted(groups)}


def growth(then: Fraction, later: Fraction) -> Fraction | None:
    """An amount that became another → the relative change; None where there was nothing to grow from."""
    return later / then - 1 if then else None
