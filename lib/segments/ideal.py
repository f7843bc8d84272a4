"""Ideal-customer segments of a product: what they need, how to recognize one, and how large a deal usually is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.document import nearest
from lib.catalog.names import money
from lib.segments.ladder import UNKNOWN

NO_RANGE, NO_AMOUNT, NO_SUCH_SEGMENT = "no range in the brief", "no amount", "no such segment"
RANGE_KEYS = ("below", "within", "above", NO_RANGE, NO_AMOUNT, NO_SUCH_SEGMENT)


@dataclass(frozen=True)
class Qualifying:
    """One question that tells whether a company belongs to a segment: the attribute it tests, the fact, the words."""

    attribute: str
    fact: str
    words: str


@dataclass(frozen=True)
class IdealCustomer:
    """One ideal-customer segment of a product, with its usual deal size in USD of ARR, both ends included.

    `spend_from_usd` is what it spends on models a year, in USD: a company belongs to it above that, not at it; None
    where the paper names no spend.
    """

    key: str
    product: str
    label: str
    attributes: str
    need: str
    deal_from_usd: Decimal
    deal_to_usd: Decimal
    questions: tuple[Qualifying, ...]
    source: str
    spend_from_usd: Decimal | None = None

    def fit(self, arr: Decimal) -> str:
        """Where a deal of this ARR in USD lies against the segment's range: 'below', 'within' or 'above'."""
        if arr < self.deal_from_usd:
            return "below"
        return "above" if arr > self.deal_to_usd else "within"

    @property
    def range_words(self) -> str:
        """The usual deal size in words, for sentences of this room."""
        return f"{money(self.deal_from_usd)} to {money(self.deal_to_usd)} of ARR"


@dataclass(frozen=True)
class RangeVerdict:
    """Where a deal lies against the range of its segment, one of `RANGE_KEYS`, and a sentence that says why."""

    key: str
    words: str


def range_verdict(
    ideal_customers: Mapping[str, IdealCustomer], product: str, icp_segment: str | None, arr: Decimal | None
) -> RangeVerdict:
    """A deal's product, segment and ARR in USD → where it lies against the range of that segment of that product.

    Products are never mixed: one without segments has no range, whatever segment its deal names.
    """
    own = {key: one for key, one in ideal_customers.items() if one.product == product}
    if product == UNKNOWN:
        return RangeVerdict(NO_RANGE, "No range in the brief without a product: ask which product the deal is of.")
    if not own:
        return RangeVerdict(NO_RANGE, "No range in the brief: it names no deal size for this product.")
    if icp_segment is None:
        labels = ", ".join(one.label for one in own.values())
        return RangeVerdict(NO_RANGE, f"No range in the brief without a segment: ask which it is of {labels}.")
    if icp_segment not in own:
        return RangeVerdict(
            NO_SUCH_SEGMENT, f"{icp_segment!r} is no segment of this product; {nearest(icp_segment, own)}"
        )
    segment = own[icp_segment]
    if arr is None:
        return RangeVerdict(NO_AMOUNT, f"No amount to hold against {segment.range_words} ({segment.label}).")
    key = segment.fit(arr)
    return RangeVerdict(key, f"{money(arr)} is {key} the usual {segment.range_words} of {segment.label}.")


def spending_enough(
    ideal_customers: Mapping[str, IdealCustomer], product: str, spend_usd: Decimal
) -> tuple[IdealCustomer, ...]:
    """The segments of a product whose spend on models a year, in USD, a company exceeds; those that name one alone."""
    own = [one for one in ideal_customers.values() if one.product == product]
    return tuple(one for one in own if one.spend_from_usd is not None and spend_usd > one.spend_from_usd)
