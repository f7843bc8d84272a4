"""Ideal-customer segments of a product: what they need, and how large a deal with one of them usually is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class IdealCustomer:
    """One ideal-customer segment of a product, with its usual deal size in USD of ARR, both ends included."""

    key: str
    product: str
    label: str
    attributes: str
    need: str
    deal_from_usd: Decimal
    deal_to_usd: Decimal
    source: str

    def fit(self, arr: Decimal) -> str:
        """Where a deal of this ARR in USD lies against the segment's range: 'below', 'within' or 'above'."""
        if arr < self.deal_from_usd:
            return "below"
        return "above" if arr > self.deal_to_usd else "within"
