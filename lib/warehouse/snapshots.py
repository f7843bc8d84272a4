"""The dated folders a build starts from: which is newest, what its manifest vouches for, and who was seen when."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lib.warehouse.refusal import BuildRefused

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ListedFile:
    """One file as the manifest lists it; its lines were counted when it was pulled, outside any parser."""

    path: str
    lines: int
    bytes: int
    sha256: str
    pulled_on: date


@dataclass(frozen=True)
class DatedFolder:
    """One snapshot as the build sees it."""

    folder: Path
    snapshot_on: date
    synthetic: bool
    files: tuple[ListedFile, ...]
    fingerprint: str

    def open_checked(self, file: ListedFile) -> bytes:
        """The bytes of a file, refused unless they are the ones that were pulled."""
        content = (self.folder / file.path).read_bytes()
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise BuildRefused(
                f"{self.folder / file.path} is not the file that {MANIFEST} describes; "
                "make the snapshot again: python -m lib pull"
            )
        return content


def history(snapshots: Path, as_of: date | None = None) -> list[DatedFolder]:
    """Every snapshot up to `as_of`, oldest first; at least one."""
    until = as_of or date.max
    folders = sorted(path.parent for path in snapshots.glob(f"[0-9]*-[0-9]*-[0-9]*/{MANIFEST}"))
    dated = [folder for folder in map(_read, folders) if folder.snapshot_on <= until]
    if not dated:
        upto = f" of {as_of} or before" if as_of else ""
        raise BuildRefused(f"{snapshots} holds no snapshot{upto}; make one with: python -m lib pull")
    return dated


def _read(folder: Path) -> DatedFolder:
    content = (folder / MANIFEST).read_bytes()
    manifest = json.loads(content)
    return DatedFolder(
        folder,
        date.fromisoformat(manifest["snapshot_on"]),
        manifest["synthetic"],
        tuple(_file(entry) for entry in sorted(manifest["files"], key=lambda entry: str(entry["path"]))),
        hashlib.sha256(content).hexdigest(),
    )


def _file(entry: dict[str, Any]) -> ListedFile:
    pulled_on = date.fromisoformat(entry["pulled_on"])
    return ListedFile(entry["path"], entry["lines"], entry["bytes"], entry["sha256"], pulled_on)
