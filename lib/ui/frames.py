"""Values in rows, ready to be drawn or listed: dataclasses become frames, and frames become sums, exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.money import round_line

ZERO = Decimal(0)


def table(rows: Sequence[Any], columns: Mapping[str, str]) -> pd.DataFrame:
    """Dataclasses → a frame with the attributes asked for, each under the column name given; decimals stay decimals."""
    return pd.DataFrame({name: [getattr(row, attribute) for row in rows] for attribute, name in columns.items()})


def whole(rows: Sequence[Any], kind: type[Any]) -> pd.DataFrame:
    """Dataclasses of one kind → a frame with every field, empty where there are no rows."""
    return table(rows, {field.name: field.name for field in fields(kind)})


def cents(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """A frame with some columns rounded to cents, for tables and files; sums are made before, never of these."""
    return frame.assign(**{name: frame[name].map(round_line, na_action="ignore") for name in columns})


def column(values: Iterable[Any]) -> "pd.Series[Any]":
    """Values as they are, in a column that converts nothing."""
    return pd.Series(list(values), dtype=object)


def sums(frame: pd.DataFrame, by: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """A frame → the exact sum of some columns per group, groups in order."""
    if frame.empty:
        return frame[[*by, *values]]
    return frame.groupby(list(by), as_index=False, sort=True, dropna=False)[list(values)].agg(total)


def total(values: Iterable[Any]) -> Any:
    """A column → its sum, exact for decimals; what is missing adds nothing, and no value at all is zero."""
    present = [value for value in values if not pd.isna(value)]
    return sum(present[1:], present[0]) if present else ZERO


def by(frame: pd.DataFrame, key: str, value: str) -> dict[Any, Any]:
    """The exact sum of one column per value of another, in order."""
    summed = sums(frame, [key], [value])
    return dict(zip(summed[key], summed[value], strict=True))
