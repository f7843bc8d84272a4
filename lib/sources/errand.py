"""Errands: one source visited on one day, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from lib.sources import files, journal, secrets, snapshot
from lib.sources.addresses import Source
from lib.sources.journal import Journal
from lib.sources.kinds import Earlier, Settings, Visit
from lib.sources.snapshot import Snapshot, SnapshotFile

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Brought:
    """What one source brought: how much, and how much of it is new or had not to be fetched.

    `new` files are not in the newest earlier snapshot as they are now; `reused` ones were taken from it, `resumed` ones
    were left by an interrupted pull, and neither was fetched; a source that was not asked is `carried_over`.
    """

    source: str
    files: int
    rows: int
    new: int
    reused: int = 0
    resumed: int = 0
    carried_over: bool = False
    notes: Sequence[str] = ()

    @property
    def state(self) -> str:
        """What became of the source, in words."""
        if not self.files:
            return "nothing there"
        return "carried over" if self.carried_over else "pulled"


@dataclass(frozen=True)
class Taking:
    """The files of one source in the folder that is being filled, and how they came there."""

    source: str
    files: Sequence[SnapshotFile]
    notes: Sequence[str] = ()
    reused: int = 0
    resumed: int = 0
    carried_over: bool = False

    def since(self, earlier: Snapshot | None) -> Brought:
        """What it brought, against the snapshot before."""
        known = {(file.path, file.sha256) for file in earlier.files} if earlier else set()
        new = sum((file.path, file.sha256) not in known for file in self.files)
        rows = sum(file.rows for file in self.files)
        ways = (self.reused, self.resumed, self.carried_over, self.notes)
        return Brought(self.source, len(self.files), rows, new, *ways)


@dataclass(frozen=True)
class Errand:
    """One source that is to be visited on a day, with everything its kind asked for."""

    source: Source
    settings: Settings
    secrets: Mapping[str, str]
    day: date
    callers: Mapping[str, str] = field(default_factory=dict)

    @property
    def block(self) -> str:
        """What its files depend on, and on whose account: an interrupted pull goes on only where this is the same."""
        way = self.source.way
        account = {
            name: secret for name, secret in self.secrets.items() if way.secrets.get(name) or name in way.callers
        }
        return journal.block_of(self.source.kind, self.settings, {**self.callers, **account}, self.day.isoformat())

    def run(self, folder: Path, earlier: Snapshot | None, diary: Journal, progress: Progress) -> Taking:
        """Fetch the source into its place in the folder → its files, measured where they lie."""
        name, target = self.source.name, folder / self.source.name
        target.mkdir(exist_ok=True)
        left = _standing(target)
        visit = Visit(
            *(name, self.settings, self.secrets, target, _before(earlier, name), self.day, progress),
            marks=dict(diary.marks.get(name, {})),
            write_down=partial(diary.mark, name),
        )
        with secrets.unspoken(self.secrets, self.source.where):
            self.source.way.fetch(visit)
        marks = {target / relative: mark for relative, mark in visit.marks.items()}
        paths = files.whole_files(target)
        listed = [snapshot.describe(folder, name, path, self.day, marks.get(path)) for path in paths]
        resumed = left.items() & _standing(target).items()
        return Taking(name, listed, visit.notes, len(visit.reused), len(resumed))


def carried_over(earlier: Snapshot | None, source: Source, folder: Path) -> Taking:
    """The files that the snapshot before holds of a source that is not asked today."""
    if earlier is None:
        return Taking(source.name, (), carried_over=True)
    for file in earlier.of(source.name):
        files.link(earlier.folder / file.path, folder / file.path)
    return Taking(source.name, earlier.of(source.name), earlier.notes.get(source.name, ()), carried_over=True)


def _before(earlier: Snapshot | None, name: str) -> Earlier | None:
    if earlier is None:
        return None
    held = {file.path.removeprefix(f"{name}/"): file for file in earlier.of(name) if file.mark}
    marks = {relative: file.mark for relative, file in held.items() if file.mark}
    return Earlier(earlier.folder / name, marks, {relative: file.sha256 for relative, file in held.items()})


def _standing(target: Path) -> dict[Path, tuple[int, int]]:
    """The whole files of a folder, each with what changes when it is written again."""
    if not target.is_dir():
        return {}
    paths = [path for path in target.rglob("*") if path.is_file() and files.is_whole(path.relative_to(target))]
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}
