"""A line of either side, a doubt about one line, and everything on record that may explain it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from lib.catalog.allowance import Allowance
from lib.catalog.book import READINGS, Book
from lib.catalog.price import Price
from lib.catalog.scenario import overlaid
from lib.contracts import Contract, allowance_of, price_of
from lib.money import total
from lib.outcome import Line, UsageCell
from lib.rails import Rails
from lib.rating import Charge, rate
from lib.refusal import Refusal

CellKey = tuple[str, str, date]

# An amount that a suspicion would make of a line, and the words that say how.
Guess = tuple[Decimal | None, str]


class Key(NamedTuple):
    """What a line of either side is for: `item` is a plan key or a dimension, `start_on` the period's first day.

    A credit starts on the day it is due.
    """

    contract_id: str
    kind: str
    item: str
    start_on: date


@dataclass(frozen=True)
class InvoiceLine:
    """One line as a rail invoiced it; `item` is the plan key of a base line, the dimension of a usage line."""

    contract_id: str
    customer_id: str
    rail: str
    kind: str
    item: str
    start_on: date
    amount: Decimal
    invoice_id: str

    @property
    def key(self) -> Key:
        """What the line is for."""
        return Key(self.contract_id, self.kind, self.item, self.start_on)


def key_of(line: Line) -> Key:
    """What a line of ours is for."""
    return Key(line.contract.contract_id, line.kind, line.dimension or line.contract.plan_key or "", line.start_on)


@dataclass(frozen=True)
class Slip:
    """What two slips of a meter would add: `copied` by identical copies of events, `summed` readings of seats."""

    copied: Decimal
    summed: Decimal


@dataclass(frozen=True)
class Evidence:
    """What explains a difference: the books of history, usage and its slips, contracts, and the rails' fees."""

    books: Sequence[Book]
    usage: Mapping[CellKey, UsageCell]
    as_of: date
    usage_invoice_day: int
    slips: Mapping[CellKey, Slip] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    rails: Rails = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Book]:
        """The books by their ids."""
        return {book.id: book for book in self.books}

    @cached_property
    def misread(self) -> Mapping[str, Mapping[tuple[str, str], Book]]:
        """By book id, the same book with one of its readings replaced, under (setting, reading)."""
        return {book.id: dict(_misread(book)) for book in self.books}


def _misread(book: Book) -> Iterator[tuple[tuple[str, str], Book]]:
    for name, readings in READINGS.items():
        for reading in readings:
            if reading != book.settings[name]:
                try:
                    yield (name, reading), overlaid(book, {"settings": {name: reading}}, "a reading")
                except Refusal:  # a book that cannot be read so was never billed so
                    continue


@dataclass(frozen=True)
class OpenLines:
    """Lines that found no equal, by kind and amount: one may be another in the wrong place.

    `rated` are ours without an equal and `missing` those of them without any invoice; `surplus` are invoice lines for
    which we rate nothing, or which stand beside another line for the same.
    """

    rated: Mapping[tuple[str, Decimal], Sequence[Line]]
    missing: Mapping[tuple[str, Decimal], Sequence[Line]]
    surplus: Mapping[tuple[str, Decimal], Sequence[InvoiceLine]]


@dataclass(frozen=True)
class Doubt:
    """One line of ours that the rail invoiced otherwise, or not at all (`theirs` is empty then)."""

    ours: Line
    theirs: tuple[InvoiceLine, ...]
    evidence: Evidence
    open_lines: OpenLines

    @property
    def invoiced(self) -> Decimal:
        """What the rail invoiced for it."""
        return total(line.amount for line in self.theirs)

    @property
    def contract(self) -> Contract:
        """The contract it belongs to."""
        return self.ours.contract

    @property
    def dimension(self) -> str:
        """The dimension of a usage line."""
        return self.ours.dimension or ""

    @cached_property
    def book(self) -> Book:
        """The book that governs it."""
        return self.evidence.by_id[self.ours.book_id or ""]

    @property
    def cell(self) -> UsageCell | None:
        """The usage behind it."""
        return self.evidence.usage.get((self.contract.contract_id, self.dimension, self.ours.month))

    @property
    def slip(self) -> Slip:
        """What slips of the meter would add to its usage."""
        key = (self.contract.contract_id, self.dimension, self.ours.month)
        return self.evidence.slips.get(key, Slip(Decimal(0), Decimal(0)))

    @cached_property
    def quantities(self) -> tuple[Decimal, ...]:
        """The usage that the invoice could know, and all of it where that is more."""
        cell = self.cell
        if cell is None:
            return ()
        return (cell.quantity - cell.late, cell.quantity) if cell.late else (cell.quantity,)

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        """What its usage should have cost, by what the invoice could know and by all of it."""
        return tuple(self.rerated()) if self.ours.kind == "usage" else ()

    @cached_property
    def amounts(self) -> tuple[Decimal, ...]:
        """What the invoice should have said."""
        rated = [charge.amount for charge in self.charges] or [self.ours.amount]
        return tuple(dict.fromkeys(amount for amount in rated if amount is not None))

    def rerated(
        self,
        price: Price | None = None,
        allowance: Allowance | None = None,
        quantities: Sequence[Decimal] | None = None,
        book: Book | None = None,
    ) -> Iterator[Charge]:
        """Its usage once more, with one thing changed; nothing where that cannot be rated."""
        book = book or self.book
        try:
            price = price or price_of(self.contract, book, self.dimension)
            allowance = allowance or allowance_of(self.contract, book, self.dimension)
            for quantity in self.quantities if quantities is None else quantities:
                yield rate(price, allowance, quantity)
        except Refusal:
            return
