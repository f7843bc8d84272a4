"""How the desk closes a month: when it may, what is kept of it, and what later snapshots say of it.

A month can be closed once it is over, its usage has been invoiced, and every feed it stands on is fresh and was pulled
since. It is closed on paper, its lines and its journal as they are on that day, and told from that paper ever after.
What later snapshots say is told beside it, and booked in the journal of the first month that is not closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from lib import closing
from lib.closing import Entry, LedgerLine, Restated
from lib.decisions import Closing
from lib.desk.ledgers import Ledgers, deferred_by_month, insist_on_books
from lib.desk.papers import DeskError
from lib.manifest import fingerprint
from lib.money import total
from lib.periods import add_months, month_end, month_of

if TYPE_CHECKING:
    from lib.desk.desk import Desk


@dataclass(frozen=True)
class Readiness:
    """Whether a month may be closed; where not, why and when it can."""

    month: date
    reasons: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether nothing keeps it open."""
        return not self.reasons


def last_closable(desk: Desk) -> date:
    """The newest month that is over and whose usage has been invoiced, by the last recorded day."""
    recorded = desk.recorded_on
    is_invoiced = recorded.day >= desk.billing["usage_invoice_day"]
    return add_months(month_of(recorded), -1 if is_invoiced else -2)


def readiness(desk: Desk, month: date) -> Readiness:
    """Whether a month may be closed today; every reason against it is a sentence."""
    return Readiness(month, (*_not_over(desk, month), *_sources(desk, month)))


@dataclass(frozen=True)
class MonthBooks:
    """A month's books: those it was closed with, or where it is open those of today, and what is in no book.

    `restated` is what today's differ by from a closed month.
    """

    month: date
    lines: Sequence[LedgerLine]
    entries: Sequence[Entry]
    gaps: Sequence[str] = ()
    closing: Closing | None = None
    restated: Sequence[Restated] = ()

    @property
    def books_from(self) -> tuple[date, ...]:
        """The closed months whose restatements its journal books."""
        return tuple(sorted({entry.restates for entry in self.entries if entry.restates}))


def month_books(desk: Desk, found: Ledgers, closings: Sequence[Closing], month: date) -> MonthBooks:
    """A month's books: of a closed one those of its paper, whatever the snapshot says today."""
    one = next((one for one in closings if one.month == month), None)
    if one is None:
        entries = (*booked(desk, found, closings, month), *found.journal(month))
        return MonthBooks(month, found.ledger(month), entries, found.gaps)
    kept = closing.paper_of(one.paper)
    lost = () if kept.entries is not None else (f"the journal of {month:%Y-%m}, of which its paper keeps none",)
    rows = restated(desk, found, one)
    return MonthBooks(month, kept.lines, kept.entries or (), (*kept.gaps, *lost), one, rows)


def closed(
    desk: Desk, found: Ledgers, before: Sequence[Closing], month: date, *, who: str, why: str, when: datetime
) -> Closing:
    """A month that may be closed → what the store keeps of it; refused where it may not, saying why and when it can.

    `before` is every month that is closed already: what was restated of them is booked in this one's journal.
    """
    refusal = readiness(desk, month).reasons
    if refusal:
        raise DeskError("; ".join(refusal))
    insist_on_books(desk, found, month)
    written = paper(desk, month_books(desk, found, before, month))
    return Closing(
        month=month,
        who=who,
        why=why,
        closed_at=when,
        snapshot=desk.warehouse.id,
        fingerprint=fingerprint(written),
        paper=written,
    )


def restated(desk: Desk, found: Ledgers, one: Closing) -> tuple[Restated, ...]:
    """What a closed month would say otherwise today, by invoice and by account; nothing where it stands.

    A desk opened on an older snapshot than that of the closing knows less, and restates nothing.
    """
    kept = closing.paper_of(one.paper)
    if _knows_less(desk, kept.snapshot_on):
        return ()
    lines = closing.restated(kept.lines, found.ledger(one.month))
    return lines if kept.entries is None else (*lines, *_accounts(found, one.month, kept.entries))


def _accounts(found: Ledgers, month: date, entries: Iterable[Entry]) -> tuple[Restated, ...]:
    return closing.restated_accounts(entries, found.journal(month))


def booked(desk: Desk, found: Ledgers, closings: Sequence[Closing], month: date) -> tuple[Entry, ...]:
    """What was restated of closed months and no month has booked yet → the entries of the first open month; other
    months have none.
    """
    if not closings or month != add_months(closings[-1].month, 1):
        return ()
    papers = [(one.month, closing.paper_of(one.paper)) for one in closings]
    if any(_knows_less(desk, kept.snapshot_on) for _, kept in papers):
        return ()
    posted = [entry for _, kept in papers for entry in kept.entries or ()]
    now = [entry for of, kept in papers if kept.entries is not None for entry in found.journal(of)]
    return closing.booked(posted, now, month)


def _knows_less(desk: Desk, snapshot_on: date | None) -> bool:
    return snapshot_on is not None and desk.recorded_on < snapshot_on


def paper(desk: Desk, books: MonthBooks) -> str:
    """What a month is closed with: its lines and totals, its journal, what is missing, and what it was made from."""
    return closing.written(
        books.lines,
        books.entries,
        {"month": books.month.isoformat(), "gaps": list(books.gaps), "manifest": desk.manifest().as_dict()},
    )


def deferred_as_told(found: Ledgers, closings: Iterable[Closing], last: date) -> dict[date, dict[str, Decimal]]:
    """What was deferred at the end of every month up to one, by rail; of a closed month what it was closed with."""
    today = deferred_by_month(found, last)
    return {**today, **{one.month: _deferred(one) for one in closings if one.month in today}}


def _deferred(one: Closing) -> dict[str, Decimal]:
    lines = closing.paper_of(one.paper).lines
    rails = sorted({line.rail for line in lines})
    return {rail: total(line.deferred for line in lines if line.rail == rail) for rail in rails}


def _not_over(desk: Desk, month: date) -> Iterable[str]:
    if month <= last_closable(desk):
        return
    yield (
        f"{month:%Y-%m} cannot be closed with a snapshot of {desk.recorded_on}: its usage is invoiced on "
        f"{_invoiced_on(desk, month)}; pull a snapshot of that day or a later one"
    )


def _invoiced_on(desk: Desk, month: date) -> date:
    """The day on which the usage of a month is invoiced."""
    return month_end(month) + timedelta(days=desk.billing["usage_invoice_day"] - 1)


def _sources(desk: Desk, month: date) -> Iterable[str]:
    """Feeds that never came, are too old, or were pulled before the month's last invoices: a snapshot may carry them
    over from an older one.
    """
    needed, when = set(desk.billing["closing"]["needs"]), _invoiced_on(desk, month)
    for state in desk.sources():
        if state.feed not in needed:
            continue
        name, mend = f"{state.source} ({state.feed})", f"bring it with: {state.pull_command}"
        if state.is_missing:
            yield state.absence
        elif state.is_stale:
            yield f"{name} is {state.age_days} days old, and {state.limit_days} may pass; {mend}"
        elif month <= last_closable(desk) and state.last_seen_on and state.last_seen_on < when:
            yield f"{name} is of {state.last_seen_on}, and {month:%Y-%m} is invoiced until {when}; {mend}"
