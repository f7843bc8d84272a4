"""Bars of a forecast simple enough to work out by hand: MRR = 100 × arrivals × month, less 1,000 × 3PI share."""

from typing import Any

import numpy as np
import pytest

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.coming import no_pipeline
from lib.forecast.counted import counted
from lib.forecast.levers import Levers
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import mean, posterior
from lib.forecast.run import expected
from lib.forecast.standing import money_of, standing
from lib.forecast.start import Start
from lib.forecast.tornado import (
    ASSUMED,
    CHOSEN,
    ESTIMATED,
    Turned,
    joined,
    tornado,
    turned_beliefs,
    turned_levers,
    unseen,
    with_lever,
)
from tests.forecast.small_world import BASE, BOOK, grown

PANEL = grown(20)
KNOWN = posterior(BASE, counted(PANEL, BOOK), BOOK)
MONTHS = 12

ASKED: list[int] = []


def numbers(arrivals: float, third_party: float = 0.2) -> Parameters:
    """One path of a ladder with one of everything."""
    plain: dict[str, Any] = {
        name: np.full((1,) * axes, 0.5)
        for name, axes in (("moves", 2), ("leaving", 4), ("dispersion", 2), ("landing", 4), ("rail_share", 3))
    }
    return Parameters(arrivals=np.full((1, 1), arrivals), third_party=np.array([third_party]), **plain)


def expected_mrr(worlds: Parameters) -> np.ndarray:
    ASKED.append(worlds.paths)
    return np.array([100.0, 200.0])[:, None] * worlds.arrivals[0] - 1000 * worlds.third_party


def turned(key: str, kind: str, low: Parameters, high: Parameters) -> Turned:
    return Turned(key, kind, 1, 2, {"low": low, "high": high})


def test_the_widest_bar_comes_first() -> None:
    """Two months ahead with 10 arrivals and 20 %: 2,000 − 200 = 1,800.

    Arrivals 8 to 11: 1,400 to 2,000, a swing of 600. 3PI 0 to 100 %: 2,000 to 1,000, a swing of 1,000, downwards. A
    belief that nothing hangs on: 1,800 at both ends.
    """
    ASKED.clear()
    told = tornado(
        numbers(10),
        [
            turned("nothing", ASSUMED, numbers(10), numbers(10)),
            turned("arrivals", ESTIMATED, numbers(8), numbers(11)),
            turned("third party", CHOSEN, numbers(10, 0), numbers(10, 1)),
        ],
        expected_mrr,
    )
    assert told.mrr == pytest.approx(1800)
    assert [(bar.key, bar.kind, bar.mrr_at_low, bar.mrr_at_high, bar.swing) for bar in told.bars] == [
        ("third party", CHOSEN, pytest.approx(2000), pytest.approx(1000), pytest.approx(1000)),
        ("arrivals", ESTIMATED, pytest.approx(1400), pytest.approx(2000), pytest.approx(600)),
        ("nothing", ASSUMED, pytest.approx(1800), pytest.approx(1800), 0),
    ]
    assert ASKED == [7], "all worlds are walked at once"


def test_nothing_turned_is_a_forecast_without_bars() -> None:
    told = tornado(numbers(10), [], expected_mrr)
    assert (told.mrr, told.bars) == (pytest.approx(1800), ())


def test_worlds_stand_side_by_side_in_their_order() -> None:
    told = joined([numbers(1), numbers(2), numbers(3)])
    assert told.paths == 3
    assert told.arrivals.tolist() == [[1, 2, 3]]
    assert told.leaving.shape == (1, 1, 1, 3)


def company(parameters: Parameters) -> np.ndarray:
    """Expected MRR of the small company over a year."""
    last = PANEL.months[-1]
    rows = PANEL.at(last)
    start = Start(BOOK, last, standing(rows, BOOK))
    return expected(parameters, start, MONTHS, money_of(rows, BOOK, MONTHS), no_pipeline(MONTHS)).mrr


def test_every_belief_with_a_range_is_turned_to_both_ends() -> None:
    turned_ones = {one.key: one for one in turned_beliefs(BASE, KNOWN)}
    assert tuple(turned_ones) == BASE.ranged()
    told = turned_ones["churn_per_month.aws_partner"]
    belief = BASE.churn["aws_partner"]
    assert (told.low, told.high) == (float(belief.low or 0), float(belief.high or 0))
    again = mean(posterior(BASE.at("churn_per_month.aws_partner", "high"), counted(PANEL, BOOK), BOOK))
    assert told.at["high"].same_as(again)
    assert not told.at["high"].same_as(told.at["low"])


def test_what_history_outweighs_is_estimated_and_what_it_never_saw_is_assumed() -> None:
    """19 months of arrivals against a belief worth 6; and no customer of the small company is on Enterprise or 3PI."""
    kinds = {one.key: one.kind for one in turned_beliefs(BASE, KNOWN)}
    assert kinds["arrivals_per_month.seller"] == ESTIMATED
    assert kinds["churn_per_month.seller_3pi"] == ASSUMED
    assert kinds["tier_down_per_month.enterprise"] == ASSUMED
    assert kinds["worth.arrivals"] == ASSUMED, "how much a belief counts as is no thing that history could show"


def test_without_history_a_bar_is_longer() -> None:
    """Of the arrivals' range 6 of 6 + 19 months are left: 24 % of what the belief would do alone."""
    with_history = {bar.key: bar.swing for bar in tornado(mean(KNOWN), [*turned_beliefs(BASE, KNOWN)], company).bars}
    nobody = unseen(KNOWN)
    alone = {bar.key: bar.swing for bar in tornado(mean(nobody), [*turned_beliefs(BASE, nobody)], company).bars}
    key = "arrivals_per_month.seller"
    assert with_history[key] < alone[key] / 2
    assert set(with_history) == set(BASE.ranged())


def test_a_bar_is_the_forecast_at_that_belief() -> None:
    bars = {bar.key: bar for bar in tornado(mean(KNOWN), [*turned_beliefs(BASE, KNOWN)], company).bars}
    low = posterior(BASE.at("renewal_factor", "low"), counted(PANEL, BOOK), BOOK)
    assert bars["renewal_factor"].mrr_at_low == pytest.approx(float(company(mean(low))[-1, 0]))
    assert bars["renewal_factor"].mrr_at_low > bars["renewal_factor"].mrr_at_high


def test_a_lever_is_turned_alone() -> None:
    """Churn a fifth less or more, and twice the sellers: of one lever many hang on, only the one named moves."""
    levers = {
        one.key: one for one in turned_levers(mean(KNOWN), BOOK, {"churn": (0.8, 1.2), "arrivals.seller": (1, 2)})
    }
    assert {one.kind for one in levers.values()} == {CHOSEN}
    assert levers["arrivals.seller"].at["low"].same_as(mean(KNOWN))
    more = levers["arrivals.seller"].at["high"].arrivals / mean(KNOWN).arrivals
    assert sorted(more[:, 0].tolist()) == pytest.approx([1, 1, 1, 1, 2])
    bars = tornado(mean(KNOWN), [*levers.values()], company).bars
    assert [(bar.key, bar.mrr_at_low < bar.mrr_at_high) for bar in bars if bar.key == "churn"] == [("churn", False)]


def test_a_lever_that_does_not_exist_is_refused() -> None:
    assert with_lever("tier_ups", 2) == Levers(tier_ups=2)
    with pytest.raises(AssumptionsError, match=r"there is no lever 'churns'; .*churn"):
        with_lever("churns", 1)
