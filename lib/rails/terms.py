"""On what terms something is sold on a rail: all that its fee depends on beside the amount, the day and the method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.rails.fees import OFFERS, Sale

PUBLIC, PRIVATE = OFFERS


@dataclass(frozen=True)
class Terms:
    """What decides the fee of one contract's sales, as the rail's feeds tell: a public offer unless they say more.

    `contract_value` is the whole contract's in USD, which a private offer's fee is banded on; None is unknown.
    """

    offer: str = PUBLIC
    contract_value: Decimal | None = None
    renewal: bool = False
    channel_partner: bool = False

    @property
    def lacks_value(self) -> bool:
        """Whether the fee's band is not known: a renewal's fee has none."""
        return self.offer == PRIVATE and not self.contract_value and not self.renewal

    def sale(self, rail: str, method: str, amount: Decimal, on: date) -> Sale:
        """An amount of zero or more, sold on these terms; without the contract's value its band is the amount's own."""
        is_private = self.offer == PRIVATE
        return Sale(
            rail=rail,
            method=method,
            amount=amount,
            on=on,
            offer=self.offer,
            contract_value=(self.contract_value or amount) if is_private else None,
            renewal=self.renewal and is_private,
            channel_partner=self.channel_partner and is_private,
        )
