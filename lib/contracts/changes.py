"""A change of plan in the middle of a period: what is credited, what is charged, and when it takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.catalog.document import nearest
from lib.contracts.contract import Changes
from lib.contracts.offer import ContractError
from lib.money import USD, Currency, round_line, total
from lib.periods import Period, add_months, unused_part
from lib.proration import FeeLine, credit_within

KINDS = ("upgrade", "downgrade", "cancellation")


@dataclass(frozen=True)
class ChangeLine:
    """One line of a change: a "credit" below zero or a "charge" above; `units` as counted: 16 of 31 days, say."""

    kind: str
    units: tuple[int, int]
    amount: Decimal


@dataclass(frozen=True)
class PlanChange:
    """What one change brings, and the moment from which the new plan holds."""

    kind: str
    takes_effect: date
    lines: tuple[ChangeLine, ...]

    def sum_of(self, kind: str) -> Decimal:
        """The lines of one kind, added."""
        return total(line.amount for line in self.lines if line.kind == kind)


@dataclass(frozen=True)
class Move:
    """One wish of a customer: from `at` on, a plan that costs `price` per whole period."""

    at: date
    kind: str
    price: Decimal


def change_plan(
    period: Period,
    old_price: Decimal,
    move: Move,
    changes: Changes,
    *,
    paid: Decimal | None = None,
    credited: Decimal = Decimal(0),
    currency: Currency = USD,
) -> PlanChange:
    """One change in a running period → its rounded lines.

    An upgrade credits the unused part of the old plan's *full* price and charges the new plan: for that same part
    where the anchor is kept, else for a whole period that begins with the change. The credit is never more than what
    was `paid` (None: the period's own price) less what was `credited` before. A downgrade and a cancellation wait for
    the period's end and bring no line.
    """
    if move.kind not in KINDS:
        raise ContractError(f"a change of plan cannot be a {move.kind!r}; {nearest(move.kind, KINDS)}")
    if move.kind != "upgrade":
        return PlanChange(move.kind, period.end, ())
    units = unused_part(period.whole_start, period.end, move.at, changes.proration)
    settled = period_price(period, old_price, changes, currency) if paid is None else paid
    credit = round_line(credit_within(_part(old_price, units, currency), settled, credited), currency)
    charged = units if changes.on_upgrade == "keep_anchor" else (1, 1)
    charge = _part(move.price, charged, currency)
    lines = (ChangeLine("credit", units, -credit), ChangeLine("charge", charged, charge))
    return PlanChange(move.kind, move.at, tuple(line for line in lines if line.amount))


def change_plans(
    period: Period,
    months: int,
    price: Decimal,
    moves: Sequence[Move],
    changes: Changes,
    currency: Currency = USD,
) -> tuple[PlanChange, ...]:
    """Several changes, in the order of their time, that begin in one period `months` long → each with its lines.

    Every upgrade credits the full price of the plan before it, not what the step up to that plan cost.
    """
    paid, credited, found = period_price(period, price, changes, currency), Decimal(0), []
    for move in moves:
        found.append(change_plan(period, price, move, changes, paid=paid, credited=credited, currency=currency))
        if move.kind != "upgrade":
            continue
        paid, credited = paid + found[-1].sum_of("charge"), credited - found[-1].sum_of("credit")
        price = move.price
        if changes.on_upgrade == "new_anchor":  # a period of its own, paid whole, with nothing credited yet
            period = Period(move.at, add_months(move.at, months), move.at)
            paid, credited = found[-1].sum_of("charge"), Decimal(0)
    return tuple(found)


def period_price(period: Period, price: Decimal, changes: Changes, currency: Currency = USD) -> Decimal:
    """What a period costs at its start: the whole price, or the part of a stub."""
    units = unused_part(period.whole_start, period.end, period.start, changes.proration)
    return _part(price, units, currency)


def _part(price: Decimal, units: tuple[int, int], currency: Currency) -> Decimal:
    return FeeLine(price, Fraction(*units)).amount(currency)
