"""The search itself: an even cloud, evolution from its best, a look past each binding constraint, clean prices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

import numpy as np
from scipy.optimize import differential_evolution
from scipy.stats import qmc

from lib.search.answer import Answer, Clean, Found, answer
from lib.search.clean import variants
from lib.search.constraints import SLACK, Constraint
from lib.search.features import Array
from lib.search.pool import Relaxed, best_of, binds, front_of
from lib.search.problem import Evaluated, Problem

Progress = Callable[[float], bool]
Box = tuple[Array, Array]  # the lowest and the highest of every price

# An infeasible list costs this much more than any feasible one, in units of today's revenue: Deb's rule.
INFEASIBLE = 1e3

# How a list is bred from others. Of nine ways tried on 5,000 synthetic customers with ten free prices, this one came
# nearest to what eight times as many candidates found: within an eighth of a per cent from each of three seeds.
BREEDING = MappingProxyType({"strategy": "currenttobest1bin", "mutation": (0.3, 0.8), "recombination": 0.9})


class _Stopped(Exception):
    """Somebody asked the search to stop."""


def search(problem: Problem, progress: Progress = lambda _: True) -> Answer:
    """A problem → what was found; the same seed finds the same, to the last digit.

    `progress` is told the share that is done after every batch and answers whether to go on; where it says no, the
    answer holds what was found so far and is marked as stopped.
    """
    exploring = _Exploring(problem, progress)
    try:
        exploring.cloud()
        exploring.evolve()
        exploring.clean()
        exploring.relax()
    except _Stopped:
        return answer(exploring.found(stopped=True))
    return answer(exploring.found(stopped=False))


class _Exploring:
    """Everything tried so far, in the order in which it was tried."""

    def __init__(self, problem: Problem, progress: Progress) -> None:
        self.problem, self.progress, self.run = problem, progress, problem.settings.run
        self.lots: list[Evaluated] = []
        self.tried, self.told = 0, 0.0
        self.planned = 1 + self.run.cloud + self.run.refine + self.run.relax + _cleaned(problem)
        self.relaxed: dict[int, Relaxed] = {}
        self.cleaned: dict[Clean, int] = {}
        self._evaluate(problem.world.baseline[None, :], is_told=False)

    @property
    def pool(self) -> Evaluated:
        """Every candidate tried."""
        if len(self.lots) > 1:
            self.lots = [Evaluated.joined(self.lots)]
        return self.lots[0]

    def found(self, stopped: bool) -> Found:
        """What has been tried, for the answer."""
        return Found(self.problem, self.pool, self.relaxed, self.cleaned, self.planned, stopped)

    def cloud(self) -> None:
        """Candidates spread evenly over the box."""
        world, run = self.problem.world, self.run
        points = qmc.Sobol(len(world.low), rng=np.random.default_rng(run.seed)).random(run.cloud)
        self._evaluate(world.low + points * (world.high - world.low))

    def evolve(self) -> None:
        """Differential evolution from the best so far, towards more revenue within the constraints."""
        world = self.problem.world
        self._evolve(self.run.refine, (world.low, world.high), None, self.run.seed + 1)

    def relax(self) -> None:
        """Past each constraint that binds at the best list: what a little more room for it would bring."""
        decided = self.problem.constraints
        self.planned = max(self.tried + len(list(self._untried())) * self.run.relax, 1)
        while (at := next(self._untried(), None)) is not None:
            room = Relaxed(at, max(self.run.relaxed_by, decided[at].step))
            box = self._wider(decided[at], room.room)
            self._evolve(self.run.relax, box, room, self.run.seed + 2 + at)
            self.relaxed[at] = room

    def _untried(self) -> Iterator[int]:
        """The constraints that bind at the best list so far, and have not been given more room yet."""
        best = best_of(self.pool)
        for at, one in enumerate(self.problem.constraints if best is not None else ()):
            if at not in self.relaxed and binds(one, float(self.pool.spare[best, at]), self.run.binding_within):
                yield at

    def clean(self) -> None:
        """The best lists, and others further down, rounded to clean prices and measured again."""
        problem, run = self.problem, self.run
        lists: dict[Clean, None] = {}
        for number, at in enumerate(_sources(self.pool, run.shortlist)):
            near = variants(
                problem.book,
                problem.prices,
                problem.settings.endings,
                self.pool.prices[at],
                run.clean_tries,
                run.seed + number,
            )
            lists.update(dict.fromkeys(near))
        first = self.tried
        if lists:
            self._evaluate(np.array([[float(value) for value in one] for one in lists]))
        self.cleaned = {one: first + number for number, one in enumerate(lists)}

    def _wider(self, constraint: Constraint, room: float) -> Box:
        """The box, wider for the price whose cap is relaxed."""
        world, low, high = self.problem.world, self.problem.world.low.copy(), self.problem.world.high.copy()
        if constraint.price is not None:
            at = constraint.price
            low[at] = max(low[at] - room * world.baseline[at], low[at] / 2)
            high[at] += room * world.baseline[at]
        return low, high

    def _evolve(self, budget: int, box: Box, relaxed: Relaxed | None, seed: int) -> None:
        """As many generations of the population as the budget allows, from the cheapest so far."""
        size = self.run.population
        if budget < 2 * size:
            return
        differential_evolution(
            lambda columns: self._costs(self._evaluate(columns.T), relaxed),
            np.stack(box, axis=1),
            init=self._start(size, box, relaxed, seed),
            maxiter=budget // size - 1,
            tol=0,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=np.random.default_rng(seed),
            **BREEDING,
        )

    def _start(self, size: int, box: Box, relaxed: Relaxed | None, seed: int) -> Array:
        """The lists that evolution starts from: the cheapest so far; past a constraint, half of them around the best.

        Around means within twice the room that the constraint was given: the cheapest so far all stop before it.
        """
        costs = self._costs(self.pool, relaxed)
        start: Array = self.pool.prices[np.resize(np.argsort(costs, kind="stable")[:size], size)].copy()
        if relaxed:
            moves = np.random.default_rng(seed).uniform(-2 * relaxed.room, 2 * relaxed.room, start[1::2].shape)
            start[1::2] = start[0] + moves * self.problem.world.baseline
        return np.clip(start, *box)

    def _costs(self, tried: Evaluated, relaxed: Relaxed | None) -> Array:
        """What evolution makes small: minus revenue; an infeasible list costs more than any, by how much it lacks."""
        spare = tried.spare
        if relaxed:
            spare = spare.copy()
            spare[:, relaxed.place] += relaxed.room
        lacking = np.maximum(-spare - SLACK, 0).sum(axis=1)
        today = max(abs(float(self.lots[0].revenue[0])), 1.0)
        found: Array = np.where(lacking > 0, INFEASIBLE + lacking, -tried.revenue / today)
        return found

    def _evaluate(self, prices: Array, is_told: bool = True) -> Evaluated:
        """Measure candidates a batch at a time; after each, tell what is done and hear whether to go on."""
        found = []
        for begin in range(0, len(prices), self.run.batch):
            lot = self.problem.evaluated(np.ascontiguousarray(prices[begin : begin + self.run.batch]))
            self.lots.append(lot)
            found.append(lot)
            self.tried += len(lot.revenue)
            self.told = max(self.told, min(self.tried / self.planned, 1.0))
            if is_told and not self.progress(self.told):
                raise _Stopped
        return Evaluated.joined(found)


def _cleaned(problem: Problem) -> int:
    """About how many clean lists will be measured."""
    run = problem.settings.run
    return 4 * run.shortlist * run.clean_tries


def _sources(pool: Evaluated, count: int) -> list[int]:
    """Which candidates to round: feasible ones near the best, at ever wider steps further down, and from the front."""
    feasible = np.flatnonzero(pool.feasible)
    if not feasible.size:
        return []
    ranked = feasible[np.argsort(-pool.revenue[feasible], kind="stable")]
    steps = np.unique(np.geomspace(1, ranked.size, 3 * count).astype(int)) - 1
    front = front_of(pool)
    few = front[np.unique(np.linspace(0, front.size - 1, count).astype(int))]
    return list(dict.fromkeys([*ranked[steps].tolist(), *few.tolist()]))
