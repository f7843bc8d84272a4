"""How much each contract used in each month: whole hundredths of a unit, before any event is written."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world.contracts import Contract
from world.months import Window
from world.pricelist import HUNDREDTHS, Prices
from world.recipe import stream

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SEATS = "team_seats"
DECEMBER = 11


@dataclass(frozen=True)
class Cells:
    """One row per contract and calendar month: which days it covers, and what it used in each dimension."""

    contract: Ints
    month: Ints
    first_day: Ints
    end_day: Ints
    age: Ints
    full_days: Ints
    totals: Ints

    @property
    def days(self) -> Ints:
        """Days the contract was served in the month."""
        return self.end_day - self.first_day


def cells(contracts: list[Contract], window: Window) -> Cells:
    """Cut every contract at the month boundaries."""
    starts = window.starts
    begin = np.array([c.started.toordinal() for c in contracts], dtype=np.int64)
    end = np.array([c.until(window.as_of).toordinal() for c in contracts], dtype=np.int64)
    first = np.maximum(begin[:, None], starts[None, :-1])
    last = np.minimum(end[:, None], starts[None, 1:])
    contract, month = np.nonzero(first < last)
    began = np.searchsorted(starts, begin, side="right") - 1
    return Cells(
        contract=contract,
        month=month,
        first_day=first[contract, month],
        end_day=last[contract, month],
        age=month - began[contract],
        full_days=np.diff(starts)[month],
        totals=np.zeros((len(contract), 0), dtype=np.int64),
    )


def monthly_totals(
    contracts: list[Contract], seed: int, window: Window, recipe: dict[str, Any], prices: Prices
) -> Cells:
    """Fill the cells: a customer's own scale x growth x season x noise, with rare spikes; nothing is written."""
    empty = cells(contracts, window)
    columns = [_column(key, contracts, empty, seed, window, recipe, prices) for key in prices.dimensions]
    return Cells(**{**empty.__dict__, "totals": np.stack(columns, axis=1)})


def _column(
    key: str, contracts: list[Contract], grid: Cells, seed: int, window: Window, recipe: dict[str, Any], prices: Prices
) -> Ints:
    rng = stream(seed, f"usage/{key}")
    dials = recipe["usage"][key]
    medians = _medians(contracts, dials)
    offered = medians > 0
    scale = medians * _scales(contracts, offered, rng, dials, recipe["shape"])[_owners(contracts)]
    level = scale[grid.contract] * (1 + recipe["shape"]["growth_per_month"]) ** grid.age
    if key == SEATS:
        units = np.where(level > 0, np.maximum(1, np.rint(level)), 0)
        return (units * HUNDREDTHS).astype(np.int64)
    level = level * _weather(grid, rng, dials, recipe["shape"], window)
    level = _with_strays(level, offered[grid.contract], rng, recipe["shape"])
    return _whole(level, prices.is_fine[prices.dimensions.index(key)])


def _medians(contracts: list[Contract], dials: dict[str, Any]) -> Floats:
    by_tier = {**dials["median"], "deleted": dials["median"].get("starter", 0)}
    return np.array([by_tier.get(c.tier, 0) for c in contracts], dtype=np.float64)


def _owners(contracts: list[Contract]) -> Ints:
    return np.array([c.customer.number - 1 for c in contracts], dtype=np.int64)


def _scales(
    contracts: list[Contract],
    offered: NDArray[np.bool_],
    rng: np.random.Generator,
    dials: dict[str, Any],
    shape: dict[str, Any],
) -> Floats:
    """Spread customers evenly over a log-normal's quantiles, so that its inequality hardly varies with the seed."""
    owners = _owners(contracts)
    count = int(owners.max()) + 1
    appetite = np.zeros(count)
    appetite[owners] = [c.customer.appetite for c in contracts]
    lean = shape["appetite"] * _normal(appetite) + np.sqrt(1 - shape["appetite"] ** 2) * rng.standard_normal(count)
    users = np.unique(owners[offered])
    rank = np.argsort(np.argsort(lean[users]))
    scale = np.zeros(count)
    scale[users] = np.exp(dials["sigma"] * _normal((rank + 0.5) / len(users)))
    return scale


def _normal(shares: Floats) -> Floats:
    quantile = NormalDist().inv_cdf
    return np.array([quantile(min(max(float(share), 1e-6), 1 - 1e-6)) for share in shares])


def _weather(
    grid: Cells, rng: np.random.Generator, dials: dict[str, Any], shape: dict[str, Any], window: Window
) -> Floats:
    """Multiply part months, first months, December, noise and spikes."""
    count = len(grid.month)
    ramp = np.array([*shape["ramp"], 1.0])[np.minimum(grid.age, len(shape["ramp"]))]
    december = np.where((window.first_month + grid.month) % 12 == DECEMBER, shape["december"], 1.0)
    noise = np.exp(rng.normal(0, dials["month_sigma"], count))
    spike = np.where(rng.random(count) < shape["spike_share"], rng.uniform(*shape["spike_factor"], count), 1.0)
    return ramp * december * noise * spike * grid.days / grid.full_days


def _with_strays(level: Floats, offered: NDArray[np.bool_], rng: np.random.Generator, shape: dict[str, Any]) -> Floats:
    """Let a few contracts call a dimension their tier is not offered."""
    stray = ~offered & (rng.random(len(level)) < shape["not_offered_share"])
    return np.where(stray, rng.uniform(1, shape["not_offered_units"], len(level)), level)


def _whole(level: Floats, is_fine: bool) -> Ints:
    step = 1 if is_fine else HUNDREDTHS
    return np.rint(level * HUNDREDTHS / step).astype(np.int64) * step
