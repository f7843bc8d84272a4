"""Snapshots: dated folders of what every source said, each file with its lines, bytes and fingerprint.

A snapshot is filled beside its place and renamed into it, so that nobody ever sees half of one. One pull at a time
fills a folder; what it leaves behind when it is interrupted or killed, the next one goes on from or puts right.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lib.manifest import fingerprint
from lib.refusal import Refusal
from lib.sources import files, journal
from lib.sources.refusal import PullRefused

MANIFEST = "manifest.json"
PULLING, REPLACED = ".pulling-", ".replaced-"


class SnapshotMissing(Refusal):
    """There is no snapshot to read; the message names the command that makes one."""


@dataclass(frozen=True)
class SnapshotFile:
    """One file of a snapshot; `rows` are its records, `pulled_on` the day its source gave it.

    `mark` is what the source calls this version of it, such as an ETag; sources of files and tables call it nothing.
    """

    source: str
    path: str
    rows: int
    lines: int
    bytes: int
    sha256: str
    pulled_on: date
    mark: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """One dated folder: its files, the sources that gave nothing, and whether the world in it is invented.

    `mappings` say by source how its files are to be read, `notes` what was left out; `sources_file` names its sources,
    where that is not the usual file.
    """

    folder: Path
    snapshot_on: date
    synthetic: bool
    files: tuple[SnapshotFile, ...]
    missing: tuple[str, ...] = ()
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sources_file: str | None = None

    def of(self, source: str) -> tuple[SnapshotFile, ...]:
        """The files that one source gave."""
        return tuple(file for file in self.files if file.source == source)

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that differ when any file of it does."""
        return fingerprint(sorted([file.path, file.sha256] for file in self.files))


def read(folder: Path) -> Snapshot:
    """One dated folder → the snapshot its manifest describes."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        snapshot = _snapshot(folder, manifest)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        snapshot = None
    if snapshot is None or not _is_sound(snapshot):
        raise SnapshotMissing(
            f"{folder / MANIFEST} is no manifest of that day's snapshot; "
            f"remove {folder} and make it again: python -m lib pull"
        )
    return snapshot


def newest(snapshots: Path, as_of: date | None = None) -> Snapshot:
    """The newest snapshot, or the newest not after `as_of`."""
    until = as_of or date.max
    days = [day for day in dated_folders(snapshots) if day <= until]
    if not days:
        upto = f" of {as_of} or before" if as_of else ""
        raise SnapshotMissing(f"{snapshots} holds no snapshot{upto}; make one with: python -m lib pull")
    return read(snapshots / max(days).isoformat())


def dated_folders(snapshots: Path) -> list[date]:
    """The days that have a whole snapshot, in order."""
    return sorted(
        date.fromisoformat(manifest.parent.name)
        for manifest in snapshots.glob(f"[0-9]*-[0-9]*-[0-9]*/{MANIFEST}")
        if _is_day(manifest.parent.name)
    )


def describe(folder: Path, source: str, path: Path, pulled_on: date, mark: str | None = None) -> SnapshotFile:
    """One file inside a snapshot folder → its line in the manifest."""
    size = files.measure(path)
    rows = files.rows(path, size.lines)
    relative = path.relative_to(folder).as_posix()
    return SnapshotFile(source, relative, rows, size.lines, size.bytes, size.sha256, pulled_on, mark)


@contextmanager
def filling(snapshots: Path, snapshot_on: date, blocks: Mapping[str, str] | None = None) -> Iterator[Path]:
    """A folder to fill, out of sight; it takes the place of that day's snapshot when the block ends well.

    `blocks` are the sources whose files outlive an interruption: the next filling of the same day starts with them.
    """
    place = snapshots / snapshot_on.isoformat()
    hidden = snapshots / f"{PULLING}{place.name}"
    is_new = not snapshots.exists()
    snapshots.mkdir(parents=True, exist_ok=True)
    with _alone(snapshots):
        try:
            _sweep(snapshots, besides=hidden)
            hidden.mkdir(exist_ok=True)
            journal.resume(hidden, blocks or {})
            yield hidden
            _swap_in(hidden, place)
        finally:
            _leave_what_can_go_on(hidden, blocks or {})
            if is_new and not any(snapshots.iterdir()):
                snapshots.rmdir()


def put_back(snapshots: Path) -> None:
    """Bring back a day's snapshot that a pull had moved away when it was killed; a pull under way does it itself."""
    if any(snapshots.glob(f"{REPLACED}*")):
        with suppress(PullRefused), _alone(snapshots):
            _put_back(snapshots)


