"""Feeds that keep every version of a row → what they say now, and from when until when each version held.

Such a feed is bitemporal: a thing changes (`valid_from`), and what was written about a change is written again
(`update_date`), or taken back (`delete_date`), often in the file of a later month.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lib.warehouse.feeds import Feed
from lib.warehouse.relations import text_of


def hold(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> None:
    """Every feed with versions → the view held.<feed>; staging reads it as it reads a raw table."""
    for feed in feeds:
        if feed.versions_of:
            connection.execute(f"create view held.{feed.name} as {held(feed)}")


def held(feed: Feed) -> str:
    """The one text of sql/raw/held.sql for a feed: an immutable thing has one version, whenever it was written."""
    thing = ", ".join(feed.versions_of)
    version = thing if feed.is_immutable else f"{thing}, utc_instant(valid_from)"
    text = text_of("raw/held")
    for name, words in {"$feed": feed.name, "$version": version, "$thing": thing}.items():
        text = text.replace(name, words)
    return text
