"""Stripe's balance: a charge per paid invoice, the billing fee beside it, and a payout per day."""

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from world.billing import Invoice
from world.months import Window
from world.pricelist import MICRO, rounded, scaled
from world.recipe import stream
from world.tables import instant, write

HEADER = [
    "id", "type", "source", "amount", "fee", "net", "currency", "created", "available_on", "reporting_category",
    "payment_method_type",
]  # fmt: skip


def paid_days(rows: list[Invoice], seed: int, window: Window, dials: dict[str, Any]) -> list[date | None]:
    """Say when each invoice was paid; None while it is open."""
    rng = stream(seed, "stripe/paid")
    slow = rng.random(len(rows)) < dials["slow_share"]
    wait = rng.integers(*dials["slow_days"], len(rows))
    days = [
        row.invoiced_on + timedelta(days=dials["days_to_pay"][row.contract.customer.payment_method] + int(late * more))
        for row, late, more in zip(rows, slow, wait, strict=True)
    ]
    return [day if day <= window.as_of else None for day in days]


def fee_cents(cents: int, method: str, dials: dict[str, Any]) -> int:
    """Price one payment: a share, a fixed part, perhaps a ceiling."""
    fee = dials["fees"][method]
    amount = rounded(cents * scaled(fee["share"], MICRO), MICRO) + fee["fixed_cents"]
    return min(amount, fee.get("at_most_cents", amount))


def write_balance(
    path: Path, numbered: list[tuple[str, Invoice]], paid: list[date | None], window: Window, dials: dict[str, Any]
) -> None:
    """Write charges, billing fees and payouts in the order of their day."""
    moves = [
        move
        for (invoice_id, row), on in zip(numbered, paid, strict=True)
        if on and row.cents > 0
        for move in _moves(invoice_id, row, on, dials)
    ]
    moves += _payouts(moves, window)
    moves.sort(key=lambda move: move[0])
    write(path, HEADER, [[f"txn_{i:07d}", *_stamped(move)] for i, move in enumerate(moves, 1)])


def _moves(invoice_id: str, row: Invoice, on: date, dials: dict[str, Any]) -> list[tuple[Any, ...]]:
    method = row.contract.customer.payment_method
    fee = fee_cents(row.cents, method, dials)
    billing = rounded(row.cents * scaled(dials["billing_fee"], MICRO), MICRO)
    free = on + timedelta(days=dials["days_to_available"])
    return [
        (on, free, "charge", invoice_id, row.cents, fee, row.cents - fee, "charge", method),
        (on, free, "stripe_fee", invoice_id, -billing, 0, -billing, "fee", method),
    ]


def _payouts(moves: list[tuple[Any, ...]], window: Window) -> list[tuple[Any, ...]]:
    net: dict[date, int] = defaultdict(int)
    for move in moves:
        net[move[1]] += move[6]
    return [
        (day, day, "payout", f"po_{day:%Y%m%d}", -amount, 0, -amount, "payout", "")
        for day, amount in sorted(net.items())
        if day <= window.as_of
    ]


def _stamped(move: tuple[Any, ...]) -> list[object]:
    on, free, kind, source, amount, fee, net, category, method = move
    return [kind, source, amount, fee, net, "usd", instant(on), instant(free), category, method]
