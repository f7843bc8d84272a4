"""What the places that show a price say differently: the book, the plans database's columns, Stripe, the AWS listing.

A difference is a warning where it must be mended before publishing, and a note where it is permitted, harmless, or
nobody can know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import NOT_OFFERED, Allowance
from lib.catalog.book import Book, Plan
from lib.claims.claim import Surface
from lib.claims.finding import CONTRADICTORY, NOT_REPRESENTABLE, NOTE, UNVERIFIABLE, WARNING, Finding
from lib.claims.rounding import plain
from lib.surfaces.seller_central import allowance_text, floor_label, limits, price_text, public_tiers

Row = Mapping[str, Any]

DATABASE, STRIPE, BOOK = "plans database", "Stripe", "book"
STRIPE_INTERVALS = {"monthly": "month", "annual": "year"}


def differences(
    book: Book, surface: Surface, dimensions: Iterable[Row], plans: Iterable[Row], stripe_prices: Sequence[Row]
) -> tuple[Finding, ...]:
    """Rows of the marts and the listing's limits beside the book → what differs, as findings of kind surface."""
    return (
        *(finding for row in dimensions for finding in _dimension_differences(book, row)),
        *(finding for row in plans for finding in _plan_differences(book, row, stripe_prices)),
        *(finding for row in stripe_prices for finding in _rate_differences(book, row)),
        *_limits(book, surface),
    )


def stripe_evidence(plans: Iterable[Row], stripe_prices: Sequence[Row]) -> tuple[dict[str, Decimal], dict[str, str]]:
    """What Stripe charges per plan, by the price id that the plans database names; and why the rest is unknown."""
    prices: dict[str, Decimal] = {}
    gaps: dict[str, str] = {}
    for row in plans:
        price = _stripe_price(row, stripe_prices)
        if price is None:
            gaps[row["plan_key"]] = _gap(row, stripe_prices)
        else:
            prices[row["plan_key"]] = price["amount_usd"]
    return prices, gaps


def _stripe_price(plan: Row, stripe_prices: Sequence[Row]) -> Row | None:
    named = (price for price in stripe_prices if price["price_id"] == plan["stripe_price_id"])
    return next(named, None)


def _gap(plan: Row, stripe_prices: Sequence[Row]) -> str:
    """Which evidence is missing, and where it may be found."""
    key, price_id = plan["plan_key"], plan["stripe_price_id"]
    if not stripe_prices:
        return f"{key}: no Stripe prices were pulled; add stripe/prices.csv to the sources"
    if price_id is not None:
        return f"{key}: Stripe's prices hold no {price_id}, which the plans database names"
    gap = f"{key}: the plans database names no Stripe price (gateway_products.price_id is empty)"
    likely = [price for price in stripe_prices if price["lookup_key"] == key]
    return (
        f"{gap}; {likely[0]['price_id']} at {plain(likely[0]['amount_usd'])} carries its lookup key" if likely else gap
    )


def _plan_differences(book: Book, row: Row, stripe_prices: Sequence[Row]) -> Iterator[Finding]:
    plan = book.plan(row["plan_key"])
    tier = book.tiers[plan.tier].name
    if row["plan_name"] != tier:
        yield _difference(book, f"{plan.key}.name", (DATABASE, row["plan_name"]), (BOOK, tier), "plans.name")
    price = _stripe_price(row, stripe_prices)
    if price is not None:
        yield from _stripe_differences(book, plan, row, price)
    elif plan.is_public:
        yield _unknown(book, plan, _gap(row, stripe_prices))


