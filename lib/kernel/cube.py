"""A population's usage in memory: customer × month × dimension, in whole numbers, sorted once.

The quantities of a dimension in a segment are kept in ascending order, each with its customer-month: what an
allowance covers, and what falls into one band, are then runs of neighbours that share one straight line.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from lib.catalog.allowance import Allowance
from lib.kernel.rounding import Whole
from lib.kernel.scale import decimal, scale_down
from lib.kernel.tariff import KernelError


@dataclass(frozen=True)
class Segment:
    """Customers that share price and allowance: a rail, a tier, and the allowances of a private offer, if any.

    `state` is any word the customer-months are to be told apart by; it changes no price.
    """

    rail: str
    tier: str
    own: tuple[tuple[str, Allowance], ...] = ()
    state: str = ""


class Used(NamedTuple):
    """What one contract of a customer used of a dimension in a month."""

    customer: str
    contract: str
    segment: Segment
    month: date
    dimension: str
    quantity: Decimal


@dataclass(frozen=True)
class Column:
    """One dimension's quantities in steps of 10**-scale, each with the place of its customer-month.

    `beyond` are the quantities that fit no scale, as decimals; a customer-month without a place has no such line.
    """

    scale: int
    quantities: Whole
    places: Whole
    beyond: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True)
class Cells:
    """One dimension of one segment: quantities ascending, and the customer-month of each."""

    dimension: str
    segment: Segment
    scale: int
    quantities: Whole
    places: Whole
    beyond: tuple[tuple[int, Decimal], ...]

    @property
    def size(self) -> int:
        """How many cells there are."""
        return int(self.quantities.size) + len(self.beyond)


@dataclass(frozen=True)
class Cube:
    """Customer-months ordered by segment, customer and month, and their cells, by dimension and segment.

    `customer_of` and `month_of` say of each customer-month whose and when it is: places in `customers`, `months`.
    """

    customers: tuple[str, ...]
    months: tuple[date, ...]
    customer_of: Whole
    month_of: Whole
    cells: tuple[Cells, ...]

    @property
    def size(self) -> int:
        """How many cells there are."""
        return sum(cells.size for cells in self.cells)


def cube(rows: Iterable[Used]) -> Cube:
    """Usage rows, one per contract, month and dimension → the cube; a second row for the same three is refused."""
    kept = list(rows)
    keys = sorted({(row.customer, row.contract, row.segment, row.month) for row in kept}, key=_order)
    place_of = {key: place for place, key in enumerate(keys)}
    by_dimension: dict[str, dict[int, Decimal]] = {}
    for row in kept:
        column = by_dimension.setdefault(row.dimension, {})
        place = place_of[row.customer, row.contract, row.segment, row.month]
        if place in column:
            raise KernelError(
                f"{row.customer} has two quantities of {row.dimension} in {row.month:%Y-%m} under {row.contract}: "
                "cumulate them first (rule C4)"
            )
        column[place] = row.quantity
    customers, months = sorted({key[0] for key in keys}), sorted({key[3] for key in keys})
    segments = list(dict.fromkeys(key[2] for key in keys))
    return of_arrays(
        (customers, segments, months),
        _places([key[0] for key in keys], customers),
        _places([key[2] for key in keys], segments),
        _places([key[3] for key in keys], months),
        {name: _column(column) for name, column in by_dimension.items()},
    )


def of_arrays(
    names: tuple[Sequence[str], Sequence[Segment], Sequence[date]],
    customer_of: Whole,
    segment_of: Whole,
    month_of: Whole,
    columns: Mapping[str, Column],
) -> Cube:
    """Names of customers, segments and months; the three of each customer-month by place; a column per dimension."""
    customers, segments, months = names
    order = np.lexsort((month_of, customer_of, segment_of))
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    cells = (
        part
        for dimension, column in columns.items()
        for part in _sorted_cells(dimension, column, tuple(segments), segment_of, rank)
    )
    return Cube(tuple(customers), tuple(months), customer_of[order], month_of[order], tuple(cells))


def joined(cubes: Sequence[Cube]) -> Cube:
    """Several cubes as one, whose customer-months follow one another cube by cube, as they are; no cell is changed."""
    customers = sorted({name for own in cubes for name in own.customers})
    months = sorted({month for own in cubes for month in own.months})
    customer_of, month_of = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    cells: list[Cells] = []
    for own in cubes:
        first = sum(part.size for part in customer_of)
        cells += (_shifted(one, first) for one in own.cells)
        customer_of.append(_places(own.customers, customers)[own.customer_of])
        month_of.append(_places(own.months, months)[own.month_of])
    return Cube(tuple(customers), tuple(months), np.concatenate(customer_of), np.concatenate(month_of), tuple(cells))


def _shifted(cells: Cells, by: int) -> Cells:
    beyond = tuple((place + by, quantity) for place, quantity in cells.beyond)
    return replace(cells, places=cells.places + by, beyond=beyond)


def _sorted_cells(
    dimension: str, column: Column, segments: tuple[Segment, ...], segment_of: Whole, rank: Whole
) -> Iterable[Cells]:
    ascending = np.argsort(column.quantities)
    segment = segment_of[column.places[ascending]]
    order = ascending[np.argsort(segment.astype(np.min_scalar_type(len(segments))), kind="stable")]
    quantities, places = column.quantities[order], rank[column.places[order]]
    bounds = np.searchsorted(segment_of[column.places[order]], np.arange(len(segments) + 1)).tolist()
    beyond: dict[int, list[tuple[int, Decimal]]] = {}
    for place, quantity in column.beyond:
        beyond.setdefault(int(segment_of[place]), []).append((int(rank[place]), quantity))
    for at, name in enumerate(segments):
        own, whose = quantities[bounds[at] : bounds[at + 1]], places[bounds[at] : bounds[at + 1]]
        first = int(np.searchsorted(own, 0))  # what is below zero is for `rate` to refuse or to mirror
        negative = [
            (int(where), decimal(int(q), column.scale)) for q, where in zip(own[:first], whose[:first], strict=True)
        ]
        odd = (*beyond.get(at, ()), *negative)
        if own.size or odd:
            yield Cells(dimension, name, column.scale, own[first:], whose[first:], odd)


def _places(entries: Sequence[Hashable], names: Sequence[Hashable]) -> Whole:
    place_of = {name: place for place, name in enumerate(names)}
    return np.array([place_of[entry] for entry in entries], np.int64)


def _column(column: Mapping[int, Decimal]) -> Column:
    places = list(column)
    scaled = scale_down(list(column.values()))
    beyond = tuple((places[at], quantity) for at, quantity in scaled.beyond)
    return Column(scaled.scale, scaled.quantities, np.array(places, np.int64)[scaled.places], beyond)


def _order(key: tuple[str, str, Segment, date]) -> tuple[str, ...]:
    customer, contract, segment, month = key
    return segment.rail, segment.tier, repr(segment.own), segment.state, customer, contract, month.isoformat()
