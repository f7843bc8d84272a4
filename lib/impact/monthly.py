"""Bills by month: as they fall due, or with every fee spread over the months it pays for.

A year that is paid at once is no surprise to the customer who pays it. Whoever asks how much a bill jumps, or what a
tier costs in a stretch of months, spreads the fees first, and then needs those that fell due before the stretch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.book import Book
from lib.contracts import Contract, Reach, Shelf
from lib.money import EXACT
from lib.outcome import Line, Population, Window, outcome
from lib.periods import add_months, month_end, month_of, months_between

FEES = ("base", "proration")
ZERO = Decimal(0)
Bills = Mapping[str, Mapping[date, Decimal]]  # by customer and month
Piece = tuple[Line, date, Decimal]  # what a line costs of one month


def spread_bills(lines: Iterable[Line], window: Window) -> dict[str, dict[date, Decimal]]:
    """Lines → every customer's bills by month, fees spread over theirs, for the months of the window alone.

    To 60 digits, not to a coin.
    """
    return _by_customer(pieces(lines, window))


def earlier_fees(
    books: Shelf | Sequence[Book], population: Population, window: Window, reach: Mapping[str, Reach]
) -> tuple[Line, ...]:
    """The fees and credits that fell due before a window, under the same books: some of them pay for its months."""
    unused = Population(population.contracts, ())
    lines = outcome(books, unused, (date.min, window[0]), reach).lines
    return tuple(line for line in lines if line.kind in FEES and line.period and line.period.end_on > window[0])


def pieces(lines: Iterable[Line], window: Window) -> Iterator[Piece]:
    """Lines → what each costs of every month of the window; a line without a price has no piece.

    A fee has equal parts in as many months as it pays for, from the month its period starts in; a credit takes from
    the last of them. Every other line belongs to its own month.
    """
    for line in lines:
        if line.amount is None:
            continue
        months = _months(line)
        part = line.amount if len(months) == 1 else EXACT.divide(line.amount, Decimal(len(months)))
        yield from ((line, month, part) for month in months if window[0] <= month < window[1])


def whole_months(contracts: Iterable[Contract], window: Window) -> list[date]:
    """The months of a window that contracts of one customer, or one contract, ran from the first to the last day."""
    running = [contract for contract in contracts if contract.started_on < window[1]]
    return [
        month
        for month in months_between(*window)
        if any(one.runs_on(month) for one in running)
        and any(one.runs_on(month_end(month) - timedelta(days=1)) for one in running)
    ]


def _months(line: Line) -> list[date]:
    period = line.period
    if period is None or line.kind not in FEES:
        return [line.month]
    months = _months_of(period.start_on, period.end_on)
    return months[-len(_months_of(period.due_on, period.end_on)) :] if line.kind == "proration" else months


def _months_of(start_on: date, end_on: date) -> list[date]:
    """As many months as lie between two days, one at least, from the month of the first."""
    count = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    return [add_months(month_of(start_on), number) for number in range(max(count, 1))]


def _by_customer(found: Iterable[Piece]) -> dict[str, dict[date, Decimal]]:
    bills: dict[str, dict[date, Decimal]] = {}
    for line, month, amount in found:
        own = bills.setdefault(line.contract.customer_id, {})
        own[month] = EXACT.add(own.get(month, ZERO), amount)
    return bills
