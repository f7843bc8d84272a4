"""Addresses: what data/sources.toml says about where the world is, on which day, and whether it is invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.sources import plans_db
from lib.sources.refusal import PullRefused

PLACE_OF_KIND = {"sql": "url", "folder": "path"}


@dataclass(frozen=True)
class Source:
    """One block of data/sources.toml: a SQL database (place is a URL) or a folder of exports (place is a path)."""

    name: str
    kind: str
    place: str


@dataclass(frozen=True)
class Addresses:
    """All sources, the day they speak of, and whether that world is invented."""

    sources: tuple[Source, ...]
    as_of: date
    synthetic: bool

    def chosen(self, only: str | None) -> tuple[Source, ...]:
        """Every source, or the one of that name."""
        names = [source.name for source in self.sources]
        if only is not None and only not in names:
            raise PullRefused(f"There is no source {only!r} to pull; the nearest is {nearest(only, names)!r}")
        return tuple(source for source in self.sources if only in (None, source.name))


def read_addresses(path: Path, as_of: date | None, environ: Mapping[str, str]) -> Addresses:
    """A sources file → its addresses; paths in it are relative to the file, a URL in the environment goes first.

    The file's world says the day and that it is invented; without a world the day is `as_of` and the data are real.
    """
    document = _read_toml(path)
    blocks = {name: block for name, block in document.items() if isinstance(block, dict)}
    sources = tuple(_source(name, block, path, environ) for name, block in blocks.items())
    if "world" in document:
        world = _world(path.parent / document["world"], path)
        return Addresses(sources, world["as_of"], world["synthetic"])
    if as_of is None:
        raise PullRefused(f"{path} names no world, so the day must be given: --as-of YYYY-MM-DD")
    return Addresses(sources, as_of, synthetic=False)


def nearest(word: str, words: Iterable[str]) -> str:
    """The word most like a mistyped one."""
    return get_close_matches(word, list(words), n=1, cutoff=0.0)[0]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PullRefused(f"{path} is not there; name a sources file with --sources") from None
    except tomllib.TOMLDecodeError as error:
        raise PullRefused(f"{path} is not valid TOML: {error}") from None


def _source(name: str, block: dict[str, Any], path: Path, environ: Mapping[str, str]) -> Source:
    kind = block.get("kind")
    if kind not in PLACE_OF_KIND:
        near = nearest(str(kind), PLACE_OF_KIND)
        raise PullRefused(f"{path}, [{name}]: kind is {kind!r}; the nearest known kind is {near!r}")
    key = PLACE_OF_KIND[kind]
    if key not in block:
        raise PullRefused(f"{path}, [{name}]: {key} is missing; a source of kind {kind!r} needs one")
    if kind == "folder":
        return Source(name, kind, str(path.parent / block[key]))
    given = environ.get(f"{name.upper()}_URL")
    return Source(name, kind, given or plans_db.located(block[key], path.parent))


def _world(world: Path, path: Path) -> dict[str, Any]:
    if not world.is_file():
        made_by = "python data/sample/generate.py --out var/sample"
        raise PullRefused(f"{world} (world, in {path}) is not there; make the sample with: {made_by}")
    document = _read_toml(world)
    for key, kind in {"as_of": date, "synthetic": bool}.items():
        if not isinstance(document.get(key), kind):
            raise PullRefused(f"{world} gives no {key}; write it as a {kind.__name__}")
    return document
