"""JSON whose numbers stay as they are written, and whose keys stand once: nothing is rounded or overwritten."""

from __future__ import annotations

import json
from typing import Any


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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Twice(f"the key {twice!r} stands twice in one object")
    return document


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
