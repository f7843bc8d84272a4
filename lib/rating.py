"""What usage costs: one price, one allowance and one month's quantity make one charge that explains itself.

The order is fixed (rule C6): allowance off first, then whole units where part units round up, then the bands,
then one rounding at the line. Bounds are inclusive upwards on the real line: a unit belongs to the band whose
`from_quantity` it lies strictly above (C1).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext

from lib.catalog.book import Allowance, Band, Price
from lib.money import EXACT, round_line
from lib.refusal import Refusal

ZERO = Decimal(0)


class RatingError(Refusal):
    """A quantity that cannot be rated; the message says why."""


@dataclass(frozen=True)
class BandCharge:
    """What one band contributes: units priced in it, the price of `unit_size` units, the unrounded amount."""

    from_quantity: Decimal
    quantity: Decimal
    unit_price: Decimal
    flat_fee: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Charge:
    """One explained line: quantity = included + overage; `amount` is the rounded line, `exact` the unrounded sum.

    `status` is rated, within_allowance, unlimited, not_offered or by_contract; in the last two the usage has no
    price, so `exact` and `amount` are None and never zero.
    """

    quantity: Decimal
    allowance: Allowance
    included: Decimal
    overage: Decimal
    bands: tuple[BandCharge, ...]
    exact: Decimal | None
    amount: Decimal | None
    status: str


def rate(price: Price, allowance: Allowance, quantity: Decimal) -> Charge:
    """One usage period's cumulated quantity of one dimension → its charge (rules C1–C7).

    A quantity below zero is refused (C8); an unlimited allowance never yields overage.
    """
    if quantity < 0:
        raise RatingError(f"the quantity is {quantity}; a period's usage cannot be negative")
    with localcontext(EXACT):  # Python's own 28 digits would lose cents of very large lines
        if allowance.quantity is None:
            return _unmeasured(price, allowance, quantity)
        return _measured(price, allowance, allowance.quantity, quantity)


def _measured(price: Price, allowance: Allowance, included: Decimal, quantity: Decimal) -> Charge:
    overage = max(quantity - included, ZERO)
    bands = _price_bands(price, included, overage)
    amount = sum((band.amount for band in bands), ZERO)
    return Charge(
        quantity=quantity,
        allowance=allowance,
        included=quantity - overage,
        overage=overage,
        bands=bands,
        exact=amount,
        amount=round_line(amount, price.currency),
        status="rated" if overage else "within_allowance",
    )


def _unmeasured(price: Price, allowance: Allowance, quantity: Decimal) -> Charge:
    if allowance.kind == "unlimited":
        return Charge(quantity, allowance, quantity, ZERO, (), ZERO, round_line(ZERO, price.currency), "unlimited")
    return Charge(quantity, allowance, ZERO, quantity, (), None, None, allowance.kind.replace(" ", "_"))


def _price_bands(price: Price, allowance: Decimal, overage: Decimal) -> tuple[BandCharge, ...]:
    charged = _whole_units(overage, price.unit_size) if price.part_units == "up" else overage
    start = allowance if price.thresholds == "usage" and charged else ZERO
    bands = _volume(price, start, charged) if price.mode == "volume" else _graduated(price, start, charged)
    return bands or _first_flat_fee(price)


def _whole_units(quantity: Decimal, unit_size: Decimal) -> Decimal:
    return (quantity / unit_size).to_integral_value(ROUND_CEILING) * unit_size


def _graduated(price: Price, start: Decimal, charged: Decimal) -> tuple[BandCharge, ...]:
    """Each band at its own price, for the units from `start` up to `start + charged`."""
    parts = []
    ends = [band.from_quantity for band in price.bands[1:]] + [start + charged]
    for band, end in zip(price.bands, ends, strict=True):
        units = min(end, start + charged) - max(band.from_quantity, start)
        if units > 0:
            is_entered = band.from_quantity >= start  # a band that the allowance entered has no flat fee left (C2)
            parts.append(_band_charge(band, units, price.unit_size, band.flat_fee if is_entered else ZERO))
    return tuple(parts)


def _volume(price: Price, start: Decimal, charged: Decimal) -> tuple[BandCharge, ...]:
    """All units at the price of the band that the last unit reaches; the bill falls where a band is cheaper."""
    reached = [band for band in price.bands if band.from_quantity < start + charged]
    return (_band_charge(reached[-1], charged, price.unit_size, reached[-1].flat_fee),) if charged else ()


def _first_flat_fee(price: Price) -> tuple[BandCharge, ...]:
    first = price.bands[0]
    if not (first.flat_fee and price.flat_fee_at_zero):
        return ()
    return (_band_charge(first, ZERO, price.unit_size, first.flat_fee),)


def _band_charge(band: Band, units: Decimal, unit_size: Decimal, flat_fee: Decimal) -> BandCharge:
    # Multiply first, divide last: the product is exact, and only the last step may not terminate (C9).
    amount = units * band.unit_price / unit_size + flat_fee
    return BandCharge(band.from_quantity, units, band.unit_price, flat_fee, amount)
