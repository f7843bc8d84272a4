"""The law of the intake: every line read is a header, blank, loaded, a duplicate, or rejected with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from lib.warehouse.refusal import BuildRefused


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
