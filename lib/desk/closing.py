"""How the desk closes a month: when it may, what is kept of it, and what later snapshots say of it.

A month can be closed once it is over, its usage has been invoiced, and every feed it stands on was pulled since then and
is fresh. It is closed on paper: lines and totals as they are on that day. What later snapshots say is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from lib import closing
from lib.closing import Restated
from lib.decisions import Closing
from lib.desk.ledgers import Ledgers
from lib.desk.papers import DeskError
from lib.manifest import fingerprint
from lib.money import text
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


def closed(desk: Desk, found: Ledgers, month: date, *, who: str, why: str, when: datetime) -> Closing:
    """A month that may be closed → what the store keeps of it; refused where it may not, saying why and when it can."""
    refusal = readiness(desk, month).reasons
    if refusal:
        raise DeskError("; ".join(refusal))
    written = paper(desk, found, month)
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
    """What a closed month would say otherwise today; nothing where it stands as it was closed.

    A desk opened on an older snapshot than that of the closing knows less, and restates nothing.
    """
    if (was := closing.snapshot_of(one.paper)) and desk.recorded_on < was:
        return ()
    return closing.restated(closing.closed_lines(one.paper), found.ledger(one.month))


def paper(desk: Desk, found: Ledgers, month: date) -> str:
    """What a month is closed with: its lines and totals, its accounts, what is missing, and what it was made from."""
    accounts = closing.by_account(found.journal(month))
    return closing.paper(
        found.ledger(month),
        {
            "month": month.isoformat(),
            "accounts": [
                [one.number, one.name, text(debit), text(credit)] for one, (debit, credit) in accounts.items()
            ],
            "gaps": list(found.gaps),
            "manifest": desk.manifest().as_dict(),
        },
    )


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
