"""Metering events: each month's usage cut into events that add up to it again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world.contract import Contract
from world.pricelist import HUNDREDTHS
from world.setting import Setting
from world.usage import SEATS, Cells, Ints

DAY = 86_400
HOUR = 3_600
WEEK_DAYS = 7
NO_CELL = -1


@dataclass(frozen=True)
class Events:
    """Parallel arrays, one entry per event as first sent; times are seconds since day ordinal 0, UTC."""

    cell: Ints
    customer: Ints
    dimension: Ints
    occurred: Ints
    quantity: Ints

    def take(self, chosen: NDArray[Any]) -> "Events":
        """Keep the chosen events."""
        return Events(**{name: column[chosen] for name, column in self.__dict__.items()})


def events(setting: Setting, contracts: list[Contract], grid: Cells) -> Events:
    """Write the whole window's events, dimension after dimension."""
    owners = np.array([c.customer.number for c in contracts], dtype=np.int64)
    parts = [_dimension(setting, grid, i, owners) for i in range(len(setting.prices.dimensions))]
    parts.append(_after_the_end(setting, contracts))
    return Events(**{name: np.concatenate([part.__dict__[name] for part in parts]) for name in parts[0].__dict__})


def _dimension(setting: Setting, grid: Cells, index: int, owners: Ints) -> Events:
    key = setting.prices.dimensions[index]
    rng = setting.stream(f"events/{key}")
    if key == SEATS:
        row, occurred, quantity = _gauges(setting, grid, index, rng)
    else:
        row, quantity = _pieces(setting, grid, index, rng)
        occurred = _moments(grid, row, setting.recipe["usage"][key]["hourly"], rng)
    return Events(row, owners[grid.contract[row]], np.full_like(row, index), occurred, quantity)


def _pieces(setting: Setting, grid: Cells, index: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Cut each month's total at random places; pieces of nothing are not sent."""
    key = setting.prices.dimensions[index]
    rows, step = np.flatnonzero(grid.totals[:, index]), setting.prices.step(key)
    steps = grid.totals[rows, index] // step
    expected = setting.recipe["usage"][key]["events"] * grid.days[rows] / grid.full_days[rows]
    count = np.clip(rng.poisson(expected), 1, steps)
    row, pieces = np.repeat(rows, count), _cut(steps, count, rng)
    is_sent = pieces > 0
    return row[is_sent], pieces[is_sent] * step


def _cut(steps: Ints, count: Ints, rng: np.random.Generator) -> Ints:
    """Cut every whole number into `count` whole pieces of uneven size that add up to it exactly."""
    first = np.cumsum(count) - count
    reached = np.cumsum(rng.gamma(0.8, 1.0, int(count.sum())) + 1e-9)
    before = np.concatenate([[0.0], reached])[first]
    last = first + count - 1
    share = (reached - np.repeat(before, count)) / np.repeat(reached[last] - before, count)
    marks: Ints = np.floor(share * np.repeat(steps, count)).astype(np.int64)
    marks[last] = steps
    pieces: Ints = np.diff(marks, prepend=0)
    pieces[first] = marks[first]
    return pieces


def _moments(grid: Cells, row: Ints, is_hourly: bool, rng: np.random.Generator) -> Ints:
    """Place events on the days served, at office hours or at the day's midnight."""
    day = grid.first_day[row] + np.floor(rng.random(len(row)) * grid.days[row]).astype(np.int64)
    hour = np.clip(rng.normal(14, 4.5, len(row)), 1, 23).astype(np.int64)
    return day * DAY + (hour * HOUR if is_hourly else 0)


def _gauges(setting: Setting, grid: Cells, index: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Read the seats on the first day served, then weekly; later readings are the same or one less."""
    count = -(-grid.days // WEEK_DAYS)
    row = np.repeat(np.arange(len(count)), count)
    week = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    is_fewer = (rng.random(len(row)) < setting.recipe["metering"]["seat_left_share"]) & (week > 0)
    seats = np.maximum(grid.totals[row, index] // HUNDREDTHS - is_fewer, 1)
    return row, (grid.first_day[row] + WEEK_DAYS * week) * DAY, seats * HUNDREDTHS


def _after_the_end(setting: Setting, contracts: list[Contract]) -> Events:
    """Let some customers who left send a little more: usage outside any contract."""
    rng, dials = setting.stream("events/after the end"), setting.recipe["shape"]
    gone = [c for c in contracts if c.end_reason == "churn" and rng.random() < dials["stray_share"]]
    each = len(dials["stray_days"])
    ended = np.repeat(np.array([c.until(setting.window.as_of).toordinal() for c in gone], dtype=np.int64), each)
    owner = np.repeat(np.array([c.customer.number for c in gone], dtype=np.int64), each)
    occurred = (ended + np.tile(np.array(dials["stray_days"], dtype=np.int64), len(gone))) * DAY
    fewest, most = dials["stray_words"]
    words = rng.integers(fewest, most, len(owner)) * HUNDREDTHS
    dimension = np.full_like(owner, setting.prices.dimensions.index("words"))
    return Events(np.full_like(owner, NO_CELL), owner, dimension, occurred, words)
