"""Numbers inside a reason: dollars with their cents, quantities with their thousands, days and shares of a period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.catalog.book import Book
from lib.money import round_line


def money(amount: Decimal) -> str:
    """$1,234.50, or -$0.30."""
    return f"{'-' if amount < 0 else ''}${abs(round_line(amount)):,f}"


def quantity(number: Decimal, book: Book, dimension: str) -> str:
    """A quantity with its unit: 1,000,000 words."""
    unit = book.dimensions[dimension].unit
    shown = number.normalize()
    return f"{shown:,f} {unit if shown == 1 else f'{unit}s'}"


def span(kind: str, start_on: date) -> str:
    """The period of a line: a usage month, or the day a base fee starts or a credit is due."""
    return f"{start_on:%B %Y}" if kind == "usage" else f"the period from {start_on}"


def share(part: Fraction) -> str:
    """A part of a period as it is counted: 17/31."""
    return f"{part.numerator}/{part.denominator}"
