"""One JSON object as a record: its fields by dotted name, and its numbers as they are written.

A parser that makes numbers binary would round what we are asked to count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lib.mapping import Column
from lib.warehouse.metering.block import decoded

KINDS = {bool: "true or false", list: "a list", dict: "an object"}


class Twice(ValueError):
    """A key that one object holds twice: which of the two counts, nobody can say."""


class Number(str):
    """A number as it was written; a text is another thing, though both are read as what they say."""

    __slots__ = ()


def parsed(text: str) -> Any:
    """JSON with numbers as they are written; ValueError where it is none, or names a thing twice."""
    try:
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_refuse, object_pairs_hook=_object)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def found(document: dict[str, Any], column: Column) -> Any:
    """The value of the first name that the object has something under; None where it has nothing."""
    return next((value for name in column if (value := _at(document, name)) is not None), None)


def fields_of(line: bytes) -> set[str]:
    """The dotted names of the fields of one line; none where it is no object."""
    text, fault = decoded(line)
    try:
        document = None if fault else parsed(text)
    except ValueError:
        document = None
    return set(_names(document, "")) if isinstance(document, dict) else set()


def complaint(value: Any) -> str | None:
    """What is wrong with a value that should be a text or a number."""
    if type(value) in KINDS:
        return f"{KINDS[type(value)]}, where a text or a number belongs"
    if value and not value.isascii():
        return None if _is_text(value) else "not text"
    return "a text with a NUL in it" if value and "\0" in value else None


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:  # half of a pair, written as an escape
        return False
    return "\0" not in value


def _at(document: dict[str, Any], name: str) -> Any:
    if name in document:
        return document[name]
    value: Any = document
    for part in name.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and part == str(int(part)) and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _names(value: Any, prefix: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield prefix
        return
    for key, inner in value.items():
        yield from _names(inner, f"{prefix}.{key}" if prefix else key)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Twice(f"{twice} stands twice")
    return document


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")
