"""A usage file handed to `rate`: CSV, gzipped CSV or Parquet with customer_id, dimension, month and quantity."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet

from lib.catalog.document import nearest
from lib.money import MoneyError, exact
from lib.periods import month_of
from lib.refusal import Refusal

_MONTH = re.compile(r"\d{4}-\d{2}(-\d{2}([ T]00:00:00)?)?", re.ASCII)  # Parquet may hold a day at midnight
COLUMNS = ("customer_id", "dimension", "month", "quantity")


class UsageFileError(Refusal):
    """A usage file that cannot be rated; the message names the file, the line and what to do."""


@dataclass(frozen=True)
class UsageLine:
    """One line: what one customer used of one dimension in one month."""

    customer_id: str
    dimension: str
    month: date
    quantity: Decimal


def read_usage(path: Path, dimensions: Iterable[str]) -> tuple[UsageLine, ...]:
    """A usage file → its lines in order; nothing is skipped: one bad line refuses the file by its number."""
    if not _is_file(path):
        raise UsageFileError(f"{path} is no file; name a csv, csv.gz or parquet file")
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    known = tuple(dimensions)
    return tuple(_line(row, known, f"{path}, line {number}") for number, row in rows)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than any file system allows
        return False


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    number = 1
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, restkey="")
            _check_columns(reader.fieldnames or (), path)
            for row in reader:
                number = reader.line_num
                yield number, row
    except (csv.Error, UnicodeDecodeError, OSError, EOFError, zlib.error) as problem:
        raise UsageFileError(f"{path}, after line {number}: not readable as CSV in UTF-8 ({problem})") from None


def _parquet_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        table = parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as problem:
        raise UsageFileError(f"{path} is not readable as Parquet ({str(problem).splitlines()[0]})") from None
    _check_columns(table.column_names, path)
    for number, row in enumerate(table.select(COLUMNS).to_pylist(), start=1):
        yield number, {key: "" if value is None else str(value) for key, value in row.items()}


def _check_columns(found: Iterable[str], path: Path) -> None:
    names = tuple(found)
    for column in COLUMNS:
        if names.count(column) > 1:
            raise UsageFileError(f"{path} has {names.count(column)} columns {column!r}; keep the one that counts")
        if column not in names:
            raise UsageFileError(
                f"{path} has no column {column!r}; {nearest(column, names) if names else 'it is empty'}"
            )


def _line(row: Mapping[str, str], dimensions: tuple[str, ...], where: str) -> UsageLine:
    if "" in row or None in row.values():
        raise UsageFileError(f"{where} has another number of fields than the header")
    if not row["customer_id"].isprintable() or not row["customer_id"].strip():
        raise UsageFileError(f"{where}: customer_id is {row['customer_id']!r}; write a name of printable letters")
    if row["dimension"] not in dimensions:
        raise UsageFileError(
            f"{where}: the book has no dimension {row['dimension']!r}; {nearest(row['dimension'], dimensions)}"
        )
    return UsageLine(
        row["customer_id"], row["dimension"], _month(row["month"], where), _quantity(row["quantity"], where)
    )


def _month(text: str, where: str) -> date:
    try:
        if not _MONTH.fullmatch(text):
            raise ValueError(text)
        return month_of(date.fromisoformat(text[: len("2026-06-01")] if len(text) > len("2026-06") else f"{text}-01"))
    except ValueError:
        raise UsageFileError(f"{where}: month is {text!r}; write it as 2026-06 or 2026-06-01") from None


def _quantity(text: str, where: str) -> Decimal:
    try:
        quantity = exact(text)
    except MoneyError as problem:
        raise UsageFileError(f"{where}: {problem}") from None
    if quantity < 0:
        raise UsageFileError(f"{where}: quantity is {text}; a month's usage cannot be negative")
    return quantity
