"""The course of one invoice at a rail: what it asked for, when that is earned, and every dated thing that befell it.

Everything is dated, so that a month only ever holds what happened up to its end: a refund of a later month leaves the
months before it as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from lib.closing.facts import CHARGE, CREDIT_NOTE, REFUND, TAX, ZERO, Line, Movement, Turn
from lib.closing.fees import Fees, fees
from lib.money import EXACT, round_line, share, total
from lib.recognition import Piece, at_once, earned, over, promised, reversed_on


@dataclass(frozen=True)
class Course:
    """One invoice of one rail. `invoiced_on` is None for what stands on no invoice, such as a fee for a month."""

    rail: str
    reference: str
    customer_id: str | None
    invoiced_on: date | None
    invoiced: Decimal
    discount: Decimal
    revenue: tuple[Piece, ...]
    turns: tuple[Turn, ...]
    fees: Fees
    movements: tuple[Movement, ...]

    def moved(self, part: str) -> Iterator[Movement]:
        """Its movements of one part."""
        return (one for one in self.movements if one.part == part)

    @cached_property
    def span(self) -> tuple[date, date]:
        """Its first day and its last: outside of them nothing of it begins, is earned or moves."""
        asked = [] if self.invoiced_on is None else [self.invoiced_on]
        spread = [day for piece in (*self.revenue, *self.fees.pieces) for day in (piece.start, piece.end)]
        days = [*asked, *spread, *(one.on for one in self.movements)]
        return min(days), max(days)


def courses(lines: Iterable[Line], movements: Iterable[Movement]) -> tuple[Course, ...]:
    """Lines and movements of any invoices → the course of each invoice, by rail and reference."""
    own_lines: dict[tuple[str, str], list[Line]] = {}
    own_movements: dict[tuple[str, str], list[Movement]] = {}
    for line in lines:
        own_lines.setdefault((line.rail, line.reference), []).append(line)
    for one in movements:
        own_movements.setdefault((one.rail, one.reference), []).append(one)
    keys = sorted(own_lines.keys() | own_movements.keys())
    return tuple(_course(*key, own_lines.get(key, []), own_movements.get(key, [])) for key in keys)


def is_without_lines(course: Course) -> bool:
    """Whether a buyer was charged for something of which no invoice line is on file: nobody can say what it was for."""
    return course.invoiced_on is None and any(course.moved(CHARGE))


def _course(rail: str, reference: str, lines: Sequence[Line], movements: Sequence[Movement]) -> Course:
    ordered = sorted(movements, key=lambda one: (one.on, one.part, one.amount))
    pieces = [_spread(line) for line in lines]
    revenue, turns, overs = _given_back(lines, pieces, ordered)
    invoiced_on = min((line.invoiced_on for line in lines), default=None)
    return Course(
        rail=rail,
        reference=reference,
        customer_id=next((line.customer_id for line in lines if line.customer_id), None),
        invoiced_on=invoiced_on,
        invoiced=total(line.amount for line in lines),
        discount=total(line.discount for line in lines),
        revenue=revenue,
        turns=turns,
        fees=fees(pieces, ordered, overs, invoiced_on),
        movements=tuple(ordered),
    )


def _spread(line: Line) -> Piece:
    if line.start is None or line.end is None or line.end <= line.start:
        return at_once(line.amount, line.invoiced_on)
    return over(line.amount, line.start, line.end)


# What is given back


def _given_back(
    lines: Sequence[Line], pieces: Sequence[Piece], movements: Sequence[Movement]
) -> tuple[tuple[Piece, ...], tuple[Turn, ...], set[date]]:
    """Pieces after every refund and credit in order of time, where each came from, and the days after which nothing was
    left to serve: no fee is spread beyond them.
    """
    left, found, overs = tuple(pieces), list[Turn](), set[date]()
    for one, amount in _returns(movements):
        tax, has_ended = _tax_in(amount, one.on, lines, movements) if one.holds_tax else ZERO, _has_ended(lines, one.on)
        turned = reversed_on(left, EXACT.subtract(amount, tax), one.on, has_ended)
        left = turned.pieces
        found.append(Turn(one.on, turned.from_deferred, turned.from_earned, turned.released, tax))
        if has_ended or promised(left) == earned(left, one.on + timedelta(days=1)):
            overs.add(one.on)
    return left, tuple(found), overs


def _returns(movements: Sequence[Movement]) -> Iterator[tuple[Movement, Decimal]]:
    """What was given back, and how much more than before: a refund pays out what a credit note has granted, so of both
    sums the larger counts.
    """
    noted = refunded = told = ZERO
    for one in movements:
        if one.part == CREDIT_NOTE:
            noted = EXACT.add(noted, one.amount)
        elif one.part == REFUND:
            refunded = EXACT.add(refunded, one.amount)
        if more := EXACT.subtract(max(noted, refunded) if noted else refunded, told):
            told = EXACT.add(told, more)
            yield one, more


def _tax_in(amount: Decimal, on: date, lines: Sequence[Line], movements: Sequence[Movement]) -> Decimal:
    """The tax in a part of an invoice that is given back on a day: its share of what was asked for by then."""
    taxed = total(one.amount for one in movements if one.part == TAX and one.on <= on)
    whole = total([*(line.amount for line in lines), taxed])
    return round_line(share(amount, Fraction(taxed) / Fraction(whole))) if whole else ZERO


def _has_ended(lines: Sequence[Line], on: date) -> bool:
    """Whether every contract of an invoice has ended by a day."""
    return bool(lines) and all(line.ended_on is not None and line.ended_on <= on for line in lines)
