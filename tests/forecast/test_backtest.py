"""Forecasts of the past on a panel of seven months, by a forecaster whose paths are known; and what they score."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from lib.forecast.backtest import Backtest, Foretold, backtest
from lib.forecast.panel import CustomerMonth, Panel
from lib.forecast.scored import Scored, scored, widenings

MONTHS = tuple(date(2026, month, 1) for month in range(1, 8))
PAID = (100, 110, 120, 130, 140, 150, 300)  # MRR at the end of January to July: +10 a month, then a jump
AT_THE_PRICES_OF_THEN = (130, 140, 300, 130, 280)  # worked out below
LEVELS = (0.5, 0.8)


def panel(paid: tuple[int, ...] = PAID) -> Panel:
    """One customer that pays; a second one comes in July."""
    rows = [row("a", month, usd) for month, usd in zip(MONTHS, paid, strict=True)]
    return Panel(MONTHS, (*rows, row("b", MONTHS[-1], 0)))


def row(customer: str, month: date, usd: int) -> CustomerMonth:
    return CustomerMonth(customer, month, "aws_partner", "starter", "stripe", False, 0, 0, Decimal(usd))


def eleven(known: Panel, ahead: int) -> Foretold:
    """Eleven paths around last month's MRR: −50, −40, … +50 dollars; of customers always one or two."""
    (last,) = known.at(known.months[-1])
    mrr = float(last.mrr or 0) + np.tile(np.arange(-50.0, 51, 10), (ahead, 1))
    return {"mrr": mrr, "customers": np.tile([1] * 6 + [2] * 5, (ahead, 1))}


def go_on(part: float) -> bool:
    return True


def held(
    whole: Panel | None = None,
    forecaster: Callable[[Panel, int], Foretold] = eleven,
    progress: Callable[[float], bool] = go_on,
    least_history: int = 3,
) -> Backtest:
    return backtest(whole or panel(), forecaster, (1, 2), LEVELS, least_history, progress)


def rows(fewest: int = 3) -> dict[tuple[str, int], Scored]:
    told = scored(held().trials, LEVELS, fewest, fails_below=0.1)
    return {(one.measure, one.months_ahead): one for one in told}


def test_every_month_with_enough_before_it_is_an_origin() -> None:
    """Three months before: April to June. June reaches July, one month ahead; nothing reaches August."""
    told = held()
    assert told.origins == MONTHS[3:6]
    asked = [(one.months_ahead, one.origin.month) for one in told.trials if one.measure == "mrr"]
    assert asked == [(1, 4), (1, 5), (1, 6), (2, 4), (2, 5)]
    assert (told.is_part, told.reason) == (False, None)


def test_what_came_is_what_the_panel_says() -> None:
    actual = [one.actual for one in held().trials]
    assert actual == [140, 150, 300, 150, 300, *AT_THE_PRICES_OF_THEN, 1, 1, 2, 1, 2]


def test_a_price_changed_since_is_told_apart() -> None:
    """The one customer pays in June what it paid in April, were no price moved: 130. In July a second one came, who
    takes the same place: twice 150 a month after June, twice 140 two months after May.
    """
    told = [one for one in held().trials if one.measure == "mrr_same_prices"]
    assert [(one.origin.month, one.months_ahead, one.actual) for one in told] == [
        (4, 1, 130),
        (5, 1, 140),
        (6, 1, 300),
        (4, 2, 130),
        (5, 2, 280),
    ]
    assert told[0].bands[0.8].median == 130
    assert told[0].naive["last value"] == 130


def test_a_trial_by_hand() -> None:
    """From April, one month ahead: paths 80, 90, … 180, median 130, and 140 came.

    80 %: the second lowest and highest, 90 to 170; 50 %: places 2.5 and 7.5, 105 to 155.
    CRPS: mean |path − 140| = (60+50+40+30+20+10+0+10+20+30+40)/11 = 310/11. Pairs of eleven steps of ten:
    Σ k (11 − k) · 10 for k = 1 … 10 = 2,200; fair: 2,200 / (11 · 10) = 20. 310/11 − 20 = 8.1818.
    Pinball at 5 %: the quantile is 85 (place 0.5), 55 short: 0.05 · 55 = 2.75. At 95 %: 175, 35 beyond: 1.75.
    PIT: six of eleven paths lie below 140 and one on it: from 6/12 to 8/12.
    """
    first = held().trials[0]
    bands = {level: (band.lower, band.median, band.upper) for level, band in first.bands.items()}
    assert bands == {0.5: pytest.approx((105, 130, 155)), 0.8: pytest.approx((90, 130, 170))}
    assert first.crps == pytest.approx(310 / 11 - 20)
    assert first.pinball[0.05] == pytest.approx(2.75)
    assert first.pinball[0.95] == pytest.approx(1.75)
    assert first.pit == (6 / 12, 8 / 12)


