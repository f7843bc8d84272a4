"""How data/playbook.toml is read: every block checked key by key, and every measure one that the desk can measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar

from lib.catalog.document import BookError, Document, check_fields, check_signs, number, one_of, shown
from lib.catalog.scenario import ScenarioError, read_toml
from lib.playbook.evidence import MEASURES
from lib.playbook.pages import (
    ADD_ON,
    ALLOWANCE,
    ALWAYS,
    CHEAPER_TIER,
    CLAIMED,
    MEASURED,
    NOT_SET,
    OFFERED,
    ON_DESK,
    PLANNED,
    RENEWAL,
    SAVINGS,
    Asset,
    Benchmark,
    Expansion,
    Feature,
    Lever,
    Objection,
    Pitch,
    Playbook,
    PlaybookError,
)

WHERE = "data/playbook.toml"
MOST_DAYS, MOST_MONTHS = 366, 12
_FILE = {
    **dict.fromkeys(
        (
            "source",
            "gain_share_product",
            "within_source",
            "review_source",
            "trend_source",
            "gain_share_source",
            "near_source",
        ),
        "text",
    ),
    "as_of": "date",
    "within_days": "list",
    "review_every_months": "whole number",
    "trend_months": "whole number",
    "gain_share_threshold": "number",
    "near_share": "number",
    **dict.fromkeys(("expansion", "levers", "features", "benchmarks"), "list"),
    **dict.fromkeys(("objections", "pitches", "assets"), "block"),
}
_SHAPES = {"step": "whole number", **dict.fromkeys(("add_ons", "segments", "claims"), "list")}
_MAY_LACK = {"measured_by": "optional text", "limit": "optional number"}
_MAY_BE_EMPTY = ("add_on", "page", "planned")
_WORDS = {
    "shown_by": (SAVINGS, ADD_ON, RENEWAL),
    "when": (ALWAYS, ALLOWANCE, CHEAPER_TIER),
    "evidence": (CLAIMED, MEASURED, PLANNED),
    "measured_by": tuple(MEASURES),
}
_STANDINGS = {Lever: (OFFERED, PLANNED), Asset: (ON_DESK, PLANNED)}

Kind = TypeVar("Kind", Expansion, Lever, Objection, Pitch, Asset, Feature, Benchmark)


def parse(text: str, where: str = WHERE) -> Playbook:
    """The text of data/playbook.toml → the playbook; what is missing, unknown or cannot be measured is refused."""
    try:
        document = read_toml(text, where)
        check_signs(document, where)
        check_fields(document, _FILE, where, f"{where}, ")
        return _playbook(document, where)
    except (BookError, ScenarioError) as problem:
        raise PlaybookError(str(problem)) from None


def _playbook(document: Document, where: str) -> Playbook:
    return Playbook(
        within_days=_days(document["within_days"], f"{where}, within_days"),
        review_every_months=_within(document["review_every_months"], MOST_MONTHS, f"{where}, review_every_months"),
        trend_months=_within(document["trend_months"], MOST_MONTHS, f"{where}, trend_months"),
        gain_share_product=document["gain_share_product"],
        gain_share_threshold=_threshold(document["gain_share_threshold"], f"{where}, gain_share_threshold"),
        near_share=_fraction(document["near_share"], f"{where}, near_share"),
        expansion=_rows(document, "expansion", Expansion, where),
        levers=_rows(document, "levers", Lever, where),
        objections=_blocks(document, "objections", Objection, where),
        pitches=_blocks(document, "pitches", Pitch, where),
        assets=_blocks(document, "assets", Asset, where),
        features=_rows(document, "features", Feature, where),
        benchmarks=_rows(document, "benchmarks", Benchmark, where),
    )


def _rows(document: Document, name: str, kind: type[Kind], where: str) -> tuple[Kind, ...]:
    return tuple(_entry(row, kind, f"{where}, {name}, row {place}", {}) for place, row in enumerate(document[name], 1))


def _blocks(document: Document, name: str, kind: type[Kind], where: str) -> tuple[Kind, ...]:
    return tuple(_entry(block, kind, f"{where}, {name}.{key}", {"key": key}) for key, block in document[name].items())


def _entry(row: Any, kind: type[Kind], at: str, about: Mapping[str, str]) -> Kind:
    names = [field.name for field in fields(kind) if field.name not in about]
    shapes = {name: _SHAPES.get(name) or _MAY_LACK.get(name) or "text" for name in names}
    filled = _without_gaps(row, at)
    check_fields(filled, {name: shapes[name] for name in names}, at, f"{at}, ")
    values: dict[str, Any] = {name: _value(name, row[name], kind, at) for name in names if name in filled}
    return kind(**{**about, **dict.fromkeys(set(names) & set(_MAY_LACK)), **values})


def _without_gaps(row: object, at: str) -> Document:
    """The row as it is checked: texts that may be empty stand as some word, because an empty text is refused."""
    if not isinstance(row, Mapping):
        raise BookError(f"{at} must be a block of keys, not {shown(row)}")
    return {key: "none" if key in _MAY_BE_EMPTY and value == "" else value for key, value in row.items()}


def _value(name: str, value: Any, kind: type[object], at: str) -> Any:
    if name in _SHAPES and name != "step":
        return _texts(value, f"{at}, {name}")
    if name == "limit":
        return number(value, f"{at}, limit")
    allowed: Sequence[str] = _STANDINGS.get(kind, ()) if name == "standing" else _WORDS.get(name, ())
    return one_of(value, allowed, f"{at}, {name}") if allowed else value


def _texts(values: Sequence[object], at: str) -> tuple[str, ...]:
    for value in values:
        if not isinstance(value, str) or not value:
            raise BookError(f"{at} holds {shown(value)}; write texts")
    return tuple(map(str, values))


def _threshold(value: object, at: str) -> Decimal | None:
    """A fraction of a spend, or the words "not set"."""
    return None if value == NOT_SET else _fraction(value, at)


def _fraction(value: object, at: str) -> Decimal:
    read = number(value, at)
    if not 0 < read < 1:
        raise BookError(f"{at} is {shown(value)}; write a fraction between 0 and 1, as 0.15 for 15 %")
    return read


def _days(values: Sequence[object], at: str) -> tuple[int, ...]:
    days = tuple(_within(value, MOST_DAYS, at) for value in values)
    if not days or list(days) != sorted(set(days)):
        raise BookError(f"{at} is {shown(list(values))}; write days that ascend, as [30, 60, 90]")
    return days


def _within(value: object, most: int, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BookError(f"{at} is {shown(value)}; write a whole number from 1 to {most}")
    return value
