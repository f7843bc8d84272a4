"""What a change of plan inside a month gives away: a second allowance, and bands that begin at the cheapest again.

A month's allowance is whole under every contract of it, and bands begin anew with each (data/rails.toml). Somebody who
upgrades on the last day collects both; here that is money, so that it is a choice and no surprise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.claims.finding import CONTRADICTORY, NOTE, Finding
from lib.money import text, total
from lib.outcome import Line
from lib.owed import Used


@dataclass(frozen=True)
class Restart:
    """One customer's month of a metered dimension under several contracts of one rail, in dollars.

    `billed` is the sum of its lines, `as_one` what the whole quantity costs with one allowance and one pass through
    the bands, under whichever of the contracts makes it cheapest. `given_away` is the difference, never below zero.
    """

    customer_id: str
    rail: str
    dimension: str
    month: date
    contracts: int
    quantity: Decimal
    billed: Decimal
    as_one: Decimal

    @property
    def given_away(self) -> Decimal:
        """What one allowance and one pass would have billed more."""
        return max(self.as_one - self.billed, Decimal(0))


def restarts(lines: Iterable[Line]) -> tuple[Restart, ...]:
    """Lines of an outcome → every month that two or more contracts share, what gave away most first.

    Entitlements such as seats count at their largest and are left out, as is usage without a price.
    """
    months: dict[tuple[str, str, str, date], list[Used]] = {}
    billed: dict[tuple[str, str, str, date], list[Decimal]] = {}
    for line in lines:
        used, amount = line.used, line.amount
        if used and amount is not None and used.book.dimensions[used.dimension].is_metered:
            key = (line.contract.customer_id, line.contract.rail, used.dimension, line.month)
            months.setdefault(key, []).append(used)
            billed.setdefault(key, []).append(amount)
    found = (_restart(key, shared, total(billed[key])) for key, shared in months.items() if len(shared) > 1)
    known = (restart for restart in found if restart)
    return tuple(sorted(known, key=lambda one: (-one.given_away, one.customer_id, one.dimension, one.month)))


def findings(shared: Sequence[Restart], product: str) -> list[Finding]:
    """What was given away in all → one note, or none where nothing was."""
    leaks = [one for one in shared if one.given_away]
    if not leaks:
        return []
    lost = total(one.given_away for one in leaks)
    customers = len({one.customer_id for one in leaks})
    words = f"second allowances, in months shared by two plans, were worth {text(lost)} USD to {customers} customer(s)"
    worst = (f"{one.customer_id}, {one.dimension}, {one.month:%Y-%m}: {text(one.given_away)}" for one in leaks[:3])
    return [
        Finding(
            claim="allowances.second_in_a_month",
            kind="book",
            product=product,
            surface="book",
            words=words,
            source="data/rails.toml, changes.bands; DECISIONS, the allowance of a part month",
            published=False,
            verdict=CONTRADICTORY,
            severity=NOTE,
            promised="one allowance a month",
            delivered=words,
            evidence=tuple(worst),
        )
    ]


def _restart(key: tuple[str, str, str, date], shared: Sequence[Used], billed: Decimal) -> Restart | None:
    if any(used.price.per_event for used in shared):
        return None  # single events know no second allowance: each is charged by itself
    quantity = total(used.quantity for used in shared)
    alone = (Used(used.contract, used.book, used.dimension, quantity).charge.amount for used in shared)
    return Restart(*key, len(shared), quantity, billed, min(amount for amount in alone if amount is not None))
