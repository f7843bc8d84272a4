"""A listing that was written down, read back: the rows of an export, and what they say of the book.

A listing holds the price up front of every public plan, one price per dimension, names, units, floors, what each tier
includes and the ids. It holds no bands beyond the first, no readings, and nothing of plans that stay off it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.book import Unpriced
from lib.catalog.document import BookError, nearest, shown
from lib.catalog.scenario import Change
from lib.money import MoneyError, exact
from lib.refusal import Refusal
from lib.surfaces.rendered import CONTRACT, CONTRACT_COLUMNS, INCLUDED, METERING, METERING_COLUMNS
from lib.surfaces.seller_central import ENTITLED, IDS, METERED, ContractRow, Listing, MeteringRow

Rows = tuple[ContractRow | MeteringRow, ...]

_UNIT = re.compile(r"per (?:(?P<size>[\d.,]+) (?P<many>.+)s|(?P<one>.+))", re.DOTALL)
_PLAN_ID = re.compile(r"[0-9]{1,18}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PER_MONTH = "/month"
_NO_PRICE = {word.value: word for word in Unpriced}


class TypedError(Refusal):
    """A listing file that cannot be read; the message names the line and the column, and what to write."""


def read_listing(text: str, where: str) -> Rows:
    """The text of an export, CSV or JSON → its rows; a line or key that is none of ours is refused by name."""
    plain = text.removeprefix("\ufeff")
    entries = _of_json(plain, where) if plain.lstrip()[:1] in ("{", "[") else _of_csv(plain, where)
    rows = tuple(_row(entry, place) for place, entry in entries)
    if not rows:
        raise TypedError(f"{where} holds no row of a listing: write one with python -m lib listing --format csv")
    seen: set[tuple[str, str]] = set()
    for row in rows:
        name = (CONTRACT, row.plan_key) if isinstance(row, ContractRow) else (METERING, row.dimension_key)
        if name in seen:
            raise TypedError(f"{where} holds {name[1]} twice in its {name[0]} rows: keep one")
        seen.add(name)
    return rows


def said(rows: Iterable[ContractRow | MeteringRow]) -> dict[str, object]:
    """Rows of a listing → what they say of the book, by the book's own paths, every value exact."""
    return dict(pair for row in rows for pair in (_of_plan(row) if isinstance(row, ContractRow) else _of_item(row)))


def unlike(made: Listing, rows: Iterable[ContractRow | MeteringRow]) -> tuple[Change, ...]:
    """The listing a book asks for, and rows that were read → every path on which they differ; equal ones have none."""
    ours, theirs = said((*made.contracts, *made.dimensions)), said(rows)
    paths = [path for path in {**ours, **theirs} if ours.get(path) != theirs.get(path)]
    return tuple(Change(path, ours.get(path), theirs.get(path)) for path in paths)


# What one row says


def _of_plan(row: ContractRow, where: str = "") -> Iterator[tuple[str, object]]:
    at = f"plans.{row.plan_key}"
    yield f"{at}.name", row.name
    yield f"{at}.dimension_key", row.dimension_key
    yield f"{at}.duration", row.duration_code
    yield f"{at}.list_price", _price(row.price_usd, where or at)
    yield f"{at}.plan_id", int(row.plan_id) if row.plan_id else None
    yield f"{at}.stripe_product_id", row.stripe_product_id or None
    yield f"{at}.stripe_price_id", row.stripe_price_id or None


def _of_item(row: MeteringRow, where: str = "") -> Iterator[tuple[str, object]]:
    at = f"dimensions.{row.dimension_key}"
    unit, size = _unit(row, where or at)
    yield f"{at}.name", row.name
    yield f"{at}.unit", unit
    yield f"{at}.unit_size", size
    yield f"{at}.unit_price", _price(row.price_usd, where or at)
    yield f"{at}.tier_floor", row.tier_floor
    yield f"{at}.metered", row.kind == METERED
    for tier, told in row.included.items():
        yield f"allowances.{tier}.{row.dimension_key}", _allowance(told, f"{where or at}, {INCLUDED}{tier}")


def _price(text: str, where: str) -> Decimal | Unpriced:
    if text in _NO_PRICE:
        return _NO_PRICE[text]
    return _number(text, f"{where}, price_usd")


def _number(text: str, where: str) -> Decimal:
    try:
        number = exact(text)
    except MoneyError as problem:
        raise TypedError(f"{where}: {problem}") from None
    if number < 0:
        raise TypedError(f"{where} is {shown(text)}, below zero; write what it costs, as in 1250.00")
    return number


def _allowance(text: str, where: str) -> Allowance:
    try:
        return Allowance.of(text, where)
    except BookError as problem:
        raise TypedError(str(problem)) from None


