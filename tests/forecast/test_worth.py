"""What one customer is worth: by hand, by the forecast's own expectation month after month, and by laws."""

import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.coming import no_pipeline
from lib.forecast.ladder import CLIMB, RUNGS, Ladder, State
from lib.forecast.parameters import Parameters
from lib.forecast.paths import Paths
from lib.forecast.prices import Money
from lib.forecast.run import expected
from lib.forecast.start import Start
from lib.forecast.worth import Listed, Worth, WorthError, listed, worth
from lib.segments import PERSONAS
from tests.conftest import ROOT
from tests.forecast.crowds import SMALL, money, parameters, start

CASES = tomllib.loads((ROOT / "tests" / "cases" / "worth.toml").read_text())["case"]
TERMS, RAILS, TIERS = ("monthly", "annual"), len(SMALL.rails), len(SMALL.tiers)
LANDING = np.array([[1, 2], [3, 2]]) / 8  # tier × term
RAIL_SHARE = np.array([1, 3]) / 4
DISCOUNT, COUNTED, LONG = 0.15, 30, 360


def found(rows: tuple[Worth, ...], persona: str, tier: str | None = None) -> Worth:
    [row] = [row for row in rows if (row.persona, row.tier) == (persona, tier)]
    return row


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_one_customer_by_hand(case: dict[str, Any]) -> None:
    persona, tier, _ = case["lands"]
    known = by_hand(case)
    usd = np.zeros((RAILS, len(TERMS), len(SMALL.states)))
    for *state, amount in case["usd"]:
        usd[:, :, SMALL.place[State(*state)]] = amount
    yearly = (1 + case["discount"]) ** 12 - 1
    row = found(worth(known, Listed(usd, 0 * usd), SMALL, yearly, None), persona, tier)
    told = (row.months, row.mrr, row.within, row.climbs)
    assert told == pytest.approx((case["months"], case["value"], case["value"], case["climbs"]))
    assert row.climb == (None if case["climb"] == "none" else pytest.approx(case["climb"]))
    assert row.overage == 0 and row.climbs_share == pytest.approx(case["climbs"] / case["value"])
    # What is paid as overage is worth as much.
    turned = found(worth(known, Listed(0 * usd, usd), SMALL, yearly, None), persona, tier)
    assert (turned.overage, turned.mrr, turned.value) == (row.mrr, 0, row.value)


def by_hand(case: dict[str, Any]) -> Parameters:
    known = parameters(SMALL, 1, moving=0.0)
    known.leaving[:] = 0.5
    for persona, by_term in case.get("leaving", {}).items():
        for term, bands in by_term.items():
            known.leaving[PERSONAS.index(persona), TERMS.index(term), :, 0] = bands
    for move in case.get("moves", []):
        ends = SMALL.place[State(*move["from"])], SMALL.place[State(*move["to"])]
        [number] = [at for at, one in enumerate(SMALL.moves) if (one.source, one.target) == ends]
        known.moves[number] = move["chance"]
    persona, tier, term = case["lands"]
    landing = np.zeros_like(known.landing)
    landing[:, SMALL.tiers.index(tier), TERMS.index(term)] = 1.0
    return replace(known, landing=landing, third_party=np.zeros(1))


# The forecast's own expectation, a month after the other


@pytest.fixture(scope="module")
def known() -> Parameters:
    """Every chance its own, so that after 30 years less than a billionth is to come; nobody arrives."""
    dice = np.random.default_rng(6)
    plain = parameters(SMALL, 1)
    return replace(
        plain,
        moves=dice.uniform(0.01, 0.12, plain.moves.shape),
        leaving=dice.uniform(0.6, 0.9, plain.leaving.shape) * np.array([0.1, 1])[:, None, None],
        arrivals=np.zeros_like(plain.arrivals),
        landing=np.tile(LANDING[None, :, :, None], (len(PERSONAS), 1, 1, 1)),
        rail_share=np.tile(RAIL_SHARE[None, :, None], (len(RUNGS), 1, 1)),
    )


@pytest.fixture(scope="module")
def prices() -> Money:
    """A price of its own for every rail, term and state of those who come, the same in every month and class."""
    dice = np.random.default_rng(7)
    told = [dice.integers(10, 500, (1, RAILS, len(TERMS), 1, 1, len(SMALL.states))) for _ in range(2)]
    tables = [np.broadcast_to(one, SMALL.shape + one.shape[-1:]).reshape(1, -1, one.shape[-1]) for one in told]
    recurring, overage = (np.repeat(table.astype(np.float64), LONG, axis=0) for table in tables)
    factor = np.array([[0.5, 1.1, 1.1], [1.0, 2.0, 0.9]])
    return replace(money(SMALL, 1), recurring=recurring, overage=overage, overage_factor=factor)


@pytest.fixture(scope="module")
def rows(known: Parameters, prices: Money) -> tuple[Worth, ...]:
    return worth(known, listed(prices, SMALL, 0, 9), SMALL, DISCOUNT, COUNTED)


