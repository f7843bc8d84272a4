"""Headers: which header of a file, or which path of an object, answers to each declared column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from lib.warehouse.feeds import Feed, Shape, nearest
from lib.warehouse.refusal import BuildRefused

MISTYPED = 0.8  # how like a declared name a header must be, to be taken for a slip of it
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class FileColumn:
    """One header of one file, at its place from 0, and the column it answers to.

    A header without a column is ignored; a column without a header is absent from the file.
    """

    feed: str
    file: str
    shape: str
    place: int | None
    header: str | None
    column_name: str | None


@dataclass(frozen=True)
class Matched:
    """A file's header read as one shape of a feed: the shape, and the place of every column that was found."""

    shape: Shape
    header: tuple[str, ...]
    places: Mapping[str, int]

    def told(self, feed: Feed, file: str) -> list[FileColumn]:
        """What was matched, header by header, and which columns the file lacks."""
        column_at = {place: column for column, place in self.places.items()}
        headers = [(place, header, column_at.get(place)) for place, header in enumerate(self.header)]
        absent = [(None, None, column) for column in feed.columns if not self._has(column)]
        return [FileColumn(feed.name, file, self.shape.name, *told) for told in (*headers, *absent)]

    def _has(self, column: str) -> bool:
        return column in self.places or self.shape.columns[column].constant is not None


def simple(header: str) -> str:
    """A header without case and punctuation: "Created (UTC)" and "created_utc" are one name."""
    return _PUNCTUATION.sub(" ", header.casefold()).strip()


def matched(feed: Feed, header: Sequence[str], file: str) -> Matched:
    """A file's header → the shape it answers to best, with every column's place; refused where a column is missing.

    Among the shapes that its name allows, the first that lacks nothing is taken; where all lack something, the one
    that lacks least says what. An optional column may be absent, unless a header looks like it, mistyped.
    """
    names = tuple(name.strip() for name in header)
    tried = [(shape, _places(shape, names, file)) for shape in feed.shapes_of(file)]
    shape, places = min(tried, key=lambda pair: len(_lacking(feed, pair[0], pair[1], names)))
    if lacking := _lacking(feed, shape, places, names):
        idle = [name for place, name in enumerate(names) if place not in places.values()]
        raise BuildRefused(_missing(feed, shape, lacking[0], idle or names, file))
    return Matched(shape, names, places)


def _places(shape: Shape, header: Sequence[str], file: str) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        found.setdefault(simple(name), []).append(place)
    places = {}
    for column, answer in shape.columns.items():
        at = next((found[name] for name in map(simple, answer.names) if name in found), [])
        if len(at) > 1:
            raise BuildRefused(f"{file} has {len(at)} columns {header[at[0]]!r}; keep the one that counts")
        if at:
            places[column] = at[0]
    return places


def _lacking(feed: Feed, shape: Shape, places: Mapping[str, int], header: Sequence[str]) -> list[str]:
    strangers = _strangers(shape, header)
    return [
        column
        for column in feed.columns
        if column not in places
        and shape.columns[column].constant is None
        and (column not in feed.optional or _is_mistyped(shape, column, strangers))
    ]


def _strangers(shape: Shape, header: Sequence[str]) -> list[str]:
    known = {simple(name) for answer in shape.columns.values() for name in answer.names}
    return [name for name in map(simple, header) if name not in known]


def _is_mistyped(shape: Shape, column: str, strangers: Iterable[str]) -> bool:
    """Whether a header that nobody declared is nearly a name of the column."""
    candidates = list(strangers)
    names = map(simple, shape.columns[column].names)
    return any(get_close_matches(name, candidates, n=1, cutoff=MISTYPED) for name in names)


def _missing(feed: Feed, shape: Shape, column: str, candidates: Sequence[str], file: str) -> str:
    names = shape.columns[column].names
    known = f"{column!r}" if names == (column,) else f"{column!r} (it goes by {', '.join(map(repr, names))})"
    return (
        f"{file} has no column {known}, which data/feeds declares for raw.{feed.name}; "
        f"the nearest header is {nearest(names[0], candidates)!r}"
    )
