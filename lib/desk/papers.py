"""The files of facts, choices and beliefs: read as exact TOML, and hashed so that a result says what it stood on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from lib.catalog.scenario import read_toml
from lib.manifest import fingerprint
from lib.refusal import Refusal

_HASHES = 16
DATA = Path(__file__).resolve().parents[2] / "data"
SNAPSHOTS = DATA.parent / "var" / "snapshots"


class DeskError(Refusal):
    """A desk that cannot be opened, or a question it cannot answer; the message says what to do."""


def facts_hash(data: Path) -> str:
    """The fingerprint of the facts in a data folder: without choices, beliefs and other products' books.

    Results name those by themselves: another product's price makes no result of the first one stale.
    """
    return _files_hash(data, apart_from={"scenarios", "assumptions", "products"})


def data_hash(data: Path) -> str:
    """The fingerprint of every file of facts, choices and beliefs in a data folder."""
    return _files_hash(data, apart_from=set())


def _files_hash(data: Path, apart_from: set[str]) -> str:
    return _hash_of(data, tuple(sorted(_written(data, "", apart_from))))


def _written(folder: Path | str, inside: str, apart_from: set[str]) -> Iterator[tuple[str, int, int]]:
    """The files below a folder by name, when each was written and how long it is; walked at every rerun of a page."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = inside + entry.name
            if entry.is_dir():
                if entry.name not in apart_from:
                    yield from _written(entry.path, f"{name}/", apart_from)
            elif name.endswith(".toml"):
                stands = entry.stat()
                yield name, stands.st_mtime_ns, stands.st_size


@lru_cache(maxsize=_HASHES)
def _hash_of(data: Path, files: tuple[tuple[str, int, int], ...]) -> str:
    """The fingerprint of files; read again when one of them was written, for every rerun of a page asks for it."""
    return fingerprint({file: read_text(data / file) for file, _, _ in files})


def read_document(path: Path) -> dict[str, Any]:
    """A TOML file → its document; a file that is no text, or no TOML, is refused by name."""
    return read_toml(read_text(path), str(path))


def read_text(path: Path) -> str:
    """A text file → its text, byte order mark or not; anything else is refused by name."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DeskError(f"{path} is not there; name a file that is") from None
    except IsADirectoryError:
        raise DeskError(f"{path} is a folder; name a file in it") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise DeskError(f"{path} cannot be read as UTF-8 text: {type(problem).__name__}") from None
