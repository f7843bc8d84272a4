"""The month of a crowd: by hand in expectation, whole customers on average the same, and laws that no month breaks."""

import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.forecast.coming import Coming, Deal, no_pipeline
from lib.forecast.crowd import WholeCrowd
from lib.forecast.expecting import ExpectedCrowd
from lib.forecast.ladder import BANDS, CLIMB, RUNGS, TERMS, Ladder, State, ladder
from lib.forecast.luck import Luck
from lib.forecast.parameters import Parameters
from lib.forecast.prices import Money
from lib.forecast.rates import rates
from lib.forecast.run import expected
from lib.forecast.start import Start
from lib.forecast.tally import table, worth
from lib.segments import PERSONAS, UNKNOWN
from tests.conftest import ROOT
from tests.forecast.crowds import MONTHS, SMALL, drawn, money, parameters, start

CASES = tomllib.loads((ROOT / "tests" / "cases" / "ladder_months.toml").read_text())["case"]


def number(words: Any) -> float:
    return float(Fraction(str(words)))


def graph_of(case: dict[str, Any]) -> Ladder:
    return ladder(case["tiers"], case["rails"])


def start_of(case: dict[str, Any], graph: Ladder) -> Start:
    counts = np.zeros((*graph.shape, len(graph.states)), np.int64)
    for row in case["start"]:
        where = (
            0,
            graph.rails.index(row["rail"]),
            TERMS.index(row["term"]),
            row["renews_in"],
            BANDS.index(row["band"]),
        )
        counts[(*where, graph.place[State(row["persona"], row["tier"])])] += row["customers"]
    return Start(graph, date(2026, case["months"][0], 1), counts.reshape(-1, len(graph.states)))


def parameters_of(case: dict[str, Any], graph: Ladder) -> Parameters:
    made = parameters(graph, 1, moving=0.0, third_party=np.array([number(case["third_party"])]))
    for array in (made.leaving, made.arrivals):
        array[:] = 0
    for row in case["moves"]:
        ends = [graph.place[State(*row[end])] for end in ("from", "to")]
        (move,) = [place for place, move in enumerate(graph.moves) if [move.source, move.target] == ends]
        made.moves[move] = number(row["chance"])
    for row in case["leaving"]:
        made.leaving[PERSONAS.index(row["persona"]), TERMS.index(row["term"]), :, 0] = list(map(number, row["chance"]))
    for rung, rate in case["arrivals"].items():
        made.arrivals[RUNGS.index(rung)] = number(rate)
    for row in case["landing"]:
        landing = made.landing[PERSONAS.index(row["persona"])]
        landing[:] = 0
        landing[graph.tiers.index(row["tier"]), :, 0] = [number(row[term]) for term in TERMS]
    for row in case["rail_share"]:
        made.rail_share[RUNGS.index(row["rung"]), :, 0] = [number(row[rail]) for rail in graph.rails]
    return made


def money_of(case: dict[str, Any], graph: Ladder) -> Money:
    months = len(case["months"])
    prices = np.zeros((months, *graph.shape, len(graph.states)))
    for row in case["prices"]:
        states = [
            graph.place[State(row["persona"], tier)] for tier in ([row["tier"]] if "tier" in row else graph.tiers)
        ]
        for state in states:
            for place, term in enumerate(TERMS):
                prices[:, :, :, place, :, :, state] = row[term]
    recurring = prices.reshape(months, -1, len(graph.states))
    tiers = len(graph.tiers)
    return Money(recurring, 0 * recurring, np.ones((tiers, 1)), np.zeros(tiers), np.ones(len(graph.rails)))


