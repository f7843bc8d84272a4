"""How recurring revenue moved between two days, customer by customer, in classes that add up to the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.revenue import KINDS, Paid, monthly, moves

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Who:
    """A customer as the CRM knows it, and the rail that bills most of what it pays."""

    customer_id: str
    name: str
    product: str
    persona: str
    icp_segment: str | None
    rail: str


@dataclass(frozen=True)
class Stand:
    """What one customer paid on two days, in USD a year, and the kind of its movement; no kind where none moved."""

    who: Who
    before: Fraction
    after: Fraction
    kind: str | None = None

    @property
    def change(self) -> Fraction:
        """What moved, signed."""
        return self.after - self.before


@dataclass(frozen=True)
class Moved:
    """Everybody who paid on one of two days. Amounts are USD a month, not rounded.

    `unpriced` contracts run on the second day and have no price on record: they are in no number.
    """

    since: date
    until: date
    stands: tuple[Stand, ...]
    unpriced: int = 0

    @property
    def before(self) -> Decimal:
        """MRR on the first day."""
        return monthly(sum((one.before for one in self.stands), NOTHING))

    @property
    def after(self) -> Decimal:
        """MRR on the second."""
        return monthly(sum((one.after for one in self.stands), NOTHING))

    @property
    def change(self) -> Decimal:
        """The difference: what all movements add up to."""
        return monthly(sum((one.change for one in self.stands), NOTHING))

    @property
    def movers(self) -> tuple[Stand, ...]:
        """Who moved, the largest amount first, up or down."""
        return tuple(sorted((one for one in self.stands if one.kind), key=_largest))

    @property
    def by_kind(self) -> dict[str, tuple[Decimal, int]]:
        """What moved by kind, signed, and how many customers; kinds without one are left out."""
        found = {kind: [one.change for one in self.stands if one.kind == kind] for kind in KINDS}
        return {kind: (monthly(sum(amounts, NOTHING)), len(amounts)) for kind, amounts in found.items() if amounts}

    def of(self, keeps: Callable[[Who], bool]) -> Moved:
        """The same of some customers alone."""
        return replace(self, stands=tuple(one for one in self.stands if keeps(one.who)))


def moved(
    earlier: Iterable[Paid],
    then: Iterable[Paid],
    later: Iterable[Paid],
    days: tuple[date, date],
    who: Callable[[str], Who],
) -> Moved:
    """What customers paid at month ends before two days, on the first and on the second → who moved, and how.

    Each of the two days stands as the `month` of its rows; what was paid earlier tells new from reactivated.
    """
    first, second = tuple(then), tuple(later)
    before, after = _by_customer(first), _by_customer(second)
    kinds = {one.customer_id: one.kind for one in moves([*earlier, *first, *second], days)}
    stands = (
        Stand(who(key), before.get(key, NOTHING), after.get(key, NOTHING), kinds.get(key))
        for key in sorted({*before, *after})
    )
    return Moved(*days, tuple(stands))


def _by_customer(rows: Iterable[Paid]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for one in rows:
        found[one.customer_id] = found.get(one.customer_id, NOTHING) + one.arr
    return found


def _largest(one: Stand) -> tuple[Fraction, str]:
    return -abs(one.change), one.who.customer_id
