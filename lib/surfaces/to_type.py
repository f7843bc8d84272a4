"""What is left to type: the listing a book asks for beside the one that is there, as additions, changes and removals.

A listing that is not published yet is a state: everything is still to be added. One that is published, and that nobody
pulled or wrote down, is unknown; nothing is guessed of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lib.catalog.book import Book
from lib.claims.claim import Surface
from lib.claims.finding import Finding
from lib.surfaces.aws_listing import ABSENT, AwsListing, listed_differences
from lib.surfaces.seller_central import ContractRow, Listing, MeteringRow

ADD, CHANGE, REMOVE = "add", "change", "remove"
UNPUBLISHED, UNKNOWN, THERE = "not published yet", "not pulled", "published"


@dataclass(frozen=True)
class Step:
    """One thing to type: which row, what kind of change, what the book asks for, and what is there."""

    subject: str
    change: str
    asked: str
    there: str


@dataclass(frozen=True)
class ToType:
    """Everything left to type, and the state of the listing it was found in; nothing is said of an unknown one."""

    state: str
    steps: tuple[Step, ...]

    @property
    def is_done(self) -> bool:
        """Whether what is there is what the book asks for."""
        return self.state == THERE and not self.steps


def to_type(book: Book, surface: Surface, made: Listing, listed: AwsListing) -> ToType:
    """The listing a book asks for and the one that is there → what is left to type."""
    if listed.views:
        found = listed_differences(book, surface, made, listed)
        about_rows = (one for one in found if one.claim != f"{surface.key}.published")
        return ToType(THERE, tuple(map(_difference, about_rows)))
    if surface.published and not listed.is_pulled:
        return ToType(UNKNOWN, ())
    return ToType(UNPUBLISHED, tuple(_additions(made)))


def _additions(made: Listing) -> Iterator[Step]:
    rows: tuple[ContractRow | MeteringRow, ...] = (*made.contracts, *made.dimensions)
    for row in rows:
        what = f"{row.name}, {row.duration}" if isinstance(row, ContractRow) else f"{row.name}, {row.unit}"
        yield Step(what, ADD, row.price_usd, UNPUBLISHED)


def _difference(found: Finding) -> Step:
    ours, theirs = _after_the_name(found.promised), _after_the_name(found.delivered)
    change = ADD if theirs == ABSENT else REMOVE if ours == ABSENT else CHANGE
    return Step(found.claim, change, ours, theirs)


def _after_the_name(told: str) -> str:
    """book: 299 → 299. Which view of the listing it is stands in the subject."""
    return told.partition(": ")[2]