def coming_of(case: dict[str, Any]) -> Coming:
    deals = tuple(Deal(deal["month"], deal["rung"], number(deal["chance"])) for deal in case["deals"])
    return Coming(np.array(list(map(number, case["share_of_rate"]))), deals)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_months_by_hand(case: dict[str, Any]) -> None:
    graph = graph_of(case)
    made = parameters_of(case, graph)
    paths = expected(made, start_of(case, graph), len(case["months"]), money_of(case, graph), coming_of(case))
    assert [month.month - 1 for month in paths.months] == case["months"]
    for h, month in enumerate(case["month"]):
        assert (paths.left[h, 0], paths.arrived[h, 0]) == pytest.approx(
            (number(month["left"]), number(month["arrived"]))
        )
        for persona in PERSONAS:
            place = PERSONAS.index(persona)
            customers, mrr = (number(month[what].get(persona, 0)) for what in ("customers", "mrr"))
            assert paths.customers_by_persona[h, place, 0] == pytest.approx(customers, abs=1e-12)
            assert paths.mrr_by_persona[h, place, 0] == pytest.approx(mrr, abs=1e-9)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_who_is_where_by_hand(case: dict[str, Any]) -> None:
    graph = graph_of(case)
    crowd = ExpectedCrowd(start_of(case, graph), rates(parameters_of(case, graph), graph), ())
    for h, month in enumerate(case["month"]):
        one_month(crowd, h, month["calendar"], coming_of(case))
        cells = crowd.cells[:, :, 0]  # by month of renewal, band, state, term and mark
        for row in month.get("by_term_and_band", ()):
            tiers = len(graph.tiers)
            states = slice(PERSONAS.index(row["persona"]) * tiers, (PERSONAS.index(row["persona"]) + 1) * tiers)
            found = cells[:, BANDS.index(row["band"]), states, TERMS.index(row["term"])].sum()
            assert found == pytest.approx(number(row["customers"]), abs=1e-12), row
        for row in month.get("by_renewal", ()):
            tier = slice(graph.tiers.index(row["tier"]), None, len(graph.tiers))
            found = cells[row["renews_in"], :, tier, TERMS.index(row["term"])]
            assert found.sum() == pytest.approx(number(row["customers"]), abs=1e-12), row
        for place, rail in enumerate(graph.rails):
            if "by_rail" in month:
                assert cells[..., place :: len(graph.rails)].sum() == pytest.approx(number(month["by_rail"][rail]))


def one_month(crowd: Any, h: int, month: int, coming: Coming) -> tuple[Any, Any, Any]:
    crowd.begin(h)
    left = crowd.leave(month)
    crowd.age(month)
    moved = crowd.move(month)
    return left, moved, crowd.join(month, coming, 1)


def crowd_of(paths: int, seed: int, known: Parameters | None = None, customers: int = 60) -> WholeCrowd:
    prices = money(SMALL)
    tables = [table(prices.recurring, SMALL), table(prices.overage, SMALL)]
    made = known or drawn(SMALL, np.random.default_rng(seed), paths)
    return WholeCrowd(start(SMALL, customers, seed), rates(made, SMALL), tables, Luck(seed, 0), 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.floats(0, 0.24), st.floats(0, 1), st.floats(0, 1))
def test_before_less_who_left_and_more_who_came_is_after(
    seed: int, moving: float, monthly: float, annual: float
) -> None:
    known = parameters(SMALL, 7, moving=moving)
    known.leaving[:, 0], known.leaving[:, 1] = monthly, annual
    crowd = crowd_of(7, seed, known)
    sources, targets = (np.array([getattr(move, end) for move in SMALL.moves]) for end in ("source", "target"))
    coming = Coming(np.full(MONTHS, 0.5), (Deal(1, "seller", 0.5), Deal(1, "unknown", 1.0)))
    for h in range(MONTHS):
        before = crowd.customers.sum(axis=1)
        by_state = crowd.customers.copy()
        left, moved, arrived = one_month(crowd, h, h % 12, coming)
        assert np.array_equal(before - left.sum(axis=1) + arrived.sum(axis=1), crowd.customers.sum(axis=1))
        assert (left <= by_state).all()
        stayed = by_state - left
        np.subtract.at(stayed, (slice(None), sources), moved)
        assert (stayed >= 0).all()
        np.add.at(stayed, (slice(None), targets), moved)
        assert (crowd.customers - stayed >= 0).all()  # what is more than that came this month
        assert (crowd.customers - stayed).sum() == arrived.sum()
        assert_sums_agree(crowd)


def assert_sums_agree(crowd: WholeCrowd) -> None:
    """What is kept beside the cells is what the cells add up to, and what they are worth at today's prices."""
    assert (crowd.cells >= 0).all()
    by_month = crowd.cells.sum(axis=5)
    assert np.array_equal(crowd.by_month, by_month)
    by_group = by_month.sum(axis=0).transpose(1, 2, 3, 0)  # path, state, term, band
    assert np.array_equal(crowd.groups, by_group.reshape(crowd.groups.shape))
    for tally in crowd.tallies:
        assert np.array_equal(tally.by_rail, worth(tally.prices, crowd.h, crowd.cells))  # whole dollars: exact


def test_very_many_customers_are_counted_too() -> None:
    """Start below what 16 bits hold, and 20,000 a month arrive: the cells grow wider, and everything still adds up."""
    known = parameters(SMALL, 2)
    known.arrivals[:] = 4_000.0
    crowd = crowd_of(2, 4, known, customers=20_000)
    assert crowd.cells.dtype == np.int16
    for h in range(4):
        one_month(crowd, h, h, no_pipeline(MONTHS))
        assert_sums_agree(crowd)
    assert crowd.cells.dtype == np.int32
    assert crowd.customers.sum(axis=1).min() > 32_767


