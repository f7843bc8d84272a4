"""What a contract's usage costs by its own terms: its offer's, and where that is silent its tier's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.price import Price
from lib.contracts.contract import Contract
from lib.money import USD, Currency
from lib.periods import instant, month_end, unused_fraction
from lib.proration import FeeLine


def allowance_of(contract: Contract, book: Book, dimension: str) -> Allowance:
    """What a contract includes of a dimension per usage month: its offer's allowance, else its tier's.

    The allowance of a month is whole in the months in which the contract begins and ends; the papers name no part.
    An annual or multi-year contract has the same allowance every month, and what a month leaves is not carried over.
    """
    if contract.offer and dimension in contract.offer.allowances:
        return contract.offer.allowances[dimension]
    return book.allowance(contract.rail, contract.tier or "", dimension)


def price_of(contract: Contract, book: Book, dimension: str) -> Price:
    """How a contract pays for a dimension: at its offer's bands, else at the book's price.

    The offer's bands come in the book's unit and model, counted in natural units. They are the price negotiated, so
    the list's discounts, limits and commitments fall away.
    """
    price = book.price(contract.rail, dimension)
    own = contract.offer.bands.get(dimension) if contract.offer else None
    if own is None:
        return price
    return replace(price, bands=own, discounts=(), maximum=None, minimum=None, commitment=None)


def minimum_of(contract: Contract, month: date, day_count: str, currency: Currency = USD) -> Decimal | None:
    """The least that a month's usage costs by the contract's offer: a rounded amount; None where none is agreed.

    A month in which the contract begins or ends owes the part it ran. What fees already cover is not owed again.
    """
    minimum = contract.offer.monthly_minimum if contract.offer else None
    if minimum is None:
        return None
    return FeeLine(minimum, _ran(contract, month, day_count)).amount(currency)


def _ran(contract: Contract, month: date, day_count: str) -> Fraction:
    """The part of a month in which a contract runs."""
    start, end = month, month_end(month)
    first = min(max(instant(contract.started), instant(start)), instant(end))
    last = instant(end) if contract.ended is None else max(min(instant(contract.ended), instant(end)), first)
    return unused_fraction(start, end, first, day_count) - unused_fraction(start, end, last, day_count)