def walked(known: Parameters, prices: Money, persona: str, tier: str | None = None) -> Paths:
    """32 customers who signed in the last recorded month, October, where their persona lands."""
    counts = np.zeros((*SMALL.shape, len(SMALL.states)), np.int64)
    for place, name in enumerate(SMALL.tiers):
        if tier in (None, name):
            lands = 32 * RAIL_SHARE[:, None] * LANDING[place]
            counts[1, :, :, 9, 0, SMALL.place[State(persona, name)]] = lands
    begin = Start(SMALL, start(SMALL).month, counts.reshape(-1, len(SMALL.states)))
    return expected(known, begin, LONG, prices, no_pipeline(LONG))


def first_month(prices: Money, persona: str, tier: str | None) -> tuple[float, float, float]:
    """Customers, MRR and overage of the month they signed in."""
    people, mrr, overage = 0.0, 0.0, 0.0
    for place, name in enumerate(SMALL.tiers):
        for rail in range(RAILS):
            for term in range(len(TERMS)):
                some = 32 * RAIL_SHARE[rail] * LANDING[place, term] * (tier in (None, name))
                at = np.ravel_multi_index((1, rail, term, 9, 0), SMALL.shape), SMALL.place[State(persona, name)]
                people += some
                mrr += some * prices.recurring[0][at]
                overage += some * prices.overage[0][at] * prices.overage_factor[place].mean()
    return people, mrr, overage


@pytest.mark.parametrize("tier", [None, *SMALL.tiers])
@pytest.mark.parametrize("persona", PERSONAS)
def test_the_walk_month_after_month_comes_to_the_same(
    known: Parameters, prices: Money, rows: tuple[Worth, ...], persona: str, tier: str | None
) -> None:
    paths, (people, mrr, overage) = walked(known, prices, persona, tier), first_month(prices, persona, tier)
    worth_then = (1 + DISCOUNT) ** (-np.arange(1, LONG + 1) / 12)
    row = found(rows, persona, tier)
    assert row.mrr == pytest.approx((mrr + worth_then @ paths.mrr[:, 0]) / people, rel=1e-9)
    assert row.overage == pytest.approx((overage + worth_then @ paths.overage[:, 0]) / people, rel=1e-9)
    early = worth_then[: COUNTED - 1] @ paths.revenue[: COUNTED - 1, 0]
    assert row.within == pytest.approx((mrr + overage + early) / people, rel=1e-9)
    assert row.months == pytest.approx(1 + paths.customers[: COUNTED - 1, 0].sum() / people, rel=1e-9)
    nobody_climbs = np.array([[move.kind != CLIMB] for move in SMALL.moves])
    without = walked(replace(known, moves=known.moves * nobody_climbs), prices, persona, tier)
    lost = worth_then @ (paths.revenue - without.revenue)[:, 0] / people
    assert row.climbs == pytest.approx(lost, rel=1e-9, abs=1e-9)


def test_a_climb_is_the_same_landing_a_rung_up_less_this_one(
    known: Parameters, prices: Money, rows: tuple[Worth, ...]
) -> None:
    """Every rung lands alike here, so a climb is the difference of two rows; a quarter of new sellers are 3PI."""
    value = {row.persona: row.value for row in rows if row.tier is None}
    sellers = 0.75 * value["seller_self_managed"] + 0.25 * value["seller_3pi"]
    climb = {row.persona: row.climb for row in rows if row.tier is None}
    assert climb == {
        "not_on_aws": pytest.approx(value["aws_customer"] - value["not_on_aws"]),
        "aws_customer": pytest.approx(value["aws_partner"] - value["aws_customer"]),
        "aws_partner": pytest.approx(sellers - value["aws_partner"]),
        "seller_self_managed": None,
        "seller_3pi": None,
        "unknown": None,
    }


def test_a_persona_is_the_mean_of_the_tiers_it_lands_on(rows: tuple[Worth, ...]) -> None:
    """LANDING: 3 of 8 land on starter, 5 of 8 on command."""
    for persona in PERSONAS:
        parts = [found(rows, persona, tier).value for tier in SMALL.tiers]
        assert found(rows, persona).value == pytest.approx((3 * parts[0] + 5 * parts[1]) / 8)


def test_where_nobody_lands_there_is_no_row(known: Parameters, prices: Money) -> None:
    landing = np.zeros_like(known.landing)
    landing[:, 0, 0] = 1.0
    told = worth(replace(known, landing=landing), listed(prices, SMALL, 0, 9), SMALL, DISCOUNT, COUNTED)
    assert [row.tier for row in told] == [None, "starter"] * len(PERSONAS)


