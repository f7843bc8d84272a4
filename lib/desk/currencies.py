"""What was invoiced in other currencies than that of the books: no sum of dollars holds it, so it is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.money import EXACT, round_line, total

if TYPE_CHECKING:
    from lib.desk.desk import Desk

BOOKS = "USD"


def other_currencies(desk: Desk) -> Iterator[str]:
    """One sentence where AWS invoiced for us in another currency, with a sum of each; they are never added up.

    A row of Stripe in another currency is rejected as it is read, and told among the rejected lines of its feed.
    """
    if not desk.warehouse.rows("marketplace_row", became="other currency"):
        return
    found = [row for row in desk.warehouse.rows("marketplace_line", is_ours=True) if row["currency"] != BOOKS]
    invoices = {row["invoice_id"] for row in found}
    if invoices:
        by = {currency: [row for row in found if row["currency"] == currency] for currency in _named(found)}
        sums = {key: total(EXACT.add(row["gross"], row["refund"]) for row in own) for key, own in by.items()}
        told = " and ".join(f"{currency} {round_line(amount):,f}" for currency, amount in sums.items())
        counted = f"{len(invoices):,} invoice{'' if len(invoices) == 1 else 's'}"
        yield f"{counted} of AWS in another currency than {BOOKS}, of {told} before fees"


def _named(rows: list[dict[str, str]]) -> list[str]:
    return sorted({row["currency"] for row in rows})
