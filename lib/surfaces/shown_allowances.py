"""What a plan includes, as a page displays it and as the application limits it, beside the book's allowances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.document import nearest
from lib.claims.claim import Papers
from lib.claims.finding import NOTE, UNVERIFIABLE, Finding
from lib.surfaces.captures import APPLICATION, Captures, seen, subject, surface_of, tier_of
from lib.surfaces.difference import BOOK, Row, difference, surface_finding
from lib.surfaces.seller_central import allowance_text

RAIL = "stripe"


def allowance_differences(book: Book, papers: Papers, captures: Captures) -> Iterator[Finding]:
    """Every displayed or enforced allowance against the book's, its unit, and dimensions only one of them knows."""
    for rows in _grouped(book, captures.allowances).values():
        here = surface_of(papers, rows[0]["surface"]).name
        if rows[0]["dimension"] in book.dimensions:
            yield from _quantities(book, here, rows)
            yield from _units(book, here, rows)
        else:
            yield _unknown(book, here, rows)
    yield from _unmetered(book, papers, captures.allowances)


def _grouped(book: Book, rows: Sequence[Row]) -> Mapping[tuple[str, str, str], list[Row]]:
    """Rows by surface, place and dimension, the cheapest tier first and plans that nobody knows last."""
    ranks = {tier.key: tier.rank for tier in book.tiers.values()}
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: ranks.get(tier_of(book, row["plan"]) or "", len(ranks) + 1)):
        grouped.setdefault((row["surface"], row["place"], row["dimension"]), []).append(row)
    return grouped


def _quantities(book: Book, here: str, rows: Sequence[Row]) -> Iterator[Finding]:
    """One finding per dimension: every tier that is told another allowance than the book's."""
    theirs, ours = [], []
    for row in rows:
        tier, stated = tier_of(book, row["plan"]), Allowance.of(row["allowance"], seen(row))
        kept = None if tier is None else book.allowance(RAIL, tier, row["dimension"])
        if stated != kept:
            name = _tier_name(book, row)
            theirs.append(f"{name} {allowance_text(stated)}")
            ours.append(f"{name} {'no such plan' if kept is None else allowance_text(kept)}")
    if theirs:
        named = subject(rows[0], rows[0]["dimension"], "allowance")
        yield difference(book, named, (here, ", ".join(theirs)), (BOOK, ", ".join(ours)), seen(rows[0]))


def _units(book: Book, here: str, rows: Sequence[Row]) -> Iterator[Finding]:
    unit = book.dimensions[rows[0]["dimension"]].unit
    other = [row for row in rows if row["unit"] and row["unit"] != unit]
    if other:
        named = subject(other[0], other[0]["dimension"], "unit")
        yield difference(book, named, (here, f"per {other[0]['unit']}"), (BOOK, f"per {unit}"), seen(other[0]))


def _unknown(book: Book, here: str, rows: Sequence[Row]) -> Finding:
    """Something is promised that the book does not count: nobody can say whether it is kept."""
    key = rows[0]["dimension"]
    stated = ((_tier_name(book, row), Allowance.of(row["allowance"], seen(row))) for row in rows)
    said = ", ".join(f"{name} {allowance_text(allowance)}" for name, allowance in stated)
    return surface_finding(
        book,
        subject=subject(rows[0], key, "allowance"),
        verdict=UNVERIFIABLE,
        severity=NOTE,
        sentence=f"{key}: {here} {said}, and the book has no such dimension; {nearest(key, book.dimensions)}",
        here=(here, said),
        there=(BOOK, "no such dimension"),
        place=seen(rows[0]),
    )


def _tier_name(book: Book, row: Row) -> str:
    tier = tier_of(book, row["plan"])
    return str(row["plan"]) if tier is None else book.tiers[tier].name


def _unmetered(book: Book, papers: Papers, rows: Sequence[Row]) -> Iterator[Finding]:
    """Dimensions of the book that the application does not meter."""
    own = [row for row in rows if row["surface"] == APPLICATION]
    for place in dict.fromkeys(row["place"] for row in own):
        metered = {row["dimension"]: row for row in own if row["place"] == place}
        any_row = next(iter(metered.values()))
        for key in (key for key in book.dimensions if key not in metered):
            here = surface_of(papers, APPLICATION).name, "not metered"
            yield difference(book, subject(any_row, key, "metered"), here, (BOOK, "a dimension"), seen(any_row))
