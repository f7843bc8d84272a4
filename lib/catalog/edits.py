"""Edits of a few numbers as one line of text, so that a page's link carries them.

    plans.starter-monthly.list_price=329;allowances.starter.words=60000;dimensions.words.bands.1.unit_price=0.0007

Bands count from 0. A list that grows or shrinks is written whole, from:price or from:price:fee of each band, the first
of them from 0: dimensions.images.bands=0:0.05,1000:0.04. The text is data and nothing else: known paths of the book,
plain numbers, and the three words of an allowance.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, UNLIMITED
from lib.catalog.book import RAILS, Book, Dimension, Plan, Unpriced
from lib.catalog.names import RAIL_NAMES, dimension_name, opened, plan_name, plural, quantity, units
from lib.catalog.scenario import diff, merged
from lib.money import EXACT, MoneyError, exact
from lib.refusal import Refusal

LONGEST = 4000  # letters; mail programs and proxies cut addresses not far beyond
_SHOWN = 100  # letters of a path or value in a sentence that refuses it
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_WORDS = tuple(word.kind for word in (UNLIMITED, NOT_OFFERED, BY_CONTRACT))
_OF_A_BAND = ("from", "unit_price", "flat_fee")
_PERIODS = {1: "month", 12: "year"}

Path = tuple[str, ...]
Band = Mapping[str, Decimal]


class EditError(Refusal):
    """An edit that cannot be read or written; the message names its path and the nearest right one."""


@dataclass(frozen=True)
class Row:
    """One number that a founder may edit: where it stands, what it is called, its unit, its value or word."""

    section: str
    path: str
    words: str
    unit: str
    value: Decimal | str


@dataclass(frozen=True)
class _Leaf:
    """A value of the book that may be edited; `own` is what the document says, None where it says nothing.

    `kind` is number, allowance or bands. `bands` are the list in force, also where a rail takes the dimension's.
    """

    path: Path
    kind: str
    own: object
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where an edit points: a leaf, or one number of one of its bands."""

    leaf: _Leaf
    band: int | None = None
    field: str = ""


# Reading


def changes_of(book: Book, text: str) -> dict[str, object]:
    """The edits of a link → the sparse document to lay over the book; what is as it was is left out.

    Numbers are exact and zero or more. Whether the edited book can be true is for `lib.catalog.scenario` to say.
    """
    _check_length(text)
    by_leaf: dict[Path, list[tuple[str, _Place, str]]] = {}
    for path, place, value in _split(text, book):
        by_leaf.setdefault(place.leaf.path, []).append((path, place, value))
    document: dict[str, object] = {}
    for edits in by_leaf.values():
        leaf = edits[0][1].leaf
        becomes = _edited_bands(leaf, edits) if leaf.kind == "bands" else _read(leaf, *edits[0][::2])
        if not _is_same(becomes, leaf):
            document = merged(document, _nested(leaf.path, becomes))
    return document


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise EditError(f"the edits are {len(text):,} letters long, a link holds {LONGEST:,}: save them as a scenario")


def _split(text: str, book: Book) -> Iterator[tuple[str, _Place, str]]:
    """The edits of a text, each with the place it points at; every path once."""
    seen: set[str] = set()
    edits = [edit.partition("=") for edit in text.split(";")] if text else []
    places = _places(book, {path for path, _, _ in edits})
    for path, equals, value in edits:
        if not equals:
            raise EditError(f"{_shown(path)} is no edit; write path=value as in {next(iter(_places(book)))}=1")
        if path not in places:
            raise EditError(f"{_shown(path)} is nothing a link edits; {_nearest(path, _places(book))}")
        if path in seen:
            raise EditError(f"{path} is edited twice; write it once")
        seen.add(path)
        yield path, places[path], value


def _nearest(path: str, places: Mapping[str, _Place]) -> str:
    close = difflib.get_close_matches(path[:_SHOWN], places, n=1)
    sections = dict.fromkeys(known.partition(".")[0] for known in places)
    return f"did you mean {close[0]!r}?" if close else f"paths begin with {', '.join(sections)}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _read(leaf: _Leaf, path: str, value: str) -> Decimal | str:
    if leaf.kind == "allowance":
        return value if value in _WORDS else _number(path, value, f", or one of: {', '.join(_WORDS)}")
    return _number(path, value)


def _number(path: str, value: str, also: str = "") -> Decimal:
    """A plain number of zero or more: no sign, no exponent, no separators, no digits but 0 to 9."""
    if not _NUMBER.fullmatch(value):
        raise EditError(f"{path} is {_shown(value)}; write a number as in 329 or 0.0007{also}")
    try:
        return exact(value)
    except MoneyError as problem:
        raise EditError(f"{path}: {problem}") from None


