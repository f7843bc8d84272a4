"""What the rails settled against what we expect, as a page sees it: guarded, and kept without the lines that match."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.desk import Aside, Payouts, rights
from lib.payouts import CLASSES, MATCHED, TIMING, Age, Coming, PayoutLine, Right, by_week
from lib.periods import month_of
from lib.ui import data, frames, ledger
from lib.ui.data import only_for
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version
from lib.ui.records import Parity

# The amounts of a line by the columns a table shows them in.
AMOUNTS: Mapping[str, str] = MappingProxyType(
    {
        "expected_gross": "ours_gross",
        "stated_gross": "theirs_gross",
        "expected_fee": "ours_fee",
        "stated_fee": "theirs_fee",
    }
)


@dataclass(frozen=True)
class Reconciled:
    """Settlements and expectations of the rails on record, classed; amounts are USD as of `as_of`, the recorded day.

    `months` sums every line by month, rail and class, with the amounts of both sides; `lines` are those that do not
    match, the largest difference first and a mere matter of days last. `ages`, `weeks` and the three sums are of
    everything undisbursed. `missing` names the feeds without which a rail is left out, by rail; `aside` is what a rail
    moved that is no sale's and in no line, and `gaps` say in words what else is in none.
    """

    as_of: date
    rails: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    aside: tuple[Aside, ...]
    months: pd.DataFrame
    lines: tuple[PayoutLine, ...]
    ages: tuple[Age, ...]
    weeks: tuple[Coming, ...]
    undisbursed: Decimal
    expected: Decimal
    overdue: Decimal
    forecast_days: int
    gaps: tuple[str, ...] = ()


@only_for("fee_absorption")
def reconciled() -> Reconciled:
    """What each rail took in, kept and paid out, held against what we expect."""
    return _reconciled(opened_version(), data.parity)


@only_for("fee_absorption")
def metered_months() -> tuple[date, ...]:
    """The usage months of contracts on a rail with a meter, the newest first."""
    return opened_desk(opened_version()).metered_months


@only_for("fee_absorption")
def told(month: date) -> tuple[Right, ...]:
    """A usage month as the meter was told it, and today's entitlements, each in its class."""
    return _told(opened_version(), month)


@only_for("fee_absorption")
def names() -> Mapping[str, str]:
    """The name of every customer on file, by id."""
    return _names(opened_version())


@only_for("fee_absorption")
def billed_revenue_later() -> Callable[[], pd.DataFrame]:
    """AWS's own billed revenue report, made from its feeds: one row per buyer's invoice, in the report's columns.

    Made when it is clicked: a click has no session, so the version is that of the page it stands on.
    """
    return functools.partial(_billed_revenue, opened_version())


def _billed_revenue(version: Version) -> pd.DataFrame:
    return pd.DataFrame(opened_desk(version).warehouse.rows("billed_revenue"), dtype=object)


@st.cache_data(max_entries=VERSIONS, show_spinner="Reconciling the rails…")
def _reconciled(version: Version, _report: Callable[[], Parity]) -> Reconciled:
    found = opened_desk(version).payouts(_report().lines)
    apart = [line for line in found.lines if line.verdict != MATCHED]
    return Reconciled(
        as_of=found.as_of,
        rails=found.rails,
        missing=found.missing,
        aside=found.aside,
        months=_months(found),
        lines=tuple(sorted(apart, key=_weight)),
        ages=found.ages,
        weeks=by_week(found.lines, found.as_of),
        undisbursed=found.undisbursed,
        expected=found.expected,
        overdue=found.overdue,
        forecast_days=found.forecast_days,
        gaps=found.gaps,
    )


@st.cache_data(max_entries=2 * VERSIONS, show_spinner=False)
def _told(version: Version, month: date) -> tuple[Right, ...]:
    return rights(opened_desk(version), month)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _names(version: Version) -> dict[str, str]:
    return ledger.names(opened_desk(version))


def _weight(line: PayoutLine) -> tuple[bool, Decimal, str]:
    return line.verdict == TIMING, -abs(line.net_difference), line.reference


def _months(found: Payouts) -> pd.DataFrame:
    """Every month, rail and class that has a line, in order, with its lines and the amounts of both sides."""
    groups: dict[tuple[date, str, str], list[PayoutLine]] = {}
    for line in found.lines:
        groups.setdefault((month_of(line.on), line.rail, line.verdict), []).append(line)
    keys = sorted(groups, key=lambda key: (key[0], key[1], CLASSES.index(key[2])))
    columns: dict[str, Any] = {
        "month": [month for month, _, _ in keys],
        "rail": [rail for _, rail, _ in keys],
        "verdict": [verdict for _, _, verdict in keys],
        "lines": [len(groups[key]) for key in keys],
        **{f"{column}_usd": frames.column(_sum(groups[key], name) for key in keys) for name, column in AMOUNTS.items()},
    }
    return pd.DataFrame(columns)


def _sum(lines: Sequence[PayoutLine], name: str) -> Decimal:
    return Decimal(frames.total(getattr(line, name) or frames.ZERO for line in lines))
