"""Shares of a price: multiplied first, divided last, rounded once per line; and what may be given back of one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from lib.money import EXACT, USD, Currency, round_line


def prorated(price: Decimal, share: Fraction, currency: Currency = USD) -> Decimal:
    """A price and an exact share of it → the rounded line (rules C7 and C9)."""
    product = EXACT.multiply(price, Decimal(share.numerator))
    return round_line(EXACT.divide(product, Decimal(share.denominator)), currency)


def capped_credit(credit: Decimal, paid: Decimal, credited: Decimal = Decimal(0)) -> Decimal:
    """What may be given back of a wished credit: at most what was paid less what was given back, never below 0."""
    return max(min(credit, EXACT.subtract(paid, credited)), Decimal(0))
