"""What a search says. It names no single best price: the surface is flat, and the shortlist is there to be rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lib.catalog.document import Document
from lib.catalog.scenario import ScenarioError, overlaid
from lib.search.constraints import SLACK, Undecided
from lib.search.features import Array
from lib.search.pool import Relaxed, best_of, binds, front_of, gain_of, region_of, spread
from lib.search.prices import overlay_of
from lib.search.problem import Evaluated, Problem
from lib.search.settings import Run

Clean = tuple[Decimal, ...]


@dataclass(frozen=True)
class Candidate:
    """One price list and what it measures: estimated revenue of the window in dollars, and who pays more.

    `share_up` is the share of customers whose bill rises at all, `sharpest_rise` the largest rise as a fraction;
    `measures` holds every decided constraint's measure by its name, and `spare` what is left before its limit.
    """

    prices: Mapping[str, float]
    revenue: float
    share_up: float
    sharpest_rise: float
    measures: Mapping[str, float]
    spare: Mapping[str, float]


@dataclass(frozen=True)
class Range:
    """Where one price lies over the whole region, beside where it is today; dollars."""

    name: str
    baseline: float
    low: float
    high: float


@dataclass(frozen=True)
class Binding:
    """A constraint with next to nothing left at the list that brings most.

    `gain` is the revenue in dollars that a short look found behind it, relaxed by `relaxed_by` with all others kept: at
    least that much, never below zero; None where the search was stopped before the look.
    """

    name: str
    words: str
    measure: float
    limit: float
    margin: float
    relaxed_by: float
    gain: float | None


@dataclass(frozen=True)
class Proposal:
    """One clean price list: its prices, the overlay that lays them over the baseline, and what the search estimates.

    The estimate ranks it; what is shown of it is rated again with the kernel.
    """

    prices: Mapping[str, Decimal]
    overlay: Document
    estimate: Candidate


@dataclass(frozen=True)
class Excluded:
    """Why nothing is feasible: constraints that no candidate tried keeps together, and the candidate nearest to it.

    None of `together` can be left out: without it some candidate would keep the rest. `broken` says by how much the
    nearest candidate misses each constraint that it breaks.
    """

    together: tuple[str, ...]
    nearest: Candidate
    broken: Mapping[str, float]


@dataclass(frozen=True)
class Answer:
    """What a search found in as many `evaluations` from one `seed`; `stopped` marks one that was told to stop, before
    about as many as were `planned`.

    `region` is the range of every price over all `region_size` candidates within the settings' share of the most
    revenue found; `share_feasible` is of the evenly spread cloud. Without a feasible candidate region, front, binding
    and shortlist are empty and `excluded` says why.
    """

    baseline: Candidate
    region: tuple[Range, ...]
    region_size: int
    most_revenue: float | None
    front: tuple[Candidate, ...]
    binding: tuple[Binding, ...]
    shortlist: tuple[Proposal, ...]
    undecided: tuple[Undecided, ...]
    excluded: Excluded | None
    share_feasible: float
    evaluations: int
    planned: int
    seed: int
    stopped: bool


@dataclass(frozen=True)
class Found:
    """Everything a search tried: the baseline first, then the cloud; which constraints were relaxed, and which of the
    candidates are clean price lists; and about how many were to be tried.
    """

    problem: Problem
    pool: Evaluated
    relaxed: Mapping[int, Relaxed]
    cleaned: Mapping[Clean, int]
    planned: int
    stopped: bool

    @property
    def run(self) -> Run:
        """How the search looked."""
        return self.problem.settings.run


def answer(found: Found) -> Answer:
    """Everything a search tried → what it says."""
    problem, pool, run = found.problem, found.pool, found.run
    best, region = best_of(pool), region_of(pool, run.region)
    spread_evenly = pool.feasible[1 : 1 + run.cloud]
    return Answer(
        baseline=_candidate(problem, pool, 0),
        region=_ranges(problem, pool.prices[region]),
        region_size=len(region),
        most_revenue=None if best is None else float(pool.revenue[best]),
        front=tuple(_candidate(problem, pool, at) for at in front_of(pool).tolist()),
        binding=_binding(found, best),
        shortlist=_shortlist(found),
        undecided=problem.undecided,
        excluded=_excluded(problem, pool) if best is None else None,
        share_feasible=float(spread_evenly.mean()) if spread_evenly.size else 0.0,
        evaluations=len(pool.revenue),
        planned=max(found.planned, len(pool.revenue)),
        seed=run.seed,
        stopped=found.stopped,
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


def _binding(found: Found, best: int | None) -> tuple[Binding, ...]:
    """The constraints that bind at the best list, and what relaxing each was found to bring."""
    if best is None:
        return ()
    pool, run, bound = found.pool, found.run, []
    for at, one in enumerate(found.problem.constraints):
        if binds(one, float(pool.spare[best, at]), run.binding_within):
            room = found.relaxed.get(at)
            relaxed = max(run.relaxed_by, one.step)
            gain = gain_of(pool, room, float(pool.revenue[best])) if room else None
            value = float(pool.values[best, at])
            bound.append(Binding(one.name, one.words, value, one.limit, one.margin, relaxed, gain))
    return tuple(bound)


def _shortlist(found: Found) -> tuple[Proposal, ...]:
    """The clean lists that keep every constraint: the best, those far from it in the region, then the next best.

    Only what is chosen is laid over the book; where the book refuses one, the choice is made again without it.
    """
    problem, pool = found.problem, found.pool
    feasible = pool.feasible
    kept = {at: one for one, at in found.cleaned.items() if feasible[at]}
    while kept:
        chosen = _chosen(found, sorted(kept, key=lambda at: (-pool.revenue[at], at)))
        refused = [at for at in chosen if not _is_a_book(problem, kept[at])]
        if not refused:
            return tuple(_proposal(problem, pool, at, kept[at]) for at in chosen)
        for at in refused:
            del kept[at]
    return ()


def _chosen(found: Found, ranked: Sequence[int]) -> list[int]:
    """Lists from the most revenue down → the best, those far from it in the region, then the next best; in order."""
    pool, count = found.pool, found.run.shortlist
    most = float(pool.revenue[ranked[0]])
    near = [at for at in ranked if pool.revenue[at] >= most - found.run.region * abs(most)]
    far = spread(pool.prices[near] / found.problem.world.baseline, 0, count)
    chosen = list(dict.fromkeys([*(near[at] for at in far), *ranked]))[:count]
    return sorted(chosen, key=ranked.index)


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