@contextmanager
def _alone(snapshots: Path) -> Iterator[None]:
    """The only pull into this folder: the lock is on the folder itself and dies with its process."""
    handle = os.open(snapshots, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle, snapshots)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, snapshots: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PullRefused(f"Another pull is filling {snapshots} right now; start this one when it has ended") from None


def _sweep(snapshots: Path, besides: Path) -> None:
    _put_back(snapshots)
    for stale in snapshots.glob(f"{PULLING}*"):
        if stale != besides:
            shutil.rmtree(stale)


def _put_back(snapshots: Path) -> None:
    for replaced in snapshots.glob(f"{REPLACED}*"):
        place = snapshots / replaced.name.removeprefix(REPLACED)
        if place.exists():
            shutil.rmtree(replaced)
        else:
            replaced.rename(place)


def _leave_what_can_go_on(hidden: Path, blocks: Mapping[str, str]) -> None:
    """After an interruption keep what the next pull can go on from; nothing else, and no empty folder."""
    if hidden.exists():
        journal.resume(hidden, blocks)
        if not any(path.is_dir() and any(path.iterdir()) for path in hidden.iterdir()):
            shutil.rmtree(hidden)


def write_manifest(snapshot: Snapshot) -> None:
    """The snapshot's description → manifest.json in its folder; sorted, so equal pulls write equal bytes."""
    document: dict[str, Any] = {
        "snapshot_on": snapshot.snapshot_on.isoformat(),
        "synthetic": snapshot.synthetic,
        "missing": sorted(snapshot.missing),
        "files": [_entry(file) for file in sorted(snapshot.files, key=lambda file: file.path)],
    }
    document |= {"mappings": snapshot.mappings} if snapshot.mappings else {}
    document |= {"notes": snapshot.notes} if snapshot.notes else {}
    document |= {"sources_file": snapshot.sources_file} if snapshot.sources_file else {}
    (snapshot.folder / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _swap_in(hidden: Path, place: Path) -> None:
    """The filled folder takes its place; a kill between the two renames is mended by `put_back`.

    Between them a build reads the folder that stands aside, so that no older day is taken for the newest.
    """
    files.settle(hidden)
    (hidden / journal.NAME).unlink()
    replaced = hidden.with_name(f"{REPLACED}{place.name}")
    if place.exists():
        place.rename(replaced)
    hidden.rename(place)
    files.sync(place.parent)
    shutil.rmtree(replaced, ignore_errors=True)


def _snapshot(folder: Path, manifest: dict[str, Any]) -> Snapshot:
    return Snapshot(
        folder,
        date.fromisoformat(manifest["snapshot_on"]),
        manifest["synthetic"],
        tuple(_file(entry) for entry in manifest["files"]),
        tuple(manifest["missing"]),
        dict(manifest.get("mappings", {})),
        dict(manifest.get("notes", {})),
        manifest.get("sources_file"),
    )


def _entry(file: SnapshotFile) -> dict[str, Any]:
    held = asdict(file) | {"pulled_on": file.pulled_on.isoformat()}
    return {key: value for key, value in held.items() if value is not None}


def _is_sound(snapshot: Snapshot) -> bool:
    """Whether a manifest speaks of its own folder's day, and of files inside it."""
    return (
        snapshot.snapshot_on.isoformat() == snapshot.folder.name
        and isinstance(snapshot.synthetic, bool)
        and all(
            isinstance(file.path, str) and isinstance(file.source, str) and ".." not in Path(file.path).parts
            for file in snapshot.files
        )
        and not any(Path(file.path).is_absolute() for file in snapshot.files)
    )


def _file(entry: dict[str, Any]) -> SnapshotFile:
    return SnapshotFile(**(entry | {"pulled_on": date.fromisoformat(entry["pulled_on"])}))


def _is_day(name: str) -> bool:
    try:
        date.fromisoformat(name)
    except ValueError:
        return False
    return True
