"""The journal of a pull that is under way: what may be kept when the same pull starts again.

It lies hidden in the folder that is being filled, one JSON document a line, and a torn last line is no line: so
it can be read after a kill at any moment. A file is written down after it stands whole under its name.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = ".journal.jsonl"
ROUNDS = 2**12  # of the hash that tells one secret account from another without giving it away


def block_of(kind: str, settings: Mapping[str, str], account: Mapping[str, str], day: str) -> str:
    """What a source's files depend on: kind, settings and the secrets that choose the account → its fingerprint.

    The secrets are hashed slowly, so that a journal left behind does not give a weak one away.
    """
    said = json.dumps([kind, dict(settings), dict(account)], sort_keys=True).encode()
    return hashlib.scrypt(said, salt=f"{NAME} {day}".encode(), n=ROUNDS, r=8, p=1, dklen=16).hex()


@dataclass(frozen=True)
class Journal:
    """What an interrupted pull had brought: each source's block, and the mark of each of its files."""

    folder: Path
    blocks: dict[str, str] = field(default_factory=dict)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)

    def mark(self, source: str, relative: str, mark: str) -> None:
        """Write down which version of a file stands in the folder."""
        self.marks.setdefault(source, {})[relative] = mark
        self._append({"source": source, "path": relative, "mark": mark})

    def _append(self, line: Mapping[str, str]) -> None:
        with (self.folder / NAME).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def resume(folder: Path, blocks: Mapping[str, str]) -> Journal:
    """A folder that may hold part of a pull → its journal; what `blocks` does not vouch for is removed.

    `blocks` are the sources whose files may be kept, each with its block as it is now.
    """
    found = read(folder)
    kept = {name for name, block in blocks.items() if found.blocks.get(name) == block}
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    journal = Journal(folder, dict(blocks), {name: found.marks.get(name, {}) for name in kept})
    _write(journal)
    return journal


def read(folder: Path) -> Journal:
    """The journal that lies in a folder, as far as it is whole."""
    journal = Journal(folder)
    for line in _lines(folder / NAME):
        if "block" in line:
            journal.blocks[line["source"]] = line["block"]
        else:
            journal.marks.setdefault(line["source"], {})[line["path"]] = line["mark"]
    return journal


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """The whole lines of a journal, up to the first that is none."""
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if isinstance(entry, dict) and (entry.keys() in ({"source", "block"}, {"source", "path", "mark"})):
                yield entry
    except (OSError, ValueError, RecursionError):
        return


def _write(journal: Journal) -> None:
    """The journal anew, in one step: a kill leaves the old one or the new one."""
    entries = [{"source": name, "block": block} for name, block in journal.blocks.items()]
    entries += [
        {"source": name, "path": path, "mark": mark}
        for name, marks in journal.marks.items()
        for path, mark in marks.items()
    ]
    part = journal.folder / f"{NAME}.part"
    part.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    part.replace(journal.folder / NAME)
