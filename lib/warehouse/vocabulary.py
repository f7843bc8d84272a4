"""The words of the plans database: which plans and dimensions there are, and the nearest one to a mistyped word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from lib.warehouse.feeds import Feed, nearest
from lib.warehouse.relations import text_of

WORD_OF_FEED = {"plan": "plan", "marketplace_pricing_dimension": "dimension"}


@dataclass
class Vocabulary:
    """The words of each kind; of a kind that the plans database did not bring, every text is taken."""

    words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def learn(self, connection: duckdb.DuckDBPyConnection, feed: Feed, rows: Callable[[], pa.Table]) -> None:
        """What a feed brought → the words that the feeds after it may use; most feeds teach none."""
        if feed.name not in WORD_OF_FEED:
            return
        word = WORD_OF_FEED[feed.name]
        connection.register("incoming", rows())
        taught = connection.execute(text_of(f"words/{word}")).fetchall()
        connection.unregister("incoming")
        self.words[word] = tuple(row[0] for row in taught)

    def fault(self, word: str | None, text: str) -> str | None:
        """A text that should be a word of a kind → what is wrong with it, or None."""
        known = self.words.get(word or "", ())
        if not text or not known or text in known:
            return None
        return f"is no {word} that we sell: {text}; the nearest is {nearest(text, known)}"
