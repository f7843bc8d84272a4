"""How recurring revenue moved from one month end to the next, customer by customer, in classes that add up exactly.

A movement compares what a customer paid at two month ends that follow each other, in total: `new` (nothing before, and
never paid earlier), `reactivation` (nothing before, but paid at some earlier month end), `expansion`, `contraction` and
`churn` (nothing any more). Split by something a customer can change, such as its tier, a customer that pays at both
month ends may fall in one group and rise in another: the fall has `moved_out`, the rise `moved_in`. So the movements
of every group add up to the change of that group, and those of all groups to the change in total.

Amounts are fractions in USD a year: a term of three years divides by three, and no decimal holds a third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from lib.catalog.book import TERM_MONTHS
from lib.money import share
from lib.periods import month_end
from lib.revenue.recurring import MONTHS_PER_YEAR, RecurringContract

NEW, EXPANSION, CONTRACTION = "new", "expansion", "contraction"
CHURN, REACTIVATION = "churn", "reactivation"
MOVED_IN, MOVED_OUT = "moved_in", "moved_out"
KINDS = (NEW, REACTIVATION, EXPANSION, MOVED_IN, MOVED_OUT, CONTRACTION, CHURN)
ALL = "all"  # the one group of whoever is not split
ONE, NOTHING = Decimal(1), Fraction(0)

Amounts = Mapping[str, Fraction]  # by group


@dataclass(frozen=True)
class Paid:
    """What one customer paid at one month's end in one group: USD a year, exactly; `month` by its first day."""

    customer_id: str
    month: date
    arr: Fraction
    group: str = ALL


@dataclass(frozen=True)
class Move:
    """One customer's movement in one group from the month end before to that of `month`; USD a year, signed."""

    month: date
    customer_id: str
    group: str
    kind: str
    arr: Fraction

    @property
    def mrr(self) -> Decimal:
        """USD a month, signed, not rounded."""
        return monthly(self.arr)


@dataclass(frozen=True)
class Movement:
    """What all customers of one group moved in one month by one kind: USD a year, signed, and how many they are."""

    month: date
    group: str
    kind: str
    arr: Fraction
    customers: int

    @property
    def mrr(self) -> Decimal:
        """USD a month, signed, not rounded."""
        return monthly(self.arr)


def monthly(yearly: Fraction) -> Decimal:
    """USD a year → USD a month, not rounded: for showing; sums are made of what it came from."""
    return share(ONE, yearly / MONTHS_PER_YEAR)


def yearly(price: Decimal, term: str) -> Fraction:
    """The price of one billed period of a term → USD a year, exactly."""
    return Fraction(price) * MONTHS_PER_YEAR / TERM_MONTHS[term]


def paid(
    contracts: Iterable[RecurringContract],
    months: Sequence[date],
    key: Callable[[RecurringContract], str] | None = None,
) -> tuple[Paid, ...]:
    """Contracts → what each customer paid at the end of each month, by group; one without a price is in no row."""
    ends = [(month, month_end(month) - timedelta(days=1)) for month in months]
    return tuple(
        Paid(one.customer_id, month, yearly(one.price, one.term), key(one) if key else ALL)
        for one in contracts
        for month, end in ends
        if one.price is not None and one.runs_on(end)
    )


def moves(series: Iterable[Paid], months: Sequence[date]) -> tuple[Move, ...]:
    """What customers paid at month ends → every customer's movements, of the second month on, in order.

    `months` follow each other, the first one is only compared with: nobody knows who paid before it.
    """
    rows = tuple(series)
    standing, first = _standing(rows), first_months(rows)
    return tuple(
        Move(month, customer, group, kind, amount)
        for before, month in pairwise(months)
        for customer, since in sorted(first.items())
        for group, kind, amount in _moved(
            standing.get((customer, before), {}), standing.get((customer, month), {}), since < before
        )
    )


def movements(series: Iterable[Paid], months: Sequence[date]) -> tuple[Movement, ...]:
    """What customers paid at month ends → what moved by month, group and kind; kinds without a customer are left out.

    They add up, exactly, to the change of every group and of the whole from month end to month end.
    """
    gathered: dict[tuple[date, str, str], list[Fraction]] = {}
    for move in moves(series, months):
        gathered.setdefault((move.month, move.group, move.kind), []).append(move.arr)
    found = [Movement(*key, sum(amounts, NOTHING), len(amounts)) for key, amounts in gathered.items()]
    return tuple(sorted(found, key=lambda one: (one.month, one.group, KINDS.index(one.kind))))


def first_months(series: Iterable[Paid]) -> dict[str, date]:
    """Every customer's first month end with a payment."""
    found: dict[str, date] = {}
    for one in series:
        if one.arr and one.month < found.get(one.customer_id, date.max):
            found[one.customer_id] = one.month
    return found


def _standing(series: Iterable[Paid]) -> dict[tuple[str, date], dict[str, Fraction]]:
    """What every customer paid at every month end, by group; a price of zero is no payment."""
    found: dict[tuple[str, date], dict[str, Fraction]] = {}
    for one in series:
        if one.arr:
            groups = found.setdefault((one.customer_id, one.month), {})
            groups[one.group] = groups.get(one.group, NOTHING) + one.arr
    return found


def _moved(before: Amounts, after: Amounts, paid_earlier: bool) -> Iterator[tuple[str, str, Fraction]]:
    """One customer's two month ends → the group, kind and amount of every movement; nothing where nothing changed."""
    changes = {group: after.get(group, NOTHING) - before.get(group, NOTHING) for group in sorted({*before, *after})}
    crosses = any(change > 0 for change in changes.values()) and any(change < 0 for change in changes.values())
    for group, change in changes.items():
        if change:
            yield group, _kind(change, bool(before), bool(after), paid_earlier, crosses), change


def _kind(change: Fraction, paid_before: bool, pays_after: bool, paid_earlier: bool, crosses: bool) -> str:
    if not paid_before:
        return REACTIVATION if paid_earlier else NEW
    if not pays_after:
        return CHURN
    if crosses:
        return MOVED_IN if change > 0 else MOVED_OUT
    return EXPANSION if change > 0 else CONTRACTION
