"""What two rails keep of the same price, held against each other before anything is rounded."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from lib.rails.fees import Sale, fee
from lib.rails.rail import FeeRow, Rails
from lib.rails.straight import decimal, holds, line, schedule, stretches


def take_rate(rails: Rails, sale: Sale, *, apart_from: Container[str] = ()) -> Decimal | None:
    """What a rail keeps of a price, as a fraction by its schedule: no line is rounded; None of a price of nothing.

    `apart_from` are lines of the rail's invoice that are left out, as 'billing' for a seller who bills otherwise.
    `Fee.rate` is what an invoice of that price comes to, each line rounded to cents.
    """
    if not sale.amount:
        return None
    parts = [part.amount for line in fee(rails, sale).lines if line.name not in apart_from for part in line.parts]
    return sum(parts, Decimal(0)) / sale.amount


def same_cost(rails: Rails, one: Sale, other: Sale, *, apart_from: Container[str] = ()) -> tuple[Decimal, ...]:
    """The prices above nothing, in USD, at which two ways of selling the same thing keep the same, the lowest first.

    The amounts of the sales do not matter, their contract values stay as they are. Where both keep the same over a
    whole stretch, no single price is told of it.
    """
    kept = [schedule(rails, sale, apart_from) for sale in (one, other)]
    return tuple(dict.fromkeys(decimal(price) for price in _crossings(*kept)))


def _crossings(one: Sequence[FeeRow], other: Sequence[FeeRow]) -> Iterator[Fraction]:
    """Fees are straight between the prices at which a part reaches its cap, so that they cross where a line does."""
    for stretch in stretches([*one, *other]):
        slope, base = (a - b for a, b in zip(line(one, stretch), line(other, stretch), strict=True))
        price = -base / slope if slope else None
        if price is not None and price > 0 and holds(stretch, price):
            yield price
