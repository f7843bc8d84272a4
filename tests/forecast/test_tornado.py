"""Bars of a forecast simple enough to work out by hand: MRR = 100 × arrivals × month, less 1,000 × 3PI share."""

from typing import Any

import numpy as np
import pytest

from lib.forecast.parameters import Parameters
from lib.forecast.tornado import ASSUMED, CHOSEN, ESTIMATED, Turned, joined, tornado

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
