"""What may come of today's customers, asked of a desk: what a reader asks, and everything that is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lib.catalog.scenario import Scenario
from lib.desk.forecast_bridge import Bridges, bridges
from lib.desk.forecast_grounds import Grounds
from lib.desk.forecast_notes import cautions, changes_prices, notes
from lib.forecast.asking import check_asked
from lib.forecast.backtest import Backtest, backtest
from lib.forecast.break_even import ANSWERS, BreakEven, break_even
from lib.forecast.expected_moves import ExpectedMoves, expected_moves
from lib.forecast.levers import CLIMBS, Levers, pulled
from lib.forecast.naive import SAME_PRICES
from lib.forecast.outlook import Fan, Odds, Reached, fan, fans, odds, reached
from lib.forecast.parameters import Parameters
from lib.forecast.paths import Paths
from lib.forecast.posterior import draw, mean
from lib.forecast.remade import remade
from lib.forecast.run import World, expected, expected_with_flows
from lib.forecast.scored import Scored, scored, widenings
from lib.forecast.told import Told, told
from lib.forecast.tornado import Tornado, joined, tornado, turned_beliefs, turned_levers, unseen
from lib.forecast.widening import widened, widened_paths
from lib.manifest import Manifest, fingerprint
from lib.segments import LADDER, PERSONAS

if TYPE_CHECKING:
    from lib.desk.desk import Desk

MRR, ARR, REVENUE, KEPT, CUSTOMERS = MEASURES = ("mrr", "arr", "revenue", "kept", "customers")
DIVIDED = (MRR, ARR, CUSTOMERS)  # by persona and by tier; overage is forecast as a whole
# Whose past bands say how wide a fan must be: a price we changed since is a choice, and no error of the forecast.
# What has no record of its own, overage, fees, a persona, a tier, takes that of the whole it is a part of.
TESTED_AS = {MRR: SAME_PRICES, ARR: SAME_PRICES, REVENUE: SAME_PRICES, KEPT: SAME_PRICES, CUSTOMERS: CUSTOMERS}
MONTHS_PER_YEAR = 12
TURNED = (
    *(f"arrivals.{rung}" for rung in LADDER),
    *(f"climbs.{rung}" for rung in CLIMBS),
    "tier_ups",
    "tier_downs",
    "churn",
)
NEUTRAL = Levers()
Floats = NDArray[np.float64]
Progress = Callable[[float], bool]


@dataclass(frozen=True)
class Asked:
    """How far ahead, on how many paths, with which levers and scenarios, and which MRR is to be reached."""

    months: int
    paths: int
    levers: Levers = NEUTRAL
    scenarios: tuple[Scenario, ...] = ()
    target_usd: Decimal | None = None

    @property
    def is_moved(self) -> bool:
        """Whether there is anything to hold against the baseline."""
        return bool(self.scenarios) or not self.levers.are_neutral


@dataclass(frozen=True, eq=False)
class Outlook:
    """One world: a fan of every measure, and of those that are divided by persona and by tier; when a target is met."""

    fans: Mapping[str, Fan]
    by_persona: Mapping[str, Mapping[str, Fan]]
    by_tier: Mapping[str, Mapping[str, Fan]]
    reached: Reached | None


@dataclass(frozen=True, eq=False)
class Tested:
    """Forecasts of the past: every trial, and what they add up to by measure and months ahead."""

    backtest: Backtest
    scored: tuple[Scored, ...]

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits of how every past band did."""
        return fingerprint([astuple(band) for row in self.scored for band in row.bands.values()])

    @property
    def is_widening(self) -> bool:
        """Whether the past asks for wider bands than the paths have."""
        telling = set(TESTED_AS.values())
        return any(band.is_widened for row in self.scored if row.measure in telling for band in row.bands.values())


