"""Metered units into billed ones: the only rounding of a quantity, once per period and never per part of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType

from lib.catalog.price import Conversion

_ROUNDINGS: Mapping[str, str] = MappingProxyType({"up": ROUND_CEILING, "down": ROUND_FLOOR, "half_up": ROUND_HALF_UP})


def converted(quantity: Decimal, conversion: Conversion | None) -> Decimal:
    """A period's metered quantity → its billed quantity, rounded as the conversion says."""
    if conversion is None:
        return quantity
    multiplies = conversion.operation == "multiply"
    units = quantity * conversion.factor if multiplies else quantity / conversion.factor
    if conversion.rounding == "none":
        return units
    return units.quantize(Decimal(1).scaleb(-conversion.decimals), rounding=_ROUNDINGS[conversion.rounding])


def per_billed_unit(conversion: Conversion | None) -> Decimal:
    """How many metered units stay together because dividing them first would lose digits: a third of a unit has no end.

    Above 1 only where a conversion divides without rounding; then bands are priced in metered units, and the division
    comes last like every other (rule C9).
    """
    if conversion is None or conversion.operation == "multiply" or conversion.rounding != "none":
        return Decimal(1)
    return conversion.factor


def whole_units(quantity: Decimal, unit_size: Decimal, part_units: str) -> Decimal:
    """A quantity → the quantity that is charged where part units are rounded `up` or `down` to whole ones."""
    if part_units == "exact":
        return quantity
    # The exact remainder decides, because a rounded quotient could fall on the wrong side of a whole number.
    part = quantity % unit_size
    below = quantity - part
    return below + unit_size if part and part_units == "up" else below
