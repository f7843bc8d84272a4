"""The base-fee lines of a whole population in whole numbers: which plan, which share of its price, due when and whose.

A line is its plan's list price times a share, rounded half away from zero to a coin (rules C7 and C9). Lines of one
plan and one share all cost the same, so a price is multiplied once per share: however many whole periods a plan has,
they are one multiplication and a count. A book that moves one price costs the lines of that plan and no other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.kernel.rounding import ROOM, Whole
from lib.kernel.scale import decimal
from lib.kernel.tariff import KernelError
from lib.money import USD, Currency

PriceOf = Callable[[str, str], Decimal | None]  # rail and plan → what a whole period costs; None: no list price


class FeeRow(NamedTuple):
    """One base-fee line to come: its share of a whole period's price, numerator over denominator, below 0 for a credit.

    `month` is the month the line falls due in; `state` is any word the lines are to be told apart by.
    """

    customer: str
    month: date
    rail: str
    plan_key: str
    numerator: int
    denominator: int
    state: str = ""


class Part(NamedTuple):
    """What lines are counted by: a rail, a plan on it, and a state."""

    rail: str
    plan_key: str
    state: str


@dataclass(frozen=True)
class FeeLines:
    """The lines of one part, ordered by share: share k is that of `counts[k]` lines, which stand in `places`.

    `numerators` hold shares without their sign, which is in `signs`; arrays are 64-bit whole numbers, or Python's own
    where a share is too fine for them. `most` is the most lines that one customer-month has.
    """

    part: Part
    numerators: NDArray[Any]
    denominators: NDArray[Any]
    signs: Whole
    counts: Whole
    places: Whole
    most: int

    @property
    def size(self) -> int:
        """How many lines there are."""
        return int(self.places.size)


@dataclass(frozen=True)
class Fees:
    """A population's base-fee lines by part. The place of a customer-month is customer × months + month."""

    customers: tuple[str, ...]
    months: tuple[date, ...]
    lines: tuple[FeeLines, ...]

    @property
    def size(self) -> int:
        """How many lines there are."""
        return sum(lines.size for lines in self.lines)

    def only(self, states: Collection[str]) -> Fees:
        """The lines in some states, in the same places; nothing is copied."""
        return replace(self, lines=tuple(lines for lines in self.lines if lines.part.state in states))


def fees(rows: Iterable[FeeRow], customers: Sequence[str] | None = None, months: Sequence[date] | None = None) -> Fees:
    """Rows → their lines, built once for every book; customers and months are those of the rows unless given."""
    kept = list(rows)
    names = tuple(sorted({row.customer for row in kept}) if customers is None else customers)
    days = tuple(sorted({row.month for row in kept}) if months is None else months)
    customer_at, month_at = ({name: at for at, name in enumerate(own)} for own in (names, days))
    by_part: dict[Part, dict[tuple[int, int], list[int]]] = {}
    for customer, month, rail, plan_key, numerator, denominator, state in kept:
        if customer not in customer_at or month not in month_at:
            raise KernelError(f"a fee of {customer} due in {month:%Y-%m} has no place among the customers and months")
        place = customer_at[customer] * len(days) + month_at[month]
        shares = by_part.setdefault(Part(rail, plan_key, state), {})
        shares.setdefault(_lowest(numerator, denominator), []).append(place)
    return Fees(names, days, tuple(_lines(part, by_part[part]) for part in sorted(by_part)))


def _lowest(numerator: int, denominator: int) -> tuple[int, int]:
    if denominator <= 0:
        raise KernelError(f"{numerator}/{denominator} is no share of a period: write it over a whole number above zero")
    common = math.gcd(numerator, denominator)
    return numerator // common, denominator // common


def _lines(part: Part, shares: Mapping[tuple[int, int], Sequence[int]]) -> FeeLines:
    ordered = sorted(shares, key=lambda share: Fraction(*share))
    places = np.array([place for share in ordered for place in sorted(shares[share])], np.int64)
    return FeeLines(
        part,
        _array([abs(numerator) for numerator, _ in ordered]),
        _array([denominator for _, denominator in ordered]),
        np.array([-1 if numerator < 0 else 1 for numerator, _ in ordered], np.int64),
        np.array([len(shares[share]) for share in ordered], np.int64),
        places,
        max(Counter(places.tolist()).values()),
    )


@dataclass(frozen=True)
class FeeBills:
    """What list prices bring in base fees, in coins: customers × months, and per part.

    Lines of a plan without a price add nothing, and are counted in `unpriced`. `by_month` holds 64-bit whole numbers,
    or Python's own where `largest`, which no customer-month passes, does not fit into them.
    """

    by_month: NDArray[Any]
    by_part: Mapping[Part, int]
    unpriced: Mapping[Part, int]
    largest: int
    currency: Currency

    @property
    def total(self) -> Decimal:
        """The sum of the rounded lines, as an amount."""
        return decimal(sum(self.by_part.values()), self.currency.exponent)

    def by(self, key: Callable[[Part], str]) -> dict[str, int]:
        """Coins by any property of a part: its rail, plan or state."""
        sums: Counter[str] = Counter()
        for part, coins in self.by_part.items():
            sums[key(part)] += coins
        return dict(sums)

    @property
    def by_customer(self) -> NDArray[Any]:
        """Every customer's fees of all months together, in coins."""
        fits = self.largest * self.by_month.size < ROOM
        sums: NDArray[Any] = np.sum(self.by_month if fits else self.by_month.astype(object), axis=1)
        return sums


