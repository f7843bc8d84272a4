"""From today's MRR to the mean of a month to come: by hand, and on any small world the steps add up."""

import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.bridge import STEPS, Bridge, bridge
from lib.forecast.coming import Coming, Deal, no_pipeline
from lib.forecast.ladder import BANDS, Ladder, State
from lib.forecast.prices import Money
from lib.forecast.run import expected
from tests.conftest import ROOT
from tests.forecast.crowds import MONTHS, SMALL, drawn, money, parameters, start
from tests.forecast.test_walk import coming_of, graph_of, number, parameters_of, start_of

CASES = tomllib.loads((ROOT / "tests" / "cases" / "bridge.toml").read_text())["case"]
DEALS = (Deal(0, "seller", 0.5), Deal(5, "unknown", 0.25))


def paid(case: dict[str, Any], graph: Ladder) -> np.ndarray:
    """Prices today, and then by month [1 + H, C, S]."""
    prices = np.zeros((1 + len(case["months"]), *graph.shape, len(graph.states)))
    for row in case["prices"]:
        for persona in row["personas"]:
            for month, usd in enumerate(row["usd"]):
                by_years = usd if isinstance(usd, list) else [usd] * len(BANDS)
                prices[month, ..., graph.place[State(persona, row["tier"])]] = by_years
    return prices.reshape(len(prices), -1, len(graph.states))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_bridge_by_hand(case: dict[str, Any]) -> None:
    graph, prices = graph_of(case), paid(case, graph_of(case))
    tiers, rails = len(graph.tiers), len(graph.rails)
    ours = Money(prices[1:], 0 * prices[1:], np.ones((tiers, 1)), np.zeros(tiers), np.ones(rails))
    known, begins = parameters_of(case, graph), start_of(case, graph)
    told = bridge(known, begins, len(case["months"]), ours, prices[0], coming_of(case))
    assert told.begins == pytest.approx(number(case["today"]))
    assert told.mean == pytest.approx(number(case["mean"]))
    assert list(told.steps) == list(STEPS)
    by_hand = {step: number(case["steps"].get(step, "0")) for step in STEPS}
    assert told.steps == pytest.approx(by_hand, abs=1e-9)


def small(seed: int, coming: Coming, months: int = MONTHS) -> tuple[Bridge, float]:
    """A bridge of a small world, and the expectation of its last month by the walk that tells the fan's middle."""
    known, prices = drawn(SMALL, np.random.default_rng(seed), 1), money(SMALL, seed=seed)
    begins = start(SMALL, seed=seed)
    told = bridge(known, begins, months, prices, prices.recurring[0], coming)
    return told, float(expected(known, begins, months, prices, coming).mrr[-1, 0])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, MONTHS), st.floats(0, 1))
def test_the_steps_add_up_to_the_mean_that_the_walk_expects(seed: int, months: int, share: float) -> None:
    told, mrr = small(seed, Coming(np.full(MONTHS, share), DEALS), months)
    assert told.mean == pytest.approx(mrr, rel=1e-12)
    assert told.begins + sum(told.steps.values()) == pytest.approx(told.mean, rel=1e-12)


def test_whom_nothing_happens_to_changes_nothing() -> None:
    known, prices = parameters(SMALL, 1, moving=0.0), money(SMALL)
    known.leaving[:], known.arrivals[:] = 0, 0
    told = bridge(known, start(SMALL), 1, prices, prices.recurring[0], no_pipeline(MONTHS))
    assert {step for step, usd in told.steps.items() if usd} <= {"prices"}, "a year over may change a price"
    assert told.begins == pytest.approx(float((start(SMALL).counts * prices.recurring[0]).sum()))


def test_a_price_that_differs_from_what_is_paid_today_is_a_step_of_its_own() -> None:
    """Everybody pays $3 more from the first month on, and nobody comes, moves or leaves: 60 customers, $180."""
    known, prices = parameters(SMALL, 1, moving=0.0), money(SMALL)
    known.leaving[:], known.arrivals[:] = 0, 0
    same = np.broadcast_to(prices.recurring[0, :1, :1], prices.recurring.shape)
    flat = Money(same, 0 * same, prices.overage_factor, prices.overage_cv, prices.kept_rate)
    told = bridge(known, start(SMALL, 60), 6, flat, same[0] - 3, no_pipeline(MONTHS))
    assert told.steps == pytest.approx({**dict.fromkeys(STEPS, 0.0), "prices": 180})


def test_a_bridge_is_of_one_path() -> None:
    prices = money(SMALL)
    with pytest.raises(AssumptionsError, match="a bridge is of one path, these are 2; give the best single values"):
        bridge(parameters(SMALL, 2), start(SMALL), 3, prices, prices.recurring[0], no_pipeline(MONTHS))
