"""The meter's side of the report: what a month's usage costs now, against what the marketplace was already told.

Money is metered, not quantities: a rate card holds one price per dimension, and included quantities and volume bands
are worked out by us before a cent is sent. What the meter was told is in the records it accepted; of a month without
any on record, what the marketplace invoiced stands for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from lib.contracts import Contract
from lib.money import USD, total
from lib.outcome import Line
from lib.rails import Metering, Rails
from lib.reconciliation.evidence import InvoiceLine
from lib.remittance import last_hour, meter

ONE_FOR_ALL = "usage"
RECORDS, INVOICES = "records", "invoices"  # where what the meter was told is read from
_Item = tuple[str, str, date]  # contract, dimension on the marketplace, usage month


@dataclass(frozen=True)
class Accepted:
    """What the meter accepted of one contract's month and dimension, in its units of a cent; a begun cent is whole."""

    contract_id: str
    customer_id: str
    rail: str
    dimension: str
    month: date
    cents: Decimal


_Party = Contract | InvoiceLine | Accepted


@dataclass(frozen=True)
class MeterLine:
    """One contract's month of one marketplace dimension, in dollars.

    `rated` is what the usage costs now, late usage included; `metered` what the meter was told of it, by its records
    or, where none of the month are on record, by its invoices (`told_by`); `invoiced` what was invoiced. While the
    month is open `due` still goes to the meter and `carried` (zero or negative) waits for later usage. Once it is
    closed the same two are `unsent`, owed to us and never billed, and `uncorrectable`, billed and not owed.
    """

    rail: str
    customer_id: str
    contract_id: str
    dimension: str
    month: date
    rated: Decimal
    metered: Decimal
    due: Decimal
    carried: Decimal
    unsent: Decimal
    uncorrectable: Decimal
    invoiced: Decimal = Decimal(0)
    told_by: str = INVOICES


def metering(
    rated: Iterable[Line],
    invoiced: Iterable[InvoiceLine],
    rails: Rails,
    is_metered: Mapping[str, bool],
    now: datetime,
    accepted: Iterable[Accepted] = (),
) -> tuple[MeterLine, ...]:
    """Usage lines of both sides → what each rail's meter takes at the hour `now`, what is uncorrectable first.

    Entitlements such as seats are bought on the contract and never metered; a rail without a meter has no line. One
    accepted record of a rail's month says that the month's records are there, and then only they say what was told.
    """
    owed, billed, told = _Side(rails), _Side(rails), _Side(rails)
    for line in rated:
        if line.dimension and line.amount and is_metered.get(line.dimension, False):
            owed.add(line.contract, line.dimension, line.month, line.amount)
    for sale in invoiced:
        if sale.kind == "usage" and sale.amount > 0 and is_metered.get(sale.item, False):
            billed.add(sale, sale.item, sale.start_on, sale.amount)
    for record in accepted:
        told.add(record, record.dimension, record.month, record.cents)
    parties = {**told.parties, **billed.parties, **owed.parties}
    on_record = {(parties[item[0]].rail, item[2]) for item in told.amounts}
    lines = [
        _line(
            item,
            parties[item[0]],
            owed.of(item),
            billed.of(item),
            told.of(item) if (parties[item[0]].rail, item[2]) in on_record else None,
            rails,
            now,
        )
        for item in sorted(owed.amounts.keys() | billed.amounts.keys() | told.amounts.keys())
    ]
    return tuple(sorted(lines, key=lambda line: (-line.uncorrectable, -line.unsent, -line.due)))


@dataclass
class _Side:
    """What one side says of each item, and whose contracts it speaks of."""

    rails: Rails
    amounts: dict[_Item, list[Decimal]] = field(default_factory=dict)
    parties: dict[str, _Party] = field(default_factory=dict)

    def add(self, party: _Party, dimension: str, month: date, amount: Decimal) -> None:
        """One amount of it; a rail without a meter has none."""
        if limits := _limits(self.rails, party.rail):
            self.parties.setdefault(party.contract_id, party)
            self.amounts.setdefault(_item(limits, party.contract_id, dimension, month), []).append(amount)

    def of(self, item: _Item) -> Decimal:
        """Everything it says of an item."""
        return total(self.amounts.get(item, ()))


def _whole(cents: Decimal) -> int:
    """A meter that takes decimals may have been told parts of a cent: a begun one cannot be sent again."""
    return int(cents.to_integral_value(ROUND_CEILING))


def _line(
    item: _Item,
    party: _Party,
    rated: Decimal,
    invoiced: Decimal,
    accepted: Decimal | None,
    rails: Rails,
    now: datetime,
) -> MeterLine:
    """One item's balance; `accepted` is in cents, and None where no record of the month was kept."""
    limits = _limits(rails, party.rail)
    assert limits is not None, "only lines of a metered rail come here"
    closes = last_hour(item[2], limits.closes_after_hours)
    cents = int(invoiced.scaleb(USD.exponent)) if accepted is None else _whole(accepted)
    found = meter([(now, rated)], cents, limits.largest_record, closes)
    return MeterLine(
        party.rail,
        party.customer_id,
        *item,
        rated=rated,
        metered=cents * USD.coin,
        due=found.cents * USD.coin + found.waiting,
        carried=found.carried,
        unsent=found.unsent,
        uncorrectable=found.uncorrectable,
        invoiced=invoiced,
        told_by=INVOICES if accepted is None else RECORDS,
    )


def _limits(rails: Rails, key: str) -> Metering | None:
    rail = rails.get(key)
    return rail.metering if rail else None


def _item(limits: Metering, contract_id: str, dimension: str, month: date) -> _Item:
    """Each dimension has a marketplace dimension of its own, or one carries the whole bill."""
    return contract_id, ONE_FOR_ALL if limits.dimensions == "one_for_all" else dimension, month
