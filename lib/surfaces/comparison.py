"""What the places that show a price say differently, each beside the book.

The plans database, Stripe and the AWS listing come from systems; the pricing page, the checkout, the application and
third-party listings are written down by people and carry the day they were looked at. A difference is a warning where
it must be mended before publishing, and a note where it is permitted, harmless, or nobody can know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lib.catalog.book import Book
from lib.claims.claim import Papers, Surface
from lib.claims.finding import NOT_REPRESENTABLE, NOTE, PLANNED, PUBLISHED, Finding
from lib.surfaces.captures import Captures, capture_findings
from lib.surfaces.difference import BOOK, Row, surface_finding
from lib.surfaces.enforcement import mapping_differences
from lib.surfaces.plans_database import dimension_differences, plan_differences
from lib.surfaces.seller_central import limits
from lib.surfaces.shown_allowances import allowance_differences
from lib.surfaces.shown_capabilities import capability_differences
from lib.surfaces.shown_prices import shown_price_differences
from lib.surfaces.stripe_prices import charge_differences, rate_differences


def differences(
    book: Book, surface: Surface, dimensions: Iterable[Row], plans: Sequence[Row], stripe_prices: Sequence[Row]
) -> tuple[Finding, ...]:
    """Rows of the marts and the listing's limits beside the book → what differs, as findings of kind surface."""
    return (
        *(finding for row in dimensions for finding in dimension_differences(book, row)),
        *(finding for row in plans for finding in plan_differences(book, row)),
        *(finding for row in plans for finding in charge_differences(book, row, stripe_prices)),
        *(finding for row in stripe_prices for finding in rate_differences(book, row)),
        *_limits(book, surface),
    )


def captured_differences(
    book: Book, papers: Papers, captures: Captures, plans: Sequence[Row], stripe_prices: Sequence[Row]
) -> tuple[Finding, ...]:
    """The newest capture of every surface beside the book; one that is old, or was never taken, is a finding too."""
    return (
        *shown_price_differences(book, papers, captures, plans, stripe_prices),
        *capability_differences(book, papers, captures),
        *allowance_differences(book, papers, captures),
        *mapping_differences(book, papers, captures),
        *capture_findings(book, papers, captures),
    )


def _limits(book: Book, surface: Surface) -> Iterator[Finding]:
    for subject, sentence in limits(book, surface):
        held = surface_finding(
            book,
            subject=f"{subject}.{surface.key}",
            verdict=NOT_REPRESENTABLE,
            severity=NOTE,
            sentence=sentence,
            here=(BOOK, subject),
            there=(surface.name, "no field for it"),
            place=surface.source,
        )
        yield replace(held, state=PUBLISHED if surface.published else PLANNED)