@dataclass(frozen=True, eq=False)
class Foretold:
    """The answer. `odds` and `proposal` are None where nothing is moved; `odds` is by measure.

    `is_widened` says that the bands and a target's months are as much wider as the test of the past asks for;
    `cautions` are what the answer takes for granted of what was asked; `is_unanswered`, that prices change and neither
    churn nor arrivals are turned. What matters most, the bridge and the expected moves take their time and are looked
    at rarely: they are worked out where somebody does.
    """

    asked: Asked
    months: tuple[date, ...]
    paths: int
    is_part: bool
    baseline: Outlook
    proposal: Outlook | None
    odds: Mapping[str, Odds] | None
    swings: Callable[[], Tornado] = field(repr=False)
    going: Callable[[], ExpectedMoves] = field(repr=False)
    answering: Callable[[], BreakEven | None] = field(repr=False)
    bridging: Callable[[], Bridges] = field(repr=False)
    told: tuple[Told, ...]
    notes: tuple[str, ...]
    is_widened: bool
    manifest: Manifest
    seed: int
    cautions: tuple[str, ...] = ()
    is_unanswered: bool = False

    @cached_property
    def tornado(self) -> Tornado:
        """Expected MRR at the horizon with each belief and lever at both ends of its range."""
        return self.swings()

    @cached_property
    def break_even(self) -> BreakEven | None:
        """Which answer of customers would undo what other prices bring; None where they are not other prices."""
        return self.answering()

    @cached_property
    def bridges(self) -> Bridges:
        """From today's MRR to the mean of the last month, step by step."""
        return self.bridging()

    @cached_property
    def moves(self) -> ExpectedMoves:
        """Every possible move as it is expected, as believed alone, and as it was seen."""
        return self.going()


def foretell(desk: Desk, asked: Asked, progress: Progress, past: Tested | None = None) -> Foretold:
    """What may come, on as many paths as are asked for; fewer, and marked as a part, where progress says to stop.

    What lies beyond the settings is refused. With the test of the past, bands that failed there come back wider,
    and a target's months with them.
    Baseline and proposal walk on the same luck.
    """
    on = desk.forecast_grounds
    check_asked(asked.months, asked.paths, asked.levers, on.settings)
    worlds = [_world(desk, on, NEUTRAL, ()), *([_world(desk, on, asked.levers, asked.scenarios)] * asked.is_moved)]
    walked = on.walked(worlds, asked.months, asked.paths, progress)
    seen = [_outlook(on, asked, paths, past) for paths in walked]
    moved = len(walked) > 1
    return Foretold(
        asked=asked,
        months=walked[0].months,
        paths=walked[0].paths,
        is_part=walked[0].is_part,
        baseline=seen[0],
        proposal=seen[1] if moved else None,
        odds=_odds(on, *walked) if moved else None,
        swings=partial(_tornado, on, asked, worlds[-1]),
        going=partial(_moves, on, asked, worlds[-1]),
        answering=partial(_break_even, on, asked, worlds),
        bridging=partial(bridges, on, asked.months, asked.levers, worlds),
        told=told(on.known),
        notes=notes(desk, on, asked),
        is_widened=past is not None and past.is_widening,
        manifest=_manifest(desk, on, asked, walked[0], past),
        seed=on.settings.run.seed,
        cautions=tuple(cautions(desk, on, asked)),
        is_unanswered=changes_prices(desk, on, asked) and not asked.levers.answer_a_price,
    )


def tested(desk: Desk, progress: Progress) -> Tested:
    """The forecast made again from what was known in each past month; a part of it where progress says to stop."""
    on = desk.forecast_grounds
    how = on.settings.backtest
    again = remade(on.assumptions, on.ladder, how.paths, on.settings.run.seed)
    made = backtest(on.panel, again, how.horizons, on.settings.levels, how.least_history, progress)
    return Tested(made, scored(made.trials, on.settings.levels, how.fewest_origins, how.fails_below))


def series(paths: Paths, measure: str) -> Floats:
    """Months × paths of one measure: USD a month, ARR a year; customers whole."""
    if measure == ARR:
        return MONTHS_PER_YEAR * paths.mrr
    found: Floats = getattr(paths, measure)
    return found


def _world(desk: Desk, on: Grounds, levers: Levers, scenarios: Sequence[Scenario]) -> World:
    def drawn(dice: np.random.Generator, paths: int) -> Parameters:
        return pulled(draw(on.known, dice, paths), levers, on.ladder)

    return World(drawn, on.priced(desk, scenarios).money, on.coming)


