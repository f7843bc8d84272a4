"""A metric of the strategy paper, its target as the paper writes it, and what becomes of the two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.scorecard.figures import NOT_YET, Measured, Never, Unknown, Value

KEPT, MISSED, ABOVE = "kept", "missed", "above the range"
NO_TARGET = "no target in the brief"
RATE, DAYS, MONTHS = "rate", "days", "months"
UNITS = (RATE, DAYS, MONTHS)


@dataclass(frozen=True)
class Target:
    """What one product's metric is to come to: `above` and `below` are strict, `least` and `most` belong to the range.

    `words` are the paper's own. A metric with a `below` is better the lower it is.
    """

    product: str
    words: str
    source: str
    above: Decimal | None = None
    below: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None

    def verdict(self, value: Fraction | Never) -> str:
        """Kept, missed, or beyond the good end of a range; what never comes is no good at any end."""
        if isinstance(value, Never):
            return MISSED
        if self.above is not None:
            return KEPT if value > Fraction(self.above) else MISSED
        if self.below is not None:
            return KEPT if value < Fraction(self.below) else MISSED
        if self.least is not None and value < Fraction(self.least):
            return MISSED
        return ABOVE if self.most is not None and value > Fraction(self.most) else KEPT

    @property
    def edge(self) -> Decimal:
        """The end that must be reached."""
        return next(one for one in (self.above, self.below, self.least, self.most) if one is not None)


@dataclass(frozen=True)
class Metric:
    """One metric: its formula in words, which facts feed it, the page behind it, and its target, of one product."""

    key: str
    category: str
    label: str
    formula: str
    fed_by: str
    page: str
    unit: str
    target: Target

    def target_of(self, product: str) -> Target | None:
        """The target of a product; None where the paper gives it none: no product is held to another's."""
        return self.target if self.target.product == product else None


@dataclass(frozen=True)
class Point:
    """A metric at the end of one month, or over that month where it is an amount per amount."""

    month: date
    value: Fraction


@dataclass(frozen=True)
class Score:
    """One metric of one product as it stands, and month by month where records allow."""

    metric: Metric
    product: str
    measured: Measured
    trend: tuple[Point, ...] = ()

    @property
    def target(self) -> Target | None:
        """What it is held to."""
        return self.metric.target_of(self.product)

    @property
    def value(self) -> Value:
        """What it comes to."""
        return self.measured.value

    @property
    def verdict(self) -> str:
        """Kept, missed, above the range, not measurable yet, or without a target in the brief."""
        if isinstance(self.value, Unknown):
            return NOT_YET
        return self.target.verdict(self.value) if self.target else NO_TARGET
