"""What is sold through us and shared: one rounding, and the two parts add up to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.money import EXACT, USD, Currency, round_line, text
from lib.rating.charge import RatingError


@dataclass(frozen=True)
class Shares:
    """What of a gross amount is ours and what is theirs: amounts to the coin that add up to the gross exactly."""

    ours: Decimal
    theirs: Decimal


def shared(gross: Decimal, our_rate: Decimal, currency: Currency = USD) -> Shares:
    """A gross amount in whole coins and our part of it, a fraction → both shares; ours is rounded, the rest is theirs.

    A refund, below zero, takes back from both what the sale gave them. A gross with parts of a coin is refused, because
    no two shares in coins add up to it.
    """
    if not 0 <= our_rate <= 1:
        raise RatingError(f"our share is {text(our_rate)}; write a fraction from 0 to 1, as in 0.3")
    if gross != round_line(gross, currency):
        raise RatingError(f"the gross to share is {text(gross)}; write it to the coin, as it was sold")
    ours = round_line(EXACT.multiply(gross, our_rate), currency)
    return Shares(ours, EXACT.subtract(gross, ours))
