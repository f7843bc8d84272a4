"""What has become of a closed month since: every figure that differs today, and the entries that book it.

A closed month is told in the numbers it was closed with. What a later snapshot says of the same month is a restatement:
an invoice or an account that changed, appeared or is gone. It is booked in the first month that is not closed, so that
what was posted of all closed months, and of that one, comes to the balances of its ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.closing.accounts import Account
from lib.closing.books import AMOUNTS, LedgerLine
from lib.closing.journal import Entry, Posting
from lib.money import EXACT, total
from lib.periods import month_of

CHANGED, APPEARED, GONE = "changed", "appeared", "gone"
MOVED = "debit less credit"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Restated:
    """One figure of one invoice, or of one account at a rail, that is not what the month was closed with.

    `closed` is None where it appeared since, and `is_now` where it is gone: nothing, which is no zero.
    """

    rail: str
    reference: str
    customer_id: str | None
    kind: str
    column: str
    closed: Decimal | None
    is_now: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What it is now less what it was closed with."""
        return EXACT.subtract(self.is_now or ZERO, self.closed or ZERO)


Figures = Mapping[str, Decimal]
Key = tuple[str, str]  # rail and reference


def restated(closed: Iterable[LedgerLine], now: Iterable[LedgerLine]) -> tuple[Restated, ...]:
    """What a month was closed with, and the same month as it is now → every figure that differs, by invoice."""
    was, is_now = {_key(line): line for line in closed}, {_key(line): line for line in now}
    customers = {key: line.customer_id for key, line in {**was, **is_now}.items()}
    return differences(_figures(was), _figures(is_now), customers)


def restated_accounts(closed: Iterable[Entry], now: Iterable[Entry]) -> tuple[Restated, ...]:
    """The journal a month was closed with, and the one it has now → every account of a rail that moved otherwise.

    An account goes by its number; entries that book restatements of other months are no part of the month.
    """
    return differences(_moved(closed), _moved(now), {})


def differences(
    closed: Mapping[Key, Figures], now: Mapping[Key, Figures], customers: Mapping[Key, str | None]
) -> tuple[Restated, ...]:
    """Figures by invoice, then and now → those that differ; of an invoice that appeared or is gone every one."""
    return tuple(
        Restated(*key, customers.get(key), kind, column, before.get(column), after.get(column))
        for key in sorted(closed.keys() | now.keys())
        for before, after in [(closed.get(key, {}), now.get(key, {}))]
        for kind in [APPEARED if key not in closed else GONE if key not in now else CHANGED]
        for column in (before or after)
        if before.get(column) != after.get(column)
    )


def booked(posted: Iterable[Entry], now: Iterable[Entry], on: date) -> tuple[Entry, ...]:
    """Every entry that closed months were posted with, and those they have now → what a day has to book.

    One entry per month that is restated and invoice. An entry that booked a restatement already counts for its month.
    """
    was, is_now = _by_invoice(posted), _by_invoice(now)
    empty: tuple[Entry, ...] = ()
    entries = (
        _correction(key[0], was.get(key, empty), is_now.get(key, empty), on)
        for key in sorted(was.keys() | is_now.keys())
    )
    return tuple(entry for entry in entries if entry.postings)


def _correction(month: date, posted: Iterable[Entry], now: Iterable[Entry], on: date) -> Entry:
    """What one invoice of one month has to be posted with beside what was."""
    posted, now = list(posted), list(now)
    told = (now or posted)[-1]
    was, is_now = _nets(posted), _nets(now)
    accounts = {one.number: one for one in (*was, *is_now)}
    grown = [(accounts[number], EXACT.subtract(_of(is_now, number), _of(was, number))) for number in sorted(accounts)]
    postings = tuple(Posting(one, max(net, ZERO), max(EXACT.minus(net), ZERO)) for one, net in grown if net)
    return Entry(on, f"restatement of {month:%Y-%m}", told.rail, told.reference, told.customer_id, postings, month)


def _by_invoice(entries: Iterable[Entry]) -> dict[tuple[date, str, str], list[Entry]]:
    found: dict[tuple[date, str, str], list[Entry]] = {}
    for entry in entries:
        month = entry.restates or month_of(entry.on)
        found.setdefault((month, entry.rail, entry.reference), []).append(entry)
    return found


def _nets(entries: Iterable[Entry]) -> dict[Account, Decimal]:
    """What entries add to each account, debits above zero."""
    found: dict[Account, list[Decimal]] = {}
    for posting in (posting for entry in entries for posting in entry.postings):
        found.setdefault(posting.account, []).append(EXACT.subtract(posting.debit, posting.credit))
    return {account: total(amounts) for account, amounts in found.items()}


def _of(nets: Mapping[Account, Decimal], number: str) -> Decimal:
    """An account by its number, whatever it is called."""
    return total(net for account, net in nets.items() if account.number == number)


def _moved(entries: Iterable[Entry]) -> dict[Key, Figures]:
    by_rail: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.restates is None:
            by_rail.setdefault(entry.rail, []).append(entry)
    return {key: {MOVED: net} for rail, own in by_rail.items() for key, net in _accounts(rail, own)}


def _accounts(rail: str, entries: Iterable[Entry]) -> Iterator[tuple[Key, Decimal]]:
    nets = _nets(entries)
    for number in sorted({account.number for account in nets}):
        if net := _of(nets, number):
            yield (rail, f"account {number}"), net


def _key(line: LedgerLine) -> Key:
    return line.rail, line.reference


def _figures(lines: Mapping[Key, LedgerLine]) -> dict[Key, Figures]:
    return {key: {name: getattr(line, name) for name in AMOUNTS} for key, line in lines.items()}
