"""Money a rail holds and has not paid out, by how long it is past the day it was due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from lib.money import total
from lib.payouts.line import PayoutLine
from lib.refusal import Refusal

NOT_DUE = "not due"


class BucketsError(Refusal):
    """Bounds that are no buckets; the message says what to write."""


@dataclass(frozen=True)
class Buckets:
    """The last day past due of every bucket but the open one: 30, 60, 90. Source: data/billing.toml."""

    bounds: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.bounds or list(self.bounds) != sorted({bound for bound in self.bounds if bound > 0}):
            raise BucketsError(f"ageing_days is {list(self.bounds)}; write days that ascend from 1 on, as [30, 60, 90]")

    @property
    def names(self) -> tuple[str, ...]:
        """Every bucket in order: not due, 1–30, …, over 90; a bucket's last day belongs to it."""
        steps = pairwise((0, *self.bounds))
        return (NOT_DUE, *(f"{first + 1}–{last}" for first, last in steps), f"over {self.bounds[-1]}")

    def of(self, due_on: date, as_of: date) -> str:
        """The bucket of a day: what is due on the day itself is not past due."""
        late = (as_of - due_on) // timedelta(1)
        if late <= 0:
            return NOT_DUE
        return self.names[1 + sum(late > bound for bound in self.bounds)]


@dataclass(frozen=True)
class Age:
    """One bucket of one rail: the net money in it in USD, and how many references."""

    rail: str
    bucket: str
    net: Decimal
    lines: int


def ageing(lines: Iterable[PayoutLine], rails: Sequence[str], as_of: date, buckets: Buckets) -> tuple[Age, ...]:
    """Lines → every bucket of every rail, the empty ones too; together they are all that is undisbursed."""
    groups: dict[tuple[str, str], list[Decimal]] = {(rail, name): [] for rail in rails for name in buckets.names}
    for line in lines:
        if line.undisbursed:
            groups[line.rail, buckets.of(line.due_on, as_of)].append(line.undisbursed)
    return tuple(Age(rail, name, total(nets), len(nets)) for (rail, name), nets in groups.items())
