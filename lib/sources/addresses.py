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

FEEDS = Path(__file__).parents[2] / "data" / "feeds"  # names the sources there are
WORLD = "world"
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
        if not names:
            raise PullRefused("The sources file names no source, so there is nothing to pull")
        if only is not None and only not in names:
            raise PullRefused(f"There is no source {only!r} to pull; the nearest is {nearest(only, names)!r}")
        return tuple(source for source in self.sources if only in (None, source.name))


def read_addresses(path: Path, as_of: date | None, environ: Mapping[str, str], feeds: Path = FEEDS) -> Addresses:
    """A sources file → its addresses; paths in it are relative to the file, a URL in the environment goes first.

    The file's world says the day and that it is invented; without a world the day is `as_of` and the data are real.
    """
    document = _read_toml(path)
    known = sorted(path.stem for path in feeds.glob("*.toml"))
    blocks = {name: block for name, block in document.items() if name != WORLD}
    sources = tuple(_source(name, block, known, path, environ) for name, block in blocks.items())
    if WORLD in document:
        world = _world(path.parent / _text(document, WORLD, f"{path}"), path)
        return Addresses(sources, world["as_of"], world["synthetic"])
    if as_of is None:
        raise PullRefused(f"{path} names no world, so the day must be given: --as-of YYYY-MM-DD")
    return Addresses(sources, as_of, synthetic=False)


def nearest(word: str, words: Iterable[str]) -> str:
    """The word most like a mistyped one."""
    return get_close_matches(word, list(words), n=1, cutoff=0.0)[0]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PullRefused(f"{path} is not there; name a sources file with --sources") from None
    except OSError as error:
        raise PullRefused(f"{path} cannot be read ({error.strerror}); name a TOML file") from None
    except UnicodeDecodeError:
        raise PullRefused(f"{path} is not text in UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise PullRefused(f"{path} is not valid TOML: {error}") from None
    except RecursionError:
        raise PullRefused(f"{path} is not valid TOML: it is nested too deeply") from None


def _source(name: str, block: Any, known: Iterable[str], path: Path, environ: Mapping[str, str]) -> Source:
    if name not in known:
        raise PullRefused(f"{path}: there is no source {name!r}; the nearest is {nearest(name, known)!r}")
    where = f"{path}, [{name}]"
    if not isinstance(block, dict):
        raise PullRefused(f"{path}: {name} is {block!r}; write a block [{name}] with kind and path or url")
    kind = block.get("kind")
    if not isinstance(kind, str) or kind not in PLACE_OF_KIND:
        near = nearest(str(kind), PLACE_OF_KIND)
        raise PullRefused(f"{where}: kind is {kind!r}; the nearest known kind is {near!r}")
    key = PLACE_OF_KIND[kind]
    if key not in block:
        raise PullRefused(f"{where}: {key} is missing; a source of kind {kind!r} needs one")
    for stray in block.keys() - {"kind", key}:
        raise PullRefused(f"{where}: there is no key {stray!r}; the nearest is {nearest(stray, ['kind', key])!r}")
    written = _text(block, key, where)
    return Source(
        name, kind, _url(name, written, where, path, environ) if kind == "sql" else _folder(written, where, path)
    )


def _folder(written: str, where: str, path: Path) -> str:
    folder = path.parent / written
    if folder.is_file():
        raise PullRefused(f"{where}: path is the file {folder}; name the folder of exports that it lies in")
    return str(folder)


def _url(name: str, written: str, where: str, path: Path, environ: Mapping[str, str]) -> str:
    variable = f"{name.upper()}_URL"
    if given := environ.get(variable):
        return plans_db.checked(given, f"{variable} in the environment")
    return plans_db.located(plans_db.checked(written, f"{where}: url"), path.parent)


def _text(block: Mapping[str, Any], key: str, where: str) -> str:
    text = block[key]
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise PullRefused(f"{where}: {key} is {text!r}; write an address in quotes")
    return text


def _world(world: Path, path: Path) -> dict[str, Any]:
    if not world.is_file():
        made_by = "python data/sample/generate.py --out var/sample"
        raise PullRefused(f"{world} (world, in {path}) is not there; make the sample with: {made_by}")
    document = _read_toml(world)
    for key, kind in {"as_of": date, "synthetic": bool}.items():
        if type(document.get(key)) is not kind:  # a time of day is a date too, but no day
            raise PullRefused(f"{world} gives no {key}; write it as a {kind.__name__}")
    return document
