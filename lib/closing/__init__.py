"""The month close: the books of a month by invoice, its journal, and what became of a month after it was closed.

Read `course` first: the course of one invoice, from which books and journal are drawn.
"""

from lib.closing.accounts import Account, AccountsError, Chart, parse
from lib.closing.books import AMOUNTS, BALANCES, KEYS, LedgerLine, deferred, ledger, totals
from lib.closing.course import Course, courses, is_without_lines
from lib.closing.facts import Line, Movement, Turn
from lib.closing.journal import Entry, Posting, by_account, journal
from lib.closing.restating import (
    APPEARED,
    CHANGED,
    GONE,
    PaperError,
    Restated,
    closed_lines,
    differences,
    paper,
    restated,
    snapshot_of,
)
from lib.closing.tables import accounts_table, journal_table, ledger_table, restated_table

__all__ = [
    "AMOUNTS",
    "APPEARED",
    "BALANCES",
    "CHANGED",
    "GONE",
    "KEYS",
    "Account",
    "AccountsError",
    "Chart",
    "Course",
    "Entry",
    "LedgerLine",
    "Line",
    "Movement",
    "PaperError",
    "Posting",
    "Restated",
    "Turn",
    "accounts_table",
    "by_account",
    "closed_lines",
    "courses",
    "deferred",
    "differences",
    "is_without_lines",
    "journal",
    "journal_table",
    "ledger",
    "ledger_table",
    "paper",
    "parse",
    "restated",
    "restated_table",
    "snapshot_of",
    "totals",
]
