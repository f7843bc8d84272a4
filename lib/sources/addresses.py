"""Addresses: what data/sources.toml says about where the world is, on which day, and whether it is invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.mapping import parse
from lib.sources.kinds import KINDS, Kind, Settings
from lib.sources.refusal import PullRefused
from lib.sources.secrets import refuse_written

FEEDS = Path(__file__).parents[2] / "data" / "feeds"  # names the sources there are
WORLD = "world"
MAPPING = "mapping"
MAPPED = ("metering",)  # the sources whose files may have a shape of their own
OPTIONS = {"dates": ("day first", "month first", "year first")}  # how exports are read, not where they are
COLUMNS = "columns"  # the headers that an export has for our columns, by raw table


@dataclass(frozen=True)
class Source:
    """One block of the sources file, as written: its kind, the keys of that kind, and how its files are to be read."""

    name: str
    kind: str
    settings: Settings
    where: str
    folder: Path
    reading: Mapping[str, Any] = field(default_factory=dict)

    @property
    def way(self) -> Kind:
        """How its kind is fetched."""
        return KINDS[self.kind]

    def resolved(self, secrets: Mapping[str, str]) -> Settings:
        """Its keys checked, with whole paths; refused before anything is fetched."""
        return self.way.resolve(self.settings, secrets, self.where, self.folder)


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
            raise PullRefused(
                f"The sources file has no block [{only}] to pull; the nearest it has is [{nearest(only, names)}]"
            )
        return tuple(source for source in self.sources if only in (None, source.name))

    @property
    def mappings(self) -> dict[str, Mapping[str, Any]]:
        """What the build is told about reading the files of a source, for those that say anything."""
        return {source.name: source.reading for source in self.sources if source.reading}


def read_addresses(path: Path, as_of: date | None, feeds: Path = FEEDS) -> Addresses:
    """A sources file → its addresses; paths in it are relative to the file. It may hold no secret.

    The file's world says the day and that it is invented; without a world the day is `as_of` and the data are real.
    """
    document = _read_toml(path)
    refuse_written(document, path)
    known = sorted(path.stem for path in feeds.glob("*.toml"))
    blocks = {name: block for name, block in document.items() if name != WORLD}
    sources = tuple(_source(name, block, known, path) for name, block in blocks.items())
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


def _source(name: str, block: Any, known: Iterable[str], path: Path) -> Source:
    if name not in known:
        raise PullRefused(f"{path}: there is no source {name!r}; the nearest is {nearest(name, known)!r}")
    where = f"{path}, [{name}]"
    if not isinstance(block, dict):
        raise PullRefused(f"{path}: {name} is {block!r}; write a block [{name}] with kind and path or url")
    kind = block.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise PullRefused(f"{where}: kind is {kind!r}; the nearest known kind is {nearest(str(kind), KINDS)!r}")
    way = KINDS[kind]
    if way.serves and name not in way.serves:
        raise PullRefused(f"{where}: a source of kind {kind!r} brings {' or '.join(way.serves)}, not {name}")
    reading = {MAPPING: dict} if name in MAPPED else {**dict.fromkeys(OPTIONS, str), COLUMNS: dict}
    _insist_on_keys(block, kind, reading, where)
    settings = {key: _text(block, key, where) for key in way.keys if key in block}
    return Source(name, kind, settings, where, path.parent, _reading(block, reading, where))


def _insist_on_keys(block: Mapping[str, Any], kind: str, reading: Iterable[str], where: str) -> None:
    keys = KINDS[kind].keys
    for stray in block.keys() - {"kind", *keys, *reading}:
        near = nearest(stray, ["kind", *keys, *reading])
        raise PullRefused(f"{where}: there is no key {stray!r}; the nearest is {near!r}")
    for key in (key for key, needed in keys.items() if needed and key not in block):
        raise PullRefused(f"{where}: {key} is missing; a source of kind {kind!r} needs one")


def _reading(block: Mapping[str, Any], keys: Iterable[str], where: str) -> Mapping[str, Any]:
    """How the build should read the files: a mapping of their columns, or a few options in words."""
    if MAPPING in keys:
        mapping = block.get(MAPPING, {})
        if not isinstance(mapping, dict):
            raise PullRefused(
                f"{where}: mapping is {mapping!r}; write a table {where.rpartition(', ')[2][:-1]}.mapping]"
            )
        if mapping:
            parse(mapping, f"{where[:-1]}.mapping]")
        return mapping
    options = {key: _text(block, key, where) for key in OPTIONS if key in block}
    for key, option in options.items():
        if option not in OPTIONS[key]:
            raise PullRefused(f"{where}: {key} is {option!r}; the nearest is {nearest(option, OPTIONS[key])!r}")
    return {**options, COLUMNS: _columns(block[COLUMNS], where)} if COLUMNS in block else options


def _columns(tables: Any, where: str) -> Mapping[str, Any]:
    """Which header of an export answers to which column, by raw table: what the build is to look for instead."""
    blocks = tables.values() if isinstance(tables, dict) else [tables]
    if not all(isinstance(block, dict) and all(map(_is_header, block.values())) for block in blocks):
        raise PullRefused(
            f"{where}: columns is {tables!r}; write a table {where.rpartition(', ')[2][:-1]}.columns.deal] "
            'with lines like stage = "Pipeline step"'
        )
    return dict(tables)


def _is_header(written: Any) -> bool:
    """Whether a value is a header, or a list of headers of which the first that is there counts."""
    headers = written if isinstance(written, list) else [written]
    return bool(headers) and all(isinstance(header, str) and header.strip() for header in headers)


def _text(block: Mapping[str, Any], key: str, where: str) -> str:
    text = block[key]
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise PullRefused(f"{where}: {key} is {text!r}; write it in quotes")
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