def _unit(row: MeteringRow, where: str) -> tuple[str, Decimal]:
    """per 1,000 words → word, 1000; the month that an entitlement is held for is no part of its unit."""
    told = row.unit if row.kind == METERED else row.unit.removesuffix(_PER_MONTH)
    found = _UNIT.fullmatch(told)
    if not found:
        raise TypedError(f"{where}, unit is {shown(row.unit)}; write it as in per 1,000 words")
    size = _number(found["size"].replace(",", ""), f"{where}, unit") if found["size"] else Decimal(1)
    return found["many"] or found["one"], size


# The two forms


def _of_csv(text: str, where: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), strict=True)
    try:
        header = next(reader, [])
        lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as problem:
        raise TypedError(f"{where}, line {reader.line_num} is no CSV: {problem}") from None
    _insist_on_commas(header, where)
    for column in header:
        if _CONTROL.search(column):
            raise TypedError(f"{where} has a column with a control sign in its name, {shown(column)}; write it anew")
        if header.count(column) > 1:
            raise TypedError(f"{where} has the column {shown(column)} twice; keep one")
    for column in dict.fromkeys(("section", *CONTRACT_COLUMNS, *METERING_COLUMNS)):
        if column not in header:
            raise TypedError(f"{where} lacks the column {column!r}; {nearest(column, header)}")
    for number, cells in lines:
        if len(cells) != len(header):
            raise TypedError(f"{where}, line {number} has {len(cells)} cells under {len(header)} columns")
        yield f"{where}, line {number}", dict(zip(header, cells, strict=True))


def _insist_on_commas(header: list[str], where: str) -> None:
    """Refuse a table that a spreadsheet saved with another sign between its cells."""
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and sign in header[0] and "section" in header[0].split(sign):
            raise TypedError(f"{where} is separated by {name}; save it with commas")


def _of_json(text: str, where: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    try:
        document = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as problem:
        raise TypedError(f"{where} is no JSON: {problem}") from None
    for section, key in ((CONTRACT, "contracts"), (METERING, "dimensions")):
        entries = document.get(key) if isinstance(document, Mapping) else None
        if not isinstance(entries, list):
            raise TypedError(f"{where} lacks the list {key!r}: write it with python -m lib listing --json")
        for number, entry in enumerate(entries, start=1):
            yield f"{where}, {key} {number}", _flat(section, entry, f"{where}, {key} {number}")


def _flat(section: str, entry: Any, where: str) -> dict[str, str]:
    """An entry of the JSON document → the cells that a line of the CSV would have."""
    if not isinstance(entry, Mapping):
        raise TypedError(f"{where} is {shown(entry)}; write a block of keys")
    included = entry.get("included", {})
    if not isinstance(included, Mapping):
        raise TypedError(f"{where}, included is {shown(included)}; write a block of tiers")
    cells = {"section": section, **{key: str(value) for key, value in entry.items() if key != "included"}}
    return cells | {f"{INCLUDED}{tier}": str(told) for tier, told in included.items()}


def _row(cells: Mapping[str, str], where: str) -> ContractRow | MeteringRow:
    for column, cell in cells.items():
        if _CONTROL.search(column) or _CONTROL.search(cell):
            raise TypedError(f"{where}, {shown(column)} holds a control sign: {shown(cell)}; write it anew")
    section = cells["section"]
    if section == CONTRACT:
        return _contract(cells, where)
    if section == METERING:
        return _metering(cells, where)
    raise TypedError(f"{where}, section is {shown(section)}; {nearest(section, (CONTRACT, METERING))}")


def _contract(cells: Mapping[str, str], where: str) -> ContractRow:
    row = ContractRow(**_of(cells, CONTRACT_COLUMNS, where))
    if row.plan_id and not _PLAN_ID.fullmatch(row.plan_id):
        raise TypedError(f"{where}, plan_id is {shown(row.plan_id)}; write a whole number, or leave it empty")
    dict(_of_plan(row, where))
    return row


def _metering(cells: Mapping[str, str], where: str) -> MeteringRow:
    included = {key.removeprefix(INCLUDED): told for key, told in cells.items() if key.startswith(INCLUDED) and told}
    row = MeteringRow(**_of(cells, METERING_COLUMNS, where), included=included)
    if row.kind not in (METERED, ENTITLED):
        raise TypedError(f"{where}, kind is {shown(row.kind)}; {nearest(row.kind, (METERED, ENTITLED))}")
    dict(_of_item(row, where))  # what cannot be read is refused here, where the line is known
    return row


def _of(cells: Mapping[str, str], columns: Iterable[str], where: str) -> dict[str, str]:
    found = {column: cells.get(column, "") for column in columns}
    for column, value in found.items():
        if not value and column not in IDS:
            raise TypedError(f"{where} lacks its {column}")
    return found
