"""How a document of the catalog is read: shapes checked key by key, numbers exactly, slips met with the right name."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar
from unicodedata import category

from lib.money import MoneyError, exact, text
from lib.refusal import Refusal

Document = Mapping[str, Any]
Shapes = Mapping[str, str]
T = TypeVar("T")

# The days a price may change on: our first book is of 2024, and nobody plans a price for another century. Without
# bounds a slip of the year would ask for the periods of thousands of years.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_LINE = 100  # digits of a number in a sentence
_UNPRINTED = ("Cc", "Cs", "Zl", "Zp")  # control signs, halves of a sign, breaks of lines and paragraphs
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they turn the direction of what follows


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
            raise BookError(f"{where} has no key {key!r}; {nearest(key, shapes)}")
        shape = shapes[key].removeprefix("optional ")
        if not _SHAPES[shape](value):
            raise BookError(f"{prefix}{key} is {shown(value)}; write {_HOW.get(shape, f'a {shape}')}")
    for key, shape in shapes.items():
        if key not in entry and not shape.startswith("optional"):
            raise BookError(f"{where} lacks {key!r}")


def check_signs(document: object, where: str) -> None:
    """Refuse a text or a key that moves a line, a cursor or the direction of what is printed: tables would break.

    Only documents that are shallow, such as those of `lib.catalog.scenario.read_toml`, are walked.
    """
    if isinstance(document, str):
        if any(category(sign) in _UNPRINTED or sign in _TURNING for sign in document):
            raise BookError(f"{where}: {document[:_LINE]!a} holds a control sign or a line break; take it out")
    elif isinstance(document, Mapping):
        for key, value in document.items():
            check_signs(key, where)
            check_signs(value, f"{where}, {key}")
    elif isinstance(document, Sequence):
        for value in document:
            check_signs(value, where)


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
        raise BookError(f"{where} is {shown(value)}; {nearest(value, allowed)}")
    return value


def found(key: str, among: Mapping[str, T], problem: str) -> T:
    """The entry under `key`, or an error that opens with `problem` and names the nearest right key."""
    if isinstance(key, str) and key in among:
        return among[key]
    raise BookError(f"{problem} {key!r}; {nearest(key, among)}")


def day(value: object, where: str) -> date:
    """A value of a document → a day on which a price may change; an instant is none."""
    if type(value) is not date:
        raise BookError(f"{where} is {shown(value)}; write {_HOW['date']}")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise BookError(f"{where} is {value}; write a day from {FIRST_DAY} to {LAST_DAY}")
    return value


def nearest(key: object, names: Iterable[str]) -> str:
    """The end of a sentence that refuses `key`: the nearest right name, or all of them."""
    known = sorted(map(str, names))
    close = difflib.get_close_matches(key if isinstance(key, str) else shown(key), known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are: {', '.join(known)}" if known else "there is none"


def shown(value: object) -> str:
    """A value in a sentence that refuses it: a day or digits as they are written, at most a line's worth of any."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite() and _digits(value) <= _LINE:
        return text(value)
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number of thousands of digits"


def _digits(number: Decimal) -> int:
    """At most so many digits a number has when it is written out."""
    _, digits, exponent = number.as_tuple()
    return len(digits) + abs(int(exponent))


def check_every_key(
    block: object, wanted: Iterable[str], where: str, refusal: type[Refusal], rest: str, optional: Iterable[str] = ()
) -> None:
    """Refuse a block that lacks a wanted key, or has one neither wanted nor optional, in the room's own refusal.

    `rest` says why every wanted key must stand.
    """
    if not isinstance(block, Mapping):
        raise refusal(f"{where} must be a block of keys, not {shown(block)}")
    names = list(wanted)
    known = [*names, *optional]
    for key in block:
        if key not in known:
            raise refusal(f"{where} has no key {shown(key)}; {nearest(key, known)}")
    for key in names:
        if key not in block:
            raise refusal(f"{where} lacks {key!r}: {rest}")
