"""Runs: many paths agree with the expectation, the same luck for every world, and numbers that no thread changes."""

import sys
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.coming import Coming, Deal, no_pipeline
from lib.forecast.paths import Paths
from lib.forecast.run import TURN, World, expected, run
from tests.forecast.crowds import MONTHS, SMALL, drawn, money, parameters, start, world

PIPELINE = Coming(
    np.linspace(0.3, 1, MONTHS), (Deal(0, "aws_partner", 0.7), Deal(2, "seller", 0.4), Deal(2, "seller", 0.9))
)
ARRAYS = [field.name for field in fields(Paths) if field.name not in ("months", "is_part")]


def same(one: Paths, other: Paths) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


@pytest.mark.parametrize("name", [*ARRAYS, "mrr", "customers", "revenue"])
def test_many_walks_come_to_the_expectation_on_average(name: str, walked: tuple[Paths, Paths]) -> None:
    """4,000 paths of known parameters: every month within 4.5 standard errors, of a few hundred comparisons."""
    drawn, exact = (np.asarray(getattr(paths, name), np.float64) for paths in walked)
    error = drawn.std(axis=-1) / np.sqrt(drawn.shape[-1])
    assert (np.abs(drawn.mean(axis=-1) - exact[..., 0]) <= 4.5 * error + 1e-3).all()
    assert (error[1:] > 0).any()


@pytest.fixture(scope="module")
def walked() -> tuple[Paths, Paths]:
    prices = replace(money(SMALL), overage_factor=np.random.default_rng(2).gamma(9, 1 / 9, (2, 4_000)))
    prices = replace(prices, overage_factor=prices.overage_factor / prices.overage_factor.mean(axis=1)[:, None])
    known = World(lambda _, paths: parameters(SMALL, paths), prices, PIPELINE)
    (drawn,) = run([known], start(SMALL), MONTHS, 4_000, seed=11, block=1_000)
    return drawn, expected(parameters(SMALL, 1), start(SMALL), MONTHS, prices, PIPELINE)


def test_numbers_do_not_depend_on_threads_nor_on_how_many_paths_follow() -> None:
    worlds = [world(), world(arrivals=1.1)]
    many = run(worlds, start(SMALL), MONTHS, 130, seed=3, threads=2, block=40)
    alone = run(worlds, start(SMALL), MONTHS, 130, seed=3, threads=1, block=40)
    fewer = run(worlds, start(SMALL), MONTHS, 50, seed=3, threads=2, block=40)
    other = run(worlds, start(SMALL), MONTHS, 130, seed=4, threads=2, block=40)
    assert all(map(same, many, alone))
    for one, few in zip(many, fewer, strict=True):
        assert all(np.array_equal(getattr(one, name)[..., :50], getattr(few, name)) for name in ARRAYS)
    assert not any(map(same, many, other))


def test_equal_worlds_differ_by_exactly_nothing_on_every_path() -> None:
    baseline, proposal = run([world(), world(arrivals=1.0)], start(SMALL), MONTHS, 90, seed=5, block=40)
    assert same(baseline, proposal)
    assert (proposal.mrr - baseline.mrr == 0.0).all()
    assert (proposal.kept - baseline.kept == 0.0).all()


def test_a_world_is_the_same_alone_and_beside_others() -> None:
    """Walked with others, priced with others, or with a lever pulled next to it: a world is its own."""
    dear = world(prices=money(SMALL, seed=9))
    (alone,) = run([dear], start(SMALL), MONTHS, 60, seed=6, block=40)
    _, priced, _ = run([world(), dear, world(leaving=0.5)], start(SMALL), MONTHS, 60, seed=6, block=40)
    assert same(alone, priced)


def test_worlds_that_part_in_a_later_block_alone_have_each_their_own_customers() -> None:
    """A lever that acts on some blocks only, by their luck: the worlds share a walk here and there."""

    def now_and_then(dice: np.random.Generator, paths: int) -> Any:
        made = drawn(SMALL, dice, paths)
        return replace(made, arrivals=made.arrivals * (2 if dice.random() < 0.5 else 1))

    worlds = [world(), World(now_and_then, money(SMALL), no_pipeline(MONTHS))]
    first, beside = run(worlds, start(SMALL), MONTHS, 100, seed=6, block=10)
    (alone,) = run(worlds[1:], start(SMALL), MONTHS, 100, seed=6, block=10)
    shared = [
        np.array_equal(first.arrived[:, low : low + 10], beside.arrived[:, low : low + 10]) for low in range(0, 100, 10)
    ]
    assert 0 < sum(shared) < 10
    assert same(alone, beside)


def test_a_block_that_fails_says_so_at_once() -> None:
    def broken(dice: np.random.Generator, paths: int) -> Any:
        raise AssumptionsError("there is nothing to draw from")

    with pytest.raises(AssumptionsError, match="nothing to draw"):
        run([World(broken, money(SMALL), no_pipeline(MONTHS))], start(SMALL), MONTHS, 300, seed=1, block=10)


