"""Which belief, and which lever, moves MRR most: each turned to both ends of its range while the rest stays.

No dice: the expectation is walked once with every turned world as a path of its own, so a bar is exact and two bars can
be told apart however small. What history says is added to a belief wherever it is turned to, as in the forecast itself:
one that our own months outweigh has a short bar, and rightly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from lib.forecast.parameters import Parameters

ESTIMATED, ASSUMED, CHOSEN = KINDS = ("estimated", "assumed", "chosen")
LOW, HIGH = ENDS = ("low", "high")


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


def joined(worlds: Sequence[Parameters]) -> Parameters:
    """Numbers of several worlds → one set of numbers with their paths side by side."""
    return Parameters(
        **{
            field.name: np.concatenate([getattr(one, field.name) for one in worlds], axis=-1)
            for field in fields(Parameters)
        }
    )
