"""When undisbursed money should arrive: on the day each line is due, by the rail's usual lag, never a promise.

Assumed is that every buyer pays on the due day and that the rail sends no money back. What is past due has no day any
more: it is told apart, and in no week.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lib.money import total
from lib.payouts.line import PayoutLine


@dataclass(frozen=True)
class Coming:
    """One rail's money of one day, or of the week that begins with it, in USD; `on` is None of what is past due."""

    rail: str
    on: date | None
    net: Decimal
    lines: int


def outlook(lines: Iterable[PayoutLine], as_of: date) -> tuple[Coming, ...]:
    """Undisbursed lines → what should arrive by rail and day, what is past due first."""
    return _grouped(
        (line.rail, line.due_on if line.due_on >= as_of else None, line.undisbursed) for line in _held(lines)
    )


def by_week(lines: Iterable[PayoutLine], as_of: date) -> tuple[Coming, ...]:
    """The same by the Monday of its week."""
    return _grouped(
        (line.rail, _monday(line.due_on) if line.due_on >= as_of else None, line.undisbursed) for line in _held(lines)
    )


def _held(lines: Iterable[PayoutLine]) -> Iterable[PayoutLine]:
    return (line for line in lines if line.undisbursed)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _grouped(moneys: Iterable[tuple[str, date | None, Decimal]]) -> tuple[Coming, ...]:
    groups: dict[tuple[str, date | None], list[Decimal]] = {}
    for rail, on, net in moneys:
        groups.setdefault((rail, on), []).append(net)
    ordered = sorted(groups, key=lambda key: (key[0], key[1] or date.min))
    return tuple(Coming(rail, on, total(groups[rail, on]), len(groups[rail, on])) for rail, on in ordered)
