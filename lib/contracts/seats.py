"""Extra seats as an entitlement that changes: more of them at once for the rest of the period, fewer at the next.

Seats are counted, not metered: on AWS a change of them is a change of the agreement and never a metering record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.contracts.offer import ContractError
from lib.money import USD, Currency
from lib.periods import Period, instant, unused_part, utc_day
from lib.proration import FeeLine


@dataclass(frozen=True)
class SeatChange:
    """From a day, or an instant, on a contract is entitled to this many seats, included ones too."""

    on: date
    seats: int

    def __post_init__(self) -> None:
        if self.seats < 0:
            raise ContractError(f"{self.seats} seats from {self.on} are fewer than none; write 0 or more")


@dataclass(frozen=True)
class SeatCharge:
    """Seats that fall due together: those above `from_seats` up to `to_seats`, for a share of the period."""

    due_on: date
    start_on: date
    end_on: date
    from_seats: int
    to_seats: int
    share: Fraction
    units: tuple[int, int]


def seat_charges(
    periods: Iterable[Period], changes: Sequence[SeatChange], day_count: str = "day"
) -> Iterator[SeatCharge]:
    """A contract's periods and its seat changes → what falls due, in order of time.

    A period begins with the seats of its first moment. An increase inside it is due at once for what is left of it;
    a decrease waits for the next and credits nothing, so seats that come back before then are not paid twice.
    """
    moments = {instant(change.on): change for change in changes}  # of two changes in one moment the later said counts
    ordered = [moments[moment] for moment in sorted(moments)]
    for period in periods:
        paid_for = 0
        for moment, seats in _steps(period, ordered):
            if seats > paid_for:
                units = unused_part(period.whole_start, period.end, moment, day_count)
                days = (utc_day(moment), utc_day(period.start), utc_day(period.end))
                yield SeatCharge(*days, paid_for, seats, Fraction(*units), units)
                paid_for = seats


def seats_amount(
    charge: SeatCharge, price_per_seat: Decimal, included: Decimal = Decimal(0), currency: Currency = USD
) -> Decimal:
    """The rounded line of one charge, at one price per seat and whole period; included seats cost nothing."""
    extra = max(charge.to_seats - included, Decimal(0)) - max(charge.from_seats - included, Decimal(0))
    return FeeLine(price_per_seat, charge.share, extra).amount(currency)


def _steps(period: Period, ordered: Sequence[SeatChange]) -> list[tuple[date, int]]:
    """The period's first moment with the seats it begins with, then every change inside it."""
    start, end = instant(period.start), instant(period.end)
    before = [change.seats for change in ordered if instant(change.on) <= start]
    inside = [(change.on, change.seats) for change in ordered if start < instant(change.on) < end]
    return [(period.start, before[-1] if before else 0), *inside]
