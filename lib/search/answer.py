"""What a search says. It names no single best price: the surface is flat, and the shortlist is there to be rated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.document import Document
from lib.search.constraints import Undecided


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

    `gain` is the revenue in dollars that relaxing it by `relaxed_by` was found to bring, never below zero; None where
    the search was stopped before it was tried.
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
    """What a search found in as many `evaluations` from one `seed`; `stopped` marks one that was told to stop.

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
    seed: int
    stopped: bool
