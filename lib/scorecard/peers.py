"""What companies like ours reach: medians of a survey by the size of a contract, beside the ambitious targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Band:
    """The median of companies whose contracts bring from so many USD a year up to, not including, so many."""

    from_usd: Decimal
    to_usd: Decimal | None
    median: Decimal

    def holds(self, yearly: Fraction) -> bool:
        """Whether a contract of so many USD a year is of this size."""
        return yearly >= Fraction(self.from_usd) and (self.to_usd is None or yearly < Fraction(self.to_usd))


@dataclass(frozen=True)
class Benchmark:
    """One published metric by contract size. `evidence` is a grade: A measured, B a survey, C an opinion."""

    metric: str
    label: str
    source: str
    year: int
    sample: str
    evidence: str
    bands: tuple[Band, ...]

    def between(self, sizes: Iterable[Fraction]) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest median among the bands that some contract sizes fall in; None without a size."""
        found = [band.median for size in sizes for band in self.bands if band.holds(size)]
        return (min(found), max(found)) if found else None

    @property
    def best(self) -> Decimal:
        """The highest median of any band."""
        return max(band.median for band in self.bands)
