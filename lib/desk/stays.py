"""Every customer's stay: how many months it is known to have been here, and whether it then left.

A customer stays from the first day of its first contract to the last day of its last; a gap between two contracts is no
leaving. It is looked at on the monthly anniversaries of its first day: one that left during its third month is gone at
the third. Of a month that is not over on the recorded day nothing is known yet, neither of those who are still here nor
of those who left in it: counting only the latter would make everybody leave sooner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lib import market
from lib.desk.buying import NO_TIER
from lib.periods import add_months
from lib.segments import UNKNOWN

if TYPE_CHECKING:
    from lib.desk.desk import Desk

MONTHLY = "monthly"
MONTHS_OF_YEAR = 12
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stay:
    """One customer: whole months it is known to have stayed, and whether it then left or is still here.

    `seen` are the months after which it could have been seen, whatever became of it. `is_monthly` where it has paid by
    the month throughout; `is_open` where it left within a month that is not over yet. Persona, tier and term are those
    of today, or of its newest contract.
    """

    customer_id: str
    persona: str
    tier: str
    term: str
    months: int
    left: bool
    seen: int
    is_monthly: bool
    is_open: bool

    def along(self, axis: str) -> str:
        """Its group on an axis."""
        return str(getattr(self, axis))


def stays(desk: Desk) -> list[Stay]:
    """Every customer with a contract that began by the recorded day, in the order of their ids."""
    personas = {row["customer_id"]: market.persona(row) for row in desk.warehouse.rows("customer")}
    held: dict[str, list[Row]] = {}
    for row in desk.warehouse.rows("contract"):
        if row["started_on"] <= desk.recorded_on:
            held.setdefault(row["customer_id"], []).append(row)
    return [_stay(key, rows, personas.get(key, UNKNOWN), desk.recorded_on) for key, rows in sorted(held.items())]


def cohorts(known: Iterable[Stay]) -> list[list[float]]:
    """How many are still there after 0, 1, 2 … months; a row for all who could be seen equally long, NaN beyond it."""
    rows: dict[int, list[Stay]] = {}
    for stay in known:
        rows.setdefault(stay.seen, []).append(stay)
    width = max(rows, default=0) + 1
    return [[_there(row, age) if age <= seen else float("nan") for age in range(width)] for seen, row in rows.items()]


def _there(row: Sequence[Stay], age: int) -> float:
    """How many of a row have not left by an age."""
    return float(sum(not (stay.left and stay.months <= age) for stay in row))


def _stay(customer_id: str, rows: Sequence[Row], persona: str, recorded_on: date) -> Stay:
    first = min(row["started_on"] for row in rows)
    newest = max(rows, key=lambda row: (row["started_on"], row["contract_id"]))
    ends = [row["ended_on"] for row in rows]
    gone_on = max(ends) if None not in ends else None
    seen = _months(first, recorded_on)
    gone = gone_on is not None and gone_on <= recorded_on
    months = _months(first, gone_on) + (add_months(first, _months(first, gone_on)) < gone_on) if gone and gone_on else 0
    left = gone and max(months, 1) <= seen
    return Stay(
        customer_id=customer_id,
        persona=persona,
        tier=newest["tier"] or NO_TIER,
        term=newest["term"],
        months=max(months, 1) if left else seen,
        left=left,
        seen=seen,
        is_monthly=all(row["term"] == MONTHLY for row in rows),
        is_open=gone and not left,
    )


def _months(first: date, until: date) -> int:
    """How many whole months have passed since a day."""
    count = (until.year - first.year) * MONTHS_OF_YEAR + until.month - first.month
    return count - (add_months(first, count) > until)
