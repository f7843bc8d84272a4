"""The least plan of a capability, as a page states it, beside what the application enforces and the book includes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lib.catalog.book import ANY_TIER, Book
from lib.claims.claim import Papers
from lib.claims.finding import NOTE, UNVERIFIABLE, Finding
from lib.surfaces.captures import APPLICATION, Captures, seen, subject, surface_of, tier_of
from lib.surfaces.difference import BOOK, Row, difference, surface_finding


def capability_differences(book: Book, papers: Papers, captures: Captures) -> Iterator[Finding]:
    """Every stated least plan against the dimension's floor in the book, or else against the application."""
    enforced = {row["capability"]: row for row in captures.capabilities if row["surface"] == APPLICATION}
    for row in captures.capabilities:
        here = surface_of(papers, row["surface"]).name
        there = _truth(book, papers, row, enforced.get(row["capability"]))
        said = _floor(book, row["minimum_plan"])
        if there is None:
            yield _unenforced(book, papers, row, captures.capabilities)
        elif said != there[1]:
            yield difference(book, subject(row, row["capability"], "minimum_plan"), (here, said), there, seen(row))


def _truth(book: Book, papers: Papers, row: Row, enforced: Row | None) -> tuple[str, str] | None:
    """Where the least plan of a capability is decided, and which it is there."""
    if row["capability"] in book.dimensions:
        return BOOK, _floor(book, book.dimensions[row["capability"]].tier_floor)
    if enforced is None:
        return None
    return surface_of(papers, APPLICATION).name, _floor(book, enforced["minimum_plan"])


def _floor(book: Book, word: str) -> str:
    """A least plan by its tier's name; any plan is the lowest tier, and a word the book does not know stays itself."""
    if word == ANY_TIER:
        return min(book.tiers.values(), key=lambda tier: tier.rank).name
    tier = tier_of(book, word)
    return word if tier is None else book.tiers[tier].name


def _unenforced(book: Book, papers: Papers, row: Row, rows: Sequence[Row]) -> Finding:
    """A capability that nobody saw enforced: whether the page is right, nobody can know."""
    application = surface_of(papers, APPLICATION).name
    is_captured = any(other["surface"] == APPLICATION for other in rows)
    unknown = "enforces nothing of it" if is_captured else "not captured"
    here = (surface_of(papers, row["surface"]).name, _floor(book, row["minimum_plan"]))
    return surface_finding(
        book,
        subject=subject(row, row["capability"], "minimum_plan"),
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=f"{row['capability']}: {' '.join(here)}; {application}: {unknown}",
        here=here,
        there=(application, unknown),
        place=seen(row),
    )
