"""The snapshots that are kept: which days the desk can be opened as of, and which would need a build first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lib.desk.papers import DATA
from lib.refusal import Refusal
from lib.warehouse.build import identity
from lib.warehouse.publish import DATED, named, path_of, published_days
from lib.warehouse.snapshots import days, read

PUBLISHED, BY_OTHER_RULES, NOT_PUBLISHED, DAMAGED = "published", "by other rules", "not published", "damaged"
SHOWN = 12  # letters of a fingerprint


@dataclass(frozen=True)
class KeptSnapshot:
    """One snapshot: its day, what it holds, and whether the desk can be opened as of it.

    A warehouse by other rules can be opened, but the desk's SQL or facts have changed since it was built. `command`
    is what makes a warehouse of this snapshot by the rules of today; nothing where there is one.
    """

    day: date
    files: int
    rows: int
    fingerprint: str
    state: str
    command: str

    @property
    def is_published(self) -> bool:
        """Whether the desk can be opened as of it."""
        return self.state in (PUBLISHED, BY_OTHER_RULES)


def kept_snapshots(snapshots: Path, out: Path, data: Path = DATA, options: str = "") -> list[KeptSnapshot]:
    """A snapshot folder and where its warehouses are published → every snapshot, the newest first.

    `options` complete the command, where the desk is not the one that opens by default.
    """
    published = set(published_days(out))
    return [_kept(snapshots, day, out, data, day in published, options) for day in reversed(days(snapshots))]


def _kept(snapshots: Path, day: date, out: Path, data: Path, is_published: bool, options: str) -> KeptSnapshot:
    command = f"python -m lib build --as-of {day}{options}"
    try:
        folder = read(snapshots / day.isoformat())
        wanted = path_of(out, identity(snapshots, day, data)).name
    except Refusal:
        state = BY_OTHER_RULES if is_published else DAMAGED
        return KeptSnapshot(day, 0, 0, "", state, f"python -m lib pull --as-of {day}{options}")
    state = PUBLISHED if named(out, f"{DATED}{day}") == wanted else BY_OTHER_RULES if is_published else NOT_PUBLISHED
    rows = sum(file.rows for file in folder.files)
    todo = "" if state == PUBLISHED else command
    return KeptSnapshot(day, len(folder.files), rows, folder.fingerprint[:SHOWN], state, todo)
