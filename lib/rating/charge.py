"""The nouns of rating: a charge, the bands it went through, and what each modifier did to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.money import USD, Currency
from lib.refusal import Refusal

ZERO = Decimal(0)


class RatingError(Refusal):
    """A usage that cannot be rated; the message says why."""


@dataclass(frozen=True)
class BandCharge:
    """What one band contributes: units priced in it, the price of `unit_size` units, the unrounded amount."""

    from_quantity: Decimal
    quantity: Decimal
    unit_price: Decimal
    flat_fee: Decimal
    amount: Decimal


@dataclass(frozen=True)
class EventCharge:
    """What one event of a percentage price contributes: its value, the part that is charged, the unrounded amount."""

    value: Decimal
    charged: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Step:
    """What one modifier did: its kind, its terms in words, and the amount it added; below zero it took off."""

    kind: str
    words: str
    effect: Decimal


@dataclass(frozen=True)
class Charge:
    """One explained line: counted = included + overage; `amount` is the rounded line, `exact` the unrounded sum.

    `quantity` is what was metered, `counted` the same in billed units. Bands (or events), then `steps`, add up to
    `exact`. `status` is rated, within_allowance, unlimited, not_billed (another dimension counts the same usage),
    blocked (what is above was refused, so it is not billed), not_offered, by_contract or not_set; in the last three the
    usage has no price, so `exact` and `amount` are None and never zero. Amounts are in `currency`, to its coin.
    """

    quantity: Decimal
    counted: Decimal
    allowance: Allowance
    included: Decimal
    overage: Decimal
    bands: tuple[BandCharge, ...]
    exact: Decimal | None
    amount: Decimal | None
    status: str
    currency: Currency = USD
    events: tuple[EventCharge, ...] = ()
    steps: tuple[Step, ...] = ()
