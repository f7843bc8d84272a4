"""What MRR of a month to come is made of, on average: today's, and what every step of every month changes of it.

The month of expected customers, valued before and after each of its steps: so the steps add up to the change, and the
end is the expectation that every other number without dice stands on. A customer counts with what it pays in the month
in which something happens to it: who comes and leaves again stands in both steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.coming import Coming
from lib.forecast.expecting import ExpectedCrowd
from lib.forecast.ladder import CLIMB, DOWN_A_TIER, SIDEWAYS, UP_A_TIER, Ladder
from lib.forecast.luck import Floats
from lib.forecast.parameters import Parameters
from lib.forecast.prices import Money
from lib.forecast.rates import Rates, Turn, rates
from lib.forecast.start import Start
from lib.forecast.tally import Table, table, worth
from lib.forecast.walk import empty_paths, priced, walk

DEALS, NEWCOMERS, PERSONA, HIGHER, LOWER, LEAVING, PRICES = STEPS = (
    "deals",
    "newcomers",
    "persona",
    "higher_tier",
    "lower_tier",
    "leaving",
    "prices",
)
_OF_KIND = {CLIMB: PERSONA, SIDEWAYS: PERSONA, UP_A_TIER: HIGHER, DOWN_A_TIER: LOWER}


@dataclass(frozen=True)
class Bridge:
    """MRR where it begins, what each step changes of it over all months, the mean of the last: USD a month, estimates.

    `deals`: open deals that are won; `newcomers`: everybody else who comes; `persona`: customers who become another
    persona and pay what it pays; `higher_tier`, `lower_tier`: who changes tier; `leaving`: who goes; `prices`: who
    pays another price than the month before, or than a year before, where it stands.
    """

    begins: float
    steps: Mapping[str, float]
    mean: float


def bridge(
    parameters: Parameters, start: Start, months: int, money: Money, paid_today: Floats, coming: Coming
) -> Bridge:
    """Numbers of one path, and what customers pay today by class and state [C, S] → the bridge over so many months."""
    parameters.check(start.ladder)
    if parameters.paths != 1:
        raise AssumptionsError(f"a bridge is of one path, these are {parameters.paths}; give the best single values")
    one, kept = priced(money, start.ladder, months), empty_paths(start, months, 1, whole=False)
    crowd = _Valued(start, rates(parameters, start.ladder), one.tables, table(paid_today[None], start.ladder))
    begins = float(crowd.mrr)
    walk(crowd, start, coming, [one], [kept])
    return Bridge(begins, dict(crowd.steps), float(kept.mrr[-1, 0]))


class _Valued(ExpectedCrowd):
    """Expected customers of one path who are valued after every step; `steps` is what each has changed so far."""

    def __init__(self, start: Start, known: Rates, tables: Sequence[Table], paid_today: Table) -> None:
        super().__init__(start, known, tables)
        self.steps = dict.fromkeys(STEPS, 0.0)
        self.kinds = kinds(start.ladder)
        self.mrr = float(worth(paid_today, 0, self.cells).sum())

    def begin(self, h: int) -> None:
        """The prices of month `h` are in force."""
        super().begin(h)
        self._count(PRICES)

    def leave(self, month: int) -> Floats:
        """Who leaves takes its MRR along."""
        left = super().leave(month)
        self._count(LEAVING)
        return left

    def age(self, month: int) -> None:
        """Where years stayed change a price, those who renew pay another."""
        super().age(month)
        self._count(PRICES)

    def move(self, month: int) -> Floats:
        """What each move changes is counted as it is made."""
        made = super().move(month)
        self.mrr = self._worth_now()
        return made

    def _move(self, turn: Turn, place: int, month: int, arriving: Floats) -> Floats:
        ends = [turn.sources[place], turn.targets[place]]
        before = self._worth_of(ends, arriving)
        made = super()._move(turn, place, month, arriving)
        self.steps[self.kinds[int(turn.numbers[place])]] += self._worth_of(ends, arriving) - before
        return made

    def join(self, month: int, coming: Coming, cohort: int) -> NDArray[np.float64]:
        """Open deals first, and then everybody else: they are added, so it is the same who comes."""
        nobody_else = replace(coming, share_of_rate=np.zeros_like(coming.share_of_rate))
        won = super().join(month, nobody_else, cohort)
        self._count(DEALS)
        found = super().join(month, replace(coming, deals=()), cohort)
        self._count(NEWCOMERS)
        return won + found

    def _count(self, step: str) -> None:
        before, self.mrr = self.mrr, self._worth_now()
        self.steps[step] += self.mrr - before

    def _worth_now(self) -> float:
        return float(self.worth(0).sum())

    def _worth_of(self, states: list[int], arriving: Floats) -> float:
        """What customers of two states pay, those who have just moved there counted."""
        here = (self.cells + arriving)[:, :, 0, states]
        return float((here * self.tables[0].price[self.h][:, :, states]).sum())


def kinds(ladder: Ladder) -> tuple[str, ...]:
    """The step of each move of the ladder."""
    return tuple(_OF_KIND[move.kind] for move in ladder.moves)