def test_a_month_that_fills_one_cell_beyond_16_bits_is_counted_right() -> None:
    """Everybody who comes is a partner on monthly Starter at Stripe: 40,000 in one cell within one month."""
    known = parameters(SMALL, 2, moving=0.0)
    known.leaving[:], known.arrivals[:], known.dispersion[:] = 0, 0, 1e9
    known.arrivals[1] = 40_000.0
    known.landing[:], known.landing[:, 0, 0] = 0, 1
    known.rail_share[:], known.rail_share[:, 0] = 0, 1
    crowd = crowd_of(2, 4, known)
    for h in range(3):
        _, _, arrived = one_month(crowd, h, h, no_pipeline(MONTHS))
        assert arrived.sum(axis=1).min() > 39_000
        assert_sums_agree(crowd)
    assert crowd.customers.sum(axis=1).min() > 117_000


def test_a_price_that_rises_with_the_years_stayed_is_counted_along() -> None:
    crowd = crowd_of(5, 3)
    assert all(tally.prices.has_steps for tally in crowd.tallies)
    for h in range(MONTHS):
        one_month(crowd, h, h % 12, no_pipeline(MONTHS))
        assert_sums_agree(crowd)


def test_an_annual_customer_leaves_in_the_month_its_contract_renews_and_in_no_other() -> None:
    """Everybody exposed leaves; nobody moves or comes: after January to June only July to December are left."""
    known = parameters(SMALL, 3, moving=0.0)
    known.leaving[:, 0], known.leaving[:, 1], known.arrivals[:] = 0, 1, 0
    crowd = crowd_of(3, 1, known, customers=500)
    before = crowd.cells.copy()
    for month in range(6):
        one_month(crowd, month, month, no_pipeline(MONTHS))
        renewing = crowd.cells[..., 1, :].sum(axis=(1, 2, 3, 4))
        assert (renewing[: month + 1] == 0).all()
        assert np.array_equal(crowd.cells[month + 1 :, ..., 1, :], before[month + 1 :, ..., 1, :])
    assert crowd.cells[..., 0, :].sum() == before[..., 0, :].sum()


def test_a_customer_of_unknown_persona_changes_tier_or_leaves_and_nothing_else() -> None:
    graph_moves = {(SMALL.states[move.source].persona, SMALL.states[move.target].persona) for move in SMALL.moves}
    assert {target for source, target in graph_moves if source == UNKNOWN} == {UNKNOWN}
    assert {source for source, target in graph_moves if target == UNKNOWN} == {UNKNOWN}
    known = parameters(SMALL, 4, moving=0.2)
    known.leaving[:], known.arrivals[:] = 0, 0
    crowd = crowd_of(4, 2, known, customers=300)
    unknown = slice(len(SMALL.states) - len(SMALL.tiers), None)
    before = crowd.customers[:, unknown].sum(axis=1)
    for h in range(6):
        one_month(crowd, h, h, no_pipeline(MONTHS))
    assert np.array_equal(crowd.customers[:, unknown].sum(axis=1), before)
    assert crowd.customers[:, : len(SMALL.tiers)].sum() < start(SMALL, 300, 2).counts[:, : len(SMALL.tiers)].sum() * 4


def test_nobody_skips_a_rung() -> None:
    """One move a month: of customers who are not on AWS nobody is a partner after one month, some after two."""
    counts = np.zeros((*SMALL.shape, len(SMALL.states)), np.int64)
    counts[0, 0, 0, 3, 1, 0] = 400
    known = parameters(SMALL, 3, moving=0.25)
    known.leaving[:], known.arrivals[:] = 0, 0
    begins = Start(SMALL, date(2026, 10, 1), counts.reshape(-1, len(SMALL.states)))
    crowd = WholeCrowd(begins, rates(known, SMALL), (), Luck(1, 0), 0)
    partner = slice(PERSONAS.index("aws_partner") * 2, PERSONAS.index("aws_partner") * 2 + 2)
    one_month(crowd, 0, 0, no_pipeline(MONTHS))
    assert crowd.customers[:, partner].sum() == 0
    one_month(crowd, 1, 1, no_pipeline(MONTHS))
    assert (crowd.customers[:, partner].sum(axis=1) > 0).all()
    assert CLIMB in {move.kind for move in SMALL.moves}
