"""Charges over more than one look at a period: what is still due, what a restated total books, windows of their own.

Usage is rated on the quantity cumulated over the period, and what was rated before is subtracted (rule C4): splitting
a period never changes its total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial

from lib.catalog.allowance import Allowance
from lib.catalog.price import Price
from lib.money import EXACT
from lib.rating.charge import ZERO, Charge, RatingError
from lib.rating.pipeline import rate

Window = tuple[Price, Allowance, Decimal]


def due(
    price: Price,
    allowance: Allowance,
    quantity: Decimal,
    before: Decimal | None = None,
    billed: Decimal | None = None,
    *,
    events: Sequence[Decimal] | None = None,
    picked_by: Decimal | None = None,
    is_final: bool = True,
    fraction: Fraction = Fraction(1),
) -> Decimal:
    """A quantity after `before` was rated in the same period → what it adds, exact: price(both) − price(before).

    None means that nothing was rated yet, which is not the same as zero: a first flat fee stands at zero usage. Where
    the money `billed` so far is known, it is subtracted instead, and what is due is never below zero. A minimum is due
    on the period's final line only. A price that looks at single events needs those rated before, not their sum.
    """
    if events is not None and before:
        raise RatingError(f"the {before} rated before were events; pass all the period's events and what was billed")
    look = partial(rate, price, allowance, picked_by=picked_by, fraction=fraction)
    with localcontext(EXACT):
        now = _exact(look((before or ZERO) + quantity, events=events, is_final=is_final))
        if billed is not None:
            return max(now - billed, ZERO)
        if before is None:
            return now
        return now - _exact(look(before, events=None if events is None else (), is_final=False))


def rerated(price: Price, allowance: Allowance, was: Decimal, becomes: Decimal, *, is_final: bool = True) -> Decimal:
    """A period's total restated from one quantity to another → the difference of the two rounded lines.

    Below zero where the customer gets money back: a line that Stripe can carry and AWS metering cannot.
    """
    booked = rate(price, allowance, was, is_final=is_final).amount
    owed = rate(price, allowance, becomes, is_final=is_final).amount
    if booked is None or owed is None:
        raise RatingError(f"usage that is {allowance} has no price, so nothing can be booked for it")
    return EXACT.subtract(owed, booked)


def rate_windows(windows: Iterable[Window], *, is_final: bool = True) -> Decimal:
    """Windows that each restart allowance, bands and commitment, by declaration of the price → their exact sum."""
    with localcontext(EXACT):
        return sum((_exact(rate(*window, is_final=is_final)) for window in windows), ZERO)


def _exact(charge: Charge) -> Decimal:
    if charge.exact is None:
        raise RatingError(f"usage that is {charge.allowance} has no price")
    return charge.exact
