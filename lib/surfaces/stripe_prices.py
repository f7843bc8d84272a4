"""What Stripe charges, beside the book: by the price id that the plans database names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from lib.catalog.book import Book, Plan
from lib.claims.finding import NOTE, UNVERIFIABLE, Finding
from lib.claims.rounding import plain
from lib.surfaces.difference import BOOK, Row, difference, surface_finding
from lib.surfaces.seller_central import price_text

STRIPE = "Stripe"
BANDS, NO_NAME, ONCE = "several bands", "a product without a name", "once"
STRIPE_INTERVALS = {"monthly": "month", "annual": "year"}


def stripe_evidence(plans: Iterable[Row], stripe_prices: Sequence[Row]) -> tuple[dict[str, Decimal], dict[str, str]]:
    """What Stripe charges per plan, by the price id that the plans database names; and why the rest is unknown."""
    prices: dict[str, Decimal] = {}
    gaps: dict[str, str] = {}
    for row in plans:
        price = _stripe_price(row, stripe_prices)
        if price is None or price["amount_usd"] is None:
            gaps[row["plan_key"]] = _gap(row, stripe_prices)
        else:
            prices[row["plan_key"]] = price["amount_usd"]
    return prices, gaps


def charge_differences(book: Book, row: Row, stripe_prices: Sequence[Row]) -> Iterator[Finding]:
    """A plan's charge at Stripe against the book; a public plan whose charge nobody can know is noted."""
    plan, price = book.plan(row["plan_key"]), _stripe_price(row, stripe_prices)
    if price is not None:
        yield from _stripe_differences(book, plan, row, price)
    if plan.is_public and (price is None or price["amount_usd"] is None):
        yield _unknown(book, plan, _gap(row, stripe_prices))


def _stripe_price(plan: Row, stripe_prices: Sequence[Row]) -> Row | None:
    named = (price for price in stripe_prices if price["price_id"] == plan["stripe_price_id"])
    return next(named, None)


def _gap(plan: Row, stripe_prices: Sequence[Row]) -> str:
    """Which evidence is missing, and where it may be found."""
    key, price_id = plan["plan_key"], plan["stripe_price_id"]
    if not stripe_prices:
        return f"{key}: no Stripe prices were pulled; add stripe/prices.csv to the sources"
    if _stripe_price(plan, stripe_prices) is not None:
        return f"{key}: {price_id} has bands at Stripe, and no one amount"
    if price_id is not None:
        return f"{key}: Stripe's prices hold no {price_id}, which the plans database names"
    gap = f"{key}: the plans database names no Stripe price (gateway_products.price_id is empty)"
    likely = [price for price in stripe_prices if price["lookup_key"] == key]
    return f"{gap}; {likely[0]['price_id']} at {amount_text(likely[0])} carries its lookup key" if likely else gap


def _stripe_differences(book: Book, plan: Plan, row: Row, price: Row) -> Iterator[Finding]:
    tier = book.tiers[plan.tier].name
    named = price["product_name"] or NO_NAME
    compared = {
        "interval": (STRIPE_INTERVALS.get(plan.term, plan.term), price["interval"] or ONCE),
        "product": (row["stripe_product_id"], price["product_id"]),
        "tier name": (tier, tier if tier in named else named),
    }
    if price["amount_usd"] is not None:
        compared = {"price": (price_text(book.list_price("stripe", plan.key)), amount_text(price)), **compared}
    for what, (ours, theirs) in compared.items():
        if ours != theirs:
            subject = f"{plan.key}.{what.replace(' ', '_')}"
            yield difference(book, subject, (BOOK, ours), (STRIPE, theirs), f"Stripe {price['price_id']}")


def amount_text(price: Row) -> str:
    """What Stripe asks, as a number; a price of several bands has no one amount."""
    return BANDS if price["amount_usd"] is None else plain(price["amount_usd"])


def _unknown(book: Book, plan: Plan, gap: str) -> Finding:
    return surface_finding(
        book,
        subject=f"{plan.key}.stripe_price",
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=gap,
        here=(BOOK, price_text(book.list_price("stripe", plan.key))),
        there=(STRIPE, "unknown"),
        place="gateway_products.price_id",
    )


def rate_differences(book: Book, price: Row) -> Iterator[Finding]:
    """A dimension's rate in Stripe against the book's: both rails charging alike is our reading, so it must hold.

    Of a price in bands Stripe shows no one amount, and nothing is held against it here.
    """
    key = price["lookup_key"]
    if key not in book.dimensions:
        return
    if price["amount_usd"] is None:
        yield _banded(book, key, price)
        return
    ours, theirs = plain(book.dimensions[key].bands[0].unit_price), amount_text(price)
    units = price.get("unit_divisor") or 1
    if units not in (1, book.dimensions[key].unit_size):
        theirs = f"{theirs} per {units:,}"
    if ours != theirs:
        yield difference(book, f"{key}.rate", (BOOK, ours), (STRIPE, theirs), f"Stripe {price['price_id']}")


def _banded(book: Book, key: str, price: Row) -> Finding:
    first = plain(book.dimensions[key].bands[0].unit_price)
    return surface_finding(
        book,
        subject=f"{key}.rate",
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=f"{key}: {price['price_id']} has bands at Stripe, which are not held against the book's",
        here=(BOOK, first),
        there=(STRIPE, BANDS),
        place=f"Stripe {price['price_id']}",
    )
