"""The month close: the books of a month by invoice, its journal, and what became of a month after it was closed.

Read `course` first: the course of one invoice, from which books and journal are drawn.
"""

from lib.closing.accounts import Account, AccountsError, Chart, parse
from lib.closing.books import AMOUNTS, BALANCES, KEYS, LedgerLine, deferred, ledger, totals
from lib.closing.course import Course, courses, is_without_lines
from lib.closing.facts import Line, Movement, Turn
from lib.closing.journal import Entry, Posting, by_account, journal
from lib.closing.papers import Paper, PaperError, paper_of, written
from lib.closing.restating import (
    APPEARED,
    CHANGED,
    GONE,
    MOVED,
    Restated,
    booked,
    differences,
    restated,
    restated_accounts,
)
from lib.closing.tables import accounts_table, journal_table, ledger_table, restated_table

__all__ = [
    "AMOUNTS",
    "APPEARED",
    "BALANCES",
    "CHANGED",
    "GONE",
    "KEYS",
    "MOVED",
    "Account",
    "AccountsError",
    "Chart",
    "Course",
    "Entry",
    "LedgerLine",
    "Line",
    "Movement",
    "Paper",
    "PaperError",
    "Posting",
    "Restated",
    "Turn",
    "accounts_table",
    "booked",
    "by_account",
    "courses",
    "deferred",
    "differences",
    "is_without_lines",
    "journal",
    "journal_table",
    "ledger",
    "ledger_table",
    "paper_of",
    "parse",
    "restated",
    "restated_accounts",
    "restated_table",
    "totals",
    "written",
]
