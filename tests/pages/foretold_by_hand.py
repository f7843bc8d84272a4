"""A forecast made by hand: a few dozen paths on straight lines, so that every number of the page can be worked out.

Path p of 0 … 40 has 100 + p % 3 customers, and MRR that grows by (1,000 + 100 p) dollars a month from $100,000; an
arrivals lever of 2 doubles the growth. So the middle path after 24 months stands at 100,000 + 24 · 3,000 = $172,000,
and 9 of 10 lie between paths 2 and 38: 100,000 + 24 · 1,200 = $128,800 and 100,000 + 24 · 4,800 = $215,200.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from lib.desk import Desk
from lib.desk.forecast_bridge import Bridges
from lib.desk.forecasting import ARR, CUSTOMERS, DIVIDED, KEPT, MRR, REVENUE, Asked, Foretold, Outlook, Tested
from lib.forecast import outlook
from lib.forecast.backtest import Backtest, Trial
from lib.forecast.break_even import BreakEven
from lib.forecast.bridge import STEPS, Bridge
from lib.forecast.expected_moves import ARRIVES, LEAVES, ExpectedMove, ExpectedMoves, Often
from lib.forecast.naive import NAIVE, SAME_PRICES
from lib.forecast.scored import scored
from lib.forecast.told import Told
from lib.forecast.tornado import Bar, Tornado
from lib.forecast.widening import Checked
from lib.periods import add_months
from lib.segments import PERSONAS

PATHS, LEVELS = 41, (0.5, 0.8, 0.9)
TIERS = ("starter", "accelerate", "command", "enterprise")
TODAY, START = date(2026, 10, 1), 100_000.0


def foretold(desk: Desk, asked: Asked, progress: Callable[[float], bool], past: Tested | None = None) -> Foretold:
    """What may come, by hand; the levers that count are the arrivals', and scenarios add $8,000 to every month.

    The rail moves what is kept by $500 a month, and nothing else; churn moves nothing at all.
    """
    progress(1.0)
    months = tuple(add_months(TODAY, ahead) for ahead in range(1, asked.months + 1))
    factor = asked.levers.arrivals.get("seller", 1.0)
    more, kept = 8_000.0 * bool(asked.scenarios), 500.0 * (asked.levers.aws_share is not None)
    base, moved = _paths(asked.months, 1.0), _paths(asked.months, factor, more, kept)
    is_moved = bool(asked.scenarios) or not asked.levers.are_neutral
    return Foretold(
        asked=asked,
        months=months,
        paths=PATHS,
        is_part=False,
        baseline=_outlook(base, asked),
        proposal=_outlook(moved, asked) if is_moved else None,
        odds={name: outlook.odds(base[name], moved[name], LEVELS) for name in base} if is_moved else None,
        swings=lambda: _tornado(asked.months),
        going=lambda: _moves(asked.months),
        answering=lambda: BreakEven(8_000.0, {"churn": 1.06, "arrivals": None}) if asked.scenarios else None,
        bridging=lambda: Bridges(Decimal("100000.25"), _bridge(1.0), _bridge(factor, more) if is_moved else None),
        told=_told(),
        notes=("3 customers are set aside: their plan is on no tier.",),
        is_widened=past is not None and past.is_widening,
        manifest=replace(desk.manifest(*asked.scenarios), months=asked.months, seed=7, paths=asked.paths),
        seed=7,
        is_unanswered=bool(asked.scenarios) and not asked.levers.answer_a_price,
    )


def tested(desk: Desk, progress: Callable[[float], bool]) -> Tested:
    """Nine origins, 3 months ahead; MRR came on the edge of the 80 % band at most in 8 of 9."""
    progress(1.0)
    trials = [_trial(measure, number) for measure in (SAME_PRICES, CUSTOMERS) for number in range(9)]
    origins = tuple(add_months(TODAY, number - 12) for number in range(9))
    return Tested(Backtest(tuple(trials), origins, False, None), scored(trials, LEVELS, 8, 0.10))


def failed(desk: Desk, progress: Callable[[float], bool]) -> Tested:
    """The same nine origins, where all but the first came far outside of every band."""
    progress(1.0)
    trials = [_trial(measure, 20 * number) for measure in (SAME_PRICES, CUSTOMERS) for number in range(9)]
    moved = [replace(one, origin=add_months(TODAY, place % 9 - 12)) for place, one in enumerate(trials)]
    origins = tuple(add_months(TODAY, number - 12) for number in range(9))
    return Tested(Backtest(tuple(moved), origins, False, None), scored(moved, LEVELS, 8, 0.10))


def failed_near_by(desk: Desk, progress: Callable[[float], bool]) -> Tested:
    """The same failures three months ahead, and a year ahead six forecasts that came true."""
    near = failed(desk, progress).backtest.trials
    far = [replace(one, months_ahead=12) for one in [_trial(SAME_PRICES, 0)] * 6]
    trials = sorted((*near, *far), key=lambda one: (one.measure, one.months_ahead))
    return Tested(Backtest(tuple(trials), (), False, None), scored(trials, LEVELS, 8, 0.10))


def _paths(months: int, factor: float, more: float = 0.0, kept: float = 0.0) -> dict[str, np.ndarray]:
    grown = np.arange(1, months + 1)[:, None] * (1_000 + 100 * np.arange(PATHS)) * factor
    mrr = START + grown + more
    people = np.broadcast_to(100 + np.arange(PATHS) % 3, mrr.shape)
    return {MRR: mrr, ARR: 12 * mrr, REVENUE: 1.1 * mrr, KEPT: mrr + kept, CUSTOMERS: people}


def _outlook(paths: dict[str, np.ndarray], asked: Asked) -> Outlook:
    fans = {name: outlook.fan(series, LEVELS) for name, series in paths.items()}
    target = asked.target_usd
    return Outlook(
        fans=fans,
        by_persona={name: _parts(paths[name], PERSONAS) for name in DIVIDED},
        by_tier={name: _parts(paths[name], TIERS) for name in DIVIDED},
        reached=None if target is None else outlook.reached(paths[MRR], float(target), START),
    )


def _parts(series: np.ndarray, names: tuple[str, ...]) -> dict[str, outlook.Fan]:
    whole = sum(range(1, len(names) + 1))
    return {name: outlook.fan(series * (place + 1) / whole, LEVELS) for place, name in enumerate(names)}


def _tornado(months: int) -> Tornado:
    middle = START + months * 3_000
    bars = (
        Bar("arrivals_per_month.seller", "estimated", 2.5, 6.0, middle - 20_000, middle + 30_000),
        Bar("churn", "chosen", 0.8, 1.2, middle + 12_000, middle - 15_000),
        Bar("churn_per_month.seller_3pi", "assumed", 0.006, 0.030, middle + 4_000, middle - 6_000),
        *(Bar(f"churn_per_month.{key}", "assumed", 0.0, 0.1, middle + 1, middle - 1) for key in PERSONAS),
        *(Bar(f"annual_share.{tier}", "estimated", 0.0, 0.1, middle, middle) for tier in TIERS),
    )
    return Tornado(middle, bars)


def _bridge(factor: float, more: float = 0.0) -> Bridge:
    """Who comes brings $90,000 times a factor and leaving takes $18,000; prices add what a scenario does."""
    steps = {**dict.fromkeys(STEPS, 0.0), "newcomers": 90_000.0 * factor, "leaving": -18_000.0, "prices": more}
    return Bridge(START, steps, START + sum(steps.values()))


def _moves(months: int) -> ExpectedMoves:
    rows = (
        ExpectedMove(
            None, "aws_partner", ARRIVES, Often(3.0 * months, months), Often(3.5 * months, months), Often(37, 12)
        ),
        ExpectedMove("aws_partner", None, LEAVES, Often(6, 600), Often(7, 600), Often(3, 480)),
    )
    return ExpectedMoves(rows, months, 100.0, 100.0 + 3.0 * months - 6)


def _told() -> tuple[Told, ...]:
    known = Told(
        "moves", "aws_partner", ("starter",), "climbs a rung", "customer-month", 0.02, 24, 3, 100, 0.028, 0.01, 0.05
    )
    silent = replace(known, who="seller_3pi", happened=0.0, at_risk=0.0, taken=0.02)
    return (known, silent)


def _trial(measure: str, number: int) -> Trial:
    actual = 100.0 + 2 * number  # 100, 102 … 116 around a middle of 100
    bands = {0.5: Checked(actual, 100, 94, 106), 0.8: Checked(actual, 100, 86, 114), 0.9: Checked(actual, 100, 80, 120)}
    pinball = dict.fromkeys((0.05, 0.25, 0.5, 0.75, 0.95), 1.0)
    naive = dict.fromkeys(NAIVE, actual - 10)
    return Trial(measure, add_months(TODAY, number - 12), 3, actual, bands, 4.0, pinball, (0.5, 0.6), naive)
