"""What two rails keep of the same price, held against each other before anything is rounded."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from lib.money import EXACT
from lib.rails.fees import Sale, fee, rows_in_force
from lib.rails.rail import FeeRow, Rails

_ONE = Decimal(1)


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
    kept = [_schedule(rails, sale, apart_from) for sale in (one, other)]
    return tuple(dict.fromkeys(_decimal(price) for price in _crossings(*kept)))


def _schedule(rails: Rails, sale: Sale, apart_from: Container[str]) -> list[FeeRow]:
    any_price = replace(sale, amount=_ONE)
    fee(rails, any_price)  # refuses a way of paying that the rail does not take
    return [row for row in rows_in_force(rails[sale.rail], any_price) if row.line not in apart_from]


def _crossings(one: Sequence[FeeRow], other: Sequence[FeeRow]) -> Iterator[Fraction]:
    """Fees are straight between the prices at which a part reaches its cap, so that they cross where a line does."""
    corners = sorted({Fraction(0), *map(Fraction, filter(None, map(_capped_at, [*one, *other])))})
    stretches = [*pairwise(corners), (corners[-1], None)]
    for start, end in stretches:
        inside = (start + end) / 2 if end is not None else start + 1
        slope, base = (a - b for a, b in zip(_line(one, inside), _line(other, inside), strict=True))
        price = -base / slope if slope else None
        if price is not None and price > 0 and start <= price and (end is None or price <= end):
            yield price


def _line(rows: Sequence[FeeRow], price: Fraction) -> tuple[Fraction, Fraction]:
    """The slope and the base of what rows keep near a price that is no corner."""
    slope = base = Fraction(0)
    for row in rows:
        corner = _capped_at(row)
        if corner is not None and price > corner:
            base += Fraction(row.cap_usd or 0)
        else:
            slope, base = slope + Fraction(row.rate), base + Fraction(row.fixed_usd)
    return slope, base


def _capped_at(row: FeeRow) -> Fraction | None:
    """The price from which a row takes no more; None where it always takes more."""
    if row.cap_usd is None or not row.rate:
        return None
    return max(Fraction(0), (Fraction(row.cap_usd) - Fraction(row.fixed_usd)) / Fraction(row.rate))


def _decimal(price: Fraction) -> Decimal:
    return EXACT.divide(Decimal(price.numerator), Decimal(price.denominator))