def test_prices_are_those_of_who_signs_in_the_month_that_is_asked_for() -> None:
    """Tables whose every number is another: 1,000,000 × month + 1,000 × class + state; overage twice as dear a tier up.

    A newcomer of month 4, a March: class (new 1, rail, term, March 2, first year 0) of the axes 2 × 2 × 2 × 12 × 3.
    """
    classes, states = int(np.prod(SMALL.shape)), len(SMALL.states)
    table = 1e6 * np.arange(6)[:, None, None] + 1e3 * np.arange(classes)[:, None] + np.arange(states)
    told = listed(
        replace(money(SMALL, 6), recurring=table, overage=table, overage_factor=np.array([[1.0], [2.0]])), SMALL, 4, 2
    )
    for rail in range(RAILS):
        for term in range(len(TERMS)):
            for state in range(states):
                number = 4e6 + 1e3 * (((1 * 2 + rail) * 2 + term) * 36 + 2 * 3) + state
                assert told.recurring[rail, term, state] == number
                assert told.overage[rail, term, state] == number * (1 + state % 2)


# Laws

chances = st.floats(0.01, 0.9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), more=st.floats(0, 1), persona=st.integers(0, len(PERSONAS) - 1))
def test_who_leaves_more_often_is_worth_no_more(seed: int, more: float, persona: int) -> None:
    """The hazards of one persona closer to certain; nobody gains, whatever the prices and moves."""
    dice = np.random.default_rng(seed)
    plain = parameters(SMALL, 1, leaving=dice.uniform(0.01, 0.9, (len(PERSONAS), 2, 3, 1)))
    paid = dice.uniform(0, 500, (2, RAILS, len(TERMS), len(SMALL.states)))
    nearer = plain.leaving.copy()
    nearer[persona] += more * (1 - nearer[persona])
    before, after = (
        worth(replace(plain, leaving=leaving), Listed(*paid), SMALL, 0.1, 24) for leaving in (plain.leaving, nearer)
    )
    for was, becomes in zip(before, after, strict=True):
        assert becomes.value <= was.value + 1e-6 and becomes.months <= was.months + 1e-9
        assert becomes.within <= becomes.value + 1e-6 and becomes.months <= 24


@settings(max_examples=15, deadline=None)
@given(leaves=chances, renews=chances, moving=st.floats(0, 0.2), usd=st.integers(1, 10_000))
def test_undiscounted_at_one_price_it_is_the_price_for_every_month(
    leaves: float, renews: float, moving: float, usd: int
) -> None:
    one_tier = Ladder(("only",), ("stripe",))
    leaving = np.empty((len(PERSONAS), 2, 3, 1))
    leaving[:, 0], leaving[:, 1] = leaves, renews
    known = parameters(one_tier, 1, moving=moving, leaving=leaving)
    paid = np.full((1, len(TERMS), len(one_tier.states)), float(usd))
    for row in worth(known, Listed(paid, 0 * paid), one_tier, 0.0, None):
        # half of them land on each term: 1 / leaves months, and years of twelve months until one does not renew
        assert row.months == pytest.approx((1 / leaves + 12 / renews) / 2)
        assert row.mrr == pytest.approx(usd * row.months)
        assert row.climbs == pytest.approx(0, abs=1e-6 * row.mrr)


# Refusals


@pytest.mark.parametrize(
    ("discount", "months", "sentence"),
    [
        (0.1, None, "some of these customers never leave, so what they bring has no end; give a number of months"),
        (0.0, 24, "some of these customers never leave, so what they bring has no end; give a discount above 0"),
        (-0.1, 24, "the discount is -0.1 a year; give one of 0 or more, 10 % as 0.1"),
    ],
)
def test_what_has_no_end_is_refused_in_a_sentence(discount: float, months: int | None, sentence: str) -> None:
    forever = parameters(SMALL, 1, leaving=np.zeros((len(PERSONAS), 2, 3, 1)))
    paid = np.ones((RAILS, len(TERMS), len(SMALL.states)))
    with pytest.raises(WorthError) as refused:
        worth(forever, Listed(paid, paid), SMALL, discount, months)
    assert sentence in str(refused.value)


def test_who_never_leaves_still_has_a_discounted_value_and_months_of_a_stated_number() -> None:
    """One dollar a month for ever at 10 % a year: 1 / (1 - 1.1^(-1/12)); and 24 months of 24."""
    forever = parameters(SMALL, 1, leaving=np.zeros((len(PERSONAS), 2, 3, 1)))
    paid = np.ones((RAILS, len(TERMS), len(SMALL.states)))
    for row in worth(forever, Listed(paid, 0 * paid), SMALL, 0.1, 24):
        assert (row.mrr, row.months) == pytest.approx((1 / (1 - 1.1 ** (-1 / 12)), 24))


def test_many_paths_have_no_single_worth() -> None:
    paid = np.ones((RAILS, len(TERMS), len(SMALL.states)))
    with pytest.raises(AssumptionsError, match="worth is told of one path, these are 2"):
        worth(parameters(SMALL, 2), Listed(paid, paid), SMALL, 0.1, 24)
