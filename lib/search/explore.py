"""The search itself: an even cloud, evolution from its best, a look past each binding constraint, clean prices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution
from scipy.stats import qmc

from lib.catalog.scenario import ScenarioError, overlaid
from lib.search.answer import Answer, Binding, Candidate, Excluded, Proposal, Range
from lib.search.clean import variants
from lib.search.constraints import SLACK, Constraint
from lib.search.features import Array
from lib.search.front import not_dominated, spread
from lib.search.prices import overlay_of
from lib.search.problem import Evaluated, Problem

Progress = Callable[[float], bool]
Places = NDArray[np.int64]
Clean = tuple[Decimal, ...]
INFEASIBLE = (
    1e3  # an infeasible list costs this much more than any feasible one: Deb's rule, in units of today's revenue
)

# How a list is bred from others. Of nine ways tried on 5,000 synthetic customers with ten free prices, this one came
# nearest to what eight times as many candidates found: within 0.1 % of revenue from each of three seeds.
BREEDING = MappingProxyType({"strategy": "currenttobest1bin", "mutation": (0.3, 0.8), "recombination": 0.9})


class _Stopped(Exception):
    """Somebody asked the search to stop."""


@dataclass(frozen=True)
class _Relaxed:
    """One constraint given some more room, and how much."""

    place: int
    room: float


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
        return _answer(exploring, stopped=True)
    return _answer(exploring, stopped=False)


class _Exploring:
    """Everything tried so far, in the order in which it was tried."""

    def __init__(self, problem: Problem, progress: Progress) -> None:
        self.problem, self.progress, self.run = problem, progress, problem.settings.run
        self.lots: list[Evaluated] = []
        self.tried = self.spread = 0
        self.planned = 1 + self.run.cloud + self.run.refine + self.run.relax + _cleaned(problem)
        self.relaxed: dict[int, _Relaxed] = {}
        self.cleaned: dict[Clean, int] = {}
        self._evaluate(problem.world.baseline[None, :], is_told=False)

    @property
    def pool(self) -> Evaluated:
        """Every candidate tried."""
        if len(self.lots) > 1:
            self.lots = [Evaluated.joined(self.lots)]
        return self.lots[0]

    def cloud(self) -> None:
        """Candidates spread evenly over the box."""
        world, run = self.problem.world, self.run
        points = qmc.Sobol(len(world.low), rng=np.random.default_rng(run.seed)).random(run.cloud)
        self._evaluate(world.low + points * (world.high - world.low))

    def evolve(self) -> None:
        """Differential evolution from the best so far, towards more revenue within the constraints."""
        world = self.problem.world
        self._evolve(self.run.refine, world.low, world.high, None, self.run.seed + 1)

    def relax(self) -> None:
        """Past each constraint that binds at the best list: what a little more room for it would bring."""
        decided = self.problem.constraints
        while (at := next(self._untried(), None)) is not None:
            room = _Relaxed(at, max(self.run.relaxed_by, decided[at].step))
            low, high = self._wider(decided[at], room.room)
            self._evolve(self.run.relax, low, high, room, self.run.seed + 2 + at)
            self.relaxed[at] = room

    def _untried(self) -> Iterator[int]:
        """The constraints that bind at the best list so far, and have not been given more room yet."""
        best = _best(self.pool)
        for at, one in enumerate(self.problem.constraints if best is not None else ()):
            if at not in self.relaxed and _binds(one, float(self.pool.spare[best, at]), self.run.binding_within):
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

    def _wider(self, constraint: Constraint, room: float) -> tuple[Array, Array]:
        """The box, wider for the price whose cap is relaxed."""
        world, low, high = self.problem.world, self.problem.world.low.copy(), self.problem.world.high.copy()
        if constraint.price is not None:
            at = constraint.price
            low[at] = max(low[at] - room * world.baseline[at], 0.0)
            high[at] += room * world.baseline[at]
        return low, high

    def _evolve(self, budget: int, low: Array, high: Array, relaxed: _Relaxed | None, seed: int) -> None:
        size = self.run.population
        if budget < 2 * size:
            return
        start = self._start(size, low, high, relaxed)
        differential_evolution(
            lambda columns: self._costs(self._evaluate(columns.T), relaxed),
            np.stack([low, high], axis=1),
            init=start,
            maxiter=budget // size - 1,
            tol=0,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=np.random.default_rng(seed),
            **BREEDING,
        )

    def _start(self, size: int, low: Array, high: Array, relaxed: _Relaxed | None) -> Array:
        """The lists that evolution starts from: the cheapest so far; half of them at the bound of a relaxed cap."""
        pool = self.pool
        costs = self._costs(pool, relaxed)
        start: Array = pool.prices[np.resize(np.argsort(costs, kind="stable")[:size], size)].copy()
        at = self.problem.constraints[relaxed.place].price if relaxed else None
        if at is not None:
            world, best = self.problem.world, start[0, at]
            start[::2, at] = high[at] if world.high[at] - best < best - world.low[at] else low[at]
        return np.clip(start, low, high)

    def _costs(self, tried: Evaluated, relaxed: _Relaxed | None) -> Array:
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
            if is_told and not self.progress(min(self.tried / self.planned, 1.0)):
                raise _Stopped
        return Evaluated.joined(found)


def _cleaned(problem: Problem) -> int:
    """About how many clean lists will be measured."""
    run = problem.settings.run
    return 4 * run.shortlist * run.clean_tries


def _best(pool: Evaluated) -> int | None:
    """The place of the feasible candidate with the most revenue; the earliest of equals."""
    places = np.flatnonzero(pool.feasible)
    return int(places[pool.revenue[places].argmax()]) if places.size else None


def _binds(constraint: Constraint, spare: float, within: float) -> bool:
    """Whether next to nothing is left: less than the tolerance, or than one more customer."""
    return bool(spare < max(within, constraint.step - SLACK))


def _sources(pool: Evaluated, count: int) -> list[int]:
    """Which candidates to round: feasible ones near the best, at ever wider steps further down, and from the front."""
    feasible = np.flatnonzero(pool.feasible)
    if not feasible.size:
        return []
    ranked = feasible[np.argsort(-pool.revenue[feasible], kind="stable")]
    steps = np.unique(np.geomspace(1, ranked.size, 3 * count).astype(int)) - 1
    front = _front(pool)
    few = front[np.unique(np.linspace(0, front.size - 1, count).astype(int))]
    return list(dict.fromkeys([*ranked[steps].tolist(), *few.tolist()]))


def _front(pool: Evaluated) -> Places:
    """The feasible candidates that no other beats in revenue, customers up and sharpest rise at once; richest first."""
    feasible = np.flatnonzero(pool.feasible)
    costs = np.stack([-pool.revenue, pool.share_up, pool.sharpest_rise], axis=1)[feasible]
    front = feasible[not_dominated(costs)]
    return front[np.argsort(-pool.revenue[front], kind="stable")]


def _region(pool: Evaluated, share: float) -> Places:
    """The feasible candidates within a share of the most revenue."""
    best = _best(pool)
    if best is None:
        return np.zeros(0, np.int64)
    most = pool.revenue[best]
    return np.flatnonzero(pool.feasible & (pool.revenue >= most - share * abs(most)))


def _answer(exploring: _Exploring, stopped: bool) -> Answer:
    problem, pool, run = exploring.problem, exploring.pool, exploring.run
    best, region = _best(pool), _region(pool, run.region)
    spread_evenly = pool.feasible[1 : 1 + run.cloud]
    return Answer(
        baseline=_candidate(problem, pool, 0),
        region=_ranges(problem, pool.prices[region]),
        region_size=len(region),
        most_revenue=None if best is None else float(pool.revenue[best]),
        front=tuple(_candidate(problem, pool, at) for at in _front(pool).tolist()),
        binding=_binding(exploring, best),
        shortlist=_shortlist(exploring),
        undecided=problem.undecided,
        excluded=_excluded(problem, pool) if best is None else None,
        share_feasible=float(spread_evenly.mean()) if spread_evenly.size else 0.0,
        evaluations=exploring.tried,
        seed=run.seed,
        stopped=stopped,
    )


def _candidate(problem: Problem, pool: Evaluated, at: int) -> Candidate:
    names = [one.name for one in problem.constraints]
    return Candidate(
        prices={price.name: float(value) for price, value in zip(problem.prices, pool.prices[at], strict=True)},
        revenue=float(pool.revenue[at]),
        share_up=float(pool.share_up[at]),
        sharpest_rise=float(pool.sharpest_rise[at]),
        measures=dict(zip(names, pool.values[at].tolist(), strict=True)),
        spare=dict(zip(names, pool.spare[at].tolist(), strict=True)),
    )


def _ranges(problem: Problem, prices: Array) -> tuple[Range, ...]:
    if not len(prices):
        return ()
    bounds = zip(problem.prices, prices.min(axis=0).tolist(), prices.max(axis=0).tolist(), strict=True)
    return tuple(Range(price.name, float(price.baseline), low, high) for price, low, high in bounds)


def _binding(exploring: _Exploring, best: int | None) -> tuple[Binding, ...]:
    """The constraints that bind at the best list, and what relaxing each was found to bring."""
    if best is None:
        return ()
    pool, run, found = exploring.pool, exploring.run, []
    for at, one in enumerate(exploring.problem.constraints):
        if _binds(one, float(pool.spare[best, at]), run.binding_within):
            room = exploring.relaxed.get(at)
            relaxed = max(run.relaxed_by, one.step)
            gain = _gain(pool, room, float(pool.revenue[best])) if room else None
            value = float(pool.values[best, at])
            found.append(Binding(one.name, one.words, value, one.limit, one.margin, relaxed, gain))
    return tuple(found)


def _gain(pool: Evaluated, relaxed: _Relaxed, most: float) -> float:
    """How much more the best list brings, of all tried, once one constraint has more room."""
    spare = pool.spare.copy()
    spare[:, relaxed.place] += relaxed.room
    kept = replace(pool, spare=spare)
    best = _best(kept)
    return 0.0 if best is None else max(float(kept.revenue[best]) - most, 0.0)


def _shortlist(exploring: _Exploring) -> tuple[Proposal, ...]:
    """The clean lists that keep every constraint: the best, those far from it in the region, then the next best."""
    problem, pool, count = exploring.problem, exploring.pool, exploring.run.shortlist
    kept = {at: one for one, at in exploring.cleaned.items() if pool.feasible[at] and _is_a_book(problem, one)}
    if not kept:
        return ()
    ranked = sorted(kept, key=lambda at: (-pool.revenue[at], at))
    most = float(pool.revenue[ranked[0]])
    near = [at for at in ranked if pool.revenue[at] >= most - exploring.run.region * abs(most)]
    far = spread(pool.prices[near] / problem.world.baseline, 0, count)
    chosen = list(dict.fromkeys([*(near[at] for at in far), *ranked]))[:count]
    return tuple(_proposal(problem, pool, at, kept[at]) for at in sorted(chosen, key=ranked.index))


def _is_a_book(problem: Problem, values: Sequence[Decimal]) -> bool:
    """Whether the overlay of a clean list is a book that the catalog accepts."""
    try:
        overlaid(problem.book, overlay_of(problem.book, problem.prices, values), "a clean price list")
    except ScenarioError:
        return False
    return True


def _proposal(problem: Problem, pool: Evaluated, at: int, values: Clean) -> Proposal:
    named = {price.name: value for price, value in zip(problem.prices, values, strict=True)}
    return Proposal(named, overlay_of(problem.book, problem.prices, values), _candidate(problem, pool, at))


def _excluded(problem: Problem, pool: Evaluated) -> Excluded:
    """Which constraints leave nothing: one after the other is left out while the rest still exclude every candidate."""
    broken = pool.spare < -SLACK
    together = list(range(broken.shape[1]))
    for at in range(broken.shape[1]):
        rest = [other for other in together if other != at]
        if rest and broken[:, rest].any(axis=1).all():
            together = rest
    nearest = int(np.maximum(-pool.spare, 0).sum(axis=1).argmin())
    names = [one.name for one in problem.constraints]
    missed = {names[at]: float(-pool.spare[nearest, at]) for at in np.flatnonzero(broken[nearest]).tolist()}
    return Excluded(tuple(names[at] for at in together), _candidate(problem, pool, nearest), missed)
