"""How `data/assumptions/base.toml` is read: every belief checked key by key, a slip met with the right name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.document import check_every_key, shown
from lib.forecast.beliefs import (
    ENDS,
    MANY,
    MAY_CHOOSE,
    MOVES,
    ONE,
    UNRANGED,
    WORTHS,
    Assumptions,
    AssumptionsError,
    Belief,
)
from lib.forecast.ladder import BANDS, RUNGS
from lib.money import MoneyError, exact
from lib.segments import PERSONAS

_SECTIONS = ("name", *MANY, *ONE)
_WANTED: Mapping[str, Iterable[str]] = {
    "arrivals_per_month": RUNGS,
    "aws_share": MAY_CHOOSE,
    "churn_per_month": PERSONAS,
    "tenure_factor": BANDS[1:],
    "worth": WORTHS,
}


def parse_assumptions(document: str, where: str = "data/assumptions/base.toml") -> Assumptions:
    """The text of an assumptions file → its beliefs; refuses one without why or range, impossible moves, unknown keys.

    Sections by tier take whatever tiers they name: the book's tiers are held against them where the two meet.
    """
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise AssumptionsError(f"{where} is not TOML: {error}") from None
    _check_keys(blocks, _SECTIONS, where)
    many: dict[str, Any] = {field: _section(blocks[section], section, where) for section, field in MANY.items()}
    one: dict[str, Any] = {section: _belief(blocks[section], section, f"{where}: {section}") for section in ONE}
    if not _is_text(blocks["name"]):
        raise AssumptionsError(f"{where}: name is {shown(blocks['name'])}; write the name of the case as text")
    try:
        case = Assumptions(name=blocks["name"], **many, **one)
    except AssumptionsError as error:
        raise AssumptionsError(f"{where}: {error}") from None
    _check_ends(case, where)
    return case


def _check_ends(case: Assumptions, where: str) -> None:
    """Refuse a range with an end that cannot be: a tornado turns every belief to both of its."""
    for key in case.ranged():
        for end in ENDS:
            try:
                case.at(key, end)
            except AssumptionsError as error:
                raise AssumptionsError(f"{where}: with {key} at the {end} end of its range {error}") from None


def _section(block: Any, section: str, where: str) -> Mapping[Any, Belief]:
    place = f"{where}: {section}"
    if section == "moves_per_month":
        return _moves(block, place)
    if not isinstance(block, dict):
        raise AssumptionsError(f"{place} must be a block of beliefs")
    _check_keys(block, _WANTED.get(section, block), place)
    return MappingProxyType({key: _belief(entry, section, f"{place}.{key}") for key, entry in block.items()})


def _moves(blocks: Any, where: str) -> Mapping[tuple[str, str], Belief]:
    targets = {source: [target for start, target in MOVES if start == source] for source, _ in MOVES}
    _check_keys(blocks, targets, where)
    for source, wanted in targets.items():
        _check_keys(blocks[source], wanted, f"{where}.{source}")
    return MappingProxyType(
        {pair: _belief(blocks[pair[0]][pair[1]], "moves_per_month", ".".join((where, *pair))) for pair in MOVES}
    )


def _belief(entry: Any, section: str, where: str) -> Belief:
    numbers = ("value",) if section == UNRANGED else ("value", *ENDS)
    if not isinstance(entry, dict) or not _is_text(entry.get("why")):
        shape = ", ".join(f"{key} = …" for key in numbers)
        raise AssumptionsError(f'{where} needs a why: write {{ {shape}, why = "…" }}')
    _check_keys(entry, (*numbers, "why"), where)
    try:
        return Belief(why=entry["why"], **{key: exact(entry[key]) for key in numbers})
    except MoneyError as error:
        raise AssumptionsError(f"{where}: {error}") from None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_keys(block: Any, wanted: Iterable[str], where: str) -> None:
    check_every_key(block, wanted, where, AssumptionsError, "state every belief, a zero too")