def _edited_bands(leaf: _Leaf, edits: Sequence[tuple[str, _Place, str]]) -> list[dict[str, Decimal]]:
    """The list in force with some numbers changed, or a list written whole."""
    entries = [dict(band) for band in leaf.bands]
    for path, place, value in edits:
        if place.band is not None:
            entries[place.band][place.field] = _number(path, value)
        elif len(edits) > 1:
            raise EditError(f"{path} is written whole, and one of its numbers too: write one of the two")
        else:
            entries = [_band(path, band) for band in value.split(",")]
    return entries


def _band(path: str, text: str) -> dict[str, Decimal]:
    parts = text.split(":")
    if not 2 <= len(parts) <= len(_OF_A_BAND) or not parts[0]:
        raise EditError(f"{path} has the band {_shown(text)}; write from:price of each, as in 0:0.001,100000:0.0008")
    return {field: _number(path, part) for field, part in zip(_OF_A_BAND, parts, strict=False) if part}


def _nested(path: Path, value: object) -> dict[str, object]:
    return {path[0]: _nested(path[1:], value) if len(path) > 1 else value}


# Writing


def edits_of(book: Book, changed: Book) -> str:
    """The difference of two books → the edits that make it, in the order of paths.

    What is no edit of a number, such as a new plan or another reading, is refused by its path: no link may lose it.
    """
    edits: list[str] = []
    changes = diff(book, changed)
    leaves = {".".join(leaf.path): leaf for leaf in _leaves(book, {change.path for change in changes})}
    for change in changes:
        leaf = leaves.get(change.path)
        if leaf is None or change.becomes is None:
            if _is_one_number(change.was, change.becomes):
                continue
            raise EditError(f"{change.path} changes, and a link holds numbers only: save the change as a scenario")
        if not _is_same(change.becomes, leaf):
            edits += _written(leaf, change.becomes)
    text = ";".join(edits)
    _check_length(text)
    return text


def _written(leaf: _Leaf, becomes: object) -> Iterator[str]:
    path = ".".join(leaf.path)
    if leaf.kind != "bands":
        yield f"{path}={_value(path, becomes, _WORDS if leaf.kind == 'allowance' else ())}"
        return
    bands = _plain_bands(becomes)
    shapes = [[band.keys() for band in entries] for entries in (leaf.bands, bands)]
    if shapes[0] != shapes[1] or leaf.own is None:
        yield f"{path}={','.join(map(_band_text, bands))}"
        return
    for place, (was, band) in enumerate(zip(leaf.bands, bands, strict=True)):
        yield from (f"{path}.{place}.{field}={_digits(band[field])}" for field in band if was[field] != band[field])


def _value(path: str, value: object, words: Sequence[str]) -> str:
    try:
        return str(value) if value in words else _digits(exact(value))
    except MoneyError:
        raise EditError(f"{path} becomes {value!r}, and a link holds numbers only: save it as a scenario") from None


def _band_text(band: Band) -> str:
    fields = _OF_A_BAND if "flat_fee" in band else _OF_A_BAND[:-1]
    return ":".join(_digits(band[field]) if field in band else "" for field in fields)


def _digits(number: Decimal) -> str:
    return f"{EXACT.normalize(number):f}"


# What may be edited


def editable(book: Book) -> tuple[Row, ...]:
    """A book → every number a founder may edit in a table: public list prices, bands, allowances, then rails' own."""
    rows = (row for leaf in _leaves(book) for row in _rows(book, leaf))
    return tuple(sorted(rows, key=lambda row: row.section == "rails"))


def _rows(book: Book, leaf: _Leaf) -> Iterator[Row]:
    rail, path = (leaf.path[1], leaf.path[2:]) if leaf.path[0] == "rails" else ("", leaf.path)
    if rail and leaf.own is None:
        return
    section, key = path[:2]
    if section == "plans" and book.plans[key].is_public:
        yield _plan_row(book, leaf, book.plans[key], rail)
    if section == "dimensions" and leaf.kind == "bands":
        yield from _band_rows(book, leaf, book.dimensions[key], rail)
    if section == "allowances":
        yield _allowance_row(book, leaf, key, book.dimensions[path[2]], rail)


def _row(path: Path, words: str, rail: str, unit: str, value: Decimal | str) -> Row:
    return Row(path[0], ".".join(path), f"{words}, on {RAIL_NAMES[rail]}" if rail else words, unit, value)


def _plan_row(book: Book, leaf: _Leaf, plan: Plan, rail: str) -> Row:
    price = book.list_price(rail, plan.key) if rail else plan.list_price
    value = price.value if isinstance(price, Unpriced) else price
    unit = f"{book.currency.code} per {_PERIODS.get(plan.months, f'{plan.months} months')}"
    return _row(leaf.path, f"{plan_name(book, plan, ', ')}: list price", rail, unit, value)


