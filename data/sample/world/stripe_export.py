"""Stripe's side: customers, prices, subscriptions, invoices and their lines, as its exports spell them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from world import billing, names, stripe_money
from world.billing import Invoice, Line
from world.contracts import Contract
from world.months import Window
from world.people import Customer
from world.pricelist import Prices
from world.tables import dollars, minute, units, write

CUSTOMERS = ["id", "Email", "Name", "Created (UTC)", "Currency", "country", "customer_id (metadata)"]
PRICES = ["Price ID", "Product ID", "Product Name", "Amount", "Currency", "Interval", "Usage Type", "lookup_key"]
SUBSCRIPTIONS = [
    "id", "Customer ID", "Plan", "Quantity", "Currency", "Interval", "Amount", "Status", "Created (UTC)", "Start (UTC)",
    "Current Period Start (UTC)", "Current Period End (UTC)", "Canceled At (UTC)", "Ended At (UTC)",
    "Cancellation Reason", "plan_id (metadata)", "customer_id (metadata)",
]  # fmt: skip
INVOICES = [
    "id", "Customer", "Number", "Subscription", "Status", "Currency", "Amount Due", "Amount Paid", "Subtotal", "Total",
    "Date (UTC)", "Paid At (UTC)",
]  # fmt: skip
LINES = [
    "id", "invoice_id", "subscription", "amount", "currency", "description", "price_id", "proration",
    "quantity_decimal", "period_start", "period_end",
]  # fmt: skip
INTERVALS = {"monthly": "month", "annual": "year"}


def write_all(
    folder: Path,
    people: list[Customer],
    contracts: list[Contract],
    billed: list[Invoice],
    seed: int,
    window: Window,
    recipe: dict[str, Any],
    prices: Prices,
) -> None:
    """Write the seven files of the rail."""
    first_seen = {c.customer.number: c.started for c in reversed(contracts)}
    mine = [c for c in contracts if c.customer.rail == "stripe"]
    numbered = [
        (f"in_{i:06d}", row) for i, row in enumerate((b for b in billed if b.contract.customer.rail == "stripe"), 1)
    ]
    paid = stripe_money.paid_days([row for _, row in numbered], seed, window, recipe["stripe"])
    write(folder / "customers.csv", CUSTOMERS, [_customer(p, first_seen[p.number]) for p in people if p.stripe_id])
    write(folder / "prices.csv", PRICES, _prices(prices))
    write(folder / "subscriptions.csv", SUBSCRIPTIONS, [_subscription(c, window, recipe, prices) for c in mine])
    write(
        folder / "invoices.csv", INVOICES, [_invoice(i, row, on) for (i, row), on in zip(numbered, paid, strict=True)]
    )
    write(folder / "invoice_line_items.csv", LINES, _lines(numbered, prices))
    stripe_money.write_balance(folder / "balance_transactions.csv", numbered, paid, window, recipe["stripe"])


def usage_price_id(dimension: str) -> str:
    """Spell the invented id of a usage price."""
    return f"price_synthetic_{dimension}"


def _customer(person: Customer, since: date) -> list[object]:
    return [person.stripe_id, names.mailbox(person.name), person.name, minute(since), "usd", person.country, person.id]


def _prices(prices: Prices) -> list[list[object]]:
    """List the active prices only: what was charged before is in the invoices."""
    current = prices.lists[-1]
    plans = [
        [
            p["price"],
            p["product"],
            f"Vellocity {p['name']}",
            dollars(current.plan_cents[key]),
            "usd",
            INTERVALS[p["term"]],
            "licensed",
            key,
        ]
        for key, p in prices.plans.items()
        if key in current.plan_cents
    ]
    usage = [
        [usage_price_id(key), "prod_synthetic_usage", "Vellocity usage", _micros(rate), "usd", "month", "metered", key]
        for key, rate in current.rate_micros.items()
    ]
    return plans + usage


def _micros(micros: int) -> str:
    return f"{micros // 10**6}.{micros % 10**6:06d}".rstrip("0").rstrip(".")


def _subscription(contract: Contract, window: Window, recipe: dict[str, Any], prices: Prices) -> list[object]:
    plan = prices.plans[contract.plan_key]
    start, end = billing.periods(contract, window)[-1]
    amount = billing.base_cents(contract, start, recipe, prices)
    status = "canceled" if contract.ended else "active"
    return [
        contract.id, contract.customer.stripe_id, plan["price"], 1, "usd", INTERVALS[contract.term], dollars(amount), status,
        minute(contract.started), minute(contract.started), minute(start), minute(end), minute(_told_on(contract)),
        minute(contract.ended), contract.end_reason, plan["id"], contract.customer.id,
    ]  # fmt: skip


def _told_on(contract: Contract) -> date | None:
    """Day the customer said so: at once for an upgrade, some days before a period's end otherwise."""
    if contract.ended is None or contract.end_reason == "upgrade":
        return contract.ended
    return max(contract.started, contract.ended - timedelta(days=6))


def _invoice(invoice_id: str, row: Invoice, paid_on: date | None) -> list[object]:
    total = dollars(row.cents)
    status, paid = ("paid", total) if paid_on else ("open", "0.00")
    return [
        invoice_id, row.contract.customer.stripe_id, f"VEL-{invoice_id[3:]}", row.contract.id, status, "usd", total, paid,
        total, total, minute(row.invoiced_on), minute(paid_on),
    ]  # fmt: skip


def _lines(numbered: list[tuple[str, Invoice]], prices: Prices) -> list[list[object]]:
    rows = [(invoice_id, line) for invoice_id, row in numbered for line in row.lines]
    return [_line(f"il_{i:07d}", invoice_id, line, prices) for i, (invoice_id, line) in enumerate(rows, 1)]


def _line(line_id: str, invoice_id: str, line: Line, prices: Prices) -> list[object]:
    price_id = usage_price_id(line.key) if line.kind == "usage" else prices.plans[line.key]["price"]
    return [
        line_id, invoice_id, line.contract.id, line.cents, "usd", _words(line, prices), price_id,
        str(line.kind == "proration").lower(), units(line.quantity), line.start.isoformat(), line.end.isoformat(),
    ]  # fmt: skip


def _words(line: Line, prices: Prices) -> str:
    if line.kind == "usage":
        return f"{line.key} above the allowance"
    name = prices.plans[line.key]["name"]
    return f"Unused time on {name} after {line.start.isoformat()}" if line.kind == "proration" else f"1 x {name}"
