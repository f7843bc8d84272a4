"""A fee passed on to the buyer: the price that leaves what we would have had without it."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal
from fractions import Fraction

from lib.rails.fees import Sale
from lib.rails.rail import Rails, RailsError
from lib.rails.straight import decimal, holds, line, schedule, stretches


def whole_at(rails: Rails, sale: Sale, *, apart_from: Container[str] = ()) -> Decimal:
    """The price in USD of which `sale.amount` is left after the rail's fee, unrounded: p ÷ (1 − rate) of a rate alone.

    Fixed sums and caps are solved for exactly. The contract value stays as it is, and `apart_from` are lines of the
    rail's invoice that are left out. Of nothing, nothing is kept.
    """
    if not sale.amount:
        return Decimal(0)
    rows, wanted = schedule(rails, sale, apart_from), Fraction(sale.amount)
    for stretch in stretches(rows):
        slope, base = line(rows, stretch)
        price = (wanted + base) / (1 - slope) if slope < 1 else None
        if price is not None and holds(stretch, price):
            return decimal(price)
    raise RailsError(f"{rails[sale.rail].label} keeps all of every price, so that no price leaves {sale.amount}")