def test_scores_of_a_horizon_by_hand() -> None:
    """One month ahead: 140, 150 and 300 came where medians said 130, 140 and 150.

    80 % bands reach 40 to each side: the first two held. The third missed by 150 = 3.75 half widths. An honest band has
    2 hits of 3 or fewer with 1 − 0.8³ = 48.8 %: no failure, nothing is widened.
    CRPS of the third: all paths 100 to 200 below 300, mean miss 150, less 20: 130. Mean (90/11 + 90/11 + 130) / 3.
    "Last value" missed by 10, 10 and 150: 56.667. Skill: 1 − 48.788 / 56.667.
    """
    told = rows()["mrr", 1]
    band = told.bands[0.8]
    assert (band.hits, band.origins, band.factor) == (2, 3, 1)
    assert band.chance == pytest.approx(0.488)
    assert (told.above, told.origins) == (3, 3)
    assert told.crps == pytest.approx((90 / 11 + 90 / 11 + 130) / 3)
    assert told.skill["last value"] == pytest.approx(1 - (90 / 11 + 90 / 11 + 130) / 170)


def test_the_histogram_counts_every_origin_once() -> None:
    """PIT 6/12 to 8/12 twice: four tenths of a bin (0.5–0.6) … and 11/12 to 12/12 once, wholly in the last fifth."""
    told = rows()["mrr", 1].pit
    assert sum(told) == pytest.approx(3)
    in_the_middle = 2 * (0.6 - 0.5) * 6  # bin 0.4–0.6 holds a tenth of the scale of each part, which is a sixth long
    assert told == pytest.approx((0, 0, in_the_middle, 2 - in_the_middle, 1))


def test_few_origins_are_told_raw() -> None:
    told = rows(fewest=3)
    assert (told["mrr", 1].is_raw, told["mrr", 2].is_raw) == (False, True)


def test_a_napkin_that_was_never_wrong_measures_no_skill() -> None:
    """Customers stayed one in May and June: "last value" was right from April, one and two months ahead."""
    early = [one for one in held().trials if one.origin == MONTHS[3]]
    told = scored(early, LEVELS, 3, 0.1)
    assert {one.skill["last value"] for one in told if one.measure == "customers"} == {None}


def test_the_widenings_of_a_measure_are_those_of_its_horizons() -> None:
    told = widenings(scored(held().trials, LEVELS, 3, 0.1), "mrr")
    assert [(one.months_ahead, one.level, one.origins) for one in told] == [
        (1, 0.5, 3),
        (1, 0.8, 3),
        (2, 0.5, 2),
        (2, 0.8, 2),
    ]


def test_the_forecaster_is_told_nothing_that_came_later() -> None:
    """What was recorded after an origin is changed beyond recognition; what was foretold from it stays the same."""
    seen: dict[date, list[Panel]] = {}

    def watched(known: Panel, ahead: int) -> Foretold:
        seen.setdefault(known.months[-1], []).append(known)
        return eleven(known, ahead)

    held(panel(), watched)
    held(panel((*PAID[:4], 7, 8, 9)), watched)
    april = seen[MONTHS[3]]
    assert april[0] == april[1]
    assert max(row.month for row in april[0].rows) == MONTHS[3]
    assert seen[MONTHS[5]][0] != seen[MONTHS[5]][1]


def test_later_months_leave_earlier_trials_alone_but_for_what_came() -> None:
    before, after = held(panel()).trials[0], held(panel((*PAID[:5], 7, 9))).trials[0]
    assert before == after
    other = held(panel((*PAID[:4], 99, 7, 9))).trials[0]
    assert (
        replace(other, actual=140, bands=before.bands, crps=before.crps, pinball=before.pinball, pit=before.pit)
        == before
    )
    assert [band.upper for band in other.bands.values()] == [band.upper for band in before.bands.values()]


def test_it_says_how_far_it_is_and_stops_when_told() -> None:
    told: list[float] = []

    def once(part: float) -> bool:
        told.append(part)
        return len(told) < 2

    stopped = held(progress=once)
    assert told == pytest.approx([1 / 3, 2 / 3])
    assert (stopped.is_part, stopped.origins) == (True, MONTHS[3:5])


def test_too_short_a_history_is_a_sentence() -> None:
    told = held(least_history=6)
    assert told.trials == ()
    assert told.reason is not None
    assert told.reason.startswith("no forecast of the past can be checked: the panel holds 7 months")
