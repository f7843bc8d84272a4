"""What the marketplace's meter is told: money in whole cents or whole units, hour by hour, and never anything back.

A marketplace's rate card holds one price per dimension: no included quantity and no volume band. So we rate the
month so far ourselves and send what it has grown by. A record is a whole number above zero and no larger than the
meter takes; nothing ever lowers what was sent. A month that falls is carried until later usage has consumed it, and
what is still too much when the month closes can be corrected by nobody but a person.

The limits are dated facts of `data/rails.toml` and come as arguments. What is entitled and not metered, such as
seats, is bought on the contract and never comes here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal, localcontext

from lib.money import EXACT, USD, Currency, exact, round_line, text
from lib.periods import month_end
from lib.refusal import Refusal

HOUR = timedelta(hours=1)


class RemittanceError(Refusal):
    """Usage or limits that cannot be metered; the message says which and what to do."""


@dataclass(frozen=True)
class Units:
    """What one hour sends, in whole marketplace units, and the usage that is paid for afterwards, in our units."""

    units: int
    remembered: Decimal


@dataclass(frozen=True)
class Record:
    """One usage record: a whole UTC hour, and a number of cents above zero."""

    hour: datetime
    cents: int


@dataclass(frozen=True)
class Metered:
    """What the meter is told of one month and dimension, and what is left over; amounts are money, not cents.

    While the month is open `carried` (zero or negative) was sent too much and waits for later usage, and `waiting` is
    owed and goes with the next hour. Once it is closed the same two are `uncorrectable` and `unsent`.
    """

    records: tuple[Record, ...]
    carried: Decimal
    waiting: Decimal
    uncorrectable: Decimal
    unsent: Decimal

    @property
    def cents(self) -> int:
        """The sum of the records."""
        return sum(record.cents for record in self.records)


def units_due(total_usage: Decimal, contract_units: Decimal, remitted: Decimal, factor: Decimal) -> Units:
    """A month's usage so far → the whole marketplace units still due, and the usage that they pay for.

    `factor` is marketplace units per unit of usage; `contract_units` marketplace units the contract already pays;
    `remitted` the usage earlier records paid for. A begun unit is a whole one and is remembered as such: the next
    hour starts from what was paid, not from what was used (billing-anchors, pitfall 35).
    """
    if factor <= 0:
        raise RemittanceError(f"the factor is {text(factor)}; say how many marketplace units a unit of usage is")
    if min(total_usage, contract_units, remitted) < 0:
        raise RemittanceError("usage, the contract's units and what was remitted cannot be below zero")
    with localcontext(EXACT) as context:
        open_units = total_usage * factor - contract_units - remitted * factor
        units = max(0, int(open_units.to_integral_value(ROUND_CEILING)))
        # A third has no last digit: what is remembered is rounded up, so that no hour finds a speck of it unpaid.
        context.rounding = ROUND_CEILING
        return Units(units, remitted + units / factor if units else remitted)


def meter(
    cumulated: Iterable[tuple[datetime, Decimal]],
    metered_cents: int,
    largest_record: int,
    last_hour: datetime,
    currency: Currency = USD,
) -> Metered:
    """What a month has cost by each hour, and the cents already sent for it → the records, and what is left over.

    An amount is the month's so far, rounded once to cents: each hour sends what it is owed less what was sent, where
    that is above zero. What a record cannot hold goes with the next hour given. An hour may come twice if it says
    the same; the month is closed once the hours reach `last_hour`, the last one that can send.
    """
    if metered_cents < 0:
        raise RemittanceError(f"{metered_cents} cents were sent already; nothing below zero can have been sent")
    if largest_record <= 0:
        raise RemittanceError(f"the largest record is {largest_record}; it must hold at least one cent")
    hours = _by_hour(cumulated, currency)
    records: list[Record] = []
    sent = metered_cents
    for hour, owed in hours:
        due = min(owed - sent, largest_record)
        if due > 0 and hour <= last_hour:
            records.append(Record(hour, due))
            sent += due
    balance = (hours[-1][1] if hours else metered_cents) - sent
    return _metered(tuple(records), balance * currency.coin, bool(hours) and hours[-1][0] >= last_hour)


def window_end(at: datetime) -> datetime:
    """The moment of use → the whole UTC hour its window ends with: a function of the usage, never of a clock."""
    moment = _utc(at)
    return moment.replace(minute=0, second=0, microsecond=0) + HOUR


def last_hour(month: date, closes_after_hours: int) -> datetime:
    """The last hour in which the usage of a month can be sent; so many hours into the month after it."""
    end = month_end(month)
    return datetime(end.year, end.month, end.day, tzinfo=UTC) + closes_after_hours * HOUR


def _metered(records: tuple[Record, ...], balance: Decimal, is_closed: bool) -> Metered:
    """A balance above zero is owed to us, one below zero was sent too much; neither can move once the month closed."""
    nothing = Decimal(0)
    over, under = min(balance, nothing), max(balance, nothing)
    if is_closed:
        return Metered(records, nothing, nothing, abs(over), under)
    return Metered(records, over, under, nothing, nothing)


def _by_hour(cumulated: Iterable[tuple[datetime, Decimal]], currency: Currency) -> list[tuple[datetime, int]]:
    """Hours in order with the cents owed by each."""
    owed: dict[datetime, int] = {}
    for at, amount in cumulated:
        hour, cents = _whole_hour(at), int(round_line(exact(amount), currency).scaleb(currency.exponent))
        if owed.setdefault(hour, cents) != cents:
            raise RemittanceError(
                f"{hour:%Y-%m-%d %H:00} UTC is rated twice, at {owed[hour]} and at {cents} cents; "
                "the meter refuses a second record of an hour: keep one"
            )
    return sorted(owed.items())


def _whole_hour(at: datetime) -> datetime:
    hour = _utc(at)
    if (hour.minute, hour.second, hour.microsecond) != (0, 0, 0):
        raise RemittanceError(f"{at} is no whole hour; take the hour its window ends with")
    return hour


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise RemittanceError(f"{at} has no time zone; the meter counts UTC hours")
    return at.astimezone(UTC)
