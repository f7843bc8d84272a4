"""One value of the plans database: the text it crosses as → exactly what its column must hold, or ValueError."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lib.money import exact
from lib.sources.plans_db.tables import declared

TRUE = frozenset({"1", "true", "t", "\x01"})  # MariaDB, PostgreSQL, SQLite; a bit comes as its byte
FALSE = frozenset({"0", "false", "f", "\x00"})
FLOAT_DIGITS = 15  # what a binary number keeps of every decimal
_DAY = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?", re.ASCII)


def reading(field: Any) -> Callable[[str], Any]:
    """A declared column → how the text of its values is read."""
    return _READINGS[declared(field)]


def text_of(value: object) -> str | None:
    """A value as SQLite keeps it, of whatever kind → its text; a number that was rounded on its way in is refused."""
    if isinstance(value, float):
        number = exact(repr(value))
        if len(number.normalize().as_tuple().digits) > FLOAT_DIGITS:
            raise ValueError(f"{value!r} is not exact in SQLite: keep the column as text")
        return f"{number:f}"
    if isinstance(value, bytes):
        return value.decode()
    return None if value is None else str(value)


def _whole(text: str) -> int:
    if text.isdecimal() and text.isascii():
        return int(text)
    number = exact(text)
    if number != number.to_integral_value():
        raise ValueError(f"{text} is no whole number")
    return int(number)


def _flag(text: str) -> int:
    if text.lower() in TRUE:
        return 1
    if text.lower() in FALSE:
        return 0
    raise ValueError(f"{text!r} is neither true nor false")


def _day(text: str) -> date:
    """A day, or the day in UTC of a time; a time without a zone is in UTC, as every session of ours is."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is no day like 2026-10-31")
    time = datetime.fromisoformat(text)
    return (time.astimezone(UTC) if time.tzinfo else time).date()


def canonical_json(text: str) -> str:
    """JSON as any database keeps it → one spelling of the same value.

    MySQL and PostgreSQL put blanks in and keys in an order of their own, MariaDB and SQLite keep what was written.
    Numbers are written out and exact: 0.0008, 8e-4 and 0.00080 are all 0.0008.
    """
    value = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_no_number, object_pairs_hook=_once)
    return _spelt(value)


def _number(text: str) -> Decimal:
    return exact(text)


def _no_number(text: str) -> Decimal:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _spelt(value: Any) -> str:
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, list):
        return f"[{','.join(map(_spelt, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{json.dumps(key)}:{_spelt(value[key])}' for key in sorted(value))}}}"
    return json.dumps(value)


def _plain(number: Decimal) -> str:
    if not number:
        return "0"
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


_READINGS: dict[str, Callable[[str], Any]] = {
    "integer": _whole,
    "boolean": _flag,
    "decimal": exact,
    "text": str,
    "date": _day,
    "json": canonical_json,
}
