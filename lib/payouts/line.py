"""One reference on either side: what we expect of a rail, what the rail states, and the two side by side.

A reference is the rail's own invoice where it has one. A gross amount is positive where the customer pays, a fee where
the rail keeps it; a refund is a negative gross, and a fee given back a negative fee. Net is gross less fee.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import EXACT
from lib.payouts.keeping import Sold

ZERO = Decimal(0)


@dataclass(frozen=True)
class Expected:
    """One line of ours in USD: `on` is the day it falls due to be invoiced, `fee` what the schedule keeps of it.

    `words` is the schedule's arithmetic and `sold` what it was made of; `rounded` says how, where not line by line;
    `why` tells what is known of a gross amount that may differ from the rail's.
    """

    rail: str
    reference: str
    customer_id: str | None
    on: date
    gross: Decimal
    fee: Decimal
    words: str = ""
    why: str = ""
    sold: tuple[Sold, ...] = ()
    rounded: str = ""


@dataclass(frozen=True)
class Stated:
    """One line of the rail's in USD: `on` the day it settled, `due_on` the day by which it should be paid out.

    `paid_on` is None while a part of it is not paid out, and `paid` is what was until then; `why` tells what is known
    of a line that we may not have.
    """

    rail: str
    reference: str
    customer_id: str | None
    on: date
    gross: Decimal
    fee: Decimal
    due_on: date | None = None
    paid_on: date | None = None
    paid: Decimal = ZERO
    why: str = ""

    @property
    def left(self) -> Decimal:
        """What of it is not paid out; nothing once it is."""
        return ZERO if self.paid_on else EXACT.subtract(EXACT.subtract(self.gross, self.fee), self.paid)


@dataclass(frozen=True)
class PayoutLine:
    """One reference in its class. The amounts of a side that lacks it are None; differences are theirs less ours.

    `on` is our day, or theirs where we lack it; `due_on` the day by which the money should be paid out, and
    `undisbursed` what of it is not: below zero where we owe the rail.
    """

    rail: str
    reference: str
    customer_id: str | None
    on: date
    verdict: str
    reason: str
    expected_gross: Decimal | None
    expected_fee: Decimal | None
    stated_gross: Decimal | None
    stated_fee: Decimal | None
    due_on: date
    paid_on: date | None = None
    undisbursed: Decimal = ZERO

    @property
    def gross_difference(self) -> Decimal:
        """What the rail took in beyond what we expect, in USD."""
        return EXACT.subtract(self.stated_gross or ZERO, self.expected_gross or ZERO)

    @property
    def fee_difference(self) -> Decimal:
        """What the rail kept beyond what we expect, in USD."""
        return EXACT.subtract(self.stated_fee or ZERO, self.expected_fee or ZERO)

    @property
    def net_difference(self) -> Decimal:
        """What reaches us beyond what we expect, in USD."""
        return EXACT.subtract(self.gross_difference, self.fee_difference)
