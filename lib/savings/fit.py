"""Which segment a spend lies in, and whether what it saves can ever carry that segment's smallest deal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lib.money import EXACT

OUTSIDE = "outside every segment"


@dataclass(frozen=True)
class Threshold:
    """An ideal-customer segment as far as it speaks of money: the yearly model spend above which it begins, in USD.

    `deal_from` and `deal_to` are the usual deal in USD of ARR.
    """

    key: str
    label: str
    spend_above: Decimal
    deal_from: Decimal
    deal_to: Decimal

    def holds(self, yearly: Decimal) -> bool:
        """Whether a yearly spend lies in the segment: strictly above the threshold, as the paper's ">" says."""
        return yearly > self.spend_above

    def saved_at(self, rate: Decimal) -> Decimal:
        """What a prospect that spends the threshold saves in a year."""
        return EXACT.multiply(self.spend_above, rate)

    def is_too_little(self, yearly: Decimal, rate: Decimal) -> bool:
        """Whether a yearly spend saves less than the smallest usual deal costs."""
        return EXACT.multiply(yearly, rate) < self.deal_from

    def enough_at(self, rate: Decimal) -> Decimal | None:
        """The yearly spend whose saving reaches the smallest usual deal; None where nothing is saved."""
        return EXACT.divide(self.deal_from, rate) if rate else None


def inside(yearly: Decimal, thresholds: Iterable[Threshold]) -> tuple[Threshold, ...]:
    """A yearly model spend → the segments whose threshold it exceeds; none is outside every segment."""
    return tuple(one for one in thresholds if one.holds(yearly))
