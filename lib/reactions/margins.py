"""The price of more usage where a customer is above its allowance, and how far above it is, in a usual month."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from lib.catalog.allowance import Allowance
from lib.catalog.price import Price
from lib.kernel.cube import Cells, Segment
from lib.kernel.scale import decimal
from lib.kernel.tariff import Tariff
from lib.money import EXACT
from lib.rating import rate
from lib.reactions.usual import Charges, Usual
from lib.response.people import Floats, Mask, Numbers

_FURTHEST = 2**62  # an edge beyond every quantity that a cube holds
ONE = Decimal(1)


def margins(usual: Usual, was: Charges, becomes: Charges, where: tuple[str, str], who: Mask) -> tuple[Floats, ...]:
    """Two books on a rail and tier → today's and the proposed price of one more natural unit, and the natural units
    above the proposed allowance in a usual month; each all customers × dimensions, and zero for those not in `who`.

    Only months count in which more usage has a price under both books: what was free shows no answer to its price.
    The prices are means over those months, weighted with the units above the allowance. USD, estimates.
    """
    found = np.zeros((3, usual.customers, len(usual.cube.cells)))
    whose = usual.whose[usual.cube.customer_of] if usual.cube.customer_of.size else usual.whose
    for at, cells in enumerate(usual.cube.cells):
        chosen = who[whose[cells.places]]
        quantities, users = cells.quantities[chosen], whose[cells.places[chosen]]
        before, _ = _above(was, where, cells, quantities)
        after, units = _above(becomes, where, cells, quantities)
        units = np.where((before > 0) & (after > 0), units, 0)
        for row, part in enumerate((before * units, after * units, units)):
            found[row, :, at] = np.bincount(users, part, usual.customers)
    units = found[2]
    prices = (np.divide(sums, units, out=np.zeros_like(units), where=units > 0) for sums in found[:2])
    return (*prices, units / usual.months[:, None])


def _above(charges: Charges, where: tuple[str, str], cells: Cells, quantities: Numbers) -> tuple[Floats, Floats]:
    """A dimension's quantities on a rail and tier → the price of one more unit of each, and the units above."""
    nothing = np.zeros(quantities.size)
    asked = charges.terms(Segment(*where), cells.dimension)
    if asked is None or asked[1].quantity is None:
        return nothing, nothing
    price, allowance = asked
    units = np.maximum(quantities / 10**cells.scale - float(asked[1].quantity), 0)
    if price.per_event:
        return nothing, units
    if charges.terms.tariffs.obstacle(price):
        return _one_by_one(price, allowance, quantities, cells.scale, units), units
    return _sloped(charges.terms.tariffs.of(price, allowance, cells.scale), price, quantities, cells.scale), units


def _sloped(tariff: Tariff, price: Price, quantities: Numbers, scale: int) -> Floats:
    """The slope of the straight piece that the next unit falls into, in USD a natural unit."""
    edges = np.array([min(edge, _FURTHEST) for edge in tariff.above], np.int64)
    per_step = np.array(tariff.slopes, np.float64) / tariff.divisor / 10**price.currency.exponent
    per_unit = per_step / float(price.unit_size) if tariff.packages else per_step * 10**scale
    slopes: Floats = per_unit[np.searchsorted(edges, quantities, side="right") - 1]
    return slopes


def _one_by_one(price: Price, allowance: Allowance, quantities: Numbers, scale: int, units: Floats) -> Floats:
    """The same for prices with modifiers: the exact difference that one more unit makes, zero where it makes none."""
    found = np.zeros(quantities.size)
    for at in np.flatnonzero(units > 0):
        quantity = decimal(int(quantities[at]), scale)
        charges = [rate(price, allowance, one).exact for one in (quantity, EXACT.add(quantity, ONE))]
        found[at] = max(float((charges[1] or 0) - (charges[0] or 0)), 0.0)
    return found
