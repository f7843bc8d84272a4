"""The sample's own forecast, as the desk would make it: its customers, history, prices and pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from lib.desk import Desk
from lib.desk.forecast_deals import who_comes
from lib.desk.forecast_grounds import settings
from lib.desk.forecast_money import Ready, priced, ready
from lib.desk.panels import panel
from lib.forecast.coming import Coming
from lib.forecast.counted import counted
from lib.forecast.ladder import Ladder, ladder
from lib.forecast.levers import Levers, pulled
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import Posterior, draw, posterior
from lib.forecast.prices import Money
from lib.forecast.run import World
from lib.forecast.standing import standing
from lib.forecast.start import Start

SNAPSHOTS = Path(__file__).parents[2] / "var" / "snapshots" / "warehouse"
SEED = 20261031
DRAWS = 400  # of a tier's mean overage


@dataclass(frozen=True, eq=False)
class Sample:
    """The sample at its last recorded month, ready for so many months to come."""

    desk: Desk
    known: Posterior
    start: Start
    made: Ready
    coming: Coming
    baseline: Money
    block: int

    @property
    def ladder(self) -> Ladder:
        """States and moves of the sample's book and rails."""
        return self.start.ladder

    def world(self, scenarios: Sequence[str] = (), levers: Levers | None = None) -> World:
        """Prices of today or under scenarios, our history with levers pulled or without."""
        chosen = [self.desk.scenario(name) for name in scenarios]
        money = priced(self.desk, self.made, chosen).money if chosen else self.baseline
        return World(partial(self._drawn, levers or Levers()), money, self.coming)

    def _drawn(self, levers: Levers, dice: np.random.Generator, paths: int) -> Parameters:
        return pulled(draw(self.known, dice, paths), levers, self.ladder)


def sample(months: int) -> Sample:
    """Open the sample's warehouse and make all that a run needs."""
    return made_of(Desk.open(SNAPSHOTS), months)


def made_of(desk: Desk, months: int) -> Sample:
    """All that a run on a desk needs."""
    graph = ladder(tuple(sorted(desk.book.tiers, key=lambda key: desk.book.tiers[key].rank)), tuple(desk.rails))
    history = panel(desk)
    month = history.months[-1]
    rows = history.at(month)
    start = Start(graph, month, standing(rows, graph))
    made = ready(desk, graph, rows, months, seed=SEED, draws=DRAWS)
    known = posterior(desk.assumptions, counted(history, graph), graph)
    coming = who_comes(desk, start.months(months)).coming
    block = settings(desk).run.block
    return Sample(desk, known, start, made, coming, priced(desk, made).money, block)
