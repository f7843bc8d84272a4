"""A scenario written as the text of its file, for a founder to read, and for `lib.catalog.scenario` to read back.

The text says exactly what it was given: no key more, none less, every digit. What the baseline says instead stands
behind each line as a comment that is computed, so that no comment can be older than the change it explains.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import TypeGuard

from lib.catalog.allowance import NOT_OFFERED
from lib.catalog.book import Book
from lib.catalog.document import Document
from lib.catalog.rollout import OwnNotice, Rollout
from lib.catalog.scenario import SAID, Scenario, ScenarioError, merged
from lib.money import MoneyError, exact

Path = tuple[str, ...]

_FIRST = ("name", "author", "why", "baseline", "effective", "cohort", "where")
_SECTIONS = ("plans", "dimensions", "allowances", "rails", "settings", "tiers", "claims")
_ON_ONE_LINE = ("where",)
# How deep a section's blocks lie: [settings], [plans.starter-annual], [rails.aws.plans.starter-annual].
_DEPTHS, _DEPTH = {"settings": 1, "rails": 4}, 2
_COMMENTS_AT = 34
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def scenario_toml(header: Mapping[str, object], changes: Document, baseline: Book | None = None) -> str:
    """The header and the sparse changes of a scenario → TOML text that reads back as exactly the two of them.

    Header keys whose value is None are left out. `baseline` is the book that the comments `# was 2,990` are computed
    from; without it there are none. What TOML cannot hold exactly, such as a float, is refused by its path.
    """
    head = {key: value for key, value in header.items() if value is not None}
    if twice := head.keys() & changes.keys():
        raise ScenarioError(f"{sorted(twice)[0]!r} stands in the scenario's header and in its changes; write it once")
    document = {**_ordered(head, _FIRST), **_ordered(changes, _SECTIONS)}
    blocks = {key: value for key, value in document.items() if _is_block((key,), value)}
    plain = {key: value for key, value in document.items() if key not in blocks}
    opening = _aligned(plain)
    body = (_block((key,), value, baseline) for key, value in blocks.items() if isinstance(value, Mapping))
    return "\n".join(filter(None, [opening, *itertools.chain.from_iterable(body)]))


def scenario_text(scenario: Scenario, baseline: Book | None = None) -> str:
    """A scenario → the text of its file, which reads back as the same choice; what says nothing is left out."""
    claims = scenario.claims
    said = {SAID: claims} if claims else {}
    return scenario_toml(_header(scenario), merged(scenario.changes, said), baseline)


def _header(scenario: Scenario) -> dict[str, object]:
    said = {name: getattr(scenario, name) for name in ("name", "author", "why", "baseline", "effective")}
    return {**said, **_rollout(scenario.rollout)}


def _rollout(rollout: Rollout) -> dict[str, object]:
    """Who is reached, as a file says it: one value of a fact stands alone, several in a list."""
    where = {fact: wanted[0] if len(wanted) == 1 else list(wanted) for fact, wanted in rollout.where.items()}
    notice = {rail: _notice(own) for rail, own in rollout.notice.items()}
    return {
        "cohort": rollout.cohort,
        **({"where": where} if where else {}),
        **({"notice": notice} if notice else {}),
    }


def _notice(own: OwnNotice) -> dict[str, object]:
    said = {one.name: getattr(own, one.name) for one in fields(own)}
    return {name: value for name, value in said.items() if value != getattr(OwnNotice(), name)}


def _ordered(document: Mapping[str, object], first: Sequence[str]) -> dict[str, object]:
    return dict(sorted(document.items(), key=lambda entry: first.index(entry[0]) if entry[0] in first else len(first)))


def _is_block(path: Path, value: object) -> bool:
    """Whether a value opens a block of its own; what lies deeper than a section's blocks stays on one line."""
    return isinstance(value, Mapping) and path[0] not in _ON_ONE_LINE and len(path) <= _DEPTHS.get(path[0], _DEPTH)


def _aligned(entries: Mapping[str, object]) -> str:
    width = max((len(_key(key)) for key in entries), default=0)
    return "".join(f"{_key(key):<{width}} = {_value(value, (key,))}\n" for key, value in entries.items())