def _band_rows(book: Book, leaf: _Leaf, item: Dimension, rail: str) -> Iterator[Row]:
    priced = units(item.unit, item.unit_size)
    is_scaled = book.settings["threshold_unit"] == "priced" and item.unit_size != 1
    counted = f"times {priced}" if is_scaled else plural(item.unit)
    price = f"price per {item.unit if item.unit_size == 1 else quantity(item.unit_size)}"
    names = {"from": "starts above", "unit_price": price, "flat_fee": "fee on entering it"}
    code = book.currency.code
    unit = {"from": counted, "unit_price": f"{code} per {priced}", "flat_fee": code}
    for place, band in enumerate(leaf.bands):
        where = opened(dimension_name(item)) + _band_name(leaf.bands, place, f" {counted}" if is_scaled else "")
        for field in list(band)[0 if place else 1 :]:
            path = (*leaf.path, str(place), field)
            yield _row(path, f"{where}: {names[field]}", rail, unit[field], band[field])


def _band_name(bands: Sequence[Band], place: int, counted: str) -> str:
    if len(bands) == 1:
        return ""
    edge = bands[max(place, 1)]["from"]
    return f", band {'above' if place else 'up to'} {quantity(edge)}{counted}"


def _allowance_row(book: Book, leaf: _Leaf, tier: str, item: Dimension, rail: str) -> Row:
    unit = f"{plural(item.unit)}{' per month' if item.is_metered else ''}"
    value = NOT_OFFERED.kind if leaf.own is None else leaf.own
    shown = str(value) if value in _WORDS else exact(value)
    return _row(leaf.path, f"{book.tiers[tier].name}: {dimension_name(item)} included", rail, unit, shown)


def _places(book: Book, asked: Iterable[str] | None = None) -> dict[str, _Place]:
    """Everything a link may edit, by path; at least those that are asked for, where some are."""
    places: dict[str, _Place] = {}
    wanted = None if asked is None else {start for path in asked for start in (path, path.rsplit(".", 2)[0])}
    for leaf in _leaves(book, wanted):
        path = ".".join(leaf.path)
        places[path] = _Place(leaf)
        for number, band in enumerate(leaf.bands):
            places |= {f"{path}.{number}.{field}": _Place(leaf, number, field) for field in band}
    return places


def _leaves(book: Book, wanted: Container[str] | None = None) -> Iterator[_Leaf]:
    """Every value a link may edit, plans first, from the lowest tier up; a key that a link cannot spell is none.

    Where some are wanted, those: a moved price need not walk through the whole book.
    """
    plans = sorted(book.plans.values(), key=lambda plan: (book.tiers[plan.tier].rank, plan.months, plan.key))
    tiers = sorted(book.tiers.values(), key=lambda tier: tier.rank)
    for rail in ((), *(("rails", rail) for rail in RAILS)):
        paths = [(("plans", plan.key, "list_price"), "number") for plan in plans]
        for key in book.dimensions:
            paths += [(("dimensions", key, "bands"), "bands")]
            paths += [(("dimensions", key, "unit_size"), "number")] if not rail else []
        paths += [(("allowances", tier.key, key), "allowance") for tier in tiers for key in book.dimensions]
        for path, kind in paths:
            whole = (*rail, *path)
            if (wanted is None or ".".join(whole) in wanted) and all(map(_KEY.fullmatch, path)):
                yield _leaf(book, whole, kind)


def _leaf(book: Book, path: Path, kind: str) -> _Leaf:
    own = _at(book.document, path)
    bands = own if own is not None or path[0] != "rails" else _at(book.document, path[2:])
    return _Leaf(path, kind, own, _plain_bands(bands) if kind == "bands" else ())


def _at(document: object, path: Path) -> object:
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _plain_bands(entries: object) -> tuple[Band, ...]:
    """Bands of a document as exact numbers; where a band ends is said by the next one's start."""
    if not isinstance(entries, Sequence):
        return ()
    return tuple({field: exact(band[field]) for field in _OF_A_BAND if field in band} for band in entries)


def _is_same(value: object, leaf: _Leaf) -> bool:
    """Whether a value is what the document says already, however it is written."""
    if leaf.kind == "bands":
        return leaf.own is not None and _plain_bands(value) == leaf.bands
    own = NOT_OFFERED.kind if leaf.own is None and leaf.path[0] == "allowances" else leaf.own
    return value == own or _is_one_number(value, own)


def _is_one_number(one: object, other: object) -> bool:
    try:
        return exact(one) == exact(other)
    except MoneyError:
        return False
