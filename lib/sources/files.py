"""Folders of exported files: copied as they are, each measured while it is copied."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lib.sources.refusal import PullRefused

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Measure:
    """What one file holds: its lines after unpacking, its bytes and fingerprint as it lies on disk."""

    lines: int
    bytes: int
    sha256: str


def copy_folder(folder: Path, target: Path) -> list[Path]:
    """Every visible file below `folder` → the same relative path below `target`; returns the copies, sorted."""
    copies = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder)
        if not any(part.startswith(".") for part in relative.parts):
            copies.append(copy_file(path, target / relative))
    return copies


def copy_file(path: Path, target: Path) -> Path:
    """One file → its copy, in folders made where they are missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(path, target))


def measure(path: Path) -> Measure:
    """One file → its measure. A last line without a line end counts as a line."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in _blocks(stream):
            digest.update(block)
    return Measure(count_lines(path), path.stat().st_size, digest.hexdigest())


def count_lines(path: Path) -> int:
    """The physical lines of a plain or gzipped file, counted before any parser has an opinion."""
    lines, last = 0, b"\n"
    try:
        with _unpacked(path) as stream:
            for block in _blocks(stream):
                lines += block.count(b"\n")
                last = block[-1:]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise PullRefused(f"{path} is not a whole gzip file; export it again") from None
    return lines if last == b"\n" else lines + 1


def _unpacked(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK_BYTES):
        yield block
