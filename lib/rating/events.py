"""What single events cost under a percentage price: free ones first, then per cent and fixed part of each.

Source: the percentage charge as billing engines that look at each transaction have it; an event is free until either
limit is used up, of the event that passes the free amount only the part above it is charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lib.catalog.price import EventTerms, Price
from lib.rating.charge import ZERO, EventCharge


def price_events(price: Price, terms: EventTerms, events: Sequence[Decimal]) -> tuple[EventCharge, ...]:
    """The values of a period's events, in their order → what each contributes."""
    charges, before = [], ZERO
    for place, value in enumerate(events, start=1):
        charged = _charged(terms, place, before, value)
        charges.append(EventCharge(value, charged or ZERO, ZERO if charged is None else _amount(price, terms, charged)))
        before += value
    return tuple(charges)


def _charged(terms: EventTerms, place: int, before: Decimal, value: Decimal) -> Decimal | None:
    """The part of an event that is charged; None where all of it is free."""
    if terms.free_events is None and terms.free_amount is None:
        return value
    if terms.free_events is not None and place > terms.free_events:
        return value
    if terms.free_amount is None or before + value <= terms.free_amount:
        return None
    return min(value, before + value - terms.free_amount)


def _amount(price: Price, terms: EventTerms, charged: Decimal) -> Decimal:
    amount = charged * price.bands[0].unit_price / price.unit_size + terms.fixed
    if terms.minimum is not None:
        amount = max(amount, terms.minimum)
    return amount if terms.maximum is None else min(amount, terms.maximum)