def test_a_price_changes_no_customer_and_a_later_start_of_it_neither() -> None:
    baseline, proposal, later = run(
        [world(), world(prices=money(SMALL, seed=9)), world(prices=money(SMALL, seed=9, starts=8))],
        start(SMALL), MONTHS, 60, seed=6, block=40,
    )  # fmt: skip
    for name in ("customers_by_persona", "customers_by_tier", "arrived", "left"):
        assert np.array_equal(getattr(baseline, name), getattr(proposal, name))
        assert np.array_equal(getattr(proposal, name), getattr(later, name))
    assert not np.array_equal(baseline.mrr, proposal.mrr)
    assert not np.array_equal(proposal.mrr, later.mrr)


@pytest.mark.parametrize(
    "levers",
    [{"arrivals": 1.1}, {"leaving": 0.8}, {"moves": 1.2}],
    ids=["arrivals +10 %", "churn −20 %", "moves +20 %"],
)
def test_the_same_luck_makes_a_difference_sure(levers: dict[str, float]) -> None:
    """The variance of the difference on the same luck is a small part of the one on independent luck."""
    prices = replace(money(SMALL), recurring=np.full_like(money(SMALL).recurring, 100.0))
    worlds = [world(prices=prices), world(prices=prices, **levers)]
    baseline, proposal = run(worlds, start(SMALL, 400), MONTHS, 300, seed=8, block=300)
    (elsewhere,) = run(worlds[1:], start(SMALL, 400), MONTHS, 300, seed=9, block=300)
    paired, independent = (np.var(one.mrr[-1] - baseline.mrr[-1]) for one in (proposal, elsewhere))
    assert independent > 4 * paired


def test_it_says_how_far_it_is_and_stops_when_told() -> None:
    shares: list[float] = []

    def half(share: float) -> bool:
        shares.append(share)
        return share < 0.3

    worlds = [world(), world(moves=1.1)]
    part = run(worlds, start(SMALL), MONTHS, 1_000, seed=3, progress=half, block=50)
    whole = run(worlds, start(SMALL), MONTHS, 1_000, seed=3, block=50)
    assert shares == sorted(shares)
    for some, everything in zip(part, whole, strict=True):
        assert some.is_part and not everything.is_part
        assert 50 <= some.paths < 1_000 and some.paths % 50 == 0
        assert np.array_equal(some.mrr, everything.mrr[:, : some.paths])


def test_told_to_stop_at_once_it_still_brings_one_block() -> None:
    (part,) = run([world()], start(SMALL), MONTHS, 400, seed=3, progress=lambda _: False, block=50)
    assert part.is_part or part.paths == 400
    assert part.paths >= 50
    assert (part.customers[0] > 0).all()


def test_progress_ends_with_everything_done() -> None:
    shares: list[float] = []
    run([world()], start(SMALL), MONTHS, 100, seed=3, progress=lambda share: shares.append(share) or True, block=50)
    assert shares[-1] == 1.0


def test_a_run_that_cannot_be_is_refused() -> None:
    with pytest.raises(AssumptionsError, match="0 paths"):
        run([world()], start(SMALL), MONTHS, 0, seed=1, block=1)
    short = replace(money(SMALL), recurring=money(SMALL).recurring[:3])
    with pytest.raises(AssumptionsError, match="recurring has the shape"):
        run([world(prices=short)], start(SMALL), MONTHS, 5, seed=1, block=5)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("moves", 0.6, "moves out of a state adds up"),
        ("leaving", 1.5, "above 1"),
        ("landing", 0.9, "landing adds up"),
        ("arrivals", np.nan, "arrivals holds a rate"),
        ("dispersion", -1.0, "dispersion holds a rate"),
    ],
)
def test_parameters_that_cannot_be_are_refused(name: str, value: float, words: str) -> None:
    def broken(_: np.random.Generator, paths: int) -> Any:
        made = parameters(SMALL, paths)
        return replace(made, **{name: np.full_like(getattr(made, name), value)})

    with pytest.raises(AssumptionsError, match=words):
        run([World(broken, money(SMALL), no_pipeline(MONTHS))], start(SMALL), MONTHS, 5, seed=1, block=5)


def test_runs_that_overlap_leave_the_turns_of_threads_as_they_were() -> None:
    """One starts within the other and ends before it; the process's own turn, whatever it was, stands again after."""
    seen, before = [], sys.getswitchinterval()
    sys.setswitchinterval(0.02)
    try:

        def within(_: float) -> bool:
            if not seen:
                run([world()], start(SMALL), MONTHS, 10, seed=1, block=10)
                seen.append(sys.getswitchinterval())
            return True

        run([world()], start(SMALL), MONTHS, 40, seed=1, block=10, progress=within)
        with pytest.raises(AssumptionsError, match="leaving"):
            run([world(leaving=99.0)], start(SMALL), MONTHS, 5, seed=1, block=5)
        assert (seen, sys.getswitchinterval()) == ([pytest.approx(TURN)], pytest.approx(0.02))
    finally:
        sys.setswitchinterval(before)
