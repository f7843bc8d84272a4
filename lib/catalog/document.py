"""How a document of the catalog is read: shapes checked key by key, numbers exactly, slips met with the right name."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from lib.money import MoneyError, exact, text
from lib.refusal import Refusal

Document = Mapping[str, Any]
Shapes = Mapping[str, str]
T = TypeVar("T")


class BookError(Refusal):
    """A book that cannot be true; the message names the key and what to do."""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_SHAPES: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "text": lambda value: isinstance(value, str) and value != "",
        "date": lambda value: type(value) is date,  # a datetime is a date too, and would not compare with one
        "block": lambda value: isinstance(value, Mapping),
        "list": lambda value: isinstance(value, Sequence) and not isinstance(value, str),
        "yes or no": lambda value: isinstance(value, bool),
        "whole number": _is_whole,
        "number": lambda value: _is_whole(value) or isinstance(value, Decimal | str),
        "price": lambda value: _is_whole(value) or isinstance(value, Decimal | str),
    }
)

_HOW: Mapping[str, str] = MappingProxyType(
    {
        "date": "a date as in 2026-05-09",
        "list": "a list as in [{ from = 0, unit_price = 0.001 }]",
        "number": "a number as in 0.05; a float is not exact",
        "price": "an amount as in 1250.00, 'not set' or 'by contract'; a float is not exact",
        "yes or no": "true or false",
    }
)


def check_fields(entry: object, shapes: Shapes, where: str, path: str | None = None) -> None:
    """Refuse an entry that is no block, has a key too many or too few, or a value of the wrong shape.

    A shape that opens with "optional" may be left out. `path` leads to the entry's keys where it is not `where`.
    """
    if not isinstance(entry, Mapping):
        raise BookError(f"{where} must be a block of keys, not {shown(entry)}")
    prefix = f"{where}." if path is None else path
    for key, value in entry.items():
        if not isinstance(key, str) or key not in shapes:
            raise BookError(f"{where} has no key {key!r}; {nearest(str(key), shapes)}")
        shape = shapes[key].removeprefix("optional ")
        if not _SHAPES[shape](value):
            raise BookError(f"{prefix}{key} is {shown(value)}; write {_HOW.get(shape, f'a {shape}')}")
    for key, shape in shapes.items():
        if key not in entry and not shape.startswith("optional"):
            raise BookError(f"{where} lacks {key!r}")


def number(value: object, where: str) -> Decimal:
    """A value of a document → an exact number of zero or more."""
    try:
        read = exact(value)
    except MoneyError as problem:
        raise BookError(f"{where}: {problem}") from None
    if read < 0:
        raise BookError(f"{where} is {read}; it cannot be negative")
    return read


def one_of(value: object, allowed: Sequence[str], where: str) -> str:
    """A value that must be one of a few words; a slip is met with the nearest."""
    if not isinstance(value, str) or value not in allowed:
        raise BookError(f"{where} is {shown(value)}; {nearest(str(value), allowed)}")
    return value


def found(key: str, among: Mapping[str, T], problem: str) -> T:
    """The entry under `key`, or an error that opens with `problem` and names the nearest right key."""
    if isinstance(key, str) and key in among:
        return among[key]
    raise BookError(f"{problem} {key!r}; {nearest(str(key), among)}")


def nearest(key: str, names: Iterable[str]) -> str:
    """The end of a sentence that refuses `key`: the nearest right name, or all of them."""
    known = sorted(map(str, names))
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are: {', '.join(known)}" if known else "there is none"


def shown(value: object) -> str:
    """A value in a sentence that refuses it: plain digits, at most a line's worth of anything else."""
    return text(value) if isinstance(value, Decimal) and value.is_finite() else reprlib.repr(value)
