"""Plans as a page shows them beside the book: name, price, month's share, term, visibility; and what is charged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lib.catalog.book import Book, Plan
from lib.claims.claim import Papers, Surface
from lib.claims.finding import NOTE, UNVERIFIABLE, Finding
from lib.claims.rounding import places_of, plain, rounded
from lib.surfaces.captures import CHECKOUT, PRICING_PAGE, Captures, seen, subject, surface_of, tier_of
from lib.surfaces.difference import BOOK, Row, difference, surface_finding
from lib.surfaces.plans_database import DATABASE
from lib.surfaces.seller_central import price_text
from lib.surfaces.stripe_prices import STRIPE, amount_text

RAIL = "stripe"  # what a page of ours shows is what Stripe should charge
COMPLETE = (PRICING_PAGE, CHECKOUT)  # surfaces on which every public plan must stand
NO_PRICE, SHOWN, HIDDEN = "no price", "shown", "hidden"
_NUMBER = re.compile(r"\d[\d,]*(\.\d+)?")


def shown_price_differences(
    book: Book, papers: Papers, captures: Captures, plans: Sequence[Row], stripe_prices: Sequence[Row]
) -> Iterator[Finding]:
    """Every displayed plan against the book, what is charged for it, plans that are not displayed, unjudged badges."""
    for row in captures.prices:
        surface, plan = surface_of(papers, row["surface"]), book.plans.get(row["plan_key"])
        if plan is None:
            yield _not_sold(book, surface, row)
        else:
            yield from _as_shown(book, surface, plan, row)
            yield from _as_charged(book, surface, row, plans, stripe_prices)
    yield from _left_off(book, papers, captures.prices)
    yield from _unjudged(book, papers, captures.prices)


def _not_sold(book: Book, surface: Surface, row: Row) -> Finding:
    """A plan that the book does not have at all, or not for this term."""
    tier = tier_of(book, row["plan"])
    terms = [plan.term for plan in book.plans.values() if plan.tier == tier]
    what, ours = ("term", " or ".join(terms)) if terms else ("plan", "no such plan")
    theirs = row["term"] if terms else row["plan_key"]
    return difference(book, subject(row, row["plan_key"], what), (surface.name, theirs), (BOOK, ours), seen(row))


def _as_shown(book: Book, surface: Surface, plan: Plan, row: Row) -> Iterator[Finding]:
    for what, (theirs, ours) in _compared(book, surface, plan, row).items():
        if theirs != ours:
            named = subject(row, plan.key, what.replace(" ", "_"))
            yield difference(book, named, (surface.name, theirs), (BOOK, ours), seen(row))


def _compared(book: Book, surface: Surface, plan: Plan, row: Row) -> dict[str, tuple[str, str]]:
    """What is compared: the surface's words and the book's; of a hidden plan only that it is hidden."""
    visibility = (SHOWN if row["is_visible"] else HIDDEN, SHOWN if plan.is_public else HIDDEN)
    if not row["is_visible"]:
        return {"visibility": visibility}
    price, shown = book.list_price(RAIL, plan.key), row["price_usd"]
    return {
        "visibility": visibility,
        "name": (row["displayed_name"], surface.naming.format(tier=book.tiers[plan.tier].name)),
        "price": (
            NO_PRICE if shown is None else plain(shown),
            price_text(price) if isinstance(price, Decimal) else NO_PRICE,
        ),
        "per month": _month_share(plan, price, row["per_month"]),
    }


def _month_share(plan: Plan, price: object, words: str | None) -> tuple[str, str]:
    """The month's share that is displayed and the one that the price makes, to as many decimals, halves rounded up."""
    if words is None or not isinstance(price, Decimal):
        return "", ""
    share = Fraction(price) / plan.months
    number = _number_in(words)
    exact = plain(rounded(share, "nearest", places_of(number) if number is not None else 2))
    return (words if number is None else plain(number)), exact


def _number_in(words: str) -> Decimal | None:
    """The first number of some words, thousands and all: $1,249/mo holds 1249."""
    written = _NUMBER.search(words)
    try:
        return Decimal(written[0].replace(",", "")) if written else None
    except InvalidOperation:
        return None


def _as_charged(
    book: Book, surface: Surface, row: Row, plans: Sequence[Row], stripe_prices: Sequence[Row]
) -> Iterator[Finding]:
    """The price id that a checkout uses: Stripe has it, it charges what is shown, the plans database names the same."""
    used = row["price_id"]
    if used is None:
        return
    named = next((plan["stripe_price_id"] for plan in plans if plan["plan_key"] == row["plan_key"]), None)
    if named not in (None, used):
        yield _of_charge(book, surface, row, "price_id", used, (DATABASE, named))
    price = next((price for price in stripe_prices if price["price_id"] == used), None)
    if price is None and stripe_prices:
        yield _of_charge(book, surface, row, "price_id_at_stripe", used, (STRIPE, "no such price"))
    elif price is not None and row["price_usd"] is not None and price["amount_usd"] != row["price_usd"]:
        yield _of_charge(book, surface, row, "charge", plain(row["price_usd"]), (STRIPE, amount_text(price)))


def _of_charge(book: Book, surface: Surface, row: Row, what: str, theirs: str, there: tuple[str, str]) -> Finding:
    return difference(book, subject(row, row["plan_key"], what), (surface.name, theirs), there, seen(row))


def _left_off(book: Book, papers: Papers, rows: Sequence[Row]) -> Iterator[Finding]:
    """Public plans that a page of ours does not mention at all."""
    for surface, place in dict.fromkeys((row["surface"], row["place"]) for row in rows if row["surface"] in COMPLETE):
        own = [row for row in rows if (row["surface"], row["place"]) == (surface, place)]
        mentioned = {row["plan_key"] for row in own}
        for plan in (plan for plan in book.plans.values() if plan.is_public and plan.key not in mentioned):
            here, named = (surface_of(papers, surface).name, "left off"), subject(own[0], plan.key, "visibility")
            yield difference(book, named, here, (BOOK, SHOWN), seen(own[0]))


def _unjudged(book: Book, papers: Papers, rows: Sequence[Row]) -> Iterator[Finding]:
    """Badges that promise something no claim judges."""
    judged = {(claim.surface, claim.words.casefold()) for claim in papers.claims}
    badged = [row for row in rows if row["badge"] and (row["surface"], row["badge"].casefold()) not in judged]
    for surface, place in dict.fromkeys((row["surface"], row["place"]) for row in badged):
        own = [row for row in badged if (row["surface"], row["place"]) == (surface, place)]
        words = ", ".join(dict.fromkeys(f"“{row['badge']}”" for row in own))
        name = surface_of(papers, surface).name
        yield surface_finding(
            book,
            subject=subject(own[0], "badges"),
            verdict=UNVERIFIABLE,
            severity=NOTE,
            sentence=f"{place} says {words}, and no claim of this surface judges it; add one to data/claims.toml",
            here=(name, words),
            there=(BOOK, "no claim judges it"),
            place=seen(own[0]),
        )
