"""Whether the AWS listing was touched since the price list it must mirror came into force.

The listing is updated by hand, so nothing but a date tells whether somebody did. One that is not published yet has
nothing to keep up with.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lib.catalog.book import Book
from lib.claims.claim import Surface
from lib.claims.finding import NOTE, UNVERIFIABLE, WARNING, Finding
from lib.surfaces.aws_listing import AwsListing
from lib.surfaces.difference import BOOK, surface_finding

UPDATED = "updated"


def listing_age(book: Book, surface: Surface, listed: AwsListing) -> Iterator[Finding]:
    """A listing older than the price list, or one of which nobody knows how old it is; nothing while it is planned."""
    if not (surface.published or listed.views):
        return
    touched = _touched_on(listed)
    if touched is None:
        yield _unknown(book, surface, listed)
    elif touched < book.effective:
        yield _older(book, surface, touched)


def _touched_on(listed: AwsListing) -> date | None:
    """The newest day on which any public price or dimension was changed, by AWS or by whoever wrote it down."""
    rows = (*(row for row in listed.prices if row["is_public"]), *listed.dimensions)
    return max((row["last_modified_at"].date() for row in rows if row.get("last_modified_at")), default=None)


def _older(book: Book, surface: Surface, touched: date) -> Finding:
    return surface_finding(
        book,
        subject=f"{surface.key}.{UPDATED}",
        verdict=UNVERIFIABLE,
        severity=WARNING,
        sentence=f"{surface.name}: last changed on {touched}, and the price list is in force since {book.effective}; "
        "type it into Seller Central again, or look whether it still says the same",
        here=(surface.name, f"last changed on {touched}"),
        there=(BOOK, f"in force since {book.effective}"),
        place=f"{surface.source}; LastModifiedDate of the Catalog API",
    )


def _unknown(book: Book, surface: Surface, listed: AwsListing) -> Finding:
    missing = "no date of its last change came with it" if listed.is_pulled else "it was never pulled"
    return surface_finding(
        book,
        subject=f"{surface.key}.{UPDATED}",
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=f"{surface.name}: {missing}; add [marketplace_api] to the sources, or write the listing down",
        here=(surface.name, missing),
        there=(BOOK, f"in force since {book.effective}"),
        place=surface.source,
    )
