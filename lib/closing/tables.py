"""The books of a month as tables, for files and pages: amounts in USD with their cents, what is nothing left empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.closing.books import AMOUNTS, KEYS, LedgerLine
from lib.closing.journal import Entry, by_account
from lib.closing.restating import Restated
from lib.money import round_line

_JOURNAL = ("entry", "entered_on", "kind", "rail", "customer_id", "reference", "account", "account_name")


def journal_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Entries → a row per posting, entries numbered from 1 in their order; a debit or a credit, the other empty."""
    rows = [
        (number, entry.on, entry.kind, entry.rail, entry.customer_id, entry.reference, one.account.number,
         one.account.name, _written(one.debit), _written(one.credit))
        for number, entry in enumerate(entries, start=1)
        for one in entry.postings
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*_JOURNAL, "debit_usd", "credit_usd"], dtype=object)


def accounts_table(entries: Iterable[Entry]) -> pd.DataFrame:
    """Entries → a row per account with its debits, its credits and what they come to, a debit above zero."""
    rows = [
        (one.number, one.name, one.kind, round_line(debit), round_line(credit), round_line(debit - credit))
        for one, (debit, credit) in by_account(entries).items()
    ]
    columns = ["account", "account_name", "kind", "debit_usd", "credit_usd", "balance_usd"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def ledger_table(lines: Iterable[LedgerLine]) -> pd.DataFrame:
    """Lines of a month → a row per invoice, every amount with its cents."""
    rows = [
        (*(getattr(line, key) for key in KEYS), *(round_line(getattr(line, name)) for name in AMOUNTS))
        for line in lines
    ]
    return pd.DataFrame(rows, columns=[*KEYS, *(f"{name}_usd" for name in AMOUNTS)], dtype=object)


def restated_table(rows: Iterable[Restated]) -> pd.DataFrame:
    """What a month was closed with and is now → a row per figure that differs; a zero of a line that came is none."""
    told = [
        (one.kind, one.rail, one.reference, one.customer_id, one.column, _cents(one.closed), _cents(one.is_now),
         round_line(one.difference))
        for one in rows
        if one.difference
    ]  # fmt: skip
    columns = ["kind", "rail", "reference", "customer_id", "column", "closed_usd", "now_usd", "difference_usd"]
    return pd.DataFrame(told, columns=columns, dtype=object)


def _written(amount: Decimal) -> Any:
    return round_line(amount) if amount else None


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else round_line(amount)