def _stripe_differences(book: Book, plan: Plan, row: Row, price: Row) -> Iterator[Finding]:
    tier = book.tiers[plan.tier].name
    compared = {
        "price": (price_text(book.list_price("stripe", plan.key)), plain(price["amount_usd"])),
        "interval": (STRIPE_INTERVALS.get(plan.term, plan.term), price["interval"]),
        "product": (row["stripe_product_id"], price["product_id"]),
        "tier name": (tier, tier if tier in price["product_name"] else price["product_name"]),
    }
    for what, (ours, theirs) in compared.items():
        if ours != theirs:
            subject = f"{plan.key}.{what.replace(' ', '_')}"
            yield _difference(book, subject, (BOOK, ours), (STRIPE, theirs), f"Stripe {price['price_id']}")


def _unknown(book: Book, plan: Plan, gap: str) -> Finding:
    return _finding(
        book,
        subject=f"{plan.key}.stripe_price",
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=gap,
        here=(BOOK, price_text(book.list_price("stripe", plan.key))),
        there=(STRIPE, "unknown"),
        place="gateway_products.price_id",
    )


def _rate_differences(book: Book, price: Row) -> Iterator[Finding]:
    """A dimension's rate in Stripe against the book's: both rails charging alike is our reading, so it must hold."""
    key = price["lookup_key"]
    if key in book.dimensions:
        ours, theirs = plain(book.dimensions[key].bands[0].unit_price), plain(price["amount_usd"])
        if ours != theirs:
            yield _difference(book, f"{key}.rate", (BOOK, ours), (STRIPE, theirs), f"Stripe {price['price_id']}")


def _dimension_differences(book: Book, row: Row) -> Iterator[Finding]:
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
        yield _difference(book, f"{key}.included", (DATABASE, f"{plain(uniform)} on every tier"), (BOOK, said), place)


def _label_difference(book: Book, row: Row) -> Iterator[Finding]:
    """A tier floor printed under another name than the one stored; harmless where both mean the same plans."""
    printed, stored = row["tier_floor_label"], row["tier_floor"]
    if printed == floor_label(book, stored):
        return
    floors = {floor_label(book, floor): floor for floor in ("any", *book.tiers)}
    meant = book.applicable_plan_ids(floors[printed]) if printed in floors else None
    is_same = meant == book.applicable_plan_ids(stored)
    yield _finding(
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
        yield _difference(book, f"{row['dimension']}.plan_ids", here, there, place)


def _base_price_difference(book: Book, row: Row) -> Iterator[Finding]:
    """The stored base price against the book's first band."""
    key = row["dimension"]
    base, first = plain(row["base_price_usd"]), plain(book.dimensions[key].bands[0].unit_price)
    if base != first:
        place = "marketplace_pricing_dimensions.base_price"
        yield _difference(book, f"{key}.base_price", (DATABASE, base), (BOOK, first), place)


def _limits(book: Book, surface: Surface) -> Iterator[Finding]:
    for subject, sentence in limits(book, surface):
        yield _finding(
            book,
            subject=f"{subject}.{surface.key}",
            verdict=NOT_REPRESENTABLE,
            severity=NOTE,
            sentence=sentence,
            here=(BOOK, subject),
            there=(surface.name, "no field for it"),
            place=surface.source,
        )


def _difference(book: Book, subject: str, here: tuple[str, str], there: tuple[str, str], place: str) -> Finding:
    """A forbidden difference: two places that must agree, and do not."""
    sentence = f"{subject}: {' '.join(here)}, but {' '.join(there)}"
    return _finding(book, subject, CONTRADICTORY, WARNING, sentence, here, there, place)


def _finding(
    book: Book,
    subject: str,
    verdict: str,
    severity: str,
    sentence: str,
    here: tuple[str, str],
    there: tuple[str, str],
    place: str,
) -> Finding:
    return Finding(
        claim=subject,
        kind="surface",
        product=book.product,
        surface=f"{here[0]} and {there[0]}",
        words=sentence,
        source=place,
        published=False,
        verdict=verdict,
        severity=severity,
        promised=": ".join(here),
        delivered=": ".join(there),
        evidence=(sentence,),
    )


def _ids(ids: set[int]) -> str:
    return ", ".join(map(str, sorted(ids)))
