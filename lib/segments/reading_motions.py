"""The text of `data/motions.toml` → how each product is sold; a stage that no play covers, or two do, is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from string import Formatter
from types import MappingProxyType
from typing import Any

from lib.catalog.document import shown
from lib.segments.actions import ANYBODY, ICP_SEGMENT, NAMED, PERSONA, Ask, Motion, Motions, Opening, Play
from lib.segments.ladder import PERSONAS, UNKNOWN
from lib.segments.reading import Segments, built, listed
from lib.segments.refusal import SegmentsError, check_keys, one_of

FACTS = ("amount", "close_on", "rail")  # what an `ask` may wait for; "rail" is asked by whoever decides it


def parse_motions(document: str, segments: Segments, where: str = "data/motions.toml") -> Motions:
    """The text of `data/motions.toml`, and the segments it speaks of → the motion of every product."""
    try:
        blocks = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise SegmentsError(f"{where} is not TOML: {error}") from None
    check_keys(blocks, ("motions",), where)
    products = {one.product for one in segments.personas.values()} | {
        one.product for one in segments.ideal_customers.values()
    }
    check_keys(blocks["motions"], sorted(products), f"{where}: motions")
    found = {key: _motion(key, one, segments, f"{where}: motions.{key}") for key, one in blocks["motions"].items()}
    return Motions(segments, MappingProxyType(found))


def _motion(product: str, block: Any, segments: Segments, where: str) -> Motion:
    check_keys(block, ("by", "source", "asks", "plays"), where, ("openings",))
    by = block["by"]
    one_of(by, (PERSONA, ICP_SEGMENT), f"{where}.by")
    who = _members(product, by, segments)
    plays = listed(block, "plays", where, lambda row, place: _play(row, by, who, segments, place))
    _check_cover(plays, who, segments.open_stages, f"{where}: plays")
    openings = block.get("openings", {})
    check_keys(openings, who if by == ICP_SEGMENT else (), f"{where}: openings")
    return Motion(
        product=product,
        by=by,
        source=block["source"],
        asks=listed(block, "asks", where, lambda row, place: _ask(row, segments, place)),
        plays=plays,
        openings={key: built(Opening, one, f"{where}: openings.{key}") for key, one in openings.items()},
    )


def _members(product: str, by: str, segments: Segments) -> Sequence[str]:
    if by == ICP_SEGMENT:
        return list(segments.of_product(product))
    return [key for key in PERSONAS if key != UNKNOWN and segments.personas[key].product == product]


def _ask(row: Any, segments: Segments, where: str) -> Ask:
    ask = built(Ask, row, where)
    one_of(ask.fact, FACTS, f"{where}: fact")
    one_of(ask.from_stage, segments.open_stages, f"{where}: from_stage")
    return ask


def _play(row: Any, by: str, who: Sequence[str], segments: Segments, where: str) -> Play:
    check_keys(row, ("who", "stages", "words", "why", "source"), where, ("step",))
    if type(row.get("step", 1)) is not int:
        raise SegmentsError(f"{where}: step is {shown(row['step'])}; write the number of a step of data/playbook.toml")
    play = Play(**{**row, "stages": listed(row, "stages", where, _text)})
    one_of(play.who, (*who, ANYBODY), f"{where}: who")
    for stage in play.stages:
        one_of(stage, segments.open_stages, f"{where}: a stage of {play.who}")
    for words in (play.words, play.why):
        for name in _named(words, where):
            one_of(name, NAMED[by], f"{where}: a name in the braces of {words!r}")
    return play


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise SegmentsError(f"{where} holds {shown(value)}; write texts")
    return value


def _named(words: Any, where: str) -> list[str]:
    """What a text names in braces."""
    try:
        return [name for _, name, _, _ in Formatter().parse(_text(words, where)) if name is not None]
    except ValueError:
        raise SegmentsError(f"{where}: {words!r} has a brace that is not closed, or not opened") from None


def _check_cover(plays: Sequence[Play], who: Sequence[str], stages: Sequence[str], where: str) -> None:
    for member in who:
        for stage in stages:
            count = sum(one.who in (member, ANYBODY) and stage in one.stages for one in plays)
            if count != 1:
                told = "no play" if not count else f"{count} plays"
                raise SegmentsError(f"{where} has {told} for {member} at {stage!r}; write exactly one")
