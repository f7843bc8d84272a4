"""Folders of exported files: copied as they are, each measured while it is copied."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from lib.sources.refusal import PullRefused

if TYPE_CHECKING:
    from lib.sources.kinds import Visit

BLOCK_BYTES = 1 << 20
PART = ".part"
HANDS = 16


@dataclass(frozen=True)
class Measure:
    """What one file holds: its lines after unpacking, its bytes and fingerprint as it lies on disk."""

    lines: int
    bytes: int
    sha256: str


def fetch(visit: Visit) -> None:
    """Every visible file of the folder that the source names; a folder that is not there brings nothing."""
    copy_folder(Path(visit.settings["path"]), visit.target)


def copy_folder(folder: Path, target: Path) -> list[Path]:
    """Every whole file below `folder` → the same relative path below `target`; returns the copies, sorted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    wanted = [relative for path in paths if is_whole(relative := path.relative_to(folder))]
    return [copy_file(folder / relative, target / relative) for relative in wanted]


def is_whole(relative: PurePath) -> bool:
    """Whether a file belongs in a snapshot: hidden ones are someone's notes, and *.part ones are still on their way."""
    return not any(part.startswith(".") for part in relative.parts) and relative.suffix != PART


def whole_files(folder: Path) -> list[Path]:
    """The files of a folder that was filled, sorted; what else lies in it goes, and empty folders with it."""
    keep_only(folder, is_whole)
    if not any(folder.iterdir()):
        folder.rmdir()
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file())


def keep_only(folder: Path, wanted: Callable[[PurePath], bool]) -> None:
    """Remove what is not wanted below a folder, and what is empty then."""
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies in a folder comes before it
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif not wanted(path.relative_to(folder)):
            path.unlink()


@contextmanager
def written_whole(path: Path, mode: str = "wb") -> Iterator[BinaryIO]:
    """A stream for a file that gets its name when it is whole and safe on disk; before that it is called x.part."""
    part = path.with_name(path.name + PART)
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open(mode) as stream:
        yield stream  # type: ignore[misc]
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def copy_file(path: Path, target: Path) -> Path:
    """One file → its copy, in folders made where they are missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(path, target))


def link(path: Path, target: Path) -> None:
    """A file of a snapshot, which nothing changes again → the same file in another one, copied where links fail."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(path)
    except OSError:
        part = target.with_name(target.name + PART)
        shutil.copyfile(path, part)
        part.replace(target)


def settle(folder: Path) -> None:
    """Everything in a folder safe on disk; a file that another snapshot shares is so already."""
    paths = [path for path in [folder, *folder.rglob("*")] if path.is_dir() or path.stat().st_nlink == 1]
    with ThreadPoolExecutor(HANDS) as hands:  # a disk that is asked many times at once answers together
        list(hands.map(sync, paths))


def sync(path: Path) -> None:
    """One file or folder safe on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """The fingerprint of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def measure(path: Path) -> Measure:
    """One file → its measure. A last line without a line end counts as a line."""
    return Measure(count_lines(path), path.stat().st_size, sha256(path))


def rows(path: Path, lines: int) -> int:
    """The records of a file of so many lines: JSON lines have no header, Parquet counts its own, others have one."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson")):
        return lines
    if name.endswith(".parquet"):
        with suppress(pa.ArrowException, OSError):  # a broken one is the build's to explain
            return int(pq.read_metadata(path).num_rows)
    return max(lines - 1, 0)


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
