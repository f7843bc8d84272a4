"""A rail's fee passed on to the customer: every price of the rail raised so that what is left stays the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from lib.catalog.book import Book, parse
from lib.catalog.document import Document
from lib.catalog.scenario import merged
from lib.money import round_line

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)  # more digits than a price has, so that only its last is rounded
# What is a sum of money, or a rate that makes one, among the keys of a price (`lib.catalog.terms`).
_LISTS = {"bands": ("unit_price", "flat_fee"), "discounts": ("fixed",)}
_LIMITS = ("minimum", "maximum")
_EVENT = ("fixed", "minimum", "maximum")


@dataclass(frozen=True)
class Keep:
    """What a rail keeps of every sale, as a fraction, and how many decimals a price may have there."""

    rate: Decimal
    decimals: int


def passed_on(was: Book, becomes: Book, keeps: Mapping[str, Keep]) -> Book:
    """A book under which we no longer absorb a rail's fee → the same book with the fee in that rail's prices.

    A price p becomes p / (1 - fee): list prices rounded half away from zero to the coin, every other sum of a price to
    the decimals the rail holds: unit prices, flat fees, minimums and maximums, fixed discounts, what an event asks and
    a commitment of money. What is no sum of ours stays: allowances, bounds of bands, percents off, free events and free
    amounts, a commitment of units and its factor. A year whose months are rounded down costs no more than they do. A
    rail whose fee was passed on before is left as it is.
    """
    rails = [rail for rail in keeps if was.absorbs(rail) and not becomes.absorbs(rail)]
    if not rails:
        return becomes
    raised = {rail: _raised(becomes, rail, keeps[rail]) for rail in rails}
    return parse(merged(becomes.document, {"rails": raised}))


def _raised(book: Book, rail: str, keep: Keep) -> dict[str, Any]:
    return {
        "plans": {key: {"list_price": price} for key, price in _list_prices(book, rail, keep).items()},
        "dimensions": {key: _terms(book, rail, key, keep) for key in book.dimensions},
    }


def _list_prices(book: Book, rail: str, keep: Keep) -> dict[str, Decimal]:
    listed = {key: book.list_price(rail, key) for key in book.plans}
    raised = {
        key: round_line(_gross(price, keep), book.currency)
        for key, price in listed.items()
        if isinstance(price, Decimal)
    }
    months = {book.plans[key].tier: price for key, price in raised.items() if book.plans[key].months == 1}
    for key, price in raised.items():
        plan = book.plans[key]
        raised[key] = min(price, plan.months * months.get(plan.tier, price))
    return raised


def _terms(book: Book, rail: str, dimension: str, keep: Keep) -> dict[str, Any]:
    """The keys of a dimension's price that hold money, each with the fee in it."""
    own = book.rails.get(rail, {}).get("dimensions", {}).get(dimension, {})
    terms = {**book.dimensions[dimension].terms, **own}
    raised = _fined(terms, _LIMITS, keep)
    for key, money in _LISTS.items():
        if key in terms:
            raised[key] = [{**entry, **_fined(entry, money, keep)} for entry in terms[key]]
    if "per_event" in terms:
        raised["per_event"] = {**terms["per_event"], **_fined(terms["per_event"], _EVENT, keep)}
    commitment = terms.get("commitment", {})
    if commitment and commitment.get("counted_in", "amount") == "amount":
        raised["commitment"] = {**commitment, **_fined(commitment, ("size",), keep)}
    return raised


def _fined(entry: Document, money: Sequence[str], keep: Keep) -> dict[str, Any]:
    return {key: _fine(entry[key], keep) for key in money if key in entry}


def _fine(price: Decimal | int | str, keep: Keep) -> Decimal:
    return _WIDE.quantize(_gross(Decimal(price), keep), Decimal(1).scaleb(-keep.decimals)).normalize(_WIDE)


def _gross(price: Decimal, keep: Keep) -> Decimal:
    return _WIDE.divide(price, _WIDE.subtract(Decimal(1), keep.rate))
