"""The meter's side of the report: what a month's usage costs now, against what the marketplace was already told.

Money is metered, not quantities: a rate card holds one price per dimension, and included quantities and volume bands
are worked out by us before a cent is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lib.contracts import Contract
from lib.money import USD, total
from lib.outcome import Line
from lib.rails import Metering, Rails
from lib.reconciliation.evidence import InvoiceLine
from lib.remittance import last_hour, meter

ONE_FOR_ALL = "usage"
_Item = tuple[str, str, date]  # contract, dimension on the marketplace, usage month


@dataclass(frozen=True)
class MeterLine:
    """One contract's month of one marketplace dimension, in dollars.

    `rated` is what the usage costs now, late usage included; `metered` what was invoiced of it. While the month is
    open `due` still goes to the meter and `carried` (zero or negative) waits for later usage. Once it is closed the
    same two are `unsent`, owed to us and never billed, and `uncorrectable`, billed and not owed.
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


def metering(
    rated: Iterable[Line], invoiced: Iterable[InvoiceLine], rails: Rails, is_metered: Mapping[str, bool], now: datetime
) -> tuple[MeterLine, ...]:
    """Usage lines of both sides → what each rail's meter takes at the hour `now`, what is uncorrectable first.

    Entitlements such as seats are bought on the contract and never metered; a rail without a meter has no line.
    """
    owed: dict[_Item, list[Decimal]] = {}
    told: dict[_Item, list[Decimal]] = {}
    sides: dict[str, Contract | InvoiceLine] = {}
    for line in rated:
        limits = _limits(rails, line.contract.rail)
        if limits and line.dimension and line.amount and is_metered.get(line.dimension, False):
            sides[line.contract.contract_id] = line.contract
            owed.setdefault(_item(limits, line.contract.contract_id, line.dimension, line.month), []).append(
                line.amount
            )
    for sale in invoiced:
        limits = _limits(rails, sale.rail)
        if limits and sale.kind == "usage" and sale.amount > 0 and is_metered.get(sale.item, False):
            sides.setdefault(sale.contract_id, sale)
            told.setdefault(_item(limits, sale.contract_id, sale.item, sale.start_on), []).append(sale.amount)
    lines = [
        _line(item, sides[item[0]], total(owed.get(item, ())), total(told.get(item, ())), rails, now)
        for item in sorted(owed.keys() | told.keys())
    ]
    return tuple(sorted(lines, key=lambda line: (-line.uncorrectable, -line.unsent, -line.due)))


def _line(
    item: _Item, side: Contract | InvoiceLine, rated: Decimal, metered: Decimal, rails: Rails, now: datetime
) -> MeterLine:
    limits = _limits(rails, side.rail)
    assert limits is not None, "only lines of a metered rail come here"
    closes = last_hour(item[2], limits.closes_after_hours)
    cents = int(metered.scaleb(USD.exponent))
    found = meter([(now, rated)], cents, limits.largest_record, closes)
    due = found.cents * USD.coin + found.waiting
    return MeterLine(
        side.rail, side.customer_id, *item, rated, metered, due, found.carried, found.unsent, found.uncorrectable
    )


def _limits(rails: Rails, key: str) -> Metering | None:
    rail = rails.get(key)
    return rail.metering if rail else None


def _item(limits: Metering, contract_id: str, dimension: str, month: date) -> _Item:
    """Each dimension has a marketplace dimension of its own, or one carries the whole bill."""
    return contract_id, ONE_FOR_ALL if limits.dimensions == "one_for_all" else dimension, month
