"""A usage file handed to `rate`: CSV, gzipped CSV or Parquet with customer_id, dimension, month and quantity."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as parquet

from lib.catalog.book import nearest
from lib.money import MoneyError, exact
from lib.periods import month_of
from lib.refusal import Refusal

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
    if not path.is_file():
        raise UsageFileError(f"{path} is no file; name a csv, csv.gz or parquet file")
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    known = tuple(dimensions)
    return tuple(_line(row, known, f"{path}, line {number}") for number, row in rows)


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restkey="")
        try:
            _check_columns(reader.fieldnames or (), path)
            for row in reader:
                yield reader.line_num, row
        except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile) as problem:
            raise UsageFileError(f"{path}, line {reader.line_num}: not readable as CSV ({problem})") from None


def _parquet_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    table = parquet.read_table(path)
    _check_columns(table.column_names, path)
    for number, row in enumerate(table.select(COLUMNS).to_pylist(), start=1):
        yield number, {key: "" if value is None else str(value) for key, value in row.items()}


def _check_columns(found: Iterable[str], path: Path) -> None:
    names = tuple(found)
    for column in COLUMNS:
        if column not in names:
            raise UsageFileError(
                f"{path} has no column {column!r}; {nearest(column, names) if names else 'it is empty'}"
            )


def _line(row: Mapping[str, str], dimensions: tuple[str, ...], where: str) -> UsageLine:
    if "" in row or None in row.values():
        raise UsageFileError(f"{where} has another number of fields than the header")
    if row["dimension"] not in dimensions:
        raise UsageFileError(
            f"{where}: the book has no dimension {row['dimension']!r}; {nearest(row['dimension'], dimensions)}"
        )
    return UsageLine(
        row["customer_id"], row["dimension"], _month(row["month"], where), _quantity(row["quantity"], where)
    )


def _month(text: str, where: str) -> date:
    try:
        return month_of(date.fromisoformat(text if len(text) > len("2026-06") else f"{text}-01"))
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
