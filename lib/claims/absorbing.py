"""Whether a rail's fee is ours: no plan costs more there than elsewhere, and no unit either."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lib.catalog.book import RAILS, Book
from lib.claims.claim import Claim, Evidence
from lib.claims.finding import OVERSTATED, TRUE, UNVERIFIABLE, Finding, finding
from lib.claims.rounding import plain


def fee_absorbed(claim: Claim, evidence: Evidence) -> Finding:
    """Overstated where a plan is dearer on the claim's rail; unverifiable where a price is missing to compare.

    A dearer rate is permitted on a rate card, so whether it holds the fee nobody can know.
    """
    book, rail = evidence.book, claim.subject
    dearer = [line for key in claim.applies_to for other in RAILS if (line := _dearer(book, rail, other, key))]
    lines = [f"the book's rails.{rail}.absorb is {str(book.absorbs(rail)).lower()}", *dearer]
    if dearer or not book.absorbs(rail):
        return finding(claim, evidence, OVERSTATED, "the fee is passed on to the customer", lines)
    if gaps := [
        f"{key}: no list price on {it}" for key in claim.applies_to for it in RAILS if _price(book, it, key) is None
    ]:
        return finding(claim, evidence, UNVERIFIABLE, "not every plan has a price on each rail", [*lines, *gaps])
    if rates := list(_dearer_rates(book, rail)):
        return finding(claim, evidence, UNVERIFIABLE, "no plan costs more on this rail, but units do", [*lines, *rates])
    return finding(claim, evidence, TRUE, "absorbed: no plan costs more on this rail", lines)


def _dearer(book: Book, rail: str, other: str, key: str) -> str:
    """What to say of a plan that costs more on a rail than on the other; nothing if it does not."""
    here, there = _price(book, rail, key), _price(book, other, key)
    if here is not None and there is not None and here > there:
        return f"{key}: {plain(here)} on {rail}, {plain(there)} on {other}"
    return ""


def _price(book: Book, rail: str, key: str) -> Decimal | None:
    price = book.list_price(rail, key)
    return price if isinstance(price, Decimal) else None


def _dearer_rates(book: Book, rail: str) -> Iterator[str]:
    """Dimensions of which a unit costs more on a rail than on one that charges for it at all."""
    for key in book.dimensions:
        for other in RAILS:
            starts = sorted({band.from_quantity for it in (rail, other) for band in book.price(it, key).bands})
            pairs = ((start, _unit(book, rail, key, start), _unit(book, other, key, start)) for start in starts)
            apart = next((pair for pair in pairs if pair[1] > pair[2] > 0), None)
            if apart:
                start, here, there = apart
                yield f"{key}: {plain(here)} on {rail}, {plain(there)} on {other}, above {plain(start)}"


def _unit(book: Book, rail: str, key: str, start: Decimal) -> Decimal:
    """What the next unit above a quantity costs."""
    return [band.unit_price for band in book.price(rail, key).bands if band.from_quantity <= start][-1]
