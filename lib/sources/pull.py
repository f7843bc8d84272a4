"""Pull: every source named in data/sources.toml becomes files of one dated snapshot."""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.sources import files, plans_db, snapshot
from lib.sources.snapshot import Snapshot, SnapshotFile

Progress = Callable[[str, float], None]
PLACE_OF_KIND = {"sql": "url", "folder": "path"}


class PullRefused(ValueError):
    """A pull that cannot start or finish; the message names the file, the key and what to write instead."""


@dataclass(frozen=True)
class Source:
    """One block of data/sources.toml: a SQL database (place is a URL) or a folder of exports (place is a path)."""

    name: str
    kind: str
    place: str


@dataclass(frozen=True)
class World:
    """The day the sources speak of, and whether they are invented."""

    as_of: date
    synthetic: bool


def silent(step: str, share: float) -> None:
    """Progress that nobody watches."""


def pull(
    sources_toml: Path,
    snapshots: Path,
    as_of: date | None = None,
    only: str | None = None,
    progress: Progress = silent,
    environ: Mapping[str, str] = os.environ,
) -> Snapshot:
    """Every source, or `only` one → the snapshot of the world's day.

    With `only`, the other sources are carried over from the newest snapshot and keep the day they were pulled on.
    A source that is not there is listed as missing; paths in the file are relative to the working directory.
    """
    document = _read_document(sources_toml)
    sources = _sources(document, sources_toml, environ)
    wanted = _wanted(sources, only, sources_toml)
    world = _world(document, sources_toml, as_of)
    earlier = _earlier(snapshots, world.as_of) if only else None
    with snapshot.filling(snapshots, world.as_of) as folder:
        taken: list[SnapshotFile] = []
        for number, source in enumerate(sources):
            progress(f"pull {source.name}", number / len(sources))
            if source in wanted:
                taken += _take(source, folder, world.as_of)
            elif earlier:
                taken += _carry_over(earlier, source, folder)
        missing = {source.name for source in sources} - {file.source for file in taken}
        snapshot.write_manifest(Snapshot(folder, world.as_of, world.synthetic, tuple(taken), tuple(missing)))
    progress("pulled", 1.0)
    return snapshot.read(snapshots / world.as_of.isoformat())


def _read_document(sources_toml: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(sources_toml.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PullRefused(f"{sources_toml} is not there; name a sources file with --sources") from None
    except tomllib.TOMLDecodeError as error:
        raise PullRefused(f"{sources_toml} is not valid TOML: {error}") from None


def _sources(document: dict[str, Any], sources_toml: Path, environ: Mapping[str, str]) -> list[Source]:
    blocks = {name: block for name, block in document.items() if isinstance(block, dict)}
    return [_source(name, block, sources_toml, environ) for name, block in blocks.items()]


def _source(name: str, block: dict[str, Any], sources_toml: Path, environ: Mapping[str, str]) -> Source:
    kind = block.get("kind")
    if kind not in PLACE_OF_KIND:
        near = _nearest(str(kind), PLACE_OF_KIND)
        raise PullRefused(f"{sources_toml}, [{name}]: kind is {kind!r}; the nearest known kind is {near!r}")
    key = PLACE_OF_KIND[kind]
    place = environ.get(f"{name.upper()}_{key.upper()}") or block.get(key)
    if not place:
        raise PullRefused(f"{sources_toml}, [{name}]: {key} is missing; a source of kind {kind!r} needs one")
    return Source(name, kind, place)


def _wanted(sources: list[Source], only: str | None, sources_toml: Path) -> list[Source]:
    names = [source.name for source in sources]
    if only is not None and only not in names:
        raise PullRefused(f"{sources_toml} has no source {only!r}; the nearest is {_nearest(only, names)!r}")
    return [source for source in sources if only in (None, source.name)]


def _world(document: dict[str, Any], sources_toml: Path, as_of: date | None) -> World:
    if "world" not in document:
        if as_of is None:
            raise PullRefused(f"{sources_toml} names no world file, so the day must be given: --as-of YYYY-MM-DD")
        return World(as_of, synthetic=False)
    path = Path(document["world"])
    if not path.is_file():
        raise PullRefused(
            f"{path} (world, in {sources_toml}) is not there; make the sample with: "
            "python data/sample/generate.py --out var/sample"
        )
    world = tomllib.loads(path.read_text(encoding="utf-8"))
    return World(world["as_of"], bool(world["synthetic"]))


def _earlier(snapshots: Path, as_of: date) -> Snapshot | None:
    try:
        return snapshot.newest(snapshots, as_of)
    except snapshot.SnapshotMissing:
        return None


def _take(source: Source, folder: Path, pulled_on: date) -> list[SnapshotFile]:
    target = folder / source.name
    paths = _take_tables(source, target) if source.kind == "sql" else _take_folder(source, target)
    return [snapshot.describe(folder, source.name, path, pulled_on) for path in paths]


def _take_folder(source: Source, target: Path) -> list[Path]:
    return files.copy_folder(Path(source.place), target)


def _take_tables(source: Source, target: Path) -> list[Path]:
    if plans_db.is_missing(source.place):
        return []
    target.mkdir()
    return [_write_csv(table, target / f"{name}.csv") for name, table in plans_db.read(source.place).items()]


def _write_csv(table: pa.Table, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.column_names)
        writer.writerows(row.values() for row in table.to_pylist())
    return path


def _carry_over(earlier: Snapshot, source: Source, folder: Path) -> list[SnapshotFile]:
    for file in earlier.of(source.name):
        files.copy_file(earlier.folder / file.path, folder / file.path)
    return list(earlier.of(source.name))


def _nearest(word: str, words: Mapping[str, str] | list[str]) -> str:
    return get_close_matches(word, list(words), n=1, cutoff=0.0)[0]
