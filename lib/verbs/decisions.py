"""What was decided, and what came of it."""

from __future__ import annotations

from typing import Any

from lib import reports
from lib.desk import actuals, happened, settled_before
from lib.verbs.opening import desk_of, store_of
from lib.verbs.showing import print_answer
from lib.verbs.words import Arguments, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    verb(verbs, "decisions", run_decisions, "what was decided and what came of it; exit 1 where a record was changed")


def run_decisions(arguments: Arguments) -> int:
    """List every decision beside what came of it, and check every seal."""
    desk, store = desk_of(arguments), store_of(arguments)
    found, before, audit = actuals(desk), settled_before(desk), store.audit()
    records = [(one, happened(one, found, before)) for one in store.decisions()]
    report = reports.decisions(desk.manifest(), records, audit, before)
    print_answer(report if arguments.json else reports.decisions_table(report))
    return 1 if audit else 0
