"""Quantities in whole numbers: the coarsest steps that lose nothing, chosen from the quantities themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lib.kernel.rounding import Whole
from lib.kernel.tariff import decimals, whole
from lib.money import EXACT

FINEST, LONGEST = 9, 18  # a quantity is kept as a whole number with at most 9 decimals and 18 digits in all


@dataclass(frozen=True)
class Scaled:
    """Quantities in steps of 10**-scale, each with its place in the order given; `beyond` fit no scale."""

    scale: int
    quantities: Whole
    places: Whole
    beyond: tuple[tuple[int, Decimal], ...]


def scale_down(quantities: Sequence[Decimal]) -> Scaled:
    """Decimals → whole numbers of the coarsest scale that loses nothing.

    What is too fine, too large, below zero or no number at all is beyond: `rate` answers or refuses it.
    """
    fine = [_plain_decimals(quantity) if quantity.is_finite() else FINEST + 1 for quantity in quantities]
    scale = max((places for places in fine if places <= FINEST), default=0)
    fits, beyond = [], []
    for at, (quantity, places) in enumerate(zip(quantities, fine, strict=True)):
        is_kept = places <= FINEST and quantity >= 0 and quantity.adjusted() + scale < LONGEST
        fits.append(at) if is_kept else beyond.append((at, quantity))
    kept = np.array([whole(quantities[at], scale) for at in fits], np.int64)
    return Scaled(scale, kept, np.array(fits, np.int64), tuple(beyond))


def _plain_decimals(quantity: Decimal) -> int:
    """The decimals a quantity needs; zeros at its end need none, however many were written."""
    return decimals(quantity.normalize(EXACT))


def decimal(steps: int, scale: int) -> Decimal:
    """Steps of 10**-scale → the decimal they stand for."""
    return EXACT.scaleb(Decimal(steps), -scale)
