"""What it is worth that a customer pays on another rail, and what we may pay for it once."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil

from lib.money import EXACT, allocate, exact, round_line, total
from lib.rails.fees import Fee, Sale, fee
from lib.rails.rail import Rails, RailsError

_MONTHS_PER_YEAR = Decimal(12)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Charge:
    """One charge on the rail it is on and on another, in USD: what either keeps, its lines rounded."""

    amount: Decimal
    keeps: Decimal
    would_keep: Decimal


@dataclass(frozen=True)
class Move:
    """A year of charges, in their order, and what moving them to another rail changes."""

    charges: tuple[Charge, ...]

    @property
    def volume(self) -> Decimal:
        """What is charged in the year."""
        return total(one.amount for one in self.charges)

    @property
    def keeps(self) -> Decimal:
        """What the rail keeps of it today."""
        return total(one.keeps for one in self.charges)

    @property
    def would_keep(self) -> Decimal:
        """What the other rail would keep."""
        return total(one.would_keep for one in self.charges)

    @property
    def saved(self) -> Decimal:
        """What the move saves us in a year; below zero is what it costs."""
        return self.keeps - self.would_keep

    def credit(self, months: int) -> Decimal:
        """The most that may be paid once for the move, to the cent, if it is to break even within so many months."""
        return round_line(max(ZERO, EXACT.divide(self.saved * months, _MONTHS_PER_YEAR)))

    def paid_back_after(self, paid: Decimal) -> int | None:
        """After how many charges, year after year, the saving reaches a one-off payment; None if never."""
        if exact(paid) < 0:
            raise RailsError(f"a payment of {paid} takes money from the customer: write zero or more")
        so_far = list(accumulate((one.keeps - one.would_keep for one in self.charges), initial=ZERO))
        lacking = Fraction(paid) - Fraction(max(so_far))
        if lacking > 0 and self.saved <= 0:
            return None
        years = ceil(lacking / Fraction(self.saved)) if lacking > 0 else 0
        place = next(place for place, saved in enumerate(so_far) if years * self.saved + saved >= paid)
        return years * len(self.charges) + place


def move(rails: Rails, sales: Iterable[Sale], to: Sale, *, apart_from: Container[str] = ()) -> Move:
    """A year of sales, and how each would be sold instead → what the move changes.

    Of `to` the amount and the day do not matter: they are those of each sale. `apart_from` are lines of either rail's
    invoice that are left out, as 'billing' for a seller who bills otherwise.
    """
    pairs = [(sale, replace(to, amount=sale.amount, on=sale.on)) for sale in sales]
    kept = [[_kept(fee(rails, one), apart_from) for one in pair] for pair in pairs]
    return Move(tuple(Charge(sale.amount, *both) for (sale, _), both in zip(pairs, kept, strict=True)))


def evenly(sale: Sale, charges: int) -> tuple[Sale, ...]:
    """A year's volume → the charges it is made in, equal but for the cents that cannot be shared."""
    if charges < 1:
        raise RailsError(f"a year is paid in {charges} charges: write 1 or more")
    parts = allocate(sale.amount, [Decimal(1)] * charges)
    return tuple(replace(sale, amount=part) for part in parts)


def _kept(taken: Fee, apart_from: Container[str]) -> Decimal:
    return total(line.amount for line in taken.lines if line.name not in apart_from)
