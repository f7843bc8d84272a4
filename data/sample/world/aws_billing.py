"""AWS Marketplace's billing events: the sale and its listing fee invoiced, later both disbursed with opposite signs."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from world import months
from world.aws_feeds import CATALOG, HISTORY, PRODUCT_ID, SELLER_ACCOUNT, offer_id, place
from world.billing import Invoice, Line
from world.pricelist import MICRO, rounded, scaled
from world.setting import Setting
from world.tables import dollars, instant, write

ADDED_LATER = "disbursement_reference_number"
COLUMNS = [
    "billing_event_id", "parent_billing_event_id", "action", "action_date", "transaction_type", "from_account_id",
    "to_account_id", "end_user_account_id", "recipient_account_id", "product_id", "offer_id", "agreement_id", "amount",
    "currency", "balance_impacting", "invoice_id", "invoice_date", "invoice_variant", "line_item_id",
    "buyer_invoice_id", "buyer_invoice_date", "buyer_line_item_id", "charge_variant", "charge_side",
    "payment_due_date", "usage_period_start_date", "usage_period_end_date", "transaction_reference_id",
    "bank_trace_id", "broker_id", "disbursement_billing_event_id", "catalog",
]  # fmt: skip
PAYMENT_TERM = timedelta(days=30)
Event = dict[str, object]


def write_feed(setting: Setting, folder: Path, billed: list[Invoice]) -> None:
    """Write one file per month of action; the column added later is missing from the first files."""
    mine = [row for row in billed if row.contract.customer.rail == "aws"]
    found = [event for i, row in enumerate(mine, 1) for event in _events(setting, f"{i:06d}", row)]
    by_month = _by_month(setting, found + _disbursements(found))
    added_from = setting.window.first_month + setting.recipe["marketplace"]["column_added_after_months"]
    for month in setting.seen.month_numbers:
        columns = [*COLUMNS, ADDED_LATER] if month >= added_from else COLUMNS
        path = place(folder, "BillingEventFeed", month)
        write(path, [*HISTORY, *columns], [_row(event, columns) for event in by_month[month]])


def reference(line: Line) -> str:
    """Spell our own reference: agreement, plan or dimension, first day; credits say so."""
    tail = "/proration" if line.kind == "proration" else ""
    return f"{line.contract.id}/{line.key}/{line.start.isoformat()}{tail}"


def disbursed_on(invoiced_on: date, dials: dict[str, Any]) -> date:
    """Give the first disbursement day after the buyer had time to pay."""
    ready = invoiced_on + timedelta(days=dials["days_to_disburse"])
    same_month = ready.replace(day=dials["disbursement_day"])
    return same_month if ready <= same_month else months.later(same_month, 1)


def _events(setting: Setting, serial: str, invoice: Invoice) -> Iterator[Event]:
    dials = setting.recipe["marketplace"]
    fee_micros = scaled(dials["listing_fee"], MICRO)
    paid_out = disbursed_on(invoice.invoiced_on, dials)
    for position, line in enumerate(invoice.lines, 1):
        sale = _sale(serial, position, invoice, line)
        fee = {**sale, **_fee(serial, position), "amount": -rounded(line.cents * fee_micros, MICRO)}
        yield from (sale, fee)
        if paid_out <= setting.window.as_of:
            yield from (_disbursed(sale, paid_out), _disbursed(fee, paid_out))


def _sale(serial: str, position: int, invoice: Invoice, line: Line) -> Event:
    buyer = line.contract.customer.feed_account_id
    invoiced = instant(invoice.invoiced_on)
    return {
        "billing_event_id": f"be-{serial}-{position}-s",
        "action": "INVOICED",
        "action_date": invoiced,
        "transaction_type": "SELLER_REV_SHARE",
        "from_account_id": buyer,
        "to_account_id": SELLER_ACCOUNT,
        "end_user_account_id": buyer,
        "recipient_account_id": SELLER_ACCOUNT,
        "product_id": PRODUCT_ID,
        "offer_id": offer_id(line.contract),
        "agreement_id": line.contract.id,
        "amount": line.cents,
        "currency": "USD",
        "balance_impacting": 1,
        "invoice_id": f"INV-{serial}",
        "invoice_date": invoiced,
        "invoice_variant": "PURCHASE",
        "line_item_id": f"li-{position}",
        "buyer_invoice_id": f"INV-{serial}",
        "buyer_invoice_date": invoiced,
        "buyer_line_item_id": f"li-{position}",
        "charge_side": "SELLING",
        "payment_due_date": instant(invoice.invoiced_on + PAYMENT_TERM),
        "usage_period_start_date": instant(line.start),
        "usage_period_end_date": instant(line.end - timedelta(days=1), "23:59:59"),
        "transaction_reference_id": reference(line),
        "broker_id": "AWS_INC",
        "catalog": CATALOG,
    }


def _fee(serial: str, position: int) -> Event:
    """Say what differs on the listing-fee invoice."""
    return {
        "billing_event_id": f"be-{serial}-{position}-f",
        "transaction_type": "AWS_REV_SHARE",
        "from_account_id": SELLER_ACCOUNT,
        "to_account_id": "AWS",
        "invoice_id": f"LF-{serial}",
        "invoice_variant": "LISTING_FEE",
        "line_item_id": f"lf-{position}",
        "charge_variant": "LISTING_FEE",
    }


def _disbursed(event: Event, on: date) -> Event:
    return {
        **event,
        "billing_event_id": f"{event['billing_event_id']}d",
        "parent_billing_event_id": event["billing_event_id"],
        "action": "DISBURSED",
        "action_date": instant(on),
        "amount": -int(str(event["amount"])),
        "balance_impacting": 0,
        "bank_trace_id": f"trace-{on:%Y%m%d}",
        "disbursement_billing_event_id": f"be-disbursement-{on:%Y%m%d}",
        ADDED_LATER: f"ref-{on:%Y%m%d}",
    }


def _disbursements(found: list[Event]) -> list[Event]:
    """Add up what each disbursement day paid out."""
    paid: dict[str, int] = defaultdict(int)
    for event in found:
        if event["action"] == "DISBURSED":
            paid[str(event["action_date"])] -= int(str(event["amount"]))
    return [_disbursement(at, cents) for at, cents in sorted(paid.items())]


def _disbursement(at: str, cents: int) -> Event:
    day = at[:10].replace("-", "")
    return {
        "billing_event_id": f"be-disbursement-{day}",
        "action": "DISBURSED",
        "action_date": at,
        "transaction_type": "DISBURSEMENT",
        "from_account_id": "AWS",
        "to_account_id": SELLER_ACCOUNT,
        "recipient_account_id": SELLER_ACCOUNT,
        "amount": cents,
        "currency": "USD",
        "balance_impacting": 0,
        "bank_trace_id": f"trace-{day}",
        "broker_id": "AWS_INC",
        "catalog": CATALOG,
        ADDED_LATER: f"ref-{day}",
    }


def _by_month(setting: Setting, found: list[Event]) -> dict[int, list[Event]]:
    """File by month of action; a few events come once more in the month after, word for word."""
    rng = setting.stream("marketplace/BillingEventFeed")
    again = rng.random(len(found)) < setting.recipe["marketplace"]["redelivery_share"]
    filed: dict[int, list[Event]] = defaultdict(list)
    for event, is_repeated in zip(found, again, strict=True):
        month = months.number(date.fromisoformat(str(event["action_date"])[:10]))
        filed[month].append(event)
        if is_repeated:
            filed[month + 1].append(event)
    return filed


def _row(event: Event, columns: list[str]) -> list[object]:
    at = event["action_date"]
    values = {**event, "amount": f"{dollars(int(str(event['amount'])))}0000"}
    return [at, at, at, "", *(values.get(column, "") for column in columns)]
