"""The law of the intake: every line read is a header, blank, loaded, a duplicate, or rejected with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.warehouse.feeds import Feed
from lib.warehouse.refusal import BuildRefused

LONGEST_QUOTE = 60  # letters of a refused line that a sentence repeats


@dataclass(frozen=True)
class FileCount:
    """One file's lines by what became of them; `lines_read` was counted outside the parser."""

    feed: str
    file: str
    sha256: str
    bytes: int
    lines_read: int
    header_lines: int
    blank_lines: int
    loaded: int
    duplicates: int
    rejected: int

    @property
    def unaccounted(self) -> int:
        """Lines of the file that nothing explains (negative: lines counted twice)."""
        explained = self.header_lines + self.blank_lines + self.loaded + self.duplicates + self.rejected
        return self.lines_read - explained


@dataclass(frozen=True)
class Reject:
    """One line that was not loaded, kept as it stood."""

    feed: str
    file: str
    line: int
    reason: str
    raw_text: str


def insist(counts: list[FileCount]) -> None:
    """Refuse to go on while a single line of a single file is unexplained."""
    for count in counts:
        if count.unaccounted:
            raise BuildRefused(
                f"{count.file}: {count.lines_read} lines were pulled, but raw.{count.feed} explains "
                f"{count.lines_read - count.unaccounted} of them; nothing was published"
            )


def insist_on_rows(feeds: Sequence[Feed], counts: Sequence[FileCount], rejects: Sequence[Reject]) -> None:
    """Refuse a feed that came but brought nothing we can read, and a part of a table that is worth nothing in parts."""
    for feed in feeds:
        files = [count for count in counts if count.feed == feed.name]
        refused = [reject for reject in rejects if reject.feed == feed.name]
        is_barren = bool(files) and not any(count.loaded for count in files)
        if refused and feed.is_whole:
            raise BuildRefused(f"{_first(refused[0])}; raw.{feed.name} counts whole or not at all, so {_remedy(feed)}")
        if refused and is_barren:
            raise BuildRefused(f"not one line of raw.{feed.name} can be read: {_first(refused[0])}; {_remedy(feed)}")
        if is_barren and feed.is_whole:
            raise BuildRefused(f"{files[0].file} holds no row, and raw.{feed.name} needs one; {_remedy(feed)}")


def _first(reject: Reject) -> str:
    return f"{reject.file}, line {reject.line} ({reject.raw_text[:LONGEST_QUOTE]}): {reject.reason}"


def _remedy(feed: Feed) -> str:
    return f"nothing was published: mend it at its source, then run: {feed.pull}"
