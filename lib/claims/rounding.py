"""Numbers in words: how a delivered one may be rounded before it is held against the one a sentence promises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

FINEST = 9


def _nearest(value: Fraction) -> int:
    whole = math.floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


# nearest: halves away from zero · floor: the decimals are cut off
ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = MappingProxyType({"nearest": _nearest, "floor": math.floor})


def rounded(value: Fraction, rule: str, places: int) -> Decimal:
    """A value under one rule, to as many decimals as the words have."""
    return Decimal(ROUNDINGS[rule](value * 10**places)).scaleb(-places)


def places_of(number: Decimal) -> int:
    """How many decimals a number is written with: 16.7 has one, 20 and 2E+1 none."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def shown(value: Fraction, beside: Decimal, unit: str) -> str:
    """A delivered number to print beside the promised one.

    Whole months stay whole; all else has two decimals, or more where two would make a broken promise look kept.
    """
    if unit == "months" and value.denominator == 1:
        return str(value)
    enough = (n for n in range(2, FINEST) if value == beside or rounded(value, "nearest", n) != beside)
    return format(rounded(value, "nearest", next(enough, FINEST)), "f")


def written(number: Decimal) -> str:
    """A number as surfaces write it: 3,333."""
    return format(number, ",f")


def plain(number: Decimal) -> str:
    """A number in a sentence of ours: digits, thousands, no idle zeros."""
    return f"{number.normalize():,f}"


def speaks_of(words: str, number: Decimal) -> bool:
    """Whether a sentence holds this very number: "Save 20%" holds 20, "Save 200%" does not."""
    return _number_in(number).search(words) is not None


def reworded(words: str, number: Decimal, instead: Decimal) -> str:
    """A sentence with one number in place of another."""
    return _number_in(number).sub(written(instead), words)


def _number_in(number: Decimal) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,]){re.escape(written(number))}(?!\d|[.,]\d)")
