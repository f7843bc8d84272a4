"""Money that was settled, and months that are over: reconcile, close, books."""

from __future__ import annotations

import argparse
from typing import Any

from lib import reports
from lib.decisions import DecisionError
from lib.desk import rights
from lib.desk.closing import closed, month_books, restated
from lib.desk.ledgers import insist_on_books, ledgers
from lib.periods import add_months
from lib.verbs.opening import desk_of, moment, store_of
from lib.verbs.showing import print_answer
from lib.verbs.words import Arguments, form_of, month, one_thing, only_of, verb

OVER = "the month is over and its usage is invoiced"


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    reconciling = verb(verbs, "reconcile", run_reconcile, "what each rail kept and paid out, against what we expect")
    reconciling.add_argument("--month", type=month, metavar="YYYY-MM", help="the lines of one month")
    _close_words(verb(verbs, "close", run_close, "close a month with its books; or list what was closed"))
    _books_words(verb(verbs, "books", run_books, "a month's books; exit 1 where a closed one is restated"))


def run_reconcile(arguments: Arguments) -> int:
    """Hold every settlement against what we rated and the schedule keeps, and say how old undisbursed money is."""
    desk, month = desk_of(arguments), arguments.month
    found, metered = desk.payouts(desk.parity()), desk.metered_months
    asked = month if month in metered else metered[0] if metered and month is None else None
    told = rights(desk, asked) if asked else ()
    report = reports.reconciled(desk.manifest(), found, told, month)
    print_answer(report if arguments.json else reports.reconciled_table(report))
    return 0


def run_close(arguments: Arguments) -> int:
    """Close a month for good; or list the closed ones, which is bad news where one is not what it was closed as."""
    one_thing(arguments, "list", "month", "who", "why")
    desk, store = desk_of(arguments), store_of(arguments)
    if not arguments.list:
        if arguments.month is None or not arguments.who:
            raise DecisionError("MONTH or --who is missing; write close 2026-09 --who NAME, or close --list")
        who, why = arguments.who, OVER if arguments.why is None else arguments.why
        before = store.closings()
        store.close(closed(desk, ledgers(desk), before, arguments.month, who=who, why=why, when=moment()))
    found, months = ledgers(desk), store.closings()
    told, audit = [(one, restated(desk, found, one)) for one in months], store.audit()
    report = reports.closings(desk.manifest(), told, audit)
    print_answer(report if arguments.json else reports.closings_table(report))
    return 1 if audit or any(rows for _, rows in told) else 0


def run_books(arguments: Arguments) -> int:
    """Print the books of a month, a closed one as it was closed; bad news where it would be told otherwise today."""
    form = form_of(arguments, "text")
    only_of(arguments, "csv", form, "of")
    desk = desk_of(arguments)
    found, closings = ledgers(desk), store_of(arguments).closings()
    kept = [one.month for one in closings]
    if arguments.month not in (*kept, *(add_months(month, 1) for month in kept)):  # the next one books restatements
        insist_on_books(desk, found, arguments.month)
    books = month_books(desk, found, closings, arguments.month)
    if form == "csv":
        print(reports.books_file(books, arguments.of or reports.JOURNAL), end="")
    else:
        report = reports.books(desk.manifest(), books)
        print_answer(report if form == "json" else reports.books_table(report))
    return 1 if books.restated else 0


def _close_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("month", nargs="?", type=month, metavar="MONTH", help="such as 2026-09")
    verb.add_argument("--who", metavar="NAME", help="who closes it")
    verb.add_argument("--why", metavar="TEXT", help="why now, where it is not that its usage is invoiced")
    verb.add_argument("--list", action="store_true", help="every closed month, and what was restated since")


def _books_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("month", type=month, metavar="MONTH", help="such as 2026-09")
    verb.add_argument("--format", choices=reports.BOOK_FORMATS)
    verb.add_argument("--of", choices=(reports.JOURNAL, reports.LEDGER), help="what csv holds; the journal unless said")
