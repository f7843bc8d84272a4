"""JSON lines → records: one object per line, each declared column found by its path, every number kept as written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lib.warehouse.exact_json import parsed
from lib.warehouse.feeds import Shape
from lib.warehouse.records import Record, fault_of_text

ABSENT = ""


def read_objects(lines: Sequence[str], columns: Sequence[str], shape: Shape) -> Iterator[Record]:
    """Lines → records whose fields are the texts of `columns`, in order; faulty and blank lines are yielded too."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            yield Record(number, 1, "")
            continue
        fault, found = _object(line)
        fields = () if fault else tuple(_field(found, shape.columns[column].names) for column in columns)
        yield Record(number, 1, line, fields, fault)


def top_keys(lines: Iterable[str]) -> list[str]:
    """The keys that the objects of a file have at their top, in the order of their first appearance."""
    keys: dict[str, None] = {}
    for line in lines:
        fault, found = _object(line)
        if not fault:
            keys |= dict.fromkeys(found)
    return list(keys)


def top_of(path: str) -> str:
    """A path into an object → the key it begins with."""
    return path.partition(".")[0]


def _object(line: str) -> tuple[str | None, Any]:
    """One line → what is wrong with it, or the object on it."""
    if fault := fault_of_text(line):
        return fault, {}
    try:
        found = parsed(line)
    except json.JSONDecodeError as error:
        return f"not JSON ({error.msg} at character {error.pos + 1})", {}
    except ValueError as error:
        return str(error), {}
    if not isinstance(found, dict):
        return "no JSON object: write one {…} per line", {}
    return None, found


def _field(found: Any, paths: Iterable[str]) -> str:
    """The text at the first path that is there; a path goes through keys and places of lists: items.data.0.price.id."""
    for path in paths:
        value = _at(found, path.split("."))
        if value is not None:
            return _text(value)
    return ABSENT


def _at(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
