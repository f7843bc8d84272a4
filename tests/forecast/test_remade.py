"""The forecast made again from a month of the past: what it knows, and that it is the same every time."""

from datetime import date

import numpy as np
import pytest

from lib.forecast.backtest import Backtest, backtest
from lib.forecast.panel import Panel
from lib.forecast.remade import remade, seed_of
from lib.forecast.scored import scored
from tests.forecast.small_world import BASE, BOOK, grown, later_rows_changed

PANEL = grown(20)
EVENING = PANEL.months[11]
PATHS = 60
LEVELS = (0.5, 0.8, 0.9)


def held(panel: Panel, seed: int = 7) -> Backtest:
    return backtest(panel, remade(BASE, BOOK, PATHS, seed), (1, 6), LEVELS, 10, lambda _: True)


def bands(told: Backtest, until: date) -> list[tuple[float, ...]]:
    """What was foretold, without what came."""
    known = [one for one in told.trials if one.origin <= until]
    return [(band.lower, band.median, band.upper) for one in known for band in one.bands.values()]


def test_the_same_seed_tells_the_same() -> None:
    assert held(PANEL) == held(PANEL)
    assert held(PANEL) != held(PANEL, seed=8)


def test_nothing_recorded_later_changes_what_would_have_been_foretold() -> None:
    """All later customers pay a hundred times as much, as sellers; up to the evening nothing moves by a digit."""
    before, after = held(PANEL), held(later_rows_changed(PANEL, EVENING))
    assert bands(before, EVENING) == bands(after, EVENING)
    assert bands(before, EVENING)
    assert bands(before, PANEL.months[-1]) != bands(after, PANEL.months[-1])
    assert [one.naive for one in before.trials if one.origin <= EVENING] == [
        one.naive for one in after.trials if one.origin <= EVENING
    ]


def test_an_origin_is_foretold_the_same_whichever_others_are_tried() -> None:
    few = backtest(PANEL, remade(BASE, BOOK, PATHS, 7), (1, 6), LEVELS, 12, lambda _: True)
    kept = [one for one in held(PANEL).trials if one.origin >= few.origins[0]]
    assert kept == list(few.trials)


def test_every_origin_has_luck_of_its_own() -> None:
    assert len({seed_of(7, month.toordinal()) for month in PANEL.months}) == len(PANEL.months)


def test_paths_start_from_the_customers_of_that_evening() -> None:
    """One month ahead the middle path is near the last known total: at most a month's comings and goings away."""
    known = PANEL.until(EVENING)
    told = remade(BASE, BOOK, PATHS, 7)(known, 2)
    today = known.at(EVENING)
    assert told["mrr"].shape == told["customers"].shape == (2, PATHS)
    assert np.median(told["customers"][0]) == pytest.approx(len(today), abs=25)
    each = told["mrr"][0] / told["customers"][0]
    assert each.min() >= 300 - 0.01, "nobody pays less than the cheapest place"
    assert each.max() <= 400 + 0.01


def test_beliefs_that_are_wrong_for_this_company_are_found_out() -> None:
    """The base case believes five times the arrivals of this small company: the past bands fail and are widened."""
    told = scored(held(PANEL).trials, LEVELS, 8, 0.1)
    (row,) = [one for one in told if (one.measure, one.months_ahead) == ("customers", 6)]
    assert row.above == 0
    assert row.bands[0.9].is_widened
    assert row.bands[0.9].hits_after > row.bands[0.9].hits
