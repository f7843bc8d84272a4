"""What an open setting is worth: one month's bill under the book's reading, and under the other one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.book import READINGS, Book, parse
from lib.catalog.document import BookError
from lib.simulator.bill import bill


@dataclass(frozen=True)
class OtherReading:
    """One setting that the papers leave open: the bill as the book reads it, and as it could also be read.

    A total is None where the plan has none; `why` says what makes the other reading impossible.
    """

    setting: str
    value: str
    other: str
    total: Decimal | None
    other_total: Decimal | None
    why: str = ""

    @property
    def difference(self) -> Decimal | None:
        """The other reading's bill less the book's own."""
        return None if self.total is None or self.other_total is None else self.other_total - self.total


def other_readings(book: Book, rail: str, plan_key: str, usage: Mapping[str, Decimal]) -> tuple[OtherReading, ...]:
    """A month's usage on one plan and rail → its bill under the other reading of every open setting, one at a time."""
    total = bill(book, rail, plan_key, usage).total
    return compared(book, total, lambda setting, other: bill(reread(book, setting, other), rail, plan_key, usage).total)


def compared(book: Book, total: Decimal | None, read: Callable[[str, str], Decimal | None]) -> tuple[OtherReading, ...]:
    """A bill as a book reads it, and what reads it otherwise → the bill under every other reading, one at a time."""
    found = []
    for setting, value in book.settings.items():
        for other in (one for one in READINGS[setting] if one != value):
            try:
                found.append(OtherReading(setting, value, other, total, read(setting, other)))
            except BookError as problem:
                found.append(OtherReading(setting, value, other, total, None, str(problem)))
    return tuple(found)


def reread(book: Book, setting: str, value: str) -> Book:
    """The same book with one open setting read otherwise; it passes every check of a book."""
    return parse({**book.document, "settings": {**book.settings, setting: value}})
