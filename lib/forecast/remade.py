"""The forecast as it would have been made in the past: the same model, from a panel cut off at that month's end.

Nothing stands in for what was not kept: there is no pipeline of the day, so arrivals come at the counted rate, and no
price list of the day, so everybody pays what those in the same place paid. The beliefs are today's: they were not
written down then, and where one was written with the past in view a backtest flatters it.
"""

from __future__ import annotations

import numpy as np

from lib.forecast.backtest import Forecaster, Foretold
from lib.forecast.beliefs import Assumptions
from lib.forecast.coming import no_pipeline
from lib.forecast.counted import counted
from lib.forecast.ladder import Ladder
from lib.forecast.naive import CUSTOMERS, MRR
from lib.forecast.panel import Panel
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import draw, posterior
from lib.forecast.run import World, run
from lib.forecast.standing import money_of, standing
from lib.forecast.start import Start


def remade(assumptions: Assumptions, ladder: Ladder, paths: int, seed: int) -> Forecaster:
    """A forecaster for `backtest`: so many paths from each origin, each origin with luck of its own from the seed."""

    def foretell(known: Panel, months: int) -> Foretold:
        last = known.months[-1]
        rows = known.at(last)
        believed = posterior(assumptions, counted(known, ladder), ladder)

        def drawn(rng: np.random.Generator, how_many: int) -> Parameters:
            return draw(believed, rng, how_many)

        world = World(drawn, money_of(rows, ladder, months), no_pipeline(months))
        start = Start(ladder, last, standing(rows, ladder))
        (walked,) = run([world], start, months, paths, seed_of(seed, last.toordinal()), block=paths)
        return {MRR: walked.mrr, CUSTOMERS: walked.customers}

    return foretell


def seed_of(seed: int, origin: int) -> int:
    """A seed of its own for each origin, the same whichever other origins are tried."""
    return int(np.random.SeedSequence(seed, spawn_key=(origin,)).generate_state(1)[0])
