"""The dated folders a build starts from: which is newest, what its manifest vouches for, and who was seen when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from lib.warehouse.refusal import BuildRefused

MANIFEST = "manifest.json"
REPLACED = ".replaced-"  # before the day in the name of a folder whose place another one takes right now
T = TypeVar("T")


@dataclass(frozen=True)
class ListedFile:
    """One file as the manifest lists it; its rows and lines were counted when it was pulled, outside any parser."""

    path: str
    rows: int
    lines: int
    bytes: int
    sha256: str
    pulled_on: date


@dataclass(frozen=True)
class DatedFolder:
    """One snapshot as the build sees it.

    `notes` are what its sources had to say when they were pulled, `mappings` how each one's files are to be read,
    `sources_file` where they are named, where that is not the usual place.
    """

    folder: Path
    snapshot_on: date
    synthetic: bool
    files: tuple[ListedFile, ...]
    fingerprint: str
    notes: Mapping[str, list[str]] = field(default_factory=dict)
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources_file: str | None = None

    def open_checked(self, file: ListedFile) -> bytes:
        """The bytes of a file, refused unless they are the ones that were pulled."""
        try:
            content = (self.folder / file.path).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise self._other(file)
        return content

    def checked(self, file: ListedFile) -> Path:
        """Where a large file lies, refused unless it is the one that was pulled; only a block of it is in memory."""
        path = self.folder / file.path
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            digest = ""
        if digest != file.sha256:
            raise self._other(file)
        return path

    def _other(self, file: ListedFile) -> BuildRefused:
        return BuildRefused(
            f"{self.folder / file.path} is not the file that {MANIFEST} describes; "
            "make the snapshot again: python -m lib pull"
        )


def history(snapshots: Path, as_of: date | None = None) -> list[DatedFolder]:
    """Every snapshot up to `as_of`, oldest first; at least one."""
    until = as_of or date.max
    dated = [snapshots / day.isoformat() for day in days(snapshots) if day <= until]
    if not dated:
        upto = f" of {as_of} or before" if as_of else ""
        raise BuildRefused(f"{snapshots} holds no snapshot{upto}; make one with: python -m lib pull")
    return [read(folder) for folder in dated]


def days(snapshots: Path) -> list[date]:
    """The days that have a snapshot, in order; one that a pull is replacing right now has one too.

    A place is looked at before and after the name its folder has meanwhile, so that none is missed on its way.
    """
    named = [
        path.parent.name.removeprefix(REPLACED)
        for prefix in ("", REPLACED, "")
        for path in snapshots.glob(f"{prefix}[0-9]*-[0-9]*-[0-9]*/{MANIFEST}")
    ]
    return sorted({day for name in named if (day := _day(name))})


def _standing(folder: Path) -> Path:
    """Where a day's snapshot stands: in its place, or aside between the two renames of the pull that replaces it."""
    aside = folder.with_name(f"{REPLACED}{folder.name}")
    return aside if not folder.exists() and aside.exists() else folder


def read(folder: Path) -> DatedFolder:
    """One dated folder as its manifest describes it."""
    folder = _standing(folder)
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = _Block(json.loads(content))
        if manifest.text("snapshot_on") != folder.name.removeprefix(REPLACED):
            raise ValueError(f"its snapshot_on is {manifest.text('snapshot_on')}")
        files = sorted((_file(_Block(entry)) for entry in manifest.value("files", list)), key=lambda file: file.path)
        return DatedFolder(
            folder=folder,
            snapshot_on=manifest.day("snapshot_on"),
            synthetic=manifest.value("synthetic", bool),
            files=tuple(files),
            fingerprint=hashlib.sha256(content).hexdigest(),
            notes=_notes(manifest),
            mappings=manifest.value("mappings", dict) if "mappings" in manifest.values else {},
            sources_file=manifest.text("sources_file") if "sources_file" in manifest.values else None,
        )
    except (OSError, ValueError, RecursionError) as problem:
        raise BuildRefused(
            f"{folder / MANIFEST} is no manifest of that day's snapshot ({problem}); "
            f"remove {folder} and make it again: python -m lib pull"
        ) from None


def _notes(manifest: _Block) -> dict[str, list[str]]:
    """Sentences by source; a manifest from before there were notes has none."""
    told = _Block(manifest.value("notes", dict) if "notes" in manifest.values else {})
    return {source: [str(note) for note in told.value(source, list)] for source in told.values}


def _file(entry: _Block) -> ListedFile:
    path = entry.text("path")
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise ValueError(f"the path {path} leaves the folder")
    return ListedFile(
        path,
        entry.value("rows", int),
        entry.value("lines", int),
        entry.value("bytes", int),
        entry.text("sha256"),
        entry.day("pulled_on"),
    )


@dataclass(frozen=True)
class _Block:
    """One block of a manifest, whose values are asked for by key and kind; ValueError where it does not hold one."""

    values: Any

    def value(self, key: str, kind: type[T]) -> T:
        value = self.values.get(key) if isinstance(self.values, dict) else None
        if type(value) is not kind:
            raise ValueError(f"{key} should be given as {kind.__name__}")
        return value

    def text(self, key: str) -> str:
        return self.value(key, str)

    def day(self, key: str) -> date:
        return date.fromisoformat(self.text(key))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
