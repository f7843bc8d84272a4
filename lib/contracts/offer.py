"""Private offers: what one customer negotiated in place of the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.document import BookError
from lib.catalog.price import Band, Price
from lib.money import EXACT, USD, Currency, round_line, text, total
from lib.refusal import Refusal

MONTHS_PER_YEAR = 12
LONGEST_YEARS = 5  # AWS seller guide: private offers run up to 60 months


class ContractError(Refusal):
    """A contract or an offer that cannot be billed as it is written; the message says what to write instead."""


@dataclass(frozen=True)
class Instalment:
    """One dated part of an offer's price."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True)
class MultiYear:
    """A commitment to several years at `discount` (a fraction) off the list price of each year."""

    years: int
    discount: Decimal

    def __post_init__(self) -> None:
        if not 1 <= self.years <= LONGEST_YEARS:
            raise ContractError(f"a multi-year offer runs {self.years} years; write 1 to {LONGEST_YEARS}")
        if not 0 <= self.discount < 1:
            raise ContractError(f"a multi-year discount of {text(self.discount)} is no fraction; write 25 % as 0.25")

    def price(self, yearly_list: Decimal, currency: Currency = USD) -> Decimal:
        """The list price of a year → the price of the whole term.

        Each year's price is rounded to the coin and the term costs its years, so that a yearly invoice and the whole
        term never differ by a cent.
        """
        discounted = EXACT.multiply(yearly_list, EXACT.subtract(Decimal(1), self.discount))
        return EXACT.multiply(round_line(discounted, currency), Decimal(self.years))


@dataclass(frozen=True)
class Offer:
    """A private offer: one customer's own terms; what it leaves open is the tier's.

    `price` is per billed period; None follows the list price under `multi_year`, and without that the price is by
    contract. `allowances` replace the tier's and `bands` a dimension's unit prices. `monthly_minimum` is the least
    that a month's usage costs. `instalments` are the dated parts of `price`; without any it is due at the start.
    """

    offer_id: str
    price: Decimal | None
    allowances: Mapping[str, Allowance] = field(default_factory=dict)
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)
    monthly_minimum: Decimal | None = None
    multi_year: MultiYear | None = None
    instalments: tuple[Instalment, ...] = ()

    def __post_init__(self) -> None:
        for name, amount in (("price", self.price), ("minimum", self.monthly_minimum)):
            if amount is not None and not (amount.is_finite() and amount >= 0):
                raise ContractError(f"offer {self.offer_id} has a {name} of {amount}; write zero or more")
        for dimension, bands in self.bands.items():
            try:
                Price(bands)
            except BookError as problem:
                raise ContractError(f"offer {self.offer_id} prices {dimension}: {problem}") from None
        if self.instalments:
            _check_instalments(self)


def _check_instalments(offer: Offer) -> None:
    paid = total(instalment.amount for instalment in offer.instalments)
    if offer.price is None or paid != offer.price:
        price = "none" if offer.price is None else text(offer.price)
        raise ContractError(
            f"offer {offer.offer_id} is paid in instalments of {text(paid)} in all and its price is {price}: "
            "make the two equal"
        )
    if any(instalment.amount <= 0 for instalment in offer.instalments):
        raise ContractError(f"offer {offer.offer_id} has an instalment of zero or less; leave it out")
    days = [instalment.due_on for instalment in offer.instalments]
    if days != sorted(set(days)):
        raise ContractError(f"offer {offer.offer_id} needs its instalments on days that ascend, one a day")
