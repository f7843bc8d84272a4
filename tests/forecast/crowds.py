"""Small worlds for the engine: a ladder of two tiers on two rails, its parameters, prices and a start."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from lib.forecast.coming import Coming, no_pipeline
from lib.forecast.ladder import BANDS, COHORTS, RUNGS, TERMS, Ladder, ladder
from lib.forecast.parameters import Parameters
from lib.forecast.prices import Money
from lib.forecast.run import World
from lib.forecast.start import Start
from lib.segments import PERSONAS

SMALL = ladder(("starter", "command"), ("stripe", "aws"))
MONTHS = 14


def parameters(graph: Ladder, paths: int, moving: float = 0.05, **changes: Any) -> Parameters:
    """Every possible move as likely, monthly hazard 6 %, half of annual contracts renewed; known, not drawn."""
    tiers, rails = len(graph.tiers), len(graph.rails)
    leaving = np.zeros((len(PERSONAS), len(TERMS), len(BANDS), paths))
    leaving[:, 0], leaving[:, 1] = 0.06, 0.5
    made = Parameters(
        moves=np.full((len(graph.moves), paths), moving),
        leaving=leaving,
        arrivals=np.tile(np.array([1.0, 2.0, 0.5, 1.5, 0.2])[:, None], paths),
        dispersion=np.full((len(RUNGS), paths), 3.0),
        third_party=np.full(paths, 0.25),
        landing=np.full((len(PERSONAS), tiers, len(TERMS), paths), 1 / (tiers * len(TERMS))),
        rail_share=np.full((len(RUNGS), rails, paths), 1 / rails),
    )
    return replace(made, **changes)


def drawn(graph: Ladder, dice: np.random.Generator, paths: int, **factors: float) -> Parameters:
    """Parameters of each path drawn around the known ones, some multiplied by a factor."""
    known = parameters(graph, paths)
    around = {name: dice.gamma(40, 1 / 40, getattr(known, name).shape) for name in ("moves", "leaving", "arrivals")}
    return replace(known, **{name: getattr(known, name) * off * factors.get(name, 1) for name, off in around.items()})


def start(graph: Ladder, customers: int = 60, seed: int = 0) -> Start:
    """Customers of cohort `here` spread over every class and state."""
    shape = (*graph.shape, len(graph.states))
    dice = np.random.default_rng(seed)
    counts = dice.multinomial(customers, np.full(int(np.prod(shape)) // len(COHORTS), len(COHORTS) / np.prod(shape)))
    both = np.stack([counts.reshape(shape[1:]), np.zeros(shape[1:], np.int64)])
    return Start(graph, date(2026, 10, 1), both.reshape(-1, len(graph.states)))


def money(graph: Ladder, months: int = MONTHS, seed: int = 1, starts: int = 3) -> Money:
    """Prices that differ by class, state and month, whole dollars, so that sums are exact."""
    dice = np.random.default_rng(seed)
    shape = (months, int(np.prod(graph.shape)), len(graph.states))
    recurring = np.repeat(dice.integers(10, 500, (1, *shape[1:])), months, axis=0).astype(np.float64)
    recurring[months // 2 :, ::3] += 7
    return Money(
        recurring=recurring,
        overage=dice.integers(0, 20, shape).astype(np.float64),
        overage_factor=np.ones((len(graph.tiers), 7)),
        overage_cv=np.full(len(graph.tiers), 1.5),
        kept_rate=np.array([0.97, 0.95]),
        starts=starts,
    )


def world(graph: Ladder = SMALL, coming: Coming | None = None, prices: Money | None = None, **factors: float) -> World:
    """Drawn parameters, some multiplied by a factor, with prices and nothing in the pipeline unless given."""
    return World(
        draw_parameters=lambda dice, paths: drawn(graph, dice, paths, **factors),
        money=prices or money(graph),
        coming=coming or no_pipeline(MONTHS),
    )
