"""Charges over more than one look at a period: what is still due, what a restated total books, windows of their own.

Usage is rated on the quantity cumulated over the period, and what was rated before is subtracted (rule C4): splitting
a period never changes its total.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction

from lib.catalog.allowance import Allowance
from lib.catalog.price import Price
from lib.money import EXACT
from lib.rating.charge import ZERO, RatingError
from lib.rating.pipeline import rate

Window = tuple[Price, Allowance, Decimal]


def due(
    price: Price,
    allowance: Allowance,
    quantity: Decimal,
    before: Decimal | None = None,
    billed: Decimal | None = None,
    *,
    is_final: bool = True,
    fraction: Fraction = Fraction(1),
) -> Decimal:
    """A quantity after `before` was rated in the same period → what it adds, exact: price(both) − price(before).

    None means that nothing was rated yet, which is not the same as zero: a first flat fee stands at zero usage. Where
    the money `billed` so far is known, it is subtracted instead, and what is due is never below zero. A minimum is due
    on the period's final line only.
    """
    with localcontext(EXACT):
        now = _exact(price, allowance, (before or ZERO) + quantity, is_final, fraction)
        if billed is not None:
            return max(now - billed, ZERO)
        return now - (ZERO if before is None else _exact(price, allowance, before, False, fraction))


def rerated(price: Price, allowance: Allowance, was: Decimal, becomes: Decimal) -> Decimal:
    """A period's total restated from one quantity to another → the difference of the two rounded lines.

    Below zero where the customer gets money back: a line that Stripe can carry and AWS metering cannot.
    """
    booked, owed = rate(price, allowance, was).amount, rate(price, allowance, becomes).amount
    if booked is None or owed is None:
        raise RatingError(f"usage that is {allowance} has no price, so nothing can be booked for it")
    return EXACT.subtract(owed, booked)


def rate_windows(windows: Iterable[Window]) -> Decimal:
    """Windows that each restart allowance, bands and commitment, by declaration of the price → their exact sum."""
    with localcontext(EXACT):
        return sum((_exact(price, allowance, used, True, Fraction(1)) for price, allowance, used in windows), ZERO)


def _exact(price: Price, allowance: Allowance, quantity: Decimal, is_final: bool, fraction: Fraction) -> Decimal:
    exact = rate(price, allowance, quantity, is_final=is_final, fraction=fraction).exact
    if exact is None:
        raise RatingError(f"usage that is {allowance} has no price")
    return exact
