"""Usage is shaped like the world's: a few heavy users of words and requests, seats and workflows far flatter."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from world import billing, build, events

SEEDS = [20261031, 1, 2, 3, 4]
SEATS = 6  # position of team_seats
Floats = NDArray[np.float64]


@pytest.fixture(scope="session", params=SEEDS, ids=lambda seed: f"seed {seed}")
def totals(request: pytest.FixtureRequest) -> Callable[[str], Floats]:
    """The window's total of one dimension for every customer whose tier is offered it."""
    world = build.imagine(400, request.param, 24)
    owner = np.array([contract.customer.number for contract in world.contracts])

    def total(dimension: str) -> Floats:
        tiers = world.setting.recipe["usage"][dimension]["median"]
        offered = np.array([contract.tier in tiers for contract in world.contracts])
        used = world.usage.totals[:, world.setting.prices.dimensions.index(dimension)]
        sums = np.bincount(owner[world.usage.contract], weights=used * offered[world.usage.contract])
        return np.sort(sums[np.unique(owner[offered])])

    return total


def gini(ascending: Floats) -> float:
    rank = np.arange(1, len(ascending) + 1)
    return float(2 * (rank * ascending).sum() / (len(ascending) * ascending.sum()) - 1 - 1 / len(ascending))


@pytest.mark.parametrize("dimension", ["words", "api_requests"])
def test_a_few_customers_make_most_of_the_words_and_requests(totals: Callable[[str], Floats], dimension: str) -> None:
    used = totals(dimension)
    top_tenth = used[-round(len(used) / 10) :].sum() / used.sum()
    assert 0.78 <= gini(used) <= 0.93
    assert 0.65 <= top_tenth <= 0.90


@pytest.mark.parametrize("dimension", ["team_seats", "gtm_workflows"])
def test_seats_and_workflows_are_spread_far_more_evenly(totals: Callable[[str], Floats], dimension: str) -> None:
    assert gini(totals(dimension)) < 0.56


def test_equal_shares_have_no_inequality_and_one_owner_has_almost_all() -> None:
    assert gini(np.ones(10)) == pytest.approx(0)
    assert gini(np.array([0.0] * 9 + [1.0])) == pytest.approx(0.9)


def test_one_or_two_in_a_hundred_months_spike(world: build.World) -> None:
    """A full month at three times or more of the months on both sides of it."""
    grid, spikes, seen = world.usage, 0, 0
    for dimension in range(grid.totals.shape[1]):
        for contract in range(len(world.contracts)):
            is_settled = (grid.contract == contract) & (grid.days == grid.full_days) & (grid.age >= 3)
            used = grid.totals[is_settled, dimension].astype(float)
            around = [(before + after) / 2 for before, after in zip(used, used[2:], strict=False)]
            spikes += sum(now >= 3 * usual > 0 for now, usual in zip(used[1:], around, strict=False))
            seen += len(around)
    assert 0.005 < spikes / seen < 0.02


def test_overage_is_a_fifth_of_revenue_or_so(records: build.Records) -> None:
    cents = {"base": 0, "proration": 0, "usage": 0}
    for line in (line for invoice in records.invoices for line in invoice.lines):
        cents[line.kind] += line.cents
    assert 0.15 < cents["usage"] / sum(cents.values()) < 0.30
    assert cents["proration"] < 0


def test_the_run_rate_grows_to_that_of_a_young_company(world: build.World) -> None:
    months = world.setting.window.starts[6::6]
    rates = [run_rate(world, int(day)) for day in months]
    assert all(later > earlier for earlier, later in pairwise(rates))
    assert 250_000 < rates[-1] < 420_000


def run_rate(world: build.World, end: int) -> float:
    """Dollars a month of the contracts served on the day before `end`."""
    rate = 0.0
    for contract in world.contracts:
        starts = [start for start, _ in contract.periods(world.setting.window) if start.toordinal() < end]
        if starts and (contract.ended is None or contract.ended.toordinal() >= end):
            months = 1 if contract.term == "monthly" else 12
            rate += billing.base_cents(world.setting, contract, starts[-1]) / 100 / months
    return rate


def test_every_month_of_usage_is_cut_into_events_without_a_remainder(world: build.World) -> None:
    sent = events.events(world.setting, world.contracts, world.usage)
    flows = sent.take((sent.dimension != SEATS) & (sent.cell >= 0))
    width = world.usage.totals.shape[1]
    sums = np.bincount(flows.cell * width + flows.dimension, flows.quantity, world.usage.totals.size)
    sums = sums.reshape(-1, width)
    sums[:, SEATS] = world.usage.totals[:, SEATS]
    assert np.array_equal(sums, world.usage.totals)


def test_the_highest_reading_of_seats_is_the_months(world: build.World) -> None:
    sent = events.events(world.setting, world.contracts, world.usage)
    readings = sent.take(sent.dimension == SEATS)
    highest = np.zeros(len(world.usage.month), dtype=np.int64)
    np.maximum.at(highest, readings.cell, readings.quantity)
    assert np.array_equal(highest, world.usage.totals[:, SEATS])
