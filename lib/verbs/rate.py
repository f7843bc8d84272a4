"""A usage file, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from functools import reduce
from pathlib import Path
from typing import Any

from lib import reports
from lib.catalog.book import READINGS, Book, parse
from lib.catalog.document import BookError, nearest
from lib.catalog.scenario import overlaid
from lib.desk import read_document
from lib.desk.products import laid, scenario_beside
from lib.manifest import Manifest, fingerprint
from lib.sources.usage_file import read_usage
from lib.verbs.opening import desk_of, scenario_of
from lib.verbs.showing import print_answer
from lib.verbs.words import Arguments, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    rating = verb(verbs, "rate", run_rate, "a usage file, line by line")
    rating.add_argument("usage", type=Path, metavar="USAGE", help="csv, csv.gz or parquet")
    rating.add_argument("--plan", required=True, metavar="KEY", help="such as accelerate-monthly")
    rating.add_argument("--rail", default="aws", choices=("stripe", "aws"))
    rating.add_argument("--book", type=Path, metavar="FILE", help="a book file instead of the current book")
    rating.add_argument(
        "--scenario", action="append", default=[], metavar="KEY", help="of the book's own scenarios, or a file"
    )
    rating.add_argument("--reading", action="append", default=[], metavar="KEY=VALUE", help="such as bands=volume")


def run_rate(arguments: Arguments) -> int:
    """Rate a usage file under one plan of a book file, or of the current book."""
    book, manifest = _rating_book(arguments)
    book = _with_readings(book, arguments.reading)
    lines = read_usage(arguments.usage, book.dimensions)
    report = reports.rating(book, manifest(book), arguments.rail, arguments.plan, map(astuple, lines))
    print_answer(report if arguments.json else reports.rating_table(report))
    return 0


def _rating_book(arguments: Arguments) -> tuple[Book, Callable[[Book], Manifest]]:
    if not arguments.book:
        desk = desk_of(arguments)
        asked = [scenario_of(desk, wanted) for wanted in arguments.scenario]
        return desk.proposed_book(*asked), lambda book: desk.manifest(*asked, book=book)
    try:
        book = parse(read_document(arguments.book))
    except BookError as problem:
        raise BookError(f"{arguments.book}: {problem}") from None
    own = [scenario_beside(arguments.book, wanted) for wanted in arguments.scenario]
    changes = {scenario.key: scenario.identity for scenario in own}

    def manifest(book: Book) -> Manifest:
        made = Manifest(arguments.as_of or book.effective, book.id, fingerprint(book.document))
        named = replace(made, scenario=" + ".join(changes), scenario_hash=fingerprint(changes))
        return named if changes else made

    return reduce(laid, own, book), manifest


def _with_readings(book: Book, readings: Sequence[str]) -> Book:
    pairs = [reading.partition("=") for reading in readings]
    for key, equals, value in pairs:
        if not equals:
            raise BookError(f"--reading {key}: write KEY=VALUE, as in bands=volume")
        if key not in READINGS:
            raise BookError(f"--reading {key}={value}: there is no reading {key!r}; {nearest(key, READINGS)}")
    return overlaid(book, {"settings": {key: value for key, _, value in pairs}}, "--reading")
