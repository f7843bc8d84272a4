"""One JSON object as a record of usage: its fields by dotted name, and what is wrong with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.mapping import Column
from lib.warehouse.exact_json import parsed
from lib.warehouse.metering.block import decoded

KINDS = {bool: "true or false", list: "a list", dict: "an object"}


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
