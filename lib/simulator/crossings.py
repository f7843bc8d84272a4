"""Where the next tier is cheaper: the quantity of one dimension at which two bills are equal, solved exactly.

Both tiers price a dimension alike and include different quantities of it, so their bills are two readings of one broken
line. The walk goes from break to break (allowances, ends of bands) and solves the straight line between; nothing is
searched for. Compared are the base fees as they are billed, and usage before its lines are rounded: with rounded lines
two bills would be equal over a stretch, or cross some units to either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book, Plan
from lib.catalog.price import Price
from lib.money import EXACT
from lib.rating import Charge, rate
from lib.simulator.bill import Bill, bill

CROSSES, ALREADY, NEVER, NOT_OFFERED, NOT_COMPARED = "crosses", "already", "never", "not_offered", "not_compared"
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Crossing:
    """How much of one dimension makes the next tier the cheaper one, the rest of a month's usage fixed.

    `kind` is
    crosses        beyond `quantity`, which is `overage` above this tier's allowance
    already        today's quantity lies beyond; there is no `quantity` where even the first unit does
    never          the next tier stays dearer by `apart` or more, however much is used
    not_offered    this tier does not have the dimension, so there is no bill to compare
    not_compared   one of the two bills has no total; `why` says what stands in the way
    """

    plan_key: str
    next_key: str | None
    dimension: str
    kind: str
    quantity: Decimal | None = None
    overage: Decimal | None = None
    apart: Decimal | None = None
    why: str = ""


def next_plan(book: Book, plan_key: str) -> Plan | None:
    """The plan of the next rank and the same term; where that tier is only sold otherwise, its first plan."""
    plan = book.plan(plan_key)
    above = [one for one in book.plans.values() if book.tiers[one.tier].rank > book.tiers[plan.tier].rank]
    nearest = min((book.tiers[one.tier].rank for one in above), default=None)
    plans = [one for one in above if book.tiers[one.tier].rank == nearest]
    return next((one for one in plans if one.term == plan.term), plans[0] if plans else None)


def tier_crossing(book: Book, rail: str, plan_key: str, usage: Mapping[str, Decimal], dimension: str) -> Crossing:
    """A plan and a month's usage → the quantity of one dimension beyond which the next tier is cheaper, or why none.

    Where both bills are equal over a stretch the crossing is the end of it; where a bill falls at a threshold, the
    first crossing at or above today's quantity counts.
    """
    following = next_plan(book, plan_key)
    about = (plan_key, following.key if following else None, dimension)
    if book.allowance(rail, book.plan(plan_key).tier, dimension).kind == "not offered":
        return Crossing(*about, NOT_OFFERED)
    if following is None:
        return Crossing(*about, NOT_COMPARED, why="there is no higher tier")
    bills = [bill(book, rail, key, {**usage, dimension: ZERO}) for key in (plan_key, following.key)]
    if obstacles := [f"on {book.tiers[one.tier].name} {told}" for one in bills for told in one.obstacles]:
        return Crossing(*about, NOT_COMPARED, why=obstacles[0])
    price = book.price(rail, dimension)
    if not price.is_plain or price.part_units == "down" or price.allowance_as != "taken_off":
        return Crossing(*about, NOT_COMPARED, why=f"{dimension} is priced by more than bands")
    this, other = (book.allowance(rail, one.tier, dimension) for one in bills)
    if other.kind != "unlimited" and other.quantity is None:
        return Crossing(*about, NOT_COMPARED, why=f"{dimension} is {other} on {book.tiers[following.tier].name}")
    apart = _exact(bills[0], book) - _exact(bills[1], book)
    return _solved(_Gap(price, this, other, apart), usage.get(dimension, ZERO), about)


def _exact(billed: Bill, book: Book) -> Fraction:
    """A bill whose usage lines are not yet rounded."""
    lines = (exact_line(charge, book.price(billed.rail, name)) for name, charge in billed.charges.items())
    return Fraction(billed.base or ZERO) + sum(lines, Fraction(0))


def exact_line(charge: Charge, price: Price) -> Fraction:
    """A line before rounding, as a fraction: a seventh of a dollar is one here, and is cut off as a decimal."""
    if not price.is_plain:
        return Fraction(charge.exact or ZERO)
    bands = (Fraction(one.quantity) * Fraction(one.unit_price) / Fraction(price.unit_size) for one in charge.bands)
    return sum(bands, Fraction(sum((one.flat_fee for one in charge.bands), ZERO)))


@dataclass(frozen=True)
class _Gap:
    """By how much this tier's bill is above the next one's, at every quantity of one dimension.

    `apart` is the gap at no usage of it. Every break belongs to the stretch that ends with it (C1).
    """

    price: Price
    this: Allowance
    other: Allowance
    apart: Fraction

    def at(self, quantity: Decimal) -> Fraction:
        return self.apart + self._charged(self.this, quantity) - self._charged(self.other, quantity)

    def breaks(self) -> list[Decimal]:
        """Every quantity at which one of the two lines bends or jumps."""
        return sorted({one for allowance in (self.this, self.other) for one in breaks(self.price, allowance)})

    def first_above(self, start: Decimal) -> Fraction | None:
        """The quantity from `start` on beyond which this tier is the dearer one for the first time."""
        bounds = [start, *(one for one in self.breaks() if one > start)]
        stretches = [*pairwise(bounds), (bounds[-1], None)]
        walk = self._steps if self.price.part_units == "up" else self._line
        return next((one for low, high in stretches if (one := walk(low, high)) is not None), None)

    def closest(self, start: Decimal) -> Fraction:
        """The least by which the next tier stays dearer from `start` on, told from both sides of every break."""
        places = {start, *(one for one in self.breaks() if one > start)}
        if self.price.part_units == "up":  # and the first step of each staircase above every break
            places |= {
                one + self.price.unit_size - (one - step) % self.price.unit_size
                for one in places
                for step in self._starts()
            }
        return -max(self.at(near) for one in places for near in (one, one + _HAIR))

    def _charged(self, allowance: Allowance, quantity: Decimal) -> Fraction:
        """What the dimension costs more than at no usage of it, which `apart` holds."""
        used, unused = (exact_line(rate(self.price, allowance, one), self.price) for one in (quantity, ZERO))
        return used - unused

    def _line(self, low: Decimal, high: Decimal | None) -> Fraction | None:
        """Where a straight stretch (low, high] rises above zero; `low` itself where it jumps there."""
        near, far = (low + ONE, low + 2) if high is None else (EXACT.divide(EXACT.add(low, high), Decimal(2)), high)
        slope = (self.at(far) - self.at(near)) / (Fraction(far) - Fraction(near))
        begins = self.at(near) - slope * (Fraction(near) - Fraction(low))
        if begins > 0:
            return Fraction(low)
        rises = slope > 0 and (high is None or self.at(high) > 0)
        return Fraction(low) - begins / slope if rises else None

    def _steps(self, low: Decimal, high: Decimal | None) -> Fraction | None:
        """The same where a started unit counts whole: each allowance has a staircase, and every step of it is level."""
        unit = self.price.unit_size
        firsts = (low + unit - (low - one) % unit for one in self._starts())
        ends = [end for first in firsts if (end := self._first_step(first, high)) is not None]
        if not ends:
            return None
        begins = [min(ends) - ((min(ends) - one) % unit or unit) for one in self._starts()]
        return Fraction(max([low, *begins]))

    def _starts(self) -> set[Decimal]:
        return {one.quantity for one in (self.this, self.other) if one.quantity is not None}

    def _first_step(self, first: Decimal, high: Decimal | None) -> Decimal | None:
        """The end of the first level above zero, among those that end a whole number of units after `first`."""
        unit = self.price.unit_size
        begins, slope = self.at(first), self.at(first + unit) - self.at(first)
        if begins > 0:
            steps = 0
        elif slope > 0:
            steps = floor(-begins / slope) + 1
        else:
            return None
        end = first + steps * unit
        return end if high is None or end <= high else None


_HAIR = Decimal("0.000001")  # the grain of the metering feed


def breaks(price: Price, allowance: Allowance) -> Sequence[Decimal]:
    """The quantities at which the line of a dimension bends or jumps: the allowance, and the end of every band.

    Where part units round up, a band ends with the last whole unit in it. An unlimited allowance has no break.
    """
    if allowance.quantity is None:
        return ()
    start = allowance.quantity if price.thresholds == "usage" else ZERO
    ends = [band.from_quantity - start for band in price.bands[1:] if band.from_quantity > start]
    if price.part_units == "up":
        ends = [end - end % price.unit_size for end in ends]
    return (allowance.quantity, *(allowance.quantity + end for end in ends))


def _solved(gap: _Gap, today: Decimal, about: tuple[str, str | None, str]) -> Crossing:
    is_beyond = gap.at(today) > 0
    if is_beyond and gap.at(ZERO) > 0:
        return Crossing(*about, ALREADY)
    found = gap.first_above(ZERO if is_beyond else today)
    if found is None:
        return Crossing(*about, NEVER, apart=_decimal(gap.closest(today)))
    quantity, included = _decimal(found), gap.this.quantity or ZERO
    overage = max(EXACT.subtract(quantity, included), ZERO)
    return Crossing(*about, ALREADY if is_beyond else CROSSES, quantity, overage)


def _decimal(number: Fraction) -> Decimal:
    """The same number; to 60 digits where it does not terminate."""
    return EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
