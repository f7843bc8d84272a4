"""Captures: what people wrote down of the surfaces that no system exports, and the day on which they looked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from lib.catalog.book import Book
from lib.catalog.document import found
from lib.claims.claim import WHERE, Papers, Surface
from lib.claims.finding import NOTE, UNVERIFIABLE, WARNING, Finding
from lib.surfaces.difference import BOOK, Row, surface_finding

PRICING_PAGE, CHECKOUT, APPLICATION, THIRD_PARTY = "pricing_page", "checkout_page", "application", "third_party"
CAPTURED = (PRICING_PAGE, CHECKOUT, APPLICATION, THIRD_PARTY)
LIMITS = "data/billing.toml, captured_within_days"


@dataclass(frozen=True)
class Captures:
    """The newest capture of every place, as rows of the marts: displayed prices, capabilities, allowances, plan ids.

    `within_days` says per surface how old a capture may be on the day `as_of`; `command` brings new ones.
    """

    prices: Sequence[Row]
    capabilities: Sequence[Row]
    allowances: Sequence[Row]
    plan_ids: Sequence[Row]
    as_of: date
    within_days: Mapping[str, int]
    command: str

    @property
    def rows(self) -> Iterable[Row]:
        """Every row of every capture."""
        return chain(self.prices, self.capabilities, self.allowances, self.plan_ids)


def surface_of(papers: Papers, key: str) -> Surface:
    """The surface that a capture is of, as data/claims.toml names it."""
    return found(key, papers.surfaces, f"{WHERE} has no surface")


def subject(row: Row, *parts: str) -> str:
    """What a finding is called: the thing, what differs, and the place where it was seen."""
    return ".".join((*parts, slug(row["place"])))


def slug(place: str) -> str:
    """A place as part of a finding's name: vell.ai/pricing becomes vell_ai_pricing."""
    return re.sub(r"[^a-z0-9]+", "_", place.lower()).strip("_")


def seen(row: Row) -> str:
    """Where and when something was seen, for the finding's source."""
    return f"{row['url'] or row['place']}, captured on {row['captured_on']}"


def tier_of(book: Book, word: str) -> str | None:
    """The tier that a surface means by a plan's slug or a tier's key; None where the book has none."""
    slugs = {plan.key.removesuffix(f"-{plan.term}"): plan.tier for plan in book.plans.values()}
    return slugs.get(word, word if word in book.tiers else None)


def capture_findings(book: Book, papers: Papers, captures: Captures) -> Iterator[Finding]:
    """A surface that nobody captured is said to be unknown, and one that was captured long ago to be stale."""
    for key in CAPTURED:
        surface, limit = surface_of(papers, key), found(key, captures.within_days, f"{LIMITS} has no")
        oldest = _oldest(row for row in captures.rows if row["surface"] == key)
        if not oldest:
            yield _not_captured(book, surface, captures)
        for row in oldest:
            if (captures.as_of - row["captured_on"]).days > limit:
                yield _stale(book, surface, row, limit, captures)


def _oldest(rows: Iterable[Row]) -> list[Row]:
    """For every place the row that was captured the longest ago: a capture is as old as its oldest part."""
    oldest: dict[str, Row] = {}
    for row in rows:
        known = oldest.setdefault(row["place"], row)
        if row["captured_on"] < known["captured_on"]:
            oldest[row["place"]] = row
    return list(oldest.values())


def _not_captured(book: Book, surface: Surface, captures: Captures) -> Finding:
    remedy = f"write it down in surfaces/ (data/feeds/surfaces.toml says how) and bring it with: {captures.command}"
    return surface_finding(
        book,
        subject=f"{surface.key}.capture",
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=f"{surface.name}: not captured; {remedy}",
        here=(surface.name, "not captured"),
        there=(BOOK, book.id),
        place=surface.source,
    )


def _stale(book: Book, surface: Surface, row: Row, limit: int, captures: Captures) -> Finding:
    age = (captures.as_of - row["captured_on"]).days
    return surface_finding(
        book,
        subject=subject(row, surface.key, "capture"),
        verdict=UNVERIFIABLE,
        severity=WARNING,
        sentence=f"{row['place']}: captured {age} days ago, on {row['captured_on']}; look again, and bring it with: "
        f"{captures.command}",
        here=(surface.name, f"captured at most {limit} days ago"),
        there=(BOOK, f"held against a capture of {age} days ago"),
        place=LIMITS,
    )
