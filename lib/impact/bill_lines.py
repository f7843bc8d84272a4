"""One customer's two bills side by side, line by line: what each line was, what it becomes, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.catalog.book import Book
from lib.impact.reasons import reason
from lib.money import EXACT
from lib.outcome import Line, Outcome

ZERO = Decimal(0)
Place = tuple[date, date, str, str, str, int]


@dataclass(frozen=True)
class BillLine:
    """One line of both bills; an amount is None where the line has no price on that side, or is not on that bill.

    `month` and `start_on` are the line's own (`lib.outcome.Line`). `why` is one sentence on what moved, or what kept
    it as it was.
    """

    contract_id: str
    rail: str
    plan_key: str | None
    kind: str
    dimension: str | None
    month: date
    start_on: date
    was: Decimal | None
    becomes: Decimal | None
    why: str

    @property
    def difference(self) -> Decimal:
        """Becomes less was; what has no price adds nothing to a bill."""
        return EXACT.subtract(self.becomes or ZERO, self.was or ZERO)


def bill_lines(baseline: Outcome, proposed: Outcome, customer_id: str, books: Sequence[Book]) -> tuple[BillLine, ...]:
    """Two outcomes over one population → one customer's lines in order of time; their differences add up to `delta`.

    `books` are those the two outcomes were run with: a fee is explained by the list price that gives its amount.
    Lines that are the same in contract, kind, dimension, month and day are paired in their order.
    """
    was, becomes = (_placed(side.lines, customer_id) for side in (baseline, proposed))
    return tuple(_line(was.get(place), becomes.get(place), books) for place in sorted(was.keys() | becomes.keys()))


def _placed(lines: Iterable[Line], customer_id: str) -> Mapping[Place, Line]:
    """A customer's lines by where they stand on the bill: by time, contract, fees before usage."""
    placed: dict[Place, Line] = {}
    for line in lines:
        if line.contract.customer_id == customer_id:
            number = 0
            while (place := _place(line, number)) in placed:
                number += 1
            placed[place] = line
    return placed


def _place(line: Line, number: int) -> Place:
    return line.month, line.start_on, line.contract.contract_id, line.kind, line.dimension or "", number


def _line(was: Line | None, becomes: Line | None, books: Sequence[Book]) -> BillLine:
    known = becomes or was
    assert known is not None
    return BillLine(
        contract_id=known.contract.contract_id,
        rail=known.contract.rail,
        plan_key=known.contract.plan_key,
        kind=known.kind,
        dimension=known.dimension,
        month=known.month,
        start_on=known.start_on,
        was=was.amount if was else None,
        becomes=becomes.amount if becomes else None,
        why=reason(was, becomes, books),
    )
