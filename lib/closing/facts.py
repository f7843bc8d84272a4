"""What a month is closed on: lines of invoices, dated movements of a rail, and days when something was given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import EXACT

ZERO = Decimal(0)
TAX, OTHER, REFUND, CREDIT_NOTE, FEE, PAYOUT, CHARGE = (
    "tax",
    "other",
    "refund",
    "credit_note",
    "fee",
    "payout",
    "charge",
)


@dataclass(frozen=True)
class Line:
    """A line of an invoice, in USD after its discount and without tax; `discount` is what coupons took off.

    Its service period ends before `end`; a line without one is earned on the day of the invoice. `ended_on` is the day
    its contract ended, where it has.
    """

    rail: str
    reference: str
    customer_id: str | None
    amount: Decimal
    invoiced_on: date
    start: date | None
    end: date | None
    discount: Decimal = ZERO
    ended_on: date | None = None


@dataclass(frozen=True)
class Movement:
    """A dated change to what a rail owes us for an invoice, by its part, with the signs of marts.invoice_movement.

    What is given back `holds_tax` where it is a part of the whole invoice; else the tax comes back by itself.
    """

    rail: str
    reference: str
    part: str
    on: date
    amount: Decimal
    holds_tax: bool = False


@dataclass(frozen=True)
class Turn:
    """A day on which something was given back, of what we asked for or of what the rail charged.

    It came off what was not earned yet, then off what was. `released` is what stayed deferred of a service that ended
    on that day, and is earned on it; `tax` is what of the tax went back too.
    """

    on: date
    from_deferred: Decimal
    from_earned: Decimal
    released: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """What was given back, without the tax."""
        return EXACT.add(self.from_deferred, self.from_earned)
