"""What a month was closed with, on paper that never changes, and what has become of its lines since.

A closed month is told in the numbers it was closed with. What a later snapshot says of the same month is a restatement:
an invoice that changed, appeared or is gone, column by column, with the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from lib.closing.books import AMOUNTS, KEYS, LedgerLine, totals
from lib.money import EXACT, MoneyError, exact, text
from lib.refusal import Refusal

CHANGED, APPEARED, GONE = "changed", "appeared", "gone"
ZERO = Decimal(0)
COLUMNS = (*KEYS, *AMOUNTS)


class PaperError(Refusal):
    """A paper that is not one of ours; the message says what is wrong with it."""


@dataclass(frozen=True)
class Restated:
    """One figure of one invoice that is not what the month was closed with.

    `closed` is None where the invoice appeared since, and `is_now` where it is gone: nothing, which is no zero.
    """

    rail: str
    reference: str
    customer_id: str | None
    kind: str
    column: str
    closed: Decimal | None
    is_now: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What it is now less what it was closed with."""
        return EXACT.subtract(self.is_now or ZERO, self.closed or ZERO)


def paper(lines: Sequence[LedgerLine], more: Mapping[str, Any]) -> str:
    """The ledger of a month → the text it is closed with: its lines and totals, amounts as decimal text.

    `more` is what else is to be kept of the day, such as its accounts; plain JSON values.
    """
    document = {
        "columns": list(COLUMNS),
        "lines": [_written(line) for line in lines],
        "totals": {name: text(amount) for name, amount in totals(lines).items()},
        **more,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def snapshot_of(written: str) -> date | None:
    """The text of a paper → the day of the snapshot it was closed on; None where it names none."""
    try:
        told = json.loads(written).get("manifest", {}).get("snapshot_on")
        return date.fromisoformat(told) if told else None
    except (ValueError, AttributeError, TypeError):
        raise PaperError("the paper of this closed month cannot be read; take the last copy of the database") from None


def closed_lines(written: str) -> tuple[LedgerLine, ...]:
    """The text of a paper → the lines the month was closed with; a column that came since was zero."""
    try:
        document = json.loads(written)
        columns = document["columns"]
        return tuple(_read(dict(zip(columns, row, strict=True))) for row in document["lines"])
    except (ValueError, KeyError, TypeError, MoneyError):
        raise PaperError("the paper of this closed month cannot be read; take the last copy of the database") from None


Figures = Mapping[str, Decimal]
Key = tuple[str, str]  # rail and reference


def restated(closed: Iterable[LedgerLine], now: Iterable[LedgerLine]) -> tuple[Restated, ...]:
    """What a month was closed with, and the same month as it is now → every figure that differs, by invoice."""
    was, is_now = {_key(line): line for line in closed}, {_key(line): line for line in now}
    customers = {key: line.customer_id for key, line in {**was, **is_now}.items()}
    return differences(_figures(was), _figures(is_now), customers)


def differences(
    closed: Mapping[Key, Figures], now: Mapping[Key, Figures], customers: Mapping[Key, str | None]
) -> tuple[Restated, ...]:
    """Figures by invoice, then and now → those that differ; of an invoice that appeared or is gone every one."""
    return tuple(
        Restated(*key, customers.get(key), kind, column, before.get(column), after.get(column))
        for key in sorted(closed.keys() | now.keys())
        for before, after in [(closed.get(key, {}), now.get(key, {}))]
        for kind in [APPEARED if key not in closed else GONE if key not in now else CHANGED]
        for column in (before or after)
        if before.get(column) != after.get(column)
    )


def _key(line: LedgerLine) -> Key:
    return line.rail, line.reference


def _figures(lines: Mapping[Key, LedgerLine]) -> dict[Key, Figures]:
    return {key: {name: getattr(line, name) for name in AMOUNTS} for key, line in lines.items()}


def _written(line: LedgerLine) -> list[str | None]:
    """A line as a row; zeros are written short, as most columns of most lines are."""
    return [
        *(getattr(line, key) for key in KEYS),
        *(text(amount) if (amount := getattr(line, name)) else "0" for name in AMOUNTS),
    ]


def _read(row: Mapping[str, Any]) -> LedgerLine:
    amounts: dict[str, Any] = {name: exact(row[name]) for name in AMOUNTS if name in row}
    return replace(LedgerLine(row["rail"], row["reference"], row["customer_id"]), **amounts)
