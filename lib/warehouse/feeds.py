"""Feeds: what data/feeds.toml says about each raw table, and how a file's header answers to it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.warehouse import values

READERS = ("records", "lines")


class FeedError(ValueError):
    """A feed and its files disagree; the message names the file, the column and the nearest header."""


@dataclass(frozen=True)
class Feed:
    """One raw table: where its files lie, what its columns must hold, and what makes two rows the same.

    `reader` is "records" for quoted exports (small) or "lines" for metering (large, never quoted across lines).
    """

    name: str
    source: str
    glob: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    dated_by: str | None
    reader: str
    pull: str


def read_feeds(path: Path) -> list[Feed]:
    """data/feeds.toml → its feeds, in the order of the file."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_feed(name, block, path) for name, block in document.items()]


def positions(feed: Feed, header: Sequence[str], file: str) -> dict[str, int]:
    """Declared column → its place in this file's header, counted from 0; case and unknown headers do not matter."""
    places = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
    for column in feed.columns:
        if column.casefold() not in places:
            near = get_close_matches(column, [name.strip() for name in header], n=1, cutoff=0.0)
            raise FeedError(
                f"{file} has no column {column!r}, which data/feeds.toml declares for raw.{feed.name}; "
                f"the nearest header is {near[0] if near else ''!r}"
            )
    return {column: places[column.casefold()] for column in feed.columns}


def _feed(name: str, block: dict[str, Any], path: Path) -> Feed:
    columns = block["columns"]
    for column, kind in columns.items():
        if not values.is_kind(kind):
            near = get_close_matches(kind, values.KINDS, n=1, cutoff=0.0)[0]
            raise FeedError(f"{path}, [{name}.columns] {column!r}: no kind {kind!r}; the nearest is {near!r}")
    for column in [*block.get("key", ()), *filter(None, [block.get("dated_by")])]:
        if column not in columns:
            near = get_close_matches(column, list(columns), n=1, cutoff=0.0)[0]
            raise FeedError(f"{path}, [{name}]: no column {column!r} is declared; the nearest is {near!r}")
    return Feed(
        name=name,
        source=block["source"],
        glob=block["glob"],
        columns=columns,
        key=tuple(block.get("key", ())),
        dated_by=block.get("dated_by"),
        reader=block.get("reader", READERS[0]),
        pull=f"python -m lib pull --only {block['source']}",
    )
