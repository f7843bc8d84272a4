"""Parquet → blocks: each column's type is held against what it must say, and its values become exact texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from lib.mapping import Column, UsageMapping
from lib.warehouse.metering.block import Block, texts
from lib.warehouse.metering.moments import EPOCH
from lib.warehouse.metering.unpacked import insist_on_size
from lib.warehouse.refusal import BuildRefused

ROWS = 1 << 16
LONGEST_VALUE = 1 << 12  # bytes of one text; written out in every row of a batch, it is still a few hundred MB
TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}

Accepts = Callable[[pa.DataType], bool]


@dataclass(frozen=True)
class Contract:
    """What the type of a column may be, in code and in words."""

    holds: Accepts
    words: str


def _is_text(kind: pa.DataType) -> bool:
    return kind in (pa.string(), pa.large_string(), pa.string_view())


def _is_name(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_integer(kind)


def _is_number(kind: pa.DataType) -> bool:
    return _is_name(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)


def _is_time(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_timestamp(kind)


NAME = Contract(_is_name, "text or whole numbers")
QUANTITY = Contract(_is_number, "whole numbers, decimals, floating-point numbers or text")
TIME = Contract(_is_time, "timestamps or text")
COUNT = Contract(_is_number, "numbers or text")


@dataclass(frozen=True)
class Table:
    """One Parquet file that was opened: the names of its columns and its batches of rows."""

    path: Path
    name: str
    file: parquet.ParquetFile

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns by name."""
        return tuple(self.file.schema_arrow.names)

    def read(self, places: dict[Column, int], mapping: UsageMapping) -> Iterator[Block]:
        """The rows → blocks; rows are counted from 1, as a file without a header has them."""
        self._insist_on_types(places, mapping)
        first = 1
        try:
            for batch in self.file.iter_batches(ROWS, columns=[self.names[place] for place in places.values()]):
                self._insist_on_short_values(batch)
                values = {
                    column: _texts(batch.column(self.names[place]), mapping.time_zone)
                    for column, place in places.items()
                }
                nothing = pa.nulls(len(batch), pa.string())
                yield Block(first, _shown(values, len(batch)), nothing, values)
                first += len(batch)
            if first - 1 != self.file.metadata.num_rows:
                raise ValueError(f"its footer promises {self.file.metadata.num_rows} rows, its pages hold {first - 1}")
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise BuildRefused(_unreadable(self.name, problem)) from None

    def _insist_on_short_values(self, batch: pa.RecordBatch) -> None:
        """A value that stands once in the file and in every row of it would fill the memory when it is written out."""
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
                longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
                if longest > LONGEST_VALUE:
                    raise BuildRefused(
                        f"{self.name}: its column {name!r} holds a value of {longest:,} bytes, which no name and no "
                        "number is; mend it at its source, then run: python -m lib pull"
                    )

    def _insist_on_types(self, places: dict[Column, int], mapping: UsageMapping) -> None:
        for column, contract in _contracts(mapping).items():
            if column in places:
                field = self.file.schema_arrow.field(places[column])
                kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
                if not contract.holds(kind):
                    raise BuildRefused(
                        f"{self.name}: its column {field.name!r} is of type {kind}, where {contract.words} belong; "
                        "export it as one of these, then run: python -m lib pull"
                    )


def opened(path: Path, name: str) -> Table:
    """A Parquet file, refused where it is none or claims more than its bytes can hold."""
    try:
        plain = parquet.ParquetFile(path, page_checksum_verification=True)
        texts = [field.name for field in plain.schema_arrow if _is_text(field.type)]
        file = parquet.ParquetFile(path, page_checksum_verification=True, read_dictionary=texts)
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        unpacked = max(sum(group.total_byte_size for group in groups), file.metadata.num_rows)
        file.schema_arrow.names  # noqa: B018  a schema that cannot be read is found here
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise BuildRefused(_unreadable(name, problem)) from None
    insist_on_size(name, path.stat().st_size, unpacked)
    return Table(path, name, file)


def _unreadable(name: str, problem: Exception) -> str:
    why = (str(problem).splitlines() or [""])[0][:120]
    return f"{name} is not a whole Parquet file ({why}); deliver it again, then run: python -m lib pull"


def _contracts(mapping: UsageMapping) -> dict[Column, Contract]:
    is_text = mapping.time_format == "text"
    contracts = dict.fromkeys(mapping.identity, Contract(lambda kind: _is_name(kind) or _is_time(kind), NAME.words))
    contracts |= {column: NAME for column in (mapping.customer, mapping.dimension) if column}
    contracts |= {column: TIME if is_text else COUNT for column in (mapping.time, mapping.received) if column}
    wide = [(measure.column,) for measure in mapping.measures]
    return contracts | {column: QUANTITY for column in (mapping.quantity, *wide) if column}


def _texts(values: pa.Array, zone: str | None) -> pa.Array:
    """A column → its values as they would be written by hand; nothing where there is none."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_timestamp(kind):
        written = _by_value(values.cast(pa.int64()), _moment(kind, zone))
    elif pa.types.is_floating(kind):
        written = _without_exponent(values.cast(pa.string()))
    elif pa.types.is_decimal(kind):
        written = _by_value(values, _digits)
    else:
        written = values.cast(pa.string())
    return compute.fill_null(written, "")


def _without_exponent(written: pa.Array) -> pa.Array:
    """1e-7 and 1E+3 → 0.0000001 and 1000; most numbers are written without one."""
    marked = compute.match_substring_regex(written, "[eE]")
    if not compute.any(marked, min_count=0).as_py():
        return written
    return _by_value(written, lambda text: f"{Decimal(text):f}")


def _digits(value: Decimal) -> str:
    """A decimal without the zeros that its type adds at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _by_value(values: pa.Array, write: Callable[[Any], str]) -> pa.Array:
    """Each value written once, however often it stands."""
    coded = values.dictionary_encode()
    words = texts([None if value is None else write(value) for value in coded.dictionary.to_pylist()])
    return words.take(coded.indices)


def _moment(kind: pa.TimestampType, zone: str | None) -> Callable[[int], str]:
    """How the ticks of a timestamp are written: in UTC, or bare where the mapping says whose clocks they are."""
    ticks = TICKS[kind.unit]
    mark = "" if zone and kind.tz is None else "Z"

    def write(count: int) -> str:
        seconds, rest = divmod(count, ticks)
        try:
            whole = (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
        except OverflowError:
            return f"{count} {kind.unit} since 1970"
        fraction = f".{rest * (10**9 // ticks):09d}".rstrip("0") if rest else ""
        return f"{whole}{fraction}{mark}"

    return write


def _shown(values: dict[Column, pa.Array], count: int) -> pa.Array:
    """A row as a reader sees it: name=value, name=value."""
    parts: list[object] = []
    for place, (column, array) in enumerate(values.items()):
        parts += [f"{', ' if place else ''}{column[0]}=", array]
    return compute.binary_join_element_wise(*parts, "") if count else texts([])
