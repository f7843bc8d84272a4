"""What was projected against what was delivered: a spend measured before and after, held against the believed range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import EXACT
from lib.savings.spend import MONTHS, SavingsError

BELOW, WITHIN, ABOVE, UNMEASURED = "below", "within", "above", "not measurable yet"
STANDINGS = (BELOW, WITHIN, ABOVE, UNMEASURED)
_TWO = Decimal(2)


@dataclass(frozen=True)
class Measurement:
    """One customer's or pilot's model spend in USD a month, before us and with us; either is None until measured."""

    key: str
    before: Decimal | None
    after: Decimal | None
    measured_on: date | None = None

    def __post_init__(self) -> None:
        for amount in (self.before, self.after):
            if amount is not None and amount < 0:
                raise SavingsError(f"{self.key} spent {amount} USD; a spend that was measured cannot be below zero")

    @property
    def saved_monthly(self) -> Decimal | None:
        """What a month costs less than before; below zero it costs more."""
        return None if self.before is None or self.after is None else EXACT.subtract(self.before, self.after)

    @property
    def saved_yearly(self) -> Decimal | None:
        """Twelve such months."""
        saved = self.saved_monthly
        return None if saved is None else EXACT.multiply(saved, MONTHS)

    @property
    def rate(self) -> Decimal | None:
        """The part of the spend that is saved; None where none was measured, or nothing was spent before."""
        saved = self.saved_monthly
        return EXACT.divide(saved, self.before) if saved is not None and self.before else None

    @property
    def needs(self) -> str:
        """What must be measured before a saving is one; empty where it is."""
        return "a baseline" if not self.before else "the spend with us" if self.after is None else ""


@dataclass(frozen=True)
class Delivery:
    """A measurement beside what the believed range projects on the same spend, USD a month, and where it lies."""

    measured: Measurement
    projected_low: Decimal | None
    projected_high: Decimal | None
    standing: str


@dataclass(frozen=True)
class Spread:
    """How much was delivered over several measurements, as fractions of the spend before."""

    n: int
    least: Decimal
    median: Decimal
    most: Decimal


def held_against(measured: Measurement, low: Decimal, high: Decimal) -> Delivery:
    """A measurement against a range of rates, both ends inside it; compared as amounts, so that nothing is rounded."""
    before, saved = measured.before, measured.saved_monthly
    if not before:
        return Delivery(measured, None, None, UNMEASURED)
    ends = EXACT.multiply(before, low), EXACT.multiply(before, high)
    return Delivery(measured, *ends, UNMEASURED if saved is None else _standing(saved, *ends))


def spread(rates: Sequence[Decimal]) -> Spread | None:
    """Rates of saving → how many, the least, the middle and the most; None where there is none."""
    if not rates:
        return None
    ordered = sorted(rates)
    middle = len(ordered) // 2
    lower = ordered[middle if len(ordered) % 2 else middle - 1]
    return Spread(len(ordered), ordered[0], EXACT.divide(EXACT.add(lower, ordered[middle]), _TWO), ordered[-1])


def _standing(saved: Decimal, low: Decimal, high: Decimal) -> str:
    return BELOW if saved < low else ABOVE if saved > high else WITHIN
