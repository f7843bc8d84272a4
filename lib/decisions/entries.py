"""What may stand in a record: keys, names, notes, papers, moments, amounts; each checked before a database sees it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lib.catalog.document import shown
from lib.decisions.refusal import DecisionError
from lib.manifest import Manifest
from lib.money import MoneyError, exact

KEY_LETTERS = 64
NAME_LETTERS = 100
LABEL_LETTERS = 400
NOTE_LETTERS = 10_000
PAPER_BYTES = 1 << 18  # a scenario or a manifest is some pages; a longer text is something else by mistake
LARGEST_COUNT = (1 << 31) - 1  # of an integer column of PostgreSQL

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode's controls, invisible formats, half characters, odd line ends
_JOINERS = "\u200c\u200d\u200e\u200f"  # invisible, but scripts and emoji are written with them
_LINE_ENDS = "\n\r\t"


def key(value: object) -> str:
    """The key of a scenario: a slug, which is a file's name and part of a link, and never a path."""
    if isinstance(value, str) and len(value) <= KEY_LETTERS and _KEY.fullmatch(value):
        return value
    instead = re.sub(r"[^a-z0-9_]+", "-", str(value).lower()[:KEY_LETTERS]).strip("-_") or "starter-plus-10"
    raise DecisionError(
        f"{shown(value)} is no key of a scenario; write at most {KEY_LETTERS} small letters, digits and dashes, "
        f"as in {instead!r}"
    )


def line(value: object, what: str, letters: int = NAME_LETTERS) -> str:
    """One line that a person or a page wrote, without what nobody can see; Unicode's shortest spelling of it."""
    written = _text(value, what, letters, also="")
    if not written.strip():
        raise DecisionError(f"{what} is empty; write it out")
    return " ".join(unicodedata.normalize("NFC", written).split())


def texts(row: Any, *columns: str) -> None:
    """Insist that columns of a row are texts: a database may hold bytes or numbers there, where a hand wrote them."""
    for column in columns:
        if not isinstance(getattr(row, column), str):
            raise TypeError(f"{column} is no text")


def note(value: object, what: str) -> str:
    """Lines of prose; there may be none."""
    return unicodedata.normalize("NFC", _text(value, what, NOTE_LETTERS, also=_LINE_ENDS))


def paper(value: object, what: str, most: int = PAPER_BYTES) -> str:
    """A whole text file of so many bytes at most, kept letter by letter."""
    if isinstance(value, str) and len(value.encode("utf-8", "replace")) > most:
        raise DecisionError(f"{what} is longer than {most // 1024} KiB; a text of that size is no {what}")
    return _text(value, what, most, also=_LINE_ENDS)


def manifest(value: Manifest | Mapping[str, Any]) -> dict[str, Any]:
    """A manifest, or the JSON of one → plain JSON values; it must say which book it stands on, and its fingerprint."""
    given = value.as_dict() if isinstance(value, Manifest) else value
    try:
        plain = json.loads(json.dumps(dict(given), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as problem:
        raise DecisionError(f"the manifest is no JSON document: {problem}; pass it as a result carries it") from None
    for name in ("fingerprint", "book_hash"):
        result_hash(plain.get(name), f"the {name} of the manifest")
    if plain.get("warehouse") is not None:
        line(plain["warehouse"], "the warehouse of the manifest", LABEL_LETTERS)
    paper(json.dumps(plain), "manifest")
    return dict(plain)


def result_hash(value: object, what: str = "the result hash") -> str:
    """The hash of a result, as lib.manifest.fingerprint writes it."""
    if isinstance(value, str) and _HASH.fullmatch(value):
        return value
    raise DecisionError(f"{what} is {shown(value)}; pass the fingerprint of the result, as in 0f3c9a6b2d41")


def moment(value: object, what: str) -> datetime:
    """A moment with its time zone → the same moment in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    raise DecisionError(f"{what} is {shown(value)}; pass a moment with its time zone")


def day(value: object, what: str) -> date:
    """A day, and no moment of it."""
    if type(value) is date:
        return value
    raise DecisionError(f"{what} is {shown(value)}; pass a day as in 2027-01-01")


def month(value: object, what: str) -> date:
    """A month, as its first day."""
    if day(value, what).day == 1:
        return day(value, what)
    raise DecisionError(f"{what} is {value}; a month is written as its first day")


def amount(value: object, what: str) -> Decimal:
    """An exact amount; a float is refused, as it cannot be kept as what it was."""
    try:
        return exact(value)
    except MoneyError as problem:
        raise DecisionError(f"{what}: {problem}") from None


def count(value: object, what: str) -> int:
    """How many, from none on."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT:
        return value
    raise DecisionError(f"{what} is {shown(value)}; pass a whole number from 0 on")


def stamp(at: datetime) -> str:
    """A moment → its text in UTC, to the microsecond; texts of moments sort as the moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are the same to a reader: case, spaces, width and invisible signs aside."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    seen = "".join(sign for sign in name if unicodedata.category(sign) not in _HIDDEN or sign.isspace())
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())


def _text(value: object, what: str, letters: int, also: str) -> str:
    if not isinstance(value, str):
        raise DecisionError(f"{what} is {shown(value)}; write it as text")
    if len(value) > letters:
        raise DecisionError(f"{what} has {len(value):,} letters; write at most {letters:,}")
    for sign in value:
        if unicodedata.category(sign) in _HIDDEN and sign not in _JOINERS + also:
            raise DecisionError(f"{what} holds the invisible sign U+{ord(sign):04X}; take it out")
    return value
