"""How much each contract used in each month: whole hundredths of a unit, before any event is written."""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world.contract import Contract
from world.pricelist import HUNDREDTHS
from world.setting import Setting

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SEATS = "team_seats"
DECEMBER = 11  # months count from 0


@dataclass(frozen=True)
class Cells:
    """One row per contract and calendar month: the days it covers, and what it used in each dimension."""

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


def monthly_totals(setting: Setting, contracts: list[Contract]) -> Cells:
    """Fill the cells: a customer's own scale x growth x season x noise, with rare spikes; writes nothing."""
    grid = _cells(setting, contracts)
    columns = [_column(setting, key, contracts, grid) for key in setting.prices.dimensions]
    return replace(grid, totals=np.stack(columns, axis=1))


def _cells(setting: Setting, contracts: list[Contract]) -> Cells:
    """Cut every contract at the month boundaries."""
    starts = setting.window.starts
    begin = np.array([c.started.toordinal() for c in contracts], dtype=np.int64)
    end = np.array([c.until(setting.window.as_of).toordinal() for c in contracts], dtype=np.int64)
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


def _column(setting: Setting, key: str, contracts: list[Contract], grid: Cells) -> Ints:
    rng = setting.stream(f"usage/{key}")
    dials, shape = setting.recipe["usage"][key], setting.recipe["shape"]
    medians = _medians(contracts, dials["median"])
    scale = medians * _scales(contracts, medians > 0, rng, dials["sigma"], shape["appetite"])
    level = scale[grid.contract] * (1 + shape["growth_per_month"]) ** grid.age
    if key == SEATS:
        return _whole(np.maximum(level, 1), HUNDREDTHS)
    level *= _season(setting, grid) * _noise(rng, len(level), dials["month_sigma"], shape)
    level = _with_strays(level, (medians > 0)[grid.contract], rng, shape)
    return _whole(level, setting.prices.step(key))


def _whole(level: Floats, step: int) -> Ints:
    """Round to hundredths of a unit in whole steps."""
    steps: Ints = np.rint(level * HUNDREDTHS / step).astype(np.int64)
    return steps * step


def _medians(contracts: list[Contract], by_tier: dict[str, float]) -> Floats:
    """Give each contract its tier's median; nothing where the tier is not offered the dimension."""
    known = {**by_tier, "deleted": by_tier.get("starter", 0)}
    return np.array([known.get(c.tier, 0) for c in contracts], dtype=np.float64)


def _scales(
    contracts: list[Contract], offered: NDArray[np.bool_], rng: np.random.Generator, sigma: float, lean: float
) -> Floats:
    """Spread users evenly over a log-normal's quantiles, so that its inequality hardly varies with the seed."""
    owners = np.array([c.customer.number for c in contracts], dtype=np.int64)
    appetite = np.array([c.customer.appetite for c in contracts])
    users, first = np.unique(owners[offered], return_index=True)
    wish = lean * _quantiles(appetite[offered][first])
    wish += np.sqrt(1 - lean**2) * rng.standard_normal(len(users))
    rank = np.argsort(np.argsort(wish))
    scale = np.zeros(int(owners.max()) + 1)
    scale[users] = np.exp(sigma * _quantiles((rank + 0.5) / len(users)))
    return scale[owners]


def _quantiles(shares: Floats) -> Floats:
    """Quantiles of the standard normal."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse(float(share)) for share in shares])


def _season(setting: Setting, grid: Cells) -> Floats:
    """Multiply part months, first months and December."""
    shape = setting.recipe["shape"]
    ramp = np.array([*shape["ramp"], 1.0])[np.minimum(grid.age, len(shape["ramp"]))]
    is_december = (setting.window.first_month + grid.month) % 12 == DECEMBER
    return ramp * np.where(is_december, shape["december"], 1.0) * grid.days / grid.full_days


def _noise(rng: np.random.Generator, count: int, sigma: float, shape: dict[str, Any]) -> Floats:
    """Draw every month's own noise, and a spike now and then."""
    least, most = shape["spike_factor"]
    is_spike = rng.permutation(count) < shape["spike_share"] * count
    spike = np.where(is_spike, rng.uniform(least, most, count), 1.0)
    return np.exp(rng.normal(0, sigma, count)) * spike


def _with_strays(level: Floats, offered: NDArray[np.bool_], rng: np.random.Generator, shape: dict[str, Any]) -> Floats:
    """Let a few contracts call a dimension their tier is not offered."""
    is_stray = ~offered & (rng.random(len(level)) < shape["not_offered_share"])
    return np.where(is_stray, rng.uniform(1, shape["not_offered_units"], len(level)), level)