def _block(path: Path, entries: Mapping[str, object], baseline: Book | None) -> Iterator[str]:
    """A block's own lines, then the blocks inside it; an empty block stays, as it was given."""
    inner = {key: value for key, value in entries.items() if _is_block((*path, key), value)}
    own = {key: value for key, value in entries.items() if key not in inner}
    if own or not entries:
        name = ".".join(map(_key, path))
        width = max((len(_key(key)) for key in own), default=0)
        yield f"[{name}]\n" + "".join(_line((*path, key), value, width, baseline) for key, value in own.items())
    for key, value in inner.items():
        if isinstance(value, Mapping):
            yield from _block((*path, key), value, baseline)


def _line(path: Path, value: object, width: int, baseline: Book | None) -> str:
    comment = _comment(path, value, baseline)
    key = f"{_key(path[-1]):<{width}}"
    if _is_table(value) and len(value) > 1:
        rows = "".join(f"    {row},\n" for row in _rows(value, path))
        return _commented(f"{key} = [", comment) + rows + "]\n"
    return _commented(f"{key} = {_value(value, path)}", comment)


def _commented(line: str, comment: str) -> str:
    return f"{line + ' ':<{_COMMENTS_AT - 1}} # was {comment}\n" if comment else f"{line}\n"


def _is_table(value: object) -> TypeGuard[Sequence[Document]]:
    return _is_list(value) and all(isinstance(entry, Mapping) for entry in value)


def _rows(entries: Sequence[Document], path: Path) -> Iterator[str]:
    """Entries such as bands, one a line; where all have the same keys, a column each."""
    cells = [[f"{_key(key)} = {_value(value, (*path, key))}" for key, value in entry.items()] for entry in entries]
    if len({tuple(entry) for entry in entries}) > 1:
        yield from (_braced(", ".join(row)) for row in cells)
        return
    widths = [max(map(len, column)) + 1 for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [f"{cell + ',':<{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        yield _braced(" ".join([*padded, *row[-1:]]))


def _braced(inside: str) -> str:
    return f"{{ {inside} }}" if inside else "{}"


# Values


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ScenarioError(f"a scenario's keys are text, not {key!r}")
    return key if _BARE.fullmatch(key) else _text(key, (key,))


def _value(value: object, path: Path) -> str:
    """One value on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int | Decimal):
        return _number(value, path)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _braced(", ".join(f"{_key(key)} = {_value(entry, (*path, key))}" for key, entry in value.items()))
    if _is_list(value):
        return f"[{', '.join(_value(entry, path) for entry in value)}]"
    raise ScenarioError(f"{_place(path)} is {value!r}, which no scenario holds; a float is not exact, a time no date")


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _number(value: int | Decimal, path: Path) -> str:
    try:
        number = exact(value)
    except MoneyError as problem:
        raise ScenarioError(f"{_place(path)}: {problem}") from None
    return f"{int(number):_}" if number == number.to_integral_value() else f"{number.normalize():f}"


def _text(value: str, path: Path) -> str:
    """A basic string: what cannot be seen, or could be mistaken for the end of it, is written as an escape."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ScenarioError(f"{_place(path)} holds half a character, which no file can; take it out") from None
    return f'"{"".join(_ESCAPES.get(letter) or _letter(letter) for letter in value)}"'


def _letter(letter: str) -> str:
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"


def _place(path: Path) -> str:
    return ".".join(path)


# Comments


def _comment(path: Path, value: object, baseline: Book | None) -> str:
    """What the baseline says in place of a value, in words; nothing where it says the same or nothing at all."""
    was = None if baseline is None else _before(baseline, path)
    return "" if was is None or was == value else _was_words(was, path)


def _before(book: Book, path: Path) -> object:
    """The baseline's value at a path; what a rail does not say itself is what the book says for every rail."""
    written = _at(book.document, path)
    if written is not None:
        return written
    if path[0] == "rails" and len(path) > 3:
        return _before(book, path[2:])
    if path[0] == "settings":
        return book.settings.get(path[-1])
    is_known = path[0] == "allowances" and path[1] in book.tiers and path[-1] in book.dimensions
    return NOT_OFFERED.kind if is_known else None


def _at(document: object, path: Path) -> object:
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _was_words(value: object, path: Path) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number(value, path).replace("_", ",")
    if isinstance(value, str):
        return _text(value, path)[1:-1]
    if _is_table(value) and all(band.keys() == {"from", "unit_price"} for band in value):
        return ", ".join(_band_words(band, path) for band in value)
    return _value(value, path)


def _band_words(band: Document, path: Path) -> str:
    price, start = (_was_words(band[key], path) for key in ("unit_price", "from"))
    return price if start == "0" else f"{price} above {start}"
