"""One customer's two bills under a simulation, line by line, with the reason of every difference, in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from lib.desk import Simulation
from lib.impact.bill_lines import BillLine, bill_lines
from lib.ui import frames, numbers
from lib.ui.legends import Legend

UNCHANGED, TOTAL = "unchanged", "total"
_FEES = {"base": "Base fee", "proration": "Part of a period", "minimum": "Rest of the offer's minimum"}


@dataclass(frozen=True)
class Explained:
    """Both bills of one customer over a window, everybody reached; `lines` in order of time, each with its reason.

    An amount of a line is None where it has no price on that side, or is not on that bill.
    """

    customer_id: str
    name: str
    window: tuple[date, date]
    lines: pd.DataFrame

    @property
    def baseline_usd(self) -> Decimal:
        """The sum of what the lines were."""
        return Decimal(frames.total(self.lines["was_usd"]))

    @property
    def proposed_usd(self) -> Decimal:
        """The sum of what they become."""
        return Decimal(frames.total(self.lines["becomes_usd"]))

    @property
    def change_usd(self) -> Decimal:
        """Proposed less baseline; the sum of the lines' differences."""
        return self.proposed_usd - self.baseline_usd

    @property
    def rate(self) -> Decimal | None:
        """The change as a fraction of the baseline bill."""
        return self.change_usd / self.baseline_usd if self.baseline_usd else None


def payers(result: Simulation, names: Mapping[str, str]) -> dict[str, str]:
    """Everybody with a bill on either side: id and name, the largest change first."""
    ordered = sorted(result.customers, key=lambda change: (-abs(change.delta), change.customer_id))
    return {change.customer_id: numbers.who(change.customer_id, names) for change in ordered}


def of(result: Simulation, customer_id: str, names: Mapping[str, str], *, as_reached: bool = False) -> Explained:
    """A simulation and one of its customers → both bills; a customer without a line has none.

    The second bill is the one with everybody reached at once, or the one they really get by when they are reached.
    """
    becomes = result.reached if as_reached else result.proposed
    found = bill_lines(result.baseline, becomes, customer_id, result.books)
    return Explained(customer_id, numbers.who(customer_id, names), result.window, _lines(found))


def _lines(found: Iterable[BillLine]) -> pd.DataFrame:
    columns = {name: name for name in ("contract_id", "rail", "plan_key", "kind", "dimension", "month")}
    amounts = {"was": "was_usd", "becomes": "becomes_usd", "difference": "difference_usd", "why": "why"}
    return frames.table(list(found), {**columns, "start_on": "start_on", **amounts}).astype(object)


def bill(explained: Explained, month: date | None, legend: Legend) -> pd.DataFrame:
    """The total, which is the customer's change, then the lines that move, then all that do not as one row.

    Of one month, or of the whole window; a total adds all lines of it, those that do not move too.
    """
    own = explained.lines
    own = own if month is None else own[own["month"] == month]
    moves = own["difference_usd"].map(bool).astype(bool)
    moved, rest = own[moves], own[~moves]
    rows = moved.assign(line=[line_words(*line, legend) for line in _about(moved)])
    words = f"{numbers.counted(len(rest), 'line')} that do not move" if len(rest) != 1 else "1 line that does not move"
    ends = [_sum(rest, words, UNCHANGED)] if len(rest) else []
    return pd.concat([_sum(own, "Total", TOTAL), rows, *ends], ignore_index=True)


def every_line(explained: Explained, month: date | None, legend: Legend) -> pd.DataFrame:
    """The total, then every line of a month or of the window."""
    own = explained.lines
    own = own if month is None else own[own["month"] == month]
    rows = own.assign(line=[line_words(*line, legend) for line in _about(own)])
    return pd.concat([_sum(own, "Total", TOTAL), rows], ignore_index=True)


def line_words(kind: str, dimension: str | None, plan_key: str | None, legend: Legend) -> str:
    """What a line is for: a fee with its plan, else what was used."""
    if dimension is None:
        return f"{_FEES.get(kind, numbers.name(kind))}, {legend.name(plan_key)}" if plan_key else _FEES.get(kind, kind)
    return f"{numbers.name(dimension)}, changed seats" if kind == "seats" else numbers.name(dimension)


def _about(lines: pd.DataFrame) -> Iterable[tuple[str, str | None, str | None]]:
    about = ([None if pd.isna(one) else one for one in lines[name]] for name in ("kind", "dimension", "plan_key"))
    return zip(*about, strict=True)


def _sum(lines: pd.DataFrame, words: str, kind: str) -> pd.DataFrame:
    amounts = {name: [frames.total(lines[name])] for name in ("was_usd", "becomes_usd", "difference_usd")}
    return pd.DataFrame({"line": [words], "kind": [kind], "why": [None], "month": [None], **amounts}, dtype=object)
