"""The ledgers that the desk draws from the marts: the course of every invoice, and what of the record is in none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib import closing
from lib.closing import Chart, Course, Entry, LedgerLine, Line, Movement
from lib.closing.facts import CHARGE, REFUND
from lib.desk.currencies import other_currencies
from lib.desk.papers import DeskError, read_document
from lib.money import EXACT, total
from lib.periods import month_end, month_of, months_between

if TYPE_CHECKING:
    from lib.desk.desk import Desk

BY_DAY = "day"


@dataclass(frozen=True)
class Ledgers:
    """The course of every invoice on file, the chart of accounts, and what of the record is not in them, in words.

    `fee_read_as` is the book's reading of the marketplace's fee; `first` the month of the oldest invoice, or None.
    """

    courses: tuple[Course, ...]
    chart: Chart
    fee_read_as: str
    gaps: tuple[str, ...]
    first: date | None

    def ledger(self, month: date) -> tuple[LedgerLine, ...]:
        """Every invoice of which anything happened in a month, or stands at its end."""
        return closing.ledger(self.courses, month)

    def journal(self, month: date) -> tuple[Entry, ...]:
        """Every entry of a month."""
        return closing.journal(self.courses, month, self.chart, self.fee_read_as)


def ledgers(desk: Desk) -> Ledgers:
    """The ledgers of everything that was invoiced on any rail, recognised by data/billing.toml."""
    _insist_on_days(desk.billing)
    ended = {row["contract_id"]: row["ended_on"] for row in desk.warehouse.rows("contract")}
    rows = desk.warehouse.rows("invoice_line")
    moved = desk.warehouse.rows("invoice_movement")
    returned = {(row["rail"], row["movement_id"]): row["moved_on"] for row in moved if row["part"] == REFUND}
    lines = [_line(row, ended) for row in rows if (row["rail"], row["line_id"]) not in returned]
    movements = [*_refunds(rows, returned), *_movements(moved, rows)]
    found = closing.courses(lines, movements)
    placed = tuple(course for course in found if not closing.is_without_lines(course))
    return Ledgers(
        courses=placed,
        chart=closing.parse(read_document(desk.data / "accounts.toml")),
        fee_read_as=desk.book.settings["marketplace_fee"],
        gaps=(*_gaps(found, rows), *other_currencies(desk)),
        first=min((month_of(line.invoiced_on) for line in lines), default=None),
    )


def insist_on_books(desk: Desk, found: Ledgers, month: date) -> None:
    """Refuse a month before the oldest invoice or after the snapshot: its books would be zeros that nobody wrote."""
    last = month_of(desk.recorded_on)
    if found.first is None:
        raise DeskError(f"there are no books of {month:%Y-%m}: no invoice is on record")
    if not found.first <= month <= last:
        raise DeskError(
            f"there are no books of {month:%Y-%m}; invoices are on record from {found.first:%Y-%m} to {last:%Y-%m}"
        )


def deferred_by_month(found: Ledgers, last: date) -> dict[date, dict[str, Decimal]]:
    """What was deferred at the end of every month up to one, by rail."""
    if found.first is None:
        return {}
    months = months_between(found.first, month_end(last))
    return {month: _deferred(found.courses, month_end(month)) for month in months}


def _deferred(courses: Iterable[Course], before: date) -> dict[str, Decimal]:
    by_rail: dict[str, list[Decimal]] = {}
    for course in courses:
        by_rail.setdefault(course.rail, []).append(closing.deferred(course, before))
    return {rail: total(amounts) for rail, amounts in by_rail.items()}


def _insist_on_days(billing: Mapping[str, Any]) -> None:
    by = billing["recognition"]["by"]
    if by != BY_DAY:
        raise DeskError(
            f"data/billing.toml, [recognition] by is {by!r}; revenue is recognised by {BY_DAY!r}: write that"
        )


# From the marts


def _line(row: Mapping[str, Any], ended: Mapping[str, date | None]) -> Line:
    """A row of marts.invoice_line; the service period of usage is its month, whatever the rail's line says."""
    usage = row["usage_month"]
    return Line(
        rail=row["rail"],
        reference=row["invoice_id"],
        customer_id=row["customer_id"],
        amount=row["amount_usd"],
        discount=row["discount_usd"],
        invoiced_on=row["invoiced_on"] or row["period_start_on"],
        start=usage or row["period_start_on"],
        end=month_end(usage) if usage else row["period_end_on"],
        ended_on=ended.get(row["contract_id"]),
    )


def _refunds(rows: Iterable[Mapping[str, Any]], returned: Mapping[tuple[str, str], date]) -> list[Movement]:
    """Lines that a rail wrote to give back: off the invoice on the day they were written, to the cent of the line."""
    return [
        Movement(row["rail"], row["invoice_id"], REFUND, on, EXACT.minus(row["amount_usd"]))
        for row in rows
        if (on := returned.get((row["rail"], row["line_id"])))
    ]


def _movements(moved: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> list[Movement]:
    """Every other movement."""
    written = {(row["rail"], row["line_id"]) for row in rows}
    return [
        Movement(row["rail"], row["invoice_id"], row["part"], row["moved_on"], row["amount_usd"], row["holds_tax"])
        for row in moved
        if row["part"] != REFUND or (row["rail"], row["movement_id"]) not in written
    ]


# What is in no ledger, or not where it belongs


def _gaps(found: Iterable[Course], rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    lost = [course for course in found if closing.is_without_lines(course)]
    if lost:
        amount = total(one.amount for course in lost for one in course.moved(CHARGE))
        belongs, it_is, its = ("belongs", "it is", "its") if len(lost) == 1 else ("belong", "they are", "their")
        yield (
            f"{_counted(lost, 'charge')} of ${amount:,f} {belongs} to no invoice whose lines are on file: {it_is} in "
            f"no ledger, and nor are {its} fees and payouts"
        )
    undated = [
        row for row in rows if row["usage_month"] is None and not (row["period_start_on"] and row["period_end_on"])
    ]
    if undated:
        amount = total(row["amount_usd"] for row in undated)
        yield (
            f"{_counted(undated, 'invoice line')} of ${amount:,f} without a service period: earned on the day of the "
            "invoice"
        )


def _counted(some: Sequence[object], what: str) -> str:
    return f"{len(some):,} {what}" if len(some) == 1 else f"{len(some):,} {what}s"