def _outlook(on: Grounds, asked: Asked, paths: Paths, past: Tested | None) -> Outlook:
    levels, fewest = on.settings.levels, on.settings.backtest.fewest_origins
    parts = {
        "persona": (paths.mrr_by_persona, paths.customers_by_persona, PERSONAS),
        "tier": (paths.mrr_by_tier, paths.customers_by_tier, on.ladder.tiers),
    }
    held = partial(_fan, past=past, fewest=fewest)
    divided = {
        name: {
            measure: {key: held(measure, drawn) for key, drawn in fans(series, names, levels).items()}
            for measure, series in ((MRR, mrr), (ARR, MONTHS_PER_YEAR * mrr), (CUSTOMERS, people))
        }
        for name, (mrr, people, names) in parts.items()
    }
    return Outlook(
        fans={measure: held(measure, fan(series(paths, measure), levels)) for measure in MEASURES},
        by_persona=divided["persona"],
        by_tier=divided["tier"],
        reached=_reached(on, asked, paths, past),
    )


def _fan(measure: str, drawn: Fan, past: Tested | None, fewest: int) -> Fan:
    """The fan as drawn, or as much wider as forecasts of the same measure lacked in the past."""
    if past is None:
        return drawn
    return widened(drawn, widenings(past.scored, TESTED_AS[measure]), fewest)


def _reached(on: Grounds, asked: Asked, paths: Paths, past: Tested | None) -> Reached | None:
    """When the target is reached, on paths as far apart as the bands of MRR are wide."""
    if asked.target_usd is None:
        return None
    wider = () if past is None else widenings(past.scored, TESTED_AS[MRR])
    apart = widened_paths(paths.mrr, wider, on.settings.backtest.fewest_origins)
    at_hand = sum(row.mrr for row in on.panel.at(on.start.month) if row.mrr is not None)
    return reached(apart, float(asked.target_usd), float(at_hand))


def _odds(on: Grounds, baseline: Paths, proposal: Paths) -> Mapping[str, Odds]:
    levels = on.settings.levels
    return {measure: odds(series(baseline, measure), series(proposal, measure), levels) for measure in MEASURES}


def _break_even(on: Grounds, asked: Asked, worlds: Sequence[World]) -> BreakEven | None:
    """Where what other prices alone bring is gone, if customers answer them with churn or stay away.

    The levers are moved in both worlds: what they bring is no merit of the prices.
    """
    today, proposal = worlds[0], worlds[-1]
    if not proposal.money.differs_from(today.money):
        return None

    def mrr(world: World, parameters: Parameters) -> Floats:
        return expected(parameters, on.start, asked.months, world.money, world.coming).mrr

    best, reaches = mean(on.known), {answer: astuple(on.settings.levers[answer]) for answer in ANSWERS}
    pulled_best = pulled(best, asked.levers, on.ladder)
    at_todays_prices = float(mrr(today, pulled_best)[-1, 0])
    return break_even(pulled_best, on.ladder, reaches, at_todays_prices, partial(mrr, proposal))


def _tornado(on: Grounds, asked: Asked, world: World) -> Tornado:
    """Every belief at both ends of its range, then every lever, in the world that is asked for."""
    pull = partial(pulled, levers=asked.levers, ladder=on.ladder)
    best = pull(mean(on.known))
    beliefs = [
        replace(one, at={end: pull(found) for end, found in one.at.items()})
        for one in turned_beliefs(on.assumptions, on.known)
    ]
    levers = turned_levers(best, on.ladder, _lever_ranges(on))

    def expected_mrr(parameters: Parameters) -> Floats:
        return expected(parameters, on.start, asked.months, world.money, world.coming).mrr

    return tornado(best, [*beliefs, *levers], expected_mrr)


def _lever_ranges(on: Grounds) -> Mapping[str, tuple[float, float]]:
    swing = float(on.settings.lever_swing)
    return dict.fromkeys(TURNED, (1 - swing, 1 + swing))


def _moves(on: Grounds, asked: Asked, world: World) -> ExpectedMoves:
    """Every possible move as it is expected in the world that is asked for, as believed alone, and as it was seen."""
    both = pulled(joined([mean(on.known), mean(unseen(on.known))]), asked.levers, on.ladder)
    flows = expected_with_flows(both, on.start, asked.months, world.money, world.coming)[1]
    return expected_moves(flows, both, on.start, on.counted)


def _manifest(desk: Desk, on: Grounds, asked: Asked, walked: Paths, past: Tested | None) -> Manifest:
    return replace(
        desk.manifest(*asked.scenarios),
        months=asked.months,
        seed=on.settings.run.seed,
        paths=walked.paths,
        part_of=asked.paths if walked.is_part else None,
        levers=asked.levers.turned or None,
        target_usd=None if asked.target_usd is None else str(asked.target_usd),
        widened=None if past is None else past.fingerprint,
    )
