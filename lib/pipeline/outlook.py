"""How sure a weighted value is: the whole distribution of what open deals will bring, worked out and not drawn by lot.

Every deal is won with the believed chance of its stage or brings nothing, independently of the others. So the
distribution of the sum is built deal by deal on a grid of dollars. The grid's step is the amounts' common divisor where
that makes few enough points, and the distribution is then exact; else the step is coarser, and an amount between two
points is shared by both so that the expected value stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

import numpy as np

from lib.money import EXACT
from lib.pipeline.refusal import PipelineError
from lib.pipeline.weight import Weighable, check_chance

_POINTS = 20_000  # of the grid; with more, a page of 100 deals would wait for digits nobody reads
_COIN = Decimal("0.01")
_HAIR = 1e-12  # what the sum of many floats may miss a chance by


@dataclass(frozen=True)
class Outlook:
    """What deals will bring: it ends below `low_usd` with the lower chance asked for, above `high_usd` with the rest.

    Estimates in USD; `step_usd` is how finely they were worked out.
    """

    low_usd: float
    middle_usd: float
    high_usd: float
    step_usd: float


def outlook(deals: Iterable[Weighable], low: Decimal, high: Decimal) -> Outlook:
    """Open deals and two chances, as 0.10 and 0.90 → the range that what they bring lies in; the middle is 50 %."""
    if not 0 < low < high < 1:
        raise PipelineError(f"a range cannot run from the chance {low} to {high}; write them as in 0.10 and 0.90")
    base, chances = _chances(deals)
    step = _step([coins for coins, _ in chances])
    ends = np.cumsum(_spread(chances, step))
    found = (base + step * int(np.searchsorted(ends, float(chance) - _HAIR)) for chance in (low, Decimal("0.5"), high))
    lowest, middle, highest = (coins / 100 for coins in found)
    return Outlook(lowest, middle, highest, step / 100)


def _chances(deals: Iterable[Weighable]) -> tuple[int, list[tuple[int, float]]]:
    """What is certain in cents, and the rest as amounts above zero in cents, each with its chance.

    To take something off with a chance is to take it off for certain and to bring it back with the other chance.
    """
    base, found = 0, []
    for deal in deals:
        if not deal.amount or deal.probability is None:
            continue
        check_chance(deal.probability)
        coins, chance = int(EXACT.divide(deal.amount, _COIN)), float(deal.probability)
        base += min(coins, 0)
        found.append((abs(coins), chance if coins > 0 else 1 - chance))
    return base, found


def _step(amounts: list[int]) -> int:
    coarsest = -(-sum(amounts) // _POINTS)
    return max(gcd(*amounts), coarsest, 1)


def _spread(chances: list[tuple[int, float]], step: int) -> np.ndarray:
    """The chance of every point of the grid, from nothing won to everything."""
    points = sum(-(-coins // step) for coins, _ in chances) + 1
    spread = np.zeros(points)
    spread[0], reached = 1.0, 1
    for coins, chance in chances:
        whole, rest = divmod(coins, step)
        moved = spread[:reached] * chance
        spread[:reached] *= 1 - chance
        reached += whole + bool(rest)
        spread[whole : whole + len(moved)] += moved * (1 - rest / step)
        if rest:
            spread[whole + 1 : whole + 1 + len(moved)] += moved * (rest / step)
    return spread
