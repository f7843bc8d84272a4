"""The plans database's columns, beside the book that is read from them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lib.catalog.allowance import NOT_OFFERED, Allowance
from lib.catalog.book import Book
from lib.claims.finding import CONTRADICTORY, NOTE, WARNING, Finding
from lib.claims.rounding import plain
from lib.surfaces.difference import BOOK, Row, difference, surface_finding
from lib.surfaces.seller_central import allowance_text, floor_label, public_tiers

DATABASE = "plans database"


def plan_differences(book: Book, row: Row) -> Iterator[Finding]:
    """A plan's name in the database against its tier's name in the book."""
    plan = book.plan(row["plan_key"])
    tier = book.tiers[plan.tier].name
    if row["plan_name"] != tier:
        yield difference(book, f"{plan.key}.name", (DATABASE, row["plan_name"]), (BOOK, tier), "plans.name")


def dimension_differences(book: Book, row: Row) -> Iterator[Finding]:
    """A dimension's row in the database against the book."""
    yield from _allowance_difference(book, row)
    yield from _label_difference(book, row)
    yield from _plan_ids_difference(book, row)
    yield from _base_price_difference(book, row)


def _allowance_difference(book: Book, row: Row) -> Iterator[Finding]:
    """The database's one included quantity for all tiers against the matrix."""
    key, uniform = row["dimension"], row["included_quantity"]
    if uniform is None:
        return
    matrix = {tier: book.allowances[tier].get(key, NOT_OFFERED) for tier in public_tiers(book)}
    apart = {tier: it for tier, it in matrix.items() if it != Allowance("quantity", uniform)}
    if apart:
        said = ", ".join(f"{book.tiers[tier].name} {allowance_text(it)}" for tier, it in apart.items())
        place = "marketplace_pricing_dimensions.included_quantity"
        yield difference(book, f"{key}.included", (DATABASE, f"{plain(uniform)} on every tier"), (BOOK, said), place)


def _label_difference(book: Book, row: Row) -> Iterator[Finding]:
    """A tier floor printed under another name than the one stored; harmless where both mean the same plans."""
    printed, stored = row["tier_floor_label"], row["tier_floor"]
    if printed == floor_label(book, stored):
        return
    floors = {floor_label(book, floor): floor for floor in ("any", *book.tiers)}
    meant = book.applicable_plan_ids(floors[printed]) if printed in floors else None
    is_same = meant == book.applicable_plan_ids(stored)
    yield surface_finding(
        book,
        subject=f"{row['dimension']}.tier_floor",
        verdict=CONTRADICTORY,
        severity=NOTE if is_same else WARNING,
        sentence=f"{row['dimension']}: printed {printed}, stored {stored}; {'the same' if is_same else 'other'} plans",
        here=("listing specification", printed),
        there=(DATABASE, stored),
        place="marketplace_pricing_dimensions.tier_level",
    )


def _plan_ids_difference(book: Book, row: Row) -> Iterator[Finding]:
    """The stored plan ids against those derived from the tier floor."""
    stored, derived = set(json.loads(row["applicable_plan_ids"])), set(book.applicable_plan_ids(row["tier_floor"]))
    if stored != derived:
        place = "marketplace_pricing_dimensions.applicable_plan_ids"
        here, there = (DATABASE, _ids(stored)), (BOOK, _ids(derived))
        yield difference(book, f"{row['dimension']}.plan_ids", here, there, place)


def _base_price_difference(book: Book, row: Row) -> Iterator[Finding]:
    """The stored base price against the book's first band."""
    key = row["dimension"]
    base, first = plain(row["base_price_usd"]), plain(book.dimensions[key].bands[0].unit_price)
    if base != first:
        place = "marketplace_pricing_dimensions.base_price"
        yield difference(book, f"{key}.base_price", (DATABASE, base), (BOOK, first), place)


def _ids(ids: set[int]) -> str:
    return ", ".join(map(str, sorted(ids)))
