"""Stripe's side: customers, prices, subscriptions, invoices and their lines, as its exports spell them."""

from datetime import date, timedelta
from pathlib import Path

from world import billing, contract, names, stripe_money
from world.billing import Invoice, Line
from world.contract import Contract
from world.people import Customer
from world.pricelist import MICRO, Prices
from world.setting import Setting
from world.tables import dollars, minute, units, write

CUSTOMERS = ["id", "Email", "Name", "Created (UTC)", "Currency", "country", "customer_id (metadata)"]
PRICES = ["Price ID", "Product ID", "Product Name", "Amount", "Currency", "Interval", "Usage Type", "lookup_key"]
SUBSCRIPTIONS = [
    "id", "Customer ID", "Plan", "Quantity", "Currency", "Interval", "Amount", "Status", "Created (UTC)",
    "Start (UTC)", "Current Period Start (UTC)", "Current Period End (UTC)", "Canceled At (UTC)", "Ended At (UTC)",
    "Cancellation Reason", "plan_id (metadata)", "customer_id (metadata)",
]  # fmt: skip
INVOICES = [
    "id", "Customer", "Number", "Subscription", "Status", "Currency", "Amount Due", "Amount Paid", "Subtotal",
    "Total", "Date (UTC)", "Paid At (UTC)",
]  # fmt: skip
LINES = [
    "id", "invoice_id", "subscription", "amount", "currency", "description", "price_id", "proration",
    "quantity_decimal", "period_start", "period_end",
]  # fmt: skip
INTERVALS = {"monthly": "month", "annual": "year"}
NOTICE = timedelta(days=6)  # before a period's end


def write_all(setting: Setting, folder: Path, contracts: list[Contract], billed: list[Invoice]) -> None:
    """Write the rail's six files."""
    mine = [c for c in contract.seen(contracts, setting.seen_on) if c.customer.rail == "stripe"]
    sent = [row for row in billed if row.contract.customer.rail == "stripe"]
    paid = stripe_money.paid_days(setting, sent)
    sent = [row for row in sent if row.invoiced_on <= setting.seen_on]  # the oldest stand first
    numbered = [(f"in_{i:06d}", row) for i, row in enumerate(sent, 1)]
    write(folder / "customers.csv", CUSTOMERS, [_customer(*pair) for pair in contract.since(mine).items()])
    write(folder / "prices.csv", PRICES, _prices(setting.prices))
    write(folder / "subscriptions.csv", SUBSCRIPTIONS, [_subscription(setting, c) for c in mine])
    write(folder / "invoices.csv", INVOICES, [_invoice(*row, on) for row, on in zip(numbered, paid, strict=False)])
    write(folder / "invoice_line_items.csv", LINES, _lines(setting.prices, numbered))
    stripe_money.write_balance(setting, folder / "balance_transactions.csv", numbered, paid)


def _customer(person: Customer, since: date) -> list[object]:
    mail = names.mailbox(person.name)
    return [person.stripe_id, mail, person.name, minute(since), "usd", person.country, person.id]


def _prices(prices: Prices) -> list[list[object]]:
    """List the active prices only: what was charged before stands in the invoices."""
    current = prices.lists[-1]
    plans = [_plan_price(prices, key, cents) for key, cents in current.plan_cents.items()]
    return [*plans, *(_usage_price(key, rate) for key, rate in current.rate_micros.items())]


def _usage_price(key: str, rate: int) -> list[object]:
    product, name = "prod_synthetic_usage", "Vellocity usage"
    return [_usage_price_id(key), product, name, _rate(rate), "usd", "month", "metered", key]


def _plan_price(prices: Prices, key: str, cents: int) -> list[object]:
    plan = prices.plans[key]
    interval = INTERVALS[plan["term"]]
    name = f"Vellocity {plan['name']}"
    return [plan["price"], plan["product"], name, dollars(cents), "usd", interval, "licensed", key]


def _usage_price_id(dimension: str) -> str:
    return f"price_synthetic_{dimension}"


def _rate(micros: int) -> str:
    return f"{micros // MICRO}.{micros % MICRO:06d}".rstrip("0").rstrip(".")


def _subscription(setting: Setting, contract: Contract) -> list[object]:
    plan = setting.prices.plans[contract.plan_key]
    start, end = contract.periods(setting.seen)[-1]
    amount = dollars(billing.base_cents(setting, contract, start))
    return [
        contract.id, contract.customer.stripe_id, plan["price"], 1, "usd", INTERVALS[contract.term], amount,
        "canceled" if contract.ended else "active", minute(contract.started), minute(contract.started),
        minute(start), minute(end), minute(_told_on(contract)), minute(contract.ended), contract.end_reason,
        plan["id"], contract.customer.id,
    ]  # fmt: skip


def _told_on(contract: Contract) -> date | None:
    """Day the customer said so: at once for an upgrade, some days before a period's end otherwise."""
    if contract.ended is None or contract.end_reason == "upgrade":
        return contract.ended
    return contract.ended - NOTICE


def _invoice(invoice_id: str, row: Invoice, paid_on: date | None) -> list[object]:
    total = dollars(row.cents)
    status, paid = ("paid", total) if paid_on else ("open", dollars(0))
    return [
        invoice_id, row.contract.customer.stripe_id, invoice_id.replace("in_", "VEL-"), row.contract.id, status,
        "usd", total, paid, total, total, minute(row.invoiced_on), minute(paid_on),
    ]  # fmt: skip


def _lines(prices: Prices, numbered: list[tuple[str, Invoice]]) -> list[list[object]]:
    rows = [(invoice_id, line) for invoice_id, row in numbered for line in row.lines]
    return [_line(prices, f"il_{i:07d}", *row) for i, row in enumerate(rows, 1)]


def _line(prices: Prices, line_id: str, invoice_id: str, line: Line) -> list[object]:
    price_id = _usage_price_id(line.key) if line.kind == "usage" else prices.plans[line.key]["price"]
    return [
        line_id, invoice_id, line.contract.id, line.cents, "usd", _words(prices, line), price_id,
        str(line.kind == "proration").lower(), units(line.quantity), line.start.isoformat(), line.end.isoformat(),
    ]  # fmt: skip


def _words(prices: Prices, line: Line) -> str:
    if line.kind == "usage":
        return f"{line.key} above the allowance"
    name = prices.plans[line.key]["name"]
    return f"Unused time on {name} after {line.start}" if line.kind == "proration" else f"1 x {name}"
