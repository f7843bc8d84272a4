"""Metering events: each month's usage cut into events that add up to it again, some late, some sent twice."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world import months
from world.contracts import Contract
from world.months import Window
from world.pricelist import HUNDREDTHS, Prices
from world.recipe import stream
from world.usage import SEATS, Cells, Ints

DAY = 86_400
HOUR = 3_600
NO_CELL = -1


@dataclass(frozen=True)
class Events:
    """Parallel arrays, one entry per event as first sent; times are seconds since day ordinal 0, UTC."""

    cell: Ints
    customer: Ints
    dimension: Ints
    occurred: Ints
    received: Ints
    quantity: Ints

    def take(self, chosen: NDArray[Any]) -> "Events":
        """Keep the chosen events."""
        return Events(**{name: column[chosen] for name, column in self.__dict__.items()})


def events(
    grid: Cells, contracts: list[Contract], seed: int, window: Window, recipe: dict[str, Any], prices: Prices
) -> Events:
    """Write the whole window's events; what would arrive after the last day has not arrived yet."""
    owners = np.array([c.customer.number for c in contracts], dtype=np.int64)
    parts = [_dimension(grid, i, key, owners, seed, recipe, prices) for i, key in enumerate(prices.dimensions)]
    parts.append(_after_the_end(contracts, seed, window, recipe["shape"]))
    whole = Events(**{name: np.concatenate([p.__dict__[name] for p in parts]) for name in Events.__annotations__})
    whole = _received(whole, seed, window, recipe["metering"])
    return whole.take(whole.received < window.starts[-1] * DAY)


def cut_offs(occurred: Ints, window: Window, day: int) -> Ints:
    """Instant from which an event is too late for its month's invoice."""
    extended = [months.first_day(window.first_month + i + 1).replace(day=day) for i in range(window.months + 1)]
    at = np.searchsorted(window.starts, occurred // DAY, side="right") - 1
    return np.array([d.toordinal() for d in extended], dtype=np.int64)[at] * DAY


def on_time_totals(sent: Events, grid: Cells, window: Window, recipe: dict[str, Any], prices: Prices) -> Ints:
    """Add up what arrived in time, per cell and dimension; of seats take the most."""
    timely = sent.take(
        (sent.received < cut_offs(sent.occurred, window, recipe["metering"]["cut_off_day"])) & (sent.cell != NO_CELL)
    )
    width = len(prices.dimensions)
    slots = timely.cell * width + timely.dimension
    sums = np.bincount(slots, weights=timely.quantity.astype(np.float64), minlength=len(grid.month) * width)
    totals = np.rint(sums).astype(np.int64).reshape(-1, width)
    seats = prices.dimensions.index(SEATS)
    highest = np.zeros(len(grid.month), dtype=np.int64)
    gauges = timely.dimension == seats
    np.maximum.at(highest, timely.cell[gauges], timely.quantity[gauges])
    totals[:, seats] = highest
    return totals


def _dimension(
    grid: Cells, index: int, key: str, owners: Ints, seed: int, recipe: dict[str, Any], prices: Prices
) -> Events:
    rng = stream(seed, f"events/{key}")
    rows = np.flatnonzero(grid.totals[:, index])
    step = 1 if prices.is_fine[index] else HUNDREDTHS
    if key == SEATS:
        row, occurred, quantity = _gauges(grid, rows, index, rng)
    else:
        row, occurred, quantity = _flows(grid, rows, index, step, recipe["usage"][key], rng)
    return Events(
        cell=row,
        customer=owners[grid.contract[row]],
        dimension=np.full(len(row), index, dtype=np.int64),
        occurred=occurred,
        received=occurred,
        quantity=quantity,
    )


def _flows(
    grid: Cells, rows: Ints, index: int, step: int, dials: dict[str, Any], rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Cut each month's total at random places; pieces of nothing are not sent."""
    steps = grid.totals[rows, index] // step
    expected = dials["events"] * grid.days[rows] / grid.full_days[rows]
    count = np.clip(rng.poisson(expected), 1, steps)
    row, first = np.repeat(rows, count), np.cumsum(count) - count
    weights = np.cumsum(rng.gamma(0.8, 1.0, len(row)) + 1e-9)
    last = np.repeat(weights[first + count - 1], count)
    lead = np.repeat(np.concatenate([[0.0], weights])[first], count)
    share = (weights - lead) / (last - lead)
    marks = np.floor(share * np.repeat(steps, count)).astype(np.int64)
    marks[first + count - 1] = steps
    pieces = np.diff(marks, prepend=0)
    pieces[first] = marks[first]
    when = _moments(grid, row, dials["hourly"], rng)
    sent = pieces > 0
    return row[sent], when[sent], pieces[sent] * step


def _moments(grid: Cells, row: Ints, hourly: bool, rng: np.random.Generator) -> Ints:
    day = grid.first_day[row] + np.floor(rng.random(len(row)) * grid.days[row]).astype(np.int64)
    hour = (
        np.clip(rng.normal(14, 4.5, len(row)), 0, 23).astype(np.int64) if hourly else np.zeros(len(row), dtype=np.int64)
    )
    return day * DAY + hour * HOUR


def _gauges(grid: Cells, rows: Ints, index: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Read the seats on the month's first day, then weekly; later readings are the same or one less."""
    count = (grid.days[rows] + 6) // 7
    row = np.repeat(rows, count)
    week = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    fewer = (rng.random(len(row)) < 0.15) & (week > 0)
    seats = np.maximum(grid.totals[row, index] // HUNDREDTHS - fewer, 1)
    return row, (grid.first_day[row] + 7 * week) * DAY, seats * HUNDREDTHS


def _after_the_end(contracts: list[Contract], seed: int, window: Window, shape: dict[str, Any]) -> Events:
    """Let some customers who left send words for a few days more: usage outside any contract."""
    rng = stream(seed, "events/after the end")
    gone = [c for c in contracts if c.end_reason == "churn" and c.ended and rng.random() < shape["stray_share"]]
    ended = np.repeat(np.array([c.until(window.as_of).toordinal() for c in gone], dtype=np.int64), 3)
    owner = np.repeat(np.array([c.customer.number for c in gone], dtype=np.int64), 3)
    occurred = (ended + np.tile([0, 1, 4], len(gone))) * DAY
    here = occurred < window.starts[-1] * DAY
    words = rng.integers(50, 900, len(owner)) * HUNDREDTHS
    zero = np.zeros(len(owner), dtype=np.int64)
    return Events(zero + NO_CELL, owner, zero, occurred, occurred, words).take(here)


def _received(sent: Events, seed: int, window: Window, dials: dict[str, Any]) -> Events:
    """Add the way to us: within hours as a rule, after the month's cut-off for the late few."""
    rng = stream(seed, "events/received")
    count = len(sent.cell)
    hourly = sent.occurred % DAY > 0
    ready = sent.occurred + np.where(hourly, HOUR, DAY)
    delay = np.minimum(rng.exponential(2 * HOUR, count), dials["delay_hours"] * HOUR).astype(np.int64)
    days_late = rng.uniform(*dials["late_days"], count)
    late = cut_offs(sent.occurred, window, dials["cut_off_day"]) + (days_late * DAY).astype(np.int64)
    received = np.where(rng.random(count) < dials["late_share"], late, ready + delay)
    return Events(**{**sent.__dict__, "received": received})
