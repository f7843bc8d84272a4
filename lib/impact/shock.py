"""How bill changes spread over customers, and whose single month jumps above what they are used to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from lib.impact.monthly import Bills
from lib.impact.settings import Settings
from lib.money import EXACT, round_line, total
from lib.outcome import CustomerChange
from lib.periods import add_months

PERCENTILES = (50, 90, 95, 99)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Bin:
    """How many customers' bills change by a fraction between two cuts; None where a side is open."""

    low: Decimal | None
    high: Decimal | None
    customers: int


@dataclass(frozen=True)
class Jump:
    """One month of a customer whose proposed bill passes the limit: a multiple of the mean of the months before it.

    `usual` is that mean; both to the cent. `was_one` tells that the baseline bill of the month passes the limit too, so
    that the price change did not make the jump.
    """

    customer_id: str
    month: date
    usual: Decimal
    proposed: Decimal
    was_one: bool


@dataclass(frozen=True)
class Shock:
    """The spread of the changes, and the months that jump; `jumps` hold one month of each customer who has any, the
    worst first: of several the worst that the price change makes, else the worst of all.

    Relative changes are those of the `customers` with a baseline bill above zero; `without_bill` have none. What is
    relative is an estimate in floats, by percentile; None where nobody has a bill. `looked_at` are the customers with
    enough months to have a usual bill.
    """

    bins: tuple[Bin, ...]
    customers: int
    without_bill: int
    percentiles: Mapping[int, float]
    jumps: tuple[Jump, ...]
    looked_at: int

    @property
    def new(self) -> tuple[Jump, ...]:
        """The jumps that the price change makes."""
        return tuple(jump for jump in self.jumps if not jump.was_one)


def shock(changes: Sequence[CustomerChange], was: Bills, becomes: Bills, settings: Settings) -> Shock:
    """Changes of the window and both monthly bills, fees spread (`lib.impact.monthly`) → how they spread and jump."""
    billed = [change for change in changes if change.baseline > 0]
    rates = [EXACT.divide(change.delta, change.baseline) for change in billed]
    found = {customer: _jumps(customer, was.get(customer, {}), becomes.get(customer, {}), settings) for customer in was}
    worst = (max(jumps, key=lambda one: (not one.was_one, _times(one))) for jumps in found.values() if jumps)
    return Shock(
        bins=histogram(rates, settings.change_cuts),
        customers=len(billed),
        without_bill=len(changes) - len(billed),
        percentiles=_percentiles(rates),
        jumps=tuple(sorted(worst, key=lambda one: (-_times(one), one.customer_id))),
        looked_at=sum(_has_usual(months, settings.trailing_months) for months in was.values()),
    )


def histogram(rates: Sequence[Decimal], cuts: Sequence[Decimal]) -> tuple[Bin, ...]:
    """Fractions and ascending cuts → how many lie between; a cut belongs to the bin nearer to zero, as in GROUPS."""
    counted = [0] * (len(cuts) + 1)
    for rate in rates:
        counted[bisect_right(cuts, rate) if rate < 0 else bisect_left(cuts, rate)] += 1
    edges = [None, *cuts, None]
    return tuple(Bin(*bounds) for bounds in zip(edges, edges[1:], counted, strict=False))


def _percentiles(rates: Sequence[Decimal]) -> dict[int, float]:
    floats = np.array(rates, np.float64)
    return {part: float(np.percentile(floats, part)) for part in PERCENTILES if floats.size}


def _jumps(
    customer: str, was: Mapping[date, Decimal], becomes: Mapping[date, Decimal], settings: Settings
) -> list[Jump]:
    found = []
    for month, bill in becomes.items():
        usual = _usual(was, month, settings.trailing_months)
        limit = None if usual is None else EXACT.multiply(usual, settings.shock_times)
        if usual is not None and limit is not None and bill > limit > 0:
            found.append(Jump(customer, month, round_line(usual), round_line(bill), was.get(month, ZERO) > limit))
    return found


def _usual(bills: Mapping[date, Decimal], month: date, count: int) -> Decimal | None:
    """The mean of the bills of the months before one; None where one of them has none."""
    before = [bills.get(add_months(month, -number)) for number in range(1, count + 1)]
    known = [bill for bill in before if bill is not None]
    return EXACT.divide(total(known), Decimal(count)) if len(known) == count else None


def _has_usual(bills: Mapping[date, Decimal], count: int) -> bool:
    return any(_usual(bills, month, count) is not None for month in bills)


def _times(jump: Jump) -> Decimal:
    return EXACT.divide(jump.proposed, jump.usual)
