"""What a book's keys and numbers are called in a sentence: plans, dimensions, units, prices, quantities, shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from lib.catalog.book import Book, Dimension, Plan
from lib.money import EXACT

RAIL_NAMES = {"aws": "AWS", "stripe": "Stripe"}
_WORDS_OF_A_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CENTS = 2


def plan_name(book: Book, plan: Plan, between: str = " ") -> str:
    """A plan as customers know it: Starter monthly; with its key where the tier sells the term twice."""
    name = f"{book.tiers[plan.tier].name}{between}{plan.term.replace('_', '-')}"
    twins = [other for other in book.plans.values() if (other.tier, other.term) == (plan.tier, plan.term)]
    return name if len(twins) < 2 else f"{name} ({plan.key})"


def dimension_name(dimension: Dimension) -> str:
    """A dimension in the middle of a sentence: APIRequests are API requests, Words are words."""
    parts = _WORDS_OF_A_NAME.findall(dimension.name)
    if "".join(parts) != dimension.name:
        return dimension.name
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)


def opened(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def units(unit: str, size: Decimal) -> str:
    """What a price is for: image, 1,000 words, 0.5 minutes."""
    return unit if size == 1 else f"{quantity(size)} {plural(unit)}"


def plural(unit: str) -> str:
    """More than one of a unit: words; GB stays GB."""
    return unit if unit.isupper() else f"{unit}s"


def money(amount: Decimal) -> str:
    """A price with every digit it has: $299, $328.90, $0.0008."""
    number = amount.normalize()
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"${number:,.{max(_CENTS, decimals) if decimals else 0}f}"


def quantity(amount: Decimal) -> str:
    """A quantity with the decimals it has: 1,000,000 or 0.5."""
    return f"{EXACT.normalize(amount):,f}"


def share(was: Decimal, becomes: Decimal) -> str:
    """A relative change in brackets after a space: (+10.0 %); nothing where it was 0. Tiny ones keep one digit."""
    if not was:
        return ""
    percent = EXACT.multiply(EXACT.divide(becomes - was, was), Decimal(100))
    sign = "+" if percent > 0 else "−"
    size = abs(percent)
    tenths = EXACT.quantize(size, Decimal("0.1"))
    shown = tenths if tenths or not size else EXACT.quantize(size, Decimal(1).scaleb(size.adjusted()))
    return f" ({sign}{shown:,f} %)"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: A, B and C."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
