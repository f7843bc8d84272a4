"""Stripe's balance: a charge per paid invoice, the billing fee beside it, and a payout per day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from world.billing import Invoice
from world.pricelist import MICRO, rounded, scaled
from world.setting import Setting
from world.tables import instant, write

HEADER = [
    "id", "type", "source", "amount", "fee", "net", "currency", "created", "available_on", "reporting_category",
    "payment_method_type",
]  # fmt: skip


class Move(NamedTuple):
    """One balance transaction, in cents."""

    on: date
    available: date
    kind: str
    source: str
    amount: int
    fee: int
    category: str
    method: str

    @property
    def net(self) -> int:
        """What the balance changed by."""
        return self.amount - self.fee


def paid_days(setting: Setting, rows: list[Invoice]) -> list[date | None]:
    """Say when each invoice was paid; None while it is open."""
    rng, dials = setting.stream("stripe/paid"), setting.recipe["stripe"]
    is_slow = rng.random(len(rows)) < dials["slow_share"]
    soonest, latest = dials["slow_days"]
    reminded = rng.integers(soonest, latest, len(rows)) * is_slow
    waits = [dials["days_to_pay"][row.contract.customer.payment_method] for row in rows]
    days = [
        row.invoiced_on + timedelta(days=usual + int(more))
        for row, usual, more in zip(rows, waits, reminded, strict=True)
    ]
    return [day if day <= setting.seen_on else None for day in days]


def write_balance(setting: Setting, path: Path, numbered: list[tuple[str, Invoice]], paid: list[date | None]) -> None:
    """Write charges, billing fees and payouts in the order of their day."""
    moves = [
        move
        for (invoice_id, row), on in zip(numbered, paid, strict=False)
        if on and row.cents > 0
        for move in _moves(invoice_id, row, on, setting.recipe["stripe"])
    ]
    moves += _payouts(moves, setting.seen_on)
    moves.sort(key=lambda move: move.on)
    write(path, HEADER, [_row(f"txn_{i:07d}", move) for i, move in enumerate(moves, 1)])


def _moves(invoice_id: str, row: Invoice, on: date, dials: dict[str, Any]) -> tuple[Move, Move]:
    method = row.contract.customer.payment_method
    available = on + timedelta(days=dials["days_to_available"])
    billing = rounded(row.cents * scaled(dials["billing_fee"], MICRO), MICRO)
    charged = _fee(row.cents, dials["fees"][method])
    return (
        Move(on, available, "charge", invoice_id, row.cents, charged, "charge", method),
        Move(on, available, "stripe_fee", invoice_id, -billing, 0, "fee", method),
    )


def _fee(cents: int, fee: dict[str, Any]) -> int:
    """Price one payment: a share, a fixed part, perhaps a ceiling."""
    amount = rounded(cents * scaled(fee["share"], MICRO), MICRO) + int(fee["fixed_cents"])
    return min(amount, int(fee.get("at_most_cents", amount)))


def _payouts(moves: list[Move], as_of: date) -> Iterator[Move]:
    net: dict[date, int] = defaultdict(int)
    for move in moves:
        net[move.available] += move.net
    for day, amount in sorted(net.items()):
        if day <= as_of:
            yield Move(day, day, "payout", f"po_{day:%Y%m%d}", -amount, 0, "payout", "")


def _row(identity: str, move: Move) -> list[object]:
    amounts = [move.amount, move.fee, move.net]
    days = [instant(move.on), instant(move.available)]
    return [identity, move.kind, move.source, *amounts, "usd", *days, move.category, move.method]
