"""The books of a month and the months that were closed, as documents, tables and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import closing, exports
from lib.closing import AMOUNTS, BALANCES, LedgerLine, Restated
from lib.decisions import Closing
from lib.desk.closing import MonthBooks
from lib.manifest import Manifest
from lib.money import total
from lib.reports.text import Document, dollars, money, table

BOOK_FORMATS = ("text", "csv", "json")
JOURNAL, LEDGER = "journal", "ledger"
_WORDS = {
    "fee": "fee charged",
    "tax": "tax",
    "other": "other charges",
    "prepaid_fee": "prepaid fee",
    "paid_out": "paid out",
}


def books(manifest: Manifest, one: MonthBooks) -> Document:
    """A month's books → one document: totals by rail, accounts, every line and entry, and what was restated.

    Of a closed month all but `restated` is what it was closed with; `manifest` is that of today.
    """
    return {
        "manifest": manifest.as_dict(),
        "month": f"{one.month:%Y-%m}",
        "closed": one.closing and _closing(one.closing),
        "totals": {name: money(amount) for name, amount in closing.totals(one.lines).items()},
        "rails": [{"rail": rail, **amounts} for rail, amounts in _by_rail(one.lines).items()],
        "accounts": _rows(closing.accounts_table(one.entries)),
        "gaps": list(one.gaps),
        "restated": list(map(_restated, one.restated)),
        "books_restatements_of": [f"{month:%Y-%m}" for month in one.books_from],
        "ledger": _rows(closing.ledger_table(one.lines)),
        "journal": _rows(closing.journal_table(one.entries)),
    }


def books_table(report: Mapping[str, Any]) -> str:
    """The same for eyes: what each rail brought, the accounts, and what became of the month since it was closed."""
    rails = [one["rail"] for one in report["rails"]]
    rows = [
        {"": _title(name), **{one["rail"]: one[name] for one in report["rails"]}, "total": report["totals"][name]}
        for name in AMOUNTS
    ]
    accounts = ("account", "account_name", "debit_usd", "credit_usd", "balance_usd")
    gaps = [f"not in the books: {gap}" for gap in report["gaps"]]
    parts = [table(("", *rails, "total"), rows), table(accounts, report["accounts"]), *gaps, _standing(report)]
    return "\n\n".join(parts)


def books_file(one: MonthBooks, what: str) -> str:
    """A month's journal or ledger as CSV."""
    frame = closing.journal_table(one.entries) if what == JOURNAL else closing.ledger_table(one.lines)
    return exports.csv(frame).decode()


def closings(manifest: Manifest, told: Iterable[tuple[Closing, Sequence[Restated]]], audit: Sequence[str]) -> Document:
    """Closed months, the oldest first, each with what would be said otherwise today → one document."""
    return {
        "manifest": manifest.as_dict(),
        "audit": list(audit),
        "closed": [{**_closing(one), "restated": list(map(_restated, rows))} for one, rows in told],
    }


def closings_table(report: Mapping[str, Any]) -> str:
    """The same as a table: who closed what when, and how many figures differ since."""
    columns = ("month", "closed_at", "who", "why", "snapshot", "fingerprint", "restated")
    rows = [
        {**one, "closed_at": one["closed_at"][:10], "restated": len(told) if (told := one["restated"]) else "as closed"}
        for one in report["closed"]
    ]
    listed = table(columns, rows) if rows else "no month is closed"
    sealed = "every closed month is as it was sealed" if rows else ""
    return "\n\n".join(filter(None, [listed, "\n".join(report["audit"]) or sealed]))


def _standing(report: Mapping[str, Any]) -> str:
    """Whether a month is closed, and what would be said otherwise today."""
    one = report["closed"]
    booked = ", ".join(report["books_restatements_of"])
    booking = f"; its journal books what was restated of {booked}" if booked else ""
    if not one:
        return f"{report['month']} is open{booking}"
    told = f"{report['month']} was closed by {one['who']} on {one['closed_at'][:10]}: {one['why']}{booking}"
    rows = [row for row in report["restated"] if row["difference_usd"] != "0.00"]
    if not rows:
        return f"{told}; nothing changed since"
    columns = ("kind", "rail", "reference", "column", "closed_usd", "now_usd", "difference_usd")
    moved = total(Decimal(row["difference_usd"]) for row in rows if row["column"] == "recognised")
    since = f"{told}; restated since, revenue by {dollars(money(moved))}"
    return f"{since}; above is what it was closed with:\n{table(columns, rows)}"


def _title(name: str) -> str:
    words = _WORDS.get(name, name.replace("_", " "))
    return f"{words}, at the month's end" if name in BALANCES else words


def _by_rail(lines: Sequence[LedgerLine]) -> dict[str, dict[str, str]]:
    rails = sorted({line.rail for line in lines})
    summed = {rail: closing.totals(line for line in lines if line.rail == rail) for rail in rails}
    return {rail: {name: money(amount) for name, amount in amounts.items()} for rail, amounts in summed.items()}


def _closing(one: Closing) -> Document:
    return {
        "month": f"{one.month:%Y-%m}",
        "who": one.who,
        "why": one.why,
        "closed_at": one.closed_at.isoformat(),
        "snapshot": one.snapshot,
        "fingerprint": one.fingerprint,
        "seal": one.seal,
    }


def _restated(one: Restated) -> Document:
    return {
        "kind": one.kind,
        "rail": one.rail,
        "reference": one.reference,
        "customer_id": one.customer_id,
        "column": one.column,
        "closed_usd": None if one.closed is None else money(one.closed),
        "now_usd": None if one.is_now is None else money(one.is_now),
        "difference_usd": money(one.difference),
    }


def _rows(frame: pd.DataFrame) -> list[Document]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: object) -> object:
    return money(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value
