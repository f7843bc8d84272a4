"""Usage lines of one price and one allowance, many at once: the numbers of `rate`, in whole coins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.catalog.allowance import Allowance
from lib.catalog.price import Price
from lib.kernel.rounding import ROOM, Whole, pieces, runs
from lib.kernel.scale import decimal, scale_down
from lib.kernel.tariff import KernelError
from lib.money import EXACT
from lib.rating import rate


def slower_line(price: Price, allowance: Allowance, quantity: Decimal) -> int:
    """One line on the exact slower path, in coins."""
    amount = rate(price, allowance, quantity).amount
    if amount is None:
        raise KernelError(f"nobody set what becomes of usage above {allowance}: rate it line by line")
    return int(EXACT.scaleb(amount, price.currency.exponent))


@dataclass(frozen=True)
class Lines:
    """Rounded lines in the order of their quantities, in coins; `amounts` is None where usage has no price.

    `amounts` holds 64-bit whole numbers, or Python's own where a line is too large for them. `status` is rated,
    unlimited, not_billed, not_offered, by_contract or not_set; `slower` counts the cells that took the exact slower
    path.
    """

    amounts: NDArray[Any] | None
    status: str
    slower: int = 0


def unpriced(allowance: Allowance) -> str | None:
    """The status of usage without a price, which is never zero; None where there is a price."""
    is_priced = allowance.quantity is not None or allowance.is_free
    return None if is_priced else allowance.kind.replace(" ", "_")


def rate_cells(price: Price, allowance: Allowance, quantities: Whole, scale: int) -> Lines:
    """One price, one allowance and quantities in steps of 10**-scale → their rounded lines, as `rate` gives them.

    A quantity below zero goes to `rate`, which refuses it unless the price mirrors it.
    """
    if status := unpriced(allowance):
        return Lines(None, status)
    order = np.argsort(quantities)
    ordered = quantities[order]
    amounts, slower = _ordered(price, allowance, ordered, scale)
    result = np.empty_like(amounts)
    result[order] = amounts
    return Lines(result, allowance.kind.replace(" ", "_") if allowance.quantity is None else "rated", slower)


def _ordered(price: Price, allowance: Allowance, ordered: Whole, scale: int) -> tuple[NDArray[Any], int]:
    first = int(np.searchsorted(ordered, 0))
    known = pieces(price, allowance, scale, int(ordered[-1])) if first < ordered.size else ()
    amounts: NDArray[Any] = np.zeros(ordered.size, np.int64)
    slow = list(range(first))
    for piece, begin, end in runs(known, ordered[first:]):
        if piece.rounded:
            piece.into(ordered[first + begin : first + end], amounts[first + begin : first + end])
        else:
            slow += range(first + begin, first + end)
    lines = [slower_line(price, allowance, decimal(int(ordered[at]), scale)) for at in slow]
    if any(abs(line) >= ROOM for line in lines):
        amounts = amounts.astype(object)
    for at, line in zip(slow, lines, strict=True):
        amounts[at] = line
    return amounts, len(slow)


def amounts(price: Price, allowance: Allowance, quantities: Sequence[Decimal]) -> list[Decimal | None]:
    """One price, one allowance and quantities → `rate(...).amount` of each; None where usage has no price."""
    if unpriced(allowance):
        return [None] * len(quantities)
    scaled = scale_down(quantities)
    lines = rate_cells(price, allowance, scaled.quantities, scaled.scale).amounts
    assert lines is not None
    found: list[Decimal | None] = [None] * len(quantities)
    for at, line in zip(scaled.places.tolist(), lines.tolist(), strict=True):
        found[at] = decimal(line, price.currency.exponent)
    for at, quantity in scaled.beyond:
        found[at] = rate(price, allowance, quantity).amount
    return found
