"""What our records measure of a word that sales says: a handful of numbers, and how many keep the number it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from lib.money import EXACT

BELOW, ABOVE, AT_LEAST, AT_MOST = "below", "above", "at least", "at most"
_TWO = Decimal(2)


@dataclass(frozen=True)
class Measure:
    """Something that records hold: what one number of it is, in which unit, and which side of a named number is good.

    The unit is ms, rate (a fraction) or count.
    """

    words: str
    unit: str
    good: str


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "p95_overhead_ms": Measure("p95 during shadow routing less p95 before", "ms", BELOW),
        "slo_breach_change": Measure("breaches during the shift less breaches before", "count", AT_MOST),
        "pilot_saving_rate": Measure("spend saved in a pilot", "rate", ABOVE),
        "policy_coverage_rate": Measure("policy coverage at the end of governance", "rate", AT_LEAST),
        "saving_rate": Measure("spend saved by a customer", "rate", ABOVE),
    }
)


@dataclass(frozen=True)
class Evidence:
    """The numbers on record of one measure, in order; there is none where nothing was measured."""

    measure: str
    values: tuple[Decimal, ...] = ()

    @property
    def low(self) -> Decimal | None:
        """The least of them."""
        return min(self.values, default=None)

    @property
    def high(self) -> Decimal | None:
        """The greatest of them."""
        return max(self.values, default=None)

    @property
    def middle(self) -> Decimal | None:
        """Their median; of two in the middle, halfway between."""
        ordered = sorted(self.values)
        if not ordered:
            return None
        half, is_odd = divmod(len(ordered), 2)
        return ordered[half] if is_odd else EXACT.divide(EXACT.add(ordered[half - 1], ordered[half]), _TWO)

    def keeping(self, limit: Decimal) -> int:
        """How many of them lie on the good side of a named number."""
        good = MEASURES[self.measure].good
        tests = {
            BELOW: lambda value: value < limit,
            ABOVE: lambda value: value > limit,
            AT_LEAST: lambda value: value >= limit,
            AT_MOST: lambda value: value <= limit,
        }
        return sum(tests[good](value) for value in self.values)
