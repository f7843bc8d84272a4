"""Fixed fees for part of a period: an exact fraction each, every line rounded once, credits never above what was paid.

A fraction is two integers, days or seconds; the fee is multiplied first and divided last (rule C9). What is counted
and by which convention is decided where the fraction is made (`lib.periods`, data/rails.toml).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.money import EXACT, USD, Currency, MoneyError, round_line, share, total


def fraction_of(numerator: Decimal, denominator: Decimal) -> Fraction:
    """Two numbers of days or seconds → the exact part; a period of nothing has none."""
    if not denominator:
        raise MoneyError(f"a part of {numerator} in {denominator} is none: a period has at least a day or a second")
    return Fraction(numerator) / Fraction(denominator)


@dataclass(frozen=True)
class FeeLine:
    """A fee per unit and period, for `quantity` units and a `fraction` of it; given back where it is a credit."""

    fee: Decimal
    fraction: Fraction
    quantity: Decimal = Decimal(1)
    is_credit: bool = False

    def amount(self, currency: Currency = USD) -> Decimal:
        """The rounded line; below zero for a credit."""
        part = round_line(share(EXACT.multiply(self.fee, self.quantity), self.fraction), currency)
        return EXACT.minus(part) if self.is_credit and part else part


def settled(lines: Iterable[FeeLine], currency: Currency = USD, credit_cap: Decimal | None = None) -> Decimal:
    """The lines of one plan change → their sum; each is rounded alone, and no credit passes the cap.

    The sum is never rounded again: 5.49 of rounded lines may be 5.48 of the rounded sum, and the lines are invoiced.
    """
    amounts = (line.amount(currency) for line in lines)
    return total(amount if credit_cap is None else max(amount, EXACT.minus(credit_cap)) for amount in amounts)


def credit_within(potential: Decimal, paid: Decimal, credited: Decimal) -> Decimal:
    """A credit that would be given → the part that may be: never more than was paid and is not credited yet."""
    return max(min(potential, EXACT.subtract(paid, credited)), Decimal(0))