def fee_bills(fees: Fees, price_of: PriceOf, currency: Currency = USD) -> FeeBills:
    """Every line at its plan's list price, each rounded half away from zero to a coin of the currency."""
    nothing = np.zeros((len(fees.customers), len(fees.months)), np.int64)
    empty = {lines.part: 0 for lines in fees.lines}
    without = {lines.part: lines.size for lines in fees.lines}
    return rerated_fees(fees, FeeBills(nothing, empty, without, 0, currency), _no_price, price_of)


def rerated_fees(fees: Fees, before: FeeBills, prices_before: PriceOf, prices_now: PriceOf) -> FeeBills:
    """The bills of one book → those of another, where only the plans whose prices differ are rated again.

    The bills before must be those of the same lines at `prices_before`; they are left as they are, and are the answer
    where no price differs.
    """
    found = (_moved(lines, before.currency, prices_before, prices_now) for lines in fees.lines)
    moved = [one for one in found if one is not None]
    if not moved:
        return before
    largest = before.largest + sum(_bound(one.lines, one.after) - _bound(one.lines, one.was) for one in moved)
    by_month = before.by_month.astype(np.int64 if max(largest, before.largest) < ROOM else object)
    by_part, without = dict(before.by_part), dict(before.unpriced)
    for one in moved:
        change = np.repeat(one.change.astype(by_month.dtype), one.lines.counts)
        np.add.at(by_month.reshape(-1), one.lines.places, change)
        by_part[one.lines.part] = _total(one.lines, one.after)
        without.pop(one.lines.part, None)
        without |= {one.lines.part: one.lines.size} if one.after is None else {}
    fitting = by_month.astype(np.int64, copy=False) if largest < ROOM else by_month
    return FeeBills(fitting, by_part, without, largest, before.currency)


class _Moved(NamedTuple):
    """Lines whose price is another: what a line of each share cost, and costs now; None without a price."""

    lines: FeeLines
    was: NDArray[Any] | None
    after: NDArray[Any] | None

    @property
    def change(self) -> NDArray[Any]:
        """How much more a line of each share costs; two amounts that fit a word differ by what fits one."""
        nothing = np.zeros(self.lines.counts.size, np.int64)
        difference: NDArray[Any] = (nothing if self.after is None else self.after) - (
            nothing if self.was is None else self.was
        )
        return difference


def _no_price(_rail: str, _plan_key: str) -> None:
    """A book that knows no price."""


def _moved(lines: FeeLines, currency: Currency, before: PriceOf, after: PriceOf) -> _Moved | None:
    """Lines with both their amounts where the two prices differ."""
    was, becomes = (price_of(lines.part.rail, lines.part.plan_key) for price_of in (before, after))
    return None if was == becomes else _Moved(lines, _amounts(lines, was, currency), _amounts(lines, becomes, currency))


def _amounts(lines: FeeLines, price: Decimal | None, currency: Currency) -> NDArray[Any] | None:
    """What a line of each share costs, in coins: 64-bit where every step is proven to fit, else exact and slower."""
    if price is None:
        return None
    coins = Fraction(price) * 10**currency.exponent
    sign, top, bottom = (-1 if coins < 0 else 1), abs(coins.numerator), coins.denominator
    finest = int(lines.denominators.max()) * bottom
    fits = 2 * top * int(lines.numerators.max()) + finest < ROOM and 2 * finest < ROOM
    kind = np.int64 if fits else object
    numerators, denominators = (own.astype(kind, copy=False) for own in (lines.numerators, lines.denominators))
    rounded = (2 * top * numerators + denominators * bottom) // (2 * bottom * denominators)
    return _narrow(rounded * (lines.signs * sign))


def _bound(lines: FeeLines, amounts: NDArray[Any] | None) -> int:
    """What no customer-month's lines of the part pass."""
    return 0 if amounts is None else lines.most * int(np.abs(amounts).max())


def _total(lines: FeeLines, amounts: NDArray[Any] | None) -> int:
    if amounts is None:
        return 0
    fits = int(np.abs(amounts).max()) * lines.size < ROOM
    return int(np.sum((amounts if fits else amounts.astype(object)) * lines.counts))


def _narrow(amounts: NDArray[Any]) -> NDArray[Any]:
    return amounts if int(np.abs(amounts).max()) >= ROOM else amounts.astype(np.int64, copy=False)


def _array(numbers: Sequence[int]) -> NDArray[Any]:
    return np.array(numbers, np.int64 if max(numbers) < ROOM else object)
