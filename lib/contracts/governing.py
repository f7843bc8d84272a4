"""Which book governs: a matter of dates, rail and notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lib.catalog.book import Book
from lib.contracts.contract import Contract, Reach


def governing_list(books: Sequence[Book], contract: Contract, start_on: date, reach: Reach) -> Book:
    """The book whose list price a contract pays in the period that starts on `start_on`; books ascend by date."""
    return _governing(books, contract.started_on, start_on, reach.notice_days)


def governing_rates(books: Sequence[Book], contract: Contract, month: date, reach: Reach) -> Book:
    """The book whose rates and allowances hold for a contract's usage of one month; books ascend by date.

    One book governs the whole month: the newest that had reached the contract on the month's first day, or on the
    contract's own. Of several books that begin inside a month, none divides its usage.
    """
    start_on = max(month, contract.started_on)
    return _governing(books, contract.started_on, start_on, reach.notice_days if reach.rates == "notice" else None)


def _governing(books: Sequence[Book], started_on: date, on: date, notice_days: int | None) -> Book:
    reached = [
        book
        for book in books
        if book.effective <= started_on
        or (notice_days is not None and book.effective + timedelta(days=notice_days) <= on)
    ]
    return reached[-1] if reached else books[0]
