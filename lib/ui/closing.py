"""The books of a month for eyes, and the door through which a month is closed: the store the command line reads too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib import closing
from lib.decisions import Closing, DecisionError
from lib.desk.closing import MonthBooks, closed, deferred_as_told, last_closable, month_books, readiness, restated
from lib.desk.ledgers import Ledgers, ledgers
from lib.periods import add_months, month_end, month_of, months_between
from lib.ui import data, frames, saved
from lib.ui.opening import VERSIONS, Version, now, opened_desk, opened_version

_HERE = "fee_absorption"
_MONTHS = 64


@dataclass(frozen=True)
class Books:
    """One month's books: a row per figure with a column per rail and one in all, its accounts, what is in no book.

    Of a closed month everything is what it was closed with. `restating` are the closed months whose restatements its
    journal books.
    """

    month: date
    totals: Mapping[str, Decimal]
    rails: tuple[str, ...]
    figures: pd.DataFrame
    accounts: pd.DataFrame
    gaps: tuple[str, ...]
    restating: tuple[date, ...] = ()


@dataclass(frozen=True)
class ClosedMonth:
    """A month that was closed, and every figure that would be told otherwise today."""

    closing: Closing
    restated: pd.DataFrame


@dataclass(frozen=True)
class Closings:
    """Every closed month, the newest first. `trouble` says why nothing can be read or written, `audit` what was changed
    behind the desk's back.
    """

    months: tuple[ClosedMonth, ...] = ()
    place: str = ""
    audit: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def sealed(self) -> str:
        """The seal of the newest closing, a hash of them all; empty where no month is closed."""
        return self.months[0].closing.seal if self.months else ""

    def of(self, month: date) -> ClosedMonth | None:
        """What a month was closed as."""
        return next((one for one in self.months if one.closing.month == month), None)


@data.only_for(_HERE)
def months(closings: Closings) -> tuple[date, ...]:
    """Every month with books, first the one to look at: the next to close where it can be, else the last that could."""
    version = opened_version()
    desk, first = opened_desk(version), _first(version)
    if first is None:
        return ()
    newest = last_closable(desk)
    following = add_months(closings.months[0].closing.month, 1) if closings.months else newest
    known = sorted(months_between(first, month_end(month_of(desk.recorded_on))), reverse=True)
    wanted = min(following, newest)
    return (wanted, *(month for month in known if month != wanted)) if wanted in known else tuple(known)


# `sealed` is the seal of the newest closing: which months are told as they were closed.


@data.only_for(_HERE)
def books(month: date, sealed: str) -> Books:
    """The books of a month: as it was closed, or as they are now."""
    return _books(opened_version(), month, sealed)


@data.only_for(_HERE)
def postings(month: date, account: str, sealed: str) -> pd.DataFrame:
    """Every posting of a month on one account."""
    frame = _journal(opened_version(), month, sealed)
    return frame[frame["account"] == account].reset_index(drop=True)


@data.only_for(_HERE)
def journal_later(month: date, sealed: str) -> Callable[[], pd.DataFrame]:
    """The journal of a month, made when somebody clicks."""
    return partial(_journal, opened_version(), month, sealed)


@data.only_for(_HERE)
def ledger_later(month: date, sealed: str) -> Callable[[], pd.DataFrame]:
    """The ledger of a month, made when somebody clicks."""
    return partial(_ledger, opened_version(), month, sealed)


@data.only_for(_HERE)
def deferred(last: date, sealed: str) -> pd.DataFrame:
    """What was deferred at the end of every month up to one: month, rail, deferred_usd."""
    frame = _deferred(opened_version(), sealed)
    return frame[frame["month"] <= last].reset_index(drop=True)


@data.only_for(_HERE)
def reasons(month: date) -> tuple[str, ...]:
    """Why a month may not be closed on what is on file, one sentence each."""
    return readiness(opened_desk(opened_version()), month).reasons


@data.only_for(_HERE)
def closings() -> Closings:
    """Every closed month beside what would be told of it today."""
    try:
        store = saved.store()
        found = tuple(ClosedMonth(one, _restated(opened_version(), one.seal)) for one in reversed(store.closings()))
        return Closings(found, store.place, tuple(store.audit()))
    except DecisionError as trouble:
        return Closings(trouble=str(trouble))


@data.only_for(_HERE)
def close(month: date, who: str, why: str) -> Closing:
    """Close a month for good; refused where it may not be."""
    version, store = opened_version(), saved.store()
    desk, found, before = opened_desk(version), _ledgers(version), store.closings()
    return store.close(closed(desk, found, before, month, who=who, why=why, when=now()))


# The courses of all invoices take seconds to lay out and some megabytes to keep: those of one version only.
@st.cache_resource(max_entries=1, show_spinner="Laying out the ledgers…")
def _ledgers(version: Version) -> Ledgers:
    return ledgers(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _first(version: Version) -> date | None:
    return _ledgers(version).first


def _closed(sealed: str) -> tuple[Closing, ...]:
    """Every closing up to the one with a seal, the oldest first."""
    if not sealed:
        return ()
    found = saved.store().closings()
    last = next((number for number, one in enumerate(found, start=1) if one.seal == sealed), None)
    if last is None:
        raise DecisionError("the closed months on file are not those this page was drawn with; load it again")
    return found[:last]


# What the page and its files are drawn from; some megabytes a month, which is read several times in one run.
@st.cache_resource(max_entries=2, show_spinner="Adding up the month…")
def _month(version: Version, month: date, sealed: str) -> MonthBooks:
    return month_books(opened_desk(version), _ledgers(version), _closed(sealed), month)


@st.cache_data(max_entries=_MONTHS, show_spinner=False)
def _books(version: Version, month: date, sealed: str) -> Books:
    found = _month(version, month, sealed)
    lines = found.lines
    rails = sorted({line.rail for line in lines})
    sums = {f"{rail}_usd": closing.totals(line for line in lines if line.rail == rail) for rail in rails}
    figures = pd.DataFrame({"figure": closing.AMOUNTS, **_columns({**sums, "total_usd": closing.totals(lines)})})
    accounts = closing.accounts_table(found.entries)
    return Books(month, closing.totals(lines), tuple(rails), figures, accounts, tuple(found.gaps), found.books_from)


def _columns(sums: Mapping[str, Mapping[str, Decimal]]) -> dict[str, "pd.Series[Any]"]:
    return {name: frames.column(of[figure] for figure in closing.AMOUNTS) for name, of in sums.items()}


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _journal(version: Version, month: date, sealed: str) -> pd.DataFrame:
    return closing.journal_table(_month(version, month, sealed).entries)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _ledger(version: Version, month: date, sealed: str) -> pd.DataFrame:
    return closing.ledger_table(_month(version, month, sealed).lines)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _deferred(version: Version, sealed: str) -> pd.DataFrame:
    by_month = deferred_as_told(_ledgers(version), _closed(sealed), opened_desk(version).recorded_on)
    rows = [(month, rail, amount) for month, amounts in by_month.items() for rail, amount in amounts.items()]
    return pd.DataFrame(rows, columns=["month", "rail", "deferred_usd"], dtype=object)


@st.cache_data(max_entries=_MONTHS, show_spinner="Looking for what changed since…")
def _restated(version: Version, seal: str) -> pd.DataFrame:
    """Of the closing with a seal: a hash of all that was closed, here and before."""
    one = next(one for one in saved.store().closings() if one.seal == seal)
    return closing.restated_table(restated(opened_desk(version), _ledgers(version), one))


def sum_of(frame: pd.DataFrame, column: str) -> Decimal:
    """What the restatements of a column come to."""
    return Decimal(frames.total(frame.loc[frame["column"] == column, "difference_usd"]))


def all_restated(some: Sequence[ClosedMonth]) -> pd.DataFrame:
    """The restatements of every closed month, under their months."""
    parts = [one.restated.assign(month=one.closing.month) for one in some]
    columns = ["month", "kind", "rail", "reference", "customer_id", "column", "closed_usd", "now_usd", "difference_usd"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
