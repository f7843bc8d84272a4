"""What a quantity costs in bands: each at its own price, or all of it at the price of the band it reaches.

Bounds are inclusive upwards on the real line: a unit belongs to the band whose `from_quantity` it lies strictly
above (C1). The last band is open, so no quantity is without a price (C3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from lib.catalog.price import Band, Price
from lib.rating.charge import ZERO, BandCharge
from lib.rating.units import whole_units


def price_bands(
    price: Price, allowance: Decimal, overage: Decimal, picked_by: Decimal | None = None
) -> tuple[BandCharge, ...]:
    """The overage above an allowance → what each band contributes; `picked_by` is what picks a volume band instead."""
    charged = whole_units(overage, price.unit_size, price.part_units)
    counts_usage = price.thresholds == "usage" and len(price.bands) > 1  # one band has no thresholds to count
    start = allowance if counts_usage else ZERO
    if price.model == "volume":
        return _volume(price, allowance, start, charged, picked_by) or _first_flat_fee(price)
    # What the allowance entered has no flat fee left (C2), at zero overage as above it: else more would cost less.
    return _graduated(price, start, charged) or (() if start else _first_flat_fee(price))


def numerator(bands: Iterable[BandCharge], unit_size: Decimal) -> Decimal:
    """What bands come to, times `unit_size`: their exact sum before the one division, which may not terminate."""
    return sum((band.quantity * band.unit_price + band.flat_fee * unit_size for band in bands), ZERO)


def stretched(price: Price, factor: Decimal) -> Price:
    """The same price for units a `factor` smaller: bounds and unit size grow with the quantities."""
    if factor == 1:
        return price
    bands = tuple(replace(band, from_quantity=band.from_quantity * factor) for band in price.bands)
    model = "volume" if price.model == "volume" else "graduated"  # how bands are read; the other names say no more
    return replace(price, bands=bands, unit_size=price.unit_size * factor, model=model)


def shrunk(bands: tuple[BandCharge, ...], factor: Decimal) -> tuple[BandCharge, ...]:
    """Bands priced by a stretched price → the same bands in the price's own units, for a reader."""
    if factor == 1:
        return bands
    return tuple(
        replace(band, from_quantity=band.from_quantity / factor, quantity=band.quantity / factor) for band in bands
    )


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


def _volume(
    price: Price, allowance: Decimal, start: Decimal, charged: Decimal, picked_by: Decimal | None
) -> tuple[BandCharge, ...]:
    """All units at the price of the band that the last unit reaches; the bill falls where a band is cheaper.

    Where the allowance is a free band, its units are priced too once it is passed.
    """
    if not charged:
        return ()
    last = start + charged if picked_by is None else picked_by
    reached = [band for band in price.bands if band.from_quantity < last] or [price.bands[0]]
    units = charged + allowance if price.allowance_as == "free_band" else charged
    return (_band_charge(reached[-1], units, price.unit_size, reached[-1].flat_fee),)


def _first_flat_fee(price: Price) -> tuple[BandCharge, ...]:
    first = price.bands[0]
    if not (first.flat_fee and price.flat_fee_at_zero):
        return ()
    return (_band_charge(first, ZERO, price.unit_size, first.flat_fee),)


def _band_charge(band: Band, units: Decimal, unit_size: Decimal, flat_fee: Decimal) -> BandCharge:
    # Multiply first, divide last: the product is exact, and only the last step may not terminate (C9).
    amount = units * band.unit_price / unit_size + flat_fee
    return BandCharge(band.from_quantity, units, band.unit_price, flat_fee, amount)
