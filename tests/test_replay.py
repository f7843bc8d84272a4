"""The fast way and the way line by line give the same answer, to the last digit, for every scenario on file."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from lib.catalog.rollout import OwnNotice
from lib.catalog.scenario import overlaid
from lib.contracts import REPRICED, Changes, Reach
from lib.desk import DATA, Desk
from lib.desk.simulating import laid_over, ready
from lib.desk.simulation import Simulation, dated, layer, run
from lib.outcome import CustomerChange, group_of, outcome
from lib.periods import months_between
from lib.replay import Answer, answer, prepare

KEYS = sorted(path.stem for path in (DATA / "scenarios").glob("*.toml"))


NINETY = {"days": 90, "lands_on": "first_of_month", "source": "a test"}
FROZEN = {"days": 60, "freeze_until": date(2026, 8, 15), "source": "a test"}


def fast(desk: Desk, key: str, **changed: object) -> Answer:
    scenario = replace(desk.scenario(key), **changed)
    one = layer(dated([scenario], desk.window)[0], laid_over(desk, scenario), desk.rails)
    prepared = prepare(desk.book, one, desk.population, desk.window, desk.reach)
    return answer(prepared, one.laid_over(desk.book))


@pytest.mark.parametrize("key", KEYS)
def test_both_ways_agree_on_every_scenario(desk: Desk, key: str) -> None:
    agree(desk.simulate(desk.scenario(key)), fast(desk, key))


@pytest.mark.parametrize(
    "changed",
    [
        {"effective": date(2026, 5, 9)},
        {"rollout": {"cohort": "renewal"}},
        {"rollout": {"cohort": "new", "where": {"rail": ("aws",), "tier": ("starter",)}}},
        {"rollout": {"notice": {"stripe": OwnNotice(**NINETY), "aws": OwnNotice(**NINETY)}}},
        {"effective": date(2026, 2, 3), "rollout": {"notice": {"stripe": OwnNotice(**FROZEN)}}},
    ],
    ids=["inside the window", "at renewal", "new ones of a tier on AWS", "ninety days and a first", "a freeze"],
)
def test_both_ways_agree_whoever_is_reached(desk: Desk, changed: dict[str, object]) -> None:
    scenario = desk.scenario("starter-plus-10")
    own = {key: replace(scenario.rollout, **value) if key == "rollout" else value for key, value in changed.items()}
    agree(desk.simulate(replace(scenario, **own)), fast(desk, "starter-plus-10", **own))


def test_both_ways_agree_on_months_ahead(desk: Desk) -> None:
    scenario = desk.scenario("starter-plus-10")
    slow = desk.simulate(scenario, months=6, horizon="ahead")
    found = ready(desk, scenario, 6, "ahead").under(slow.books[1])
    assert found.months == tuple(months_between(*slow.window)) and slow.moved != slow.delta
    agree(slow, found)


def agree(slow: Simulation, found: Answer) -> None:
    assert found.amount(found.baseline) == slow.baseline.revenue
    assert {state: found.amount(coins) for state, coins in found.by_state.items()} == slow.parts.by_state
    assert found.groups == slow.groups
    assert found.recurring == slow.recurring
    assert [one.customer_id for one in slow.customers] == list(found.customers)
    assert [one.baseline for one in slow.customers] == found.by_customer(found.baseline)
    assert [one.delta for one in slow.customers] == found.by_customer(found.could)


@pytest.mark.parametrize(
    ("was", "change", "group"),
    [
        (-10_000, 200, "rises up to 5 %"),
        (-10_000, -200, "falls up to 5 %"),
        (-10_000, 15_000, "rises more than 25 %"),
        (-10_000, 10, "unchanged"),
        (0, 1, "rises more than 25 %"),
        (10_000, -501, "falls more than 5 %"),
    ],
)
def test_a_bill_of_a_credit_rises_where_less_is_given_back(was: int, change: int, group: str) -> None:
    coins = {REPRICED: np.array([[change]], np.int64)}
    alone = Answer(("c",), (date(2026, 1, 1),), 2, np.array([[was]], np.int64), coins, sum(coins.values()), tuple)
    assert [name for name, count in alone.groups.items() if count] == [group]
    assert group_of(CustomerChange("c", Decimal(was) / 100, Decimal(was + change) / 100)) == group


def test_an_empty_change_moves_nobody(desk: Desk) -> None:
    found = fast(desk, "starter-plus-10", changes={})
    assert not found.could.any()
    assert found.groups["unchanged"] == len(found.customers)
    assert found.amount(found.baseline) == desk.baseline.revenue


def test_rails_whose_lines_hang_together_are_rated_line_by_line(desk: Desk) -> None:
    """Bands that continue after a change of plan make one line depend on another; so does every seat's own charge."""
    reach = {rail: Reach(60, "notice", Changes(bands="continue")) for rail in ("stripe", "aws")}
    scenario = desk.scenario("words-per-word")
    one = layer(dated([scenario], desk.window)[0], laid_over(desk, scenario), desk.rails)
    prepared = prepare(desk.book, one, desk.population, desk.window, reach)
    assert len(prepared.odd.contracts) == len(desk.population.contracts)
    found = answer(prepared, overlaid(desk.book, scenario.changes, "a test"))
    baseline = outcome([desk.book], desk.population, desk.window, reach)
    slow = run(baseline, desk.book, [one], desk.population, desk.window, reach)
    assert found.amount(found.baseline) == baseline.revenue != desk.baseline.revenue
    assert {state: found.amount(coins) for state, coins in found.by_state.items()} == slow.parts.by_state
    assert found.by_customer(found.could) == [customer.delta for customer in slow.customers]
    assert found.recurring == slow.recurring
