"""Money against money: discounts, true-ups, limits and credits, none of which ever makes a bill negative.

Amounts go in and come out exact unless a function says that it rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from lib.catalog.price import PER_CENT, Discount
from lib.money import EXACT, USD, Currency, round_line, share
from lib.rating.charge import ZERO, RatingError


def discounted(amount: Decimal, discounts: Iterable[Discount]) -> Decimal:
    """An amount → what is left of it after discounts, taken in their order and never below zero."""
    with localcontext(EXACT):
        for discount in discounts:
            off = discount.fixed if discount.percent is None else amount * discount.percent / PER_CENT
            amount = max(amount - (off or ZERO), ZERO)
    return amount


def true_up(
    minimum: Decimal,
    fees: Iterable[Decimal],
    prorated_fees: Iterable[Decimal] = (),
    fraction: Fraction = Fraction(1),
    currency: Currency = USD,
) -> Decimal:
    """What is missing to a minimum of a part period: minimum × fraction less the fees of the period, never below zero.

    The minimum and the fees that are prorated with it are each rounded to a coin before they are subtracted, because
    that is how they stand on an invoice; a whole period's are taken as they are.
    """
    with localcontext(EXACT):
        due = _part(minimum, fraction, currency)
        counted = sum((_part(fee, fraction, currency) for fee in prorated_fees), ZERO) + sum(fees, ZERO)
        return max(due - counted, ZERO)


def above_limit(amount: Decimal, limit: Decimal, billed: Decimal) -> Decimal:
    """The part of an amount that lies above a period's spending limit, after what was billed already."""
    with localcontext(EXACT):
        return min(amount, max(billed + amount - limit, ZERO))


@dataclass(frozen=True)
class Drawn:
    """What prepaid credits paid of an amount: the part drawn from each, in their order, and what is left to pay."""

    parts: tuple[Decimal, ...]
    left: Decimal


def draw(owed: Decimal, credits: Sequence[Decimal]) -> Drawn:
    """An amount owed and prepaid credits by priority → what is drawn from each; neither ever falls below zero."""
    parts, left = list[Decimal](), owed
    with localcontext(EXACT):
        for credit in credits:
            if credit < 0:
                raise RatingError(f"a credit of {credit} is a debt; prepaid credits are zero or more")
            parts.append(max(min(credit, left), ZERO))
            left -= parts[-1]
    return Drawn(tuple(parts), left)


def _part(amount: Decimal, fraction: Fraction, currency: Currency) -> Decimal:
    return amount if fraction == 1 else round_line(share(amount, fraction), currency)
