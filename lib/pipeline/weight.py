"""What open deals are worth: the recorded amounts, and the part of them that our beliefs expect.

What is expected is an estimate, and yet its arithmetic is exact: an amount times a chance has an end, so the expected
amounts of any parts of a pipeline sum to the whole's to the last digit, however it is divided and in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from math import sqrt
from typing import Protocol, TypeVar

from lib.money import EXACT
from lib.pipeline.refusal import PipelineError

ZERO = Decimal(0)
K = TypeVar("K")


class Weighable(Protocol):
    """An open deal; `amount` in USD is None where nobody entered one, `probability` where we believe nothing."""

    @property
    def amount(self) -> Decimal | None:
        """What the deal would bring."""
        ...

    @property
    def probability(self) -> Decimal | None:
        """The believed chance of its stage, from 0 to 1."""
        ...


D = TypeVar("D", bound=Weighable)


@dataclass(frozen=True)
class Weight:
    """Some open deals, summed; amounts are USD, all of them exact, and two weights add to the weight of both.

    `expected_usd` is amount times believed chance, summed; `variance` that of the sum where every deal is won or lost
    by itself. A deal without an amount, or at a stage we hold no belief about, is counted and expects nothing.
    `least_usd` and `most_usd` are what the deals bring where everything open to chance is lost, or won.
    """

    deals: int = 0
    without_amount: int = 0
    without_belief: int = 0
    amount_usd: Decimal = ZERO
    expected_usd: Decimal = ZERO
    variance: Decimal = ZERO
    least_usd: Decimal = ZERO
    most_usd: Decimal = ZERO

    @property
    def deviation_usd(self) -> float:
        """The standard deviation of what the deals will bring: sqrt(sum of a² p (1 - p)); an estimate."""
        return sqrt(self.variance)

    def __add__(self, other: Weight) -> Weight:
        with localcontext(EXACT):
            return Weight(
                deals=self.deals + other.deals,
                without_amount=self.without_amount + other.without_amount,
                without_belief=self.without_belief + other.without_belief,
                amount_usd=self.amount_usd + other.amount_usd,
                expected_usd=self.expected_usd + other.expected_usd,
                variance=self.variance + other.variance,
                least_usd=self.least_usd + other.least_usd,
                most_usd=self.most_usd + other.most_usd,
            )


def weight(deals: Iterable[Weighable]) -> Weight:
    """Open deals → their weight; no deals weigh nothing."""
    return sum(map(_one, deals), Weight())


def weights(deals: Iterable[D], key: Callable[[D], K]) -> Mapping[K, Weight]:
    """Open deals → the weight of each group, in the order in which the groups first come."""
    return {name: weight(members) for name, members in grouped(deals, key).items()}


T = TypeVar("T")


def grouped(things: Iterable[T], key: Callable[[T], K]) -> Mapping[K, list[T]]:
    """Things → those of each key, keys in the order in which they first come."""
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups


def expected(amount: Decimal, probability: Decimal) -> Decimal:
    """An amount and the believed chance to win it → the part of it that is expected, exactly."""
    check_chance(probability)
    return EXACT.multiply(amount, probability)


def check_chance(probability: Decimal) -> None:
    """Refuse a chance that is none."""
    if not 0 <= probability <= 1:
        raise PipelineError(f"a chance cannot be {probability}; write 25 % as 0.25")


def _one(deal: Weighable) -> Weight:
    amount, chance = deal.amount, deal.probability
    told = Weight(1, int(amount is None), int(chance is None), ZERO if amount is None else amount)
    if amount is None or chance is None:
        return told
    mean = expected(amount, chance)
    with localcontext(EXACT):
        variance = mean * amount * (1 - chance)
    least, most = sorted((amount * int(chance == 1), amount * int(chance > 0)))
    return replace(told, expected_usd=mean, variance=variance, least_usd=least, most_usd=most)
