"""One difference between two places that show a price, as a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lib.catalog.book import Book
from lib.claims.finding import CONTRADICTORY, WARNING, Finding

Row = Mapping[str, Any]
BOOK = "book"


def difference(book: Book, subject: str, here: tuple[str, str], there: tuple[str, str], place: str) -> Finding:
    """A forbidden difference: two places that must agree, and do not."""
    sentence = f"{subject}: {' '.join(here)}, but {' '.join(there)}"
    return surface_finding(book, subject, CONTRADICTORY, WARNING, sentence, here, there, place)


def surface_finding(
    book: Book,
    subject: str,
    verdict: str,
    severity: str,
    sentence: str,
    here: tuple[str, str],
    there: tuple[str, str],
    place: str,
) -> Finding:
    """What `here` says beside what `there` says, with the verdict and where it stands."""
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
