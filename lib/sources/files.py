"""Folders of exported files: copied as they are, each measured while it is copied."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import re
import shutil
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from lib.sources.refusal import PullRefused

if TYPE_CHECKING:
    from lib.sources.kinds import Visit

BLOCK_BYTES = 1 << 20
PART = ".part"
HANDS = 16
SHOWN = 5  # names that a sentence repeats
LONGEST_NAME = 255 - len(PART)  # bytes of a name that file systems take, with room for the suffix
NO_LETTERS = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of letters, ends of lines
WITHOUT_HEADER = (".jsonl", ".ndjson", ".json", ".parquet")
LARGEST_LIST = 1 << 28  # bytes of a JSON list, which is looked at as one piece
FREE_BYTES = 1 << 26  # below this nobody asks how well a file was packed
MOST_TIMES = 250  # as large as its packed file; exports pack 5 to 50 times, a bomb 1,000 times
# possessive, so that a text without an end is looked at once and not again from every quote in it
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[][{},]|[^][{},"\s]+', re.DOTALL)


@dataclass(frozen=True)
class Measure:
    """What one file holds: its lines after unpacking, its bytes and fingerprint as it lies on disk."""

    lines: int
    bytes: int
    sha256: str


def fetch(visit: Visit) -> None:
    """Every visible file of the folder that the source names; names that no other machine could hold are left out."""
    folder = Path(visit.settings["path"])
    unfit = [path for path in folder.rglob("*") if path.is_file() and not is_file_name(path.relative_to(folder))]
    if unfit:
        shown = ", ".join(ascii(path.relative_to(folder).as_posix()) for path in sorted(unfit)[:SHOWN])
        visit.note(f"Left out, because their names are no names of files elsewhere: {shown}")
    copy_folder(folder, visit.target)


def copy_folder(folder: Path, target: Path) -> list[Path]:
    """Every whole file below `folder` → the same relative path below `target`; returns the copies, sorted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    inner = [path.relative_to(folder) for path in paths]
    wanted = [relative for relative in inner if is_whole(relative) and is_file_name(relative)]
    return [copy_file(folder / relative, target / relative) for relative in wanted]


def is_whole(relative: PurePath) -> bool:
    """Whether a file belongs in a snapshot: hidden ones are someone's notes, and *.part ones are still on their way."""
    return not any(part.startswith(".") for part in relative.parts) and relative.suffix != PART


def is_file_name(relative: PurePath) -> bool:
    """Whether a path can be one on any file system: no control characters, no half letters, no part too long."""
    letters = {unicodedata.category(letter) for letter in str(relative)}
    return not letters & NO_LETTERS and all(
        len(part.encode(errors="replace")) <= LONGEST_NAME for part in relative.parts
    )


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
    """The records of a file of so many lines: those of a table begin below its header."""
    name = path.name.lower().removesuffix(".gz")
    return lines if name.endswith(WITHOUT_HEADER) else max(lines - 1, 0)


def count_lines(path: Path) -> int:
    """The lines of a file, counted before any parser has an opinion: the rows of Parquet, the entries of a JSON list.

    Gzipped files are unpacked for it, and refused where they unpack to more than any export does.
    """
    end = PurePath(path.name.lower().removesuffix(".gz")).suffix
    try:
        if end == ".parquet":
            return _rows(path)
        is_list = end == ".json" and next(_text(path), b"").lstrip().startswith(b"[")
        return _entries(path) if is_list else _lines(_text(path))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise PullRefused(f"{path} is not a whole gzip file; export it again") from None


def _rows(path: Path) -> int:
    try:
        return int(parquet.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError, ValueError) as problem:
        if isinstance(problem, OSError) and problem.errno:  # the disk's fault, not the file's
            raise
        raise PullRefused(f"{path} is not a whole Parquet file; export it again") from None


def _lines(blocks: Iterator[bytes]) -> int:
    """Ends of lines: LF, or CR in a file that knows no LF; a last line without an end is a line."""
    feeds, returns, last = 0, 0, b""
    for block in blocks:
        feeds += block.count(b"\n")
        returns += block.count(b"\r") if b"\r" in block else 0
        last = block[-1:] or last
    return (feeds or returns) + (last not in (b"", b"\n" if feeds else b"\r"))


def _entries(path: Path) -> int:
    """The values that stand in the outermost brackets."""
    content = bytearray()
    for block in _text(path):
        content += block
        if len(content) > LARGEST_LIST:
            raise PullRefused(
                f"{path} is a JSON list of more than {LARGEST_LIST >> 20} MB; export one object per line instead"
            )
    entries = depth = 0
    for token in _JSON_TOKEN.finditer(content):
        is_end = token[0] in (b"]", b"}")
        entries += depth == 1 and not is_end and token[0] != b","
        depth += (token[0] in (b"[", b"{")) - is_end
    return entries


def _text(path: Path) -> Iterator[bytes]:
    return _utf_8(_unpacked(path))


def _utf_8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """A file's text without its mark; UTF-16, which is known by it, with one byte for the end of a line."""
    first = next(blocks, b"")
    if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    yield from (decoder.decode(block).encode() for block in chain([first], blocks))


def _unpacked(path: Path) -> Iterator[bytes]:
    packed, size = path.stat().st_size, 0
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
        for block in _blocks(stream):  # type: ignore[arg-type]
            size += len(block)
            if size > max(FREE_BYTES, MOST_TIMES * packed):
                raise PullRefused(
                    f"{path} unpacks to more than {MOST_TIMES} times its size, which no export does; "
                    "remove it at its source"
                )
            yield block


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK_BYTES):
        yield block
