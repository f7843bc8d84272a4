"""What it is worth that a customer pays on another rail, and what we may pay for it once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.money import EXACT, allocate, total
from lib.rails.fees import Sale, fee
from lib.rails.rail import Rails, RailsError

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Move:
    """A year of sales on the rail they are on and on another, in USD: what either keeps, each sale's lines rounded."""

    sales: int
    volume: Decimal
    keeps: Decimal
    would_keep: Decimal

    @property
    def saved(self) -> Decimal:
        """What the move saves us in a year; below zero is what it costs."""
        return self.keeps - self.would_keep

    def credit(self, years: int) -> Decimal:
        """The most that may be paid once for the move so that it costs nothing within some years; never below zero."""
        return max(Decimal(0), self.saved * years)

    def even_after_months(self, credit: Decimal) -> Decimal | None:
        """In how many months what is saved has paid back a credit, unrounded; None where nothing is ever saved."""
        if credit < 0:
            raise RailsError(f"a credit of {credit} takes money from the customer: write zero or more")
        if not credit:
            return Decimal(0)
        return EXACT.divide(credit * _MONTHS_PER_YEAR, self.saved) if self.saved > 0 else None


def move(rails: Rails, sales: Iterable[Sale], to: Sale) -> Move:
    """A year of sales, and how each would be sold instead → what the move changes.

    Of `to` the amount and the day do not matter: they are those of each sale.
    """
    given = list(sales)
    instead = [replace(to, amount=sale.amount, on=sale.on) for sale in given]
    return Move(
        sales=len(given),
        volume=total(sale.amount for sale in given),
        keeps=total(fee(rails, sale).amount for sale in given),
        would_keep=total(fee(rails, sale).amount for sale in instead),
    )


def evenly(sale: Sale, payments: int) -> tuple[Sale, ...]:
    """A year's volume → the payments it is made in, equal to the cent that cannot be shared."""
    if payments < 1:
        raise RailsError(f"a year is paid in {payments} payments: write 1 or more")
    parts = allocate(sale.amount, [Decimal(1)] * payments)
    return tuple(replace(sale, amount=part) for part in parts)
