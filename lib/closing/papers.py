"""The paper a month is closed with: its lines and its journal, kept letter by letter and read back as they were."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lib.closing.accounts import Account
from lib.closing.books import AMOUNTS, KEYS, LedgerLine, totals
from lib.closing.journal import Entry, Posting, accounts_of
from lib.money import MoneyError, exact, text
from lib.refusal import Refusal

COLUMNS = (*KEYS, *AMOUNTS)


class PaperError(Refusal):
    """A paper that is not one of ours; the message says what is wrong with it."""


@dataclass(frozen=True)
class Paper:
    """What a month was closed with: its lines, its journal, what was in no book, and the day of its snapshot.

    `entries` is None where the paper keeps no journal, `snapshot_on` where it names none.
    """

    lines: tuple[LedgerLine, ...]
    entries: tuple[Entry, ...] | None
    gaps: tuple[str, ...]
    snapshot_on: date | None


def written(lines: Sequence[LedgerLine], entries: Sequence[Entry], more: Mapping[str, Any]) -> str:
    """The ledger and the journal of a month → the text it is closed with, amounts as decimal text.

    `more` is what else is to be kept of the day, such as its manifest; plain JSON values.
    """
    document = {
        "columns": list(COLUMNS),
        "lines": [_row(line) for line in lines],
        "totals": {name: text(amount) for name, amount in totals(lines).items()},
        "chart": {one.number: [one.name, one.kind, one.purpose] for one in accounts_of(entries)},
        "journal": [_entry_row(entry) for entry in entries],
        **more,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def paper_of(written: str) -> Paper:
    """The text of a paper → what it tells; a column that came since was zero."""
    try:
        document = json.loads(written)
        told = document.get("manifest", {}).get("snapshot_on")
        columns = document["columns"]
        return Paper(
            lines=tuple(_line(dict(zip(columns, row, strict=True))) for row in document["lines"]),
            entries=_entries(document["journal"], document["chart"]) if "journal" in document else None,
            gaps=tuple(document.get("gaps", ())),
            snapshot_on=date.fromisoformat(told) if told else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, MoneyError):
        raise PaperError("the paper of this closed month cannot be read; take the last copy of the database") from None


def _row(line: LedgerLine) -> list[str | None]:
    """A line as a row; zeros are written short, as most columns of most lines are."""
    return [
        *(getattr(line, key) for key in KEYS),
        *(text(amount) if (amount := getattr(line, name)) else "0" for name in AMOUNTS),
    ]


def _line(row: Mapping[str, Any]) -> LedgerLine:
    amounts: dict[str, Any] = {name: exact(row[name]) for name in AMOUNTS if name in row}
    return replace(LedgerLine(row["rail"], row["reference"], row["customer_id"]), **amounts)


def _entry_row(entry: Entry) -> list[Any]:
    """An entry as a row, its postings as account, debit and credit."""
    postings = [[one.account.number, text(one.debit), text(one.credit)] for one in entry.postings]
    restates = entry.restates and entry.restates.isoformat()
    return [entry.on.isoformat(), entry.kind, entry.rail, entry.reference, entry.customer_id, restates, postings]


def _entries(rows: Sequence[Sequence[Any]], chart: Mapping[str, Sequence[str]]) -> tuple[Entry, ...]:
    accounts = {number: Account(number, *words) for number, words in chart.items()}
    return tuple(
        Entry(
            date.fromisoformat(on),
            kind,
            rail,
            reference,
            customer_id,
            tuple(Posting(accounts[number], exact(debit), exact(credit)) for number, debit, credit in postings),
            date.fromisoformat(restates) if restates else None,
        )
        for on, kind, rail, reference, customer_id, restates, postings in rows
    )
