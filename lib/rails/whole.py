"""A fee passed on to the buyer: the price that leaves what we would have had without it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from lib.money import EXACT, text
from lib.rails.fees import Sale
from lib.rails.rail import FeeRow, Rails, RailsError
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


def raised_by(rails: Rails, sale: Sale, *, apart_from: Container[str] = ()) -> Decimal:
    """By which fraction any price must rise to leave us whole: 1 ÷ (1 − rate) − 1, always more than the rate itself.

    Refused by name where a part of the fee is a fixed sum or has a cap: then no one fraction holds for every price.
    """
    for row in schedule(rails, sale, apart_from):
        if row.fixed_usd or row.cap_usd is not None:
            raise RailsError(_no_fraction(rails[sale.rail].label, row))
    one = whole_at(rails, replace(sale, amount=Decimal(1)), apart_from=apart_from)
    return EXACT.subtract(one, Decimal(1))


def _no_fraction(rail: str, row: FeeRow) -> str:
    fixed = (
        f"{text(row.fixed_usd)} USD of every charge"
        if row.fixed_usd
        else f"at most {text(row.cap_usd or Decimal(0))} USD"
    )
    return f"{rail} keeps {fixed} ({row.part}), so no one percentage leaves every price whole: solve it for one price"
