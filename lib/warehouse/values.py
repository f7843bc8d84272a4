"""What the text of one field may be, kind by kind: checked before anything is cast, because casts round in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

OPTIONAL = "?"


def is_kind(kind: str) -> bool:
    """Whether data/feeds.toml may give a column this kind; a trailing "?" says the field may be empty."""
    return kind.removesuffix(OPTIONAL) in KINDS


def fault(kind: str, text: str) -> str | None:
    """One field → what is wrong with it, or None; e.g. fault("usd", "1.999") is "is not dollars and cents: 1.999"."""
    if not text:
        return None if kind.endswith(OPTIONAL) else "is empty"
    complaint, holds = KINDS[kind.removesuffix(OPTIONAL)]
    return None if holds(text) else f"{complaint}: {text}"


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _is_text(text: str) -> bool:
    return bool(text)


@lru_cache(maxsize=1 << 14)
def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-10-31")


@lru_cache(maxsize=1 << 14)
def _is_time(text: str) -> bool:
    if not _TIME_SHAPE(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_TIME_SHAPE = _matches(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|\+00:00)?)?")

KINDS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "text": ("is not text", _is_text),
    "integer": ("is not a whole number", _matches(r"-?\d{1,18}")),
    "usd": ("is not dollars and cents", _matches(r"-?\d{1,16}(\.\d{1,2})?")),
    "micros": ("is not a number of at most 6 decimals", _matches(r"-?\d{1,12}(\.\d{1,6})?")),
    "nanos": ("is not a number of at most 9 decimals", _matches(r"-?\d{1,9}(\.\d{1,9})?")),
    "date": ("is not a date like 2026-10-31", _is_date),
    "time": ("is not a UTC time like 2026-10-31T23:59:59Z", _is_time),
}
