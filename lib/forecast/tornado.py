"""Which belief, and which lever, moves MRR most: each turned to both ends of its range while the rest stays.

No dice: the expectation is walked once with every turned world as a path of its own, so a bar is exact and two bars can
be told apart however small. What history says is added to a belief wherever it is turned to, as in the forecast itself:
one that our own months outweigh has a short bar, and rightly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from lib.catalog.document import nearest
from lib.forecast.beliefs import ENDS, Assumptions, AssumptionsError
from lib.forecast.ladder import Ladder
from lib.forecast.levers import Levers, pulled
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import Posterior, mean, posterior
from lib.forecast.prior import Counts, Prior

_COUNTED = ("moves", "stayed", "left", "exposed", "landed", "on_rail", "sellers")
ESTIMATED, ASSUMED, CHOSEN = KINDS = ("estimated", "assumed", "chosen")


@dataclass(frozen=True)
class Turned:
    """Something turned to both ends of its range, and the numbers the forecast then runs on (of one path each).

    `key` and the ends as the reader knows them; `kind` is `estimated` where our own history speaks to it, `assumed`
    where the belief stands alone, `chosen` for a lever, which is nobody's belief.
    """

    key: str
    kind: str
    low: float
    high: float
    at: Mapping[str, Parameters]  # 'low' and 'high'


@dataclass(frozen=True)
class Bar:
    """Expected MRR, USD a month at the horizon, with one thing at each end of its range."""

    key: str
    kind: str
    low: float
    high: float
    mrr_at_low: float
    mrr_at_high: float

    @property
    def swing(self) -> float:
        """How far the two ends lie apart, in USD a month; a lever may lead down at its high end."""
        return abs(self.mrr_at_high - self.mrr_at_low)


@dataclass(frozen=True)
class Tornado:
    """Expected MRR at the horizon as things are believed, and a bar for each thing turned, the widest first."""

    mrr: float
    bars: tuple[Bar, ...]


def tornado(
    parameters: Parameters, turned: Sequence[Turned], expected_mrr: Callable[[Parameters], np.ndarray]
) -> Tornado:
    """The believed numbers, and everything turned → the bars.

    `expected_mrr` walks numbers of any number of paths and gives expected MRR by month and path; it is asked once.
    """
    worlds = joined([parameters, *(one.at[end] for one in turned for end in ENDS)])
    middle, *ends = map(float, expected_mrr(worlds)[-1])
    bars = (
        Bar(one.key, one.kind, one.low, one.high, ends[2 * place], ends[2 * place + 1])
        for place, one in enumerate(turned)
    )
    return Tornado(middle, tuple(sorted(bars, key=lambda bar: (-bar.swing, bar.key))))


def turned_beliefs(assumptions: Assumptions, known: Posterior) -> Iterator[Turned]:
    """Every belief that says a range, at both its ends, each with our history added to it.

    It is `estimated` where history leaves less than half of what the belief's range would do alone, else `assumed`.
    """
    beliefs = dict(assumptions.beliefs())
    for key in assumptions.ranged():
        both = [posterior(assumptions.at(key, end), known.counted, known.ladder) for end in ENDS]
        with_history, alone = [mean(one) for one in both], [mean(unseen(one)) for one in both]
        kind = ESTIMATED if _apart(*with_history) < _apart(*alone) / 2 else ASSUMED
        low, high = beliefs[key].low, beliefs[key].high
        if low is not None and high is not None:
            yield Turned(key, kind, float(low), float(high), dict(zip(ENDS, with_history, strict=True)))


def turned_levers(
    parameters: Parameters, ladder: Ladder, ranges: Mapping[str, tuple[float, float]]
) -> Iterator[Turned]:
    """Every lever at both ends of its range, the others at rest; keys as in churn, or arrivals.seller."""
    for key, ends in ranges.items():
        at = {end: pulled(parameters, with_lever(key, value), ladder) for end, value in zip(ENDS, ends, strict=True)}
        yield Turned(key, CHOSEN, *ends, at)


def with_lever(key: str, value: float) -> Levers:
    """One lever turned, all others at rest; refused where there is no such lever."""
    name, _, own = key.partition(".")
    known = [field.name for field in fields(Levers)]
    if name not in known:
        raise AssumptionsError(f"there is no lever {key!r}; {nearest(name, known)}")
    turned: dict[str, Any] = {name: {own: value} if own else value}
    return Levers(**turned)


def unseen(known: Posterior) -> Posterior:
    """The same beliefs without our history."""
    nothing = {field.name: getattr(known.seen, field.name) * 0 for field in fields(Prior)}
    return replace(known, seen=Prior(**nothing), counted=_nothing_of(known.counted))


def _nothing_of(counted: Any) -> Counts:
    """Counts of the same shape in which nobody did anything, and no month was watched."""
    arrays = {name: getattr(counted, name) * 0 for name in _COUNTED}
    empty: Counts = replace(counted, **arrays, arrivals=counted.arrivals[:0], months=0)
    return empty


def _apart(low: Parameters, high: Parameters) -> float:
    """How far two sets of numbers lie apart, all of them added up."""
    return sum(float(np.abs(getattr(high, one.name) - getattr(low, one.name)).sum()) for one in fields(Parameters))


def joined(worlds: Sequence[Parameters]) -> Parameters:
    """Numbers of several worlds → one set of numbers with their paths side by side."""
    return Parameters(
        **{
            field.name: np.concatenate([getattr(one, field.name) for one in worlds], axis=-1)
            for field in fields(Parameters)
        }
    )
