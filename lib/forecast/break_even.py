"""How much worse, or better, customers may answer a proposal until it is as good as the baseline.

The forecast takes customers not to answer a price. So it is asked the other way round: by which factor on everybody's
churn, or on all arrivals, does expected MRR at the horizon under other prices meet that under today's? Whatever else is
moved is moved in both. No dice, as for what matters most: turned worlds are variants of one walk, and the last step
between two of them is taken as straight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import RUNGS, Ladder
from lib.forecast.levers import Levers, pulled
from lib.forecast.parameters import Parameters
from lib.forecast.tornado import joined

Floats = NDArray[np.float64]
CHURN, ARRIVALS = ANSWERS = ("churn", "arrivals")
STEPS = 8  # from rest to each end of a lever, and once more between the two that the answer lies between


@dataclass(frozen=True)
class BreakEven:
    """Expected difference of MRR at the horizon, USD a month, and by answer the factor that makes it nothing.

    None where no factor in the lever's reach does.
    """

    difference: float
    factors: Mapping[str, float | None]


def break_even(
    proposed: Parameters,
    ladder: Ladder,
    reaches: Mapping[str, tuple[float, float]],
    baseline_mrr: float,
    expected_mrr: Callable[[Parameters], Floats],
) -> BreakEven:
    """The proposal's numbers (of one path), how far each answer may be turned → where its advantage is gone.

    `expected_mrr` walks numbers of any number of paths and gives expected MRR by month and path.
    """

    def differences(answer: str, factors: Sequence[float]) -> Floats:
        worlds = [pulled(proposed, answering(answer, factor), ladder) for factor in factors]
        found: Floats = expected_mrr(joined(worlds))[-1] - baseline_mrr
        return found

    def gone(answer: str) -> float | None:
        around = _around_rest(*reaches[answer])
        ends = crossed(around, differences(answer, around))
        if ends is None:
            return None
        closer = np.linspace(*ends, STEPS + 1).tolist()
        return crossing(closer, differences(answer, closer))

    return BreakEven(float(differences(CHURN, [1.0])[0]), {answer: gone(answer) for answer in ANSWERS})


def answering(answer: str, factor: float) -> Levers:
    """Everybody's churn, or the arrivals of every rung, times a factor."""
    return Levers(churn=factor) if answer == CHURN else Levers(arrivals=dict.fromkeys(RUNGS, factor))


def crossed(factors: Sequence[float], differences: Floats) -> tuple[float, float] | None:
    """The two factors, of those that follow each other, between which the difference is nothing; nearest to 1."""
    signs = np.sign(differences)
    places = np.flatnonzero((signs[:-1] * signs[1:] <= 0) & (signs[:-1] != signs[1:])).tolist()
    pairs = [(factors[place], factors[place + 1]) for place in places]
    return min(pairs, key=lambda ends: abs(sum(ends) / 2 - 1), default=None)


def crossing(factors: Sequence[float], differences: Floats) -> float | None:
    """The factor at which the difference is nothing, on the straight line between two; None where it never is."""
    ends = crossed(factors, differences)
    if ends is None:
        return None
    at, then = (float(differences[list(factors).index(end)]) for end in ends)
    return float(ends[0] + (ends[1] - ends[0]) * at / (at - then))


def _around_rest(low: float, high: float) -> tuple[float, ...]:
    return (*np.linspace(low, 1, STEPS, endpoint=False).tolist(), *np.linspace(1, high, STEPS + 1).tolist())
