"""A folder of Stripe exports as the sample writes them → the objects of Stripe's API that say the same.

Three things the sample's files hold have no place of their own in the API. A subscription's last billed amount stands
in its item's price, as it was when the item was billed. The reason of an end is the comment of the cancellation. The
fee for billing names the invoice as its source.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.servers import stripe

Object = dict[str, Any]
Row = dict[str, str]

CARDS = {"card": "US", "card_international": "DE"}


@contextmanager
def stripe_stand_in(sample_folder: Path) -> Iterator[stripe.StandIn]:
    """A stand-in for Stripe that holds what the exports in sample_folder/stripe hold."""
    with stripe.serving(api_objects(sample_folder / "stripe")) as server:
        yield server


def api_objects(exports: Path) -> dict[str, list[Object]]:
    """A folder of exports → the objects of every list."""
    prices = {row["Price ID"]: price(row) for row in rows(exports / "prices.csv")}
    lines: dict[str, list[Object]] = defaultdict(list)
    for row in rows(exports / "invoice_line_items.csv"):
        lines[row["invoice_id"]].append(line_item(row, prices))
    invoices = list(rows(exports / "invoices.csv"))
    return {
        "products": list({entry["product"]: product(entry) for entry in prices.values()}.values()),
        "prices": list(prices.values()),
        "customers": [customer(row) for row in rows(exports / "customers.csv")],
        "subscriptions": [subscription(row, prices) for row in rows(exports / "subscriptions.csv")],
        "invoices": [invoice(row, lines[row["id"]]) for row in invoices],
        "invoice_payments": [invoice_payment(row) for row in invoices if row["Paid At (UTC)"]],
        "balance_transactions": [balance_transaction(row) for row in rows(exports / "balance_transactions.csv")],
    }


def rows(path: Path) -> Iterator[Row]:
    """The rows of an export."""
    with path.open(newline="", encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def seconds(moment: str) -> int | None:
    """A UTC day or time as an export writes it → seconds since 1970."""
    return int(datetime.fromisoformat(moment.removesuffix("Z")).replace(tzinfo=UTC).timestamp()) if moment else None


def cents(dollars: str) -> str:
    """Dollars → cents, as exactly as they were written."""
    return format(Decimal(dollars).scaleb(2).normalize(), "f")


def whole_cents(dollars: str) -> int | None:
    """Dollars → whole cents; None where there is a part of one, as Stripe writes it."""
    exact = Decimal(dollars).scaleb(2)
    return int(exact) if exact == exact.to_integral_value() else None


def product(of: Object) -> Object:
    """The product of a price."""
    return {
        "id": of["product"],
        "object": "product",
        "active": True,
        "created": of["created"],
        "description": None,
        "livemode": True,
        "metadata": {},
        "name": of["nickname"],
        "type": "service",
    }


def price(row: Row) -> Object:
    """A price of one amount per unit. Its nickname is its product's name."""
    return {
        "id": row["Price ID"],
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": seconds("2024-11-01"),
        "currency": row["Currency"],
        "livemode": True,
        "lookup_key": row["lookup_key"],
        "metadata": {},
        "nickname": row["Product Name"],
        "product": row["Product ID"],
        "recurring": {
            "interval": row["Interval"],
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": row["Usage Type"],
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": whole_cents(row["Amount"]),
        "unit_amount_decimal": cents(row["Amount"]),
    }


def customer(row: Row) -> Object:
    """A customer with the country of its address."""
    return {
        "id": row["id"],
        "object": "customer",
        "address": {"country": row["country"], "city": None, "line1": None, "postal_code": None, "state": None},
        "balance": 0,
        "created": seconds(row["Created (UTC)"]),
        "currency": row["Currency"],
        "delinquent": False,
        "discount": None,
        "email": row["Email"],
        "livemode": True,
        "metadata": {"customer_id": row["customer_id (metadata)"]},
        "name": row["Name"],
    }


def subscription(row: Row, prices: dict[str, Object]) -> Object:
    """A subscription of one item, at the amount it was last billed."""
    known = prices.get(row["Plan"]) or deleted_price(row)
    billed = {**known, "unit_amount": whole_cents(row["Amount"]), "unit_amount_decimal": cents(row["Amount"])}
    item = {
        "id": f"si_{row['id'].removeprefix('sub_')}",
        "object": "subscription_item",
        "created": seconds(row["Created (UTC)"]),
        "current_period_end": seconds(row["Current Period End (UTC)"]),
        "current_period_start": seconds(row["Current Period Start (UTC)"]),
        "discounts": [],
        "metadata": {},
        "price": billed,
        "quantity": int(row["Quantity"]),
        "subscription": row["id"],
        "tax_rates": [],
    }
    return {
        "id": row["id"],
        "object": "subscription",
        "billing_mode": {"type": "flexible"},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": seconds(row["Canceled At (UTC)"]),
        "cancellation_details": {
            "comment": row["Cancellation Reason"] or None,
            "feedback": None,
            "reason": "cancellation_requested" if row["Cancellation Reason"] else None,
        },
        "collection_method": "charge_automatically",
        "created": seconds(row["Created (UTC)"]),
        "currency": row["Currency"],
        "customer": row["Customer ID"],
        "discounts": [],
        "ended_at": seconds(row["Ended At (UTC)"]),
        "items": [item],
        "latest_invoice": None,
        "livemode": True,
        "metadata": {"customer_id": row["customer_id (metadata)"], "plan_id": row["plan_id (metadata)"]},
        "pause_collection": None,
        "schedule": None,
        "start_date": seconds(row["Start (UTC)"]),
        "status": row["Status"],
        "trial_end": None,
        "trial_start": None,
    }


def deleted_price(row: Row) -> Object:
    """The price of a subscription that no list of prices shows any more."""
    interval = {"Price ID": row["Plan"], "Interval": row["Interval"], "Usage Type": "licensed"}
    told = {"Currency": row["Currency"], "Amount": row["Amount"], "Product ID": "prod_gone", "Product Name": ""}
    return {**price({**interval, **told, "lookup_key": ""}), "active": False, "lookup_key": None}


def invoice(row: Row, lines: list[Object]) -> Object:
    """An invoice with every one of its lines."""
    return {
        "id": row["id"],
        "object": "invoice",
        "amount_due": whole_cents(row["Amount Due"]),
        "amount_paid": whole_cents(row["Amount Paid"]),
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "created": seconds(row["Date (UTC)"]),
        "currency": row["Currency"],
        "customer": row["Customer"],
        "discounts": [],
        "lines": lines,
        "livemode": True,
        "metadata": {},
        "number": row["Number"],
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": row["Subscription"]},
        },
        "status": row["Status"],
        "status_transitions": {
            "finalized_at": seconds(row["Date (UTC)"]),
            "marked_uncollectible_at": None,
            "paid_at": seconds(row["Paid At (UTC)"]),
            "voided_at": None,
        },
        "subtotal": whole_cents(row["Subtotal"]),
        "total": whole_cents(row["Total"]),
        "total_discount_amounts": [],
    }


def line_item(row: Row, prices: dict[str, Object]) -> Object:
    """A line of an invoice, sold by a subscription's item."""
    quantity = Decimal(row["quantity_decimal"] or "1")
    sold = prices.get(row["price_id"])
    return {
        "id": row["id"],
        "object": "line_item",
        "amount": int(row["amount"]),
        "currency": row["currency"],
        "description": row["description"],
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": row["invoice_id"],
        "livemode": True,
        "metadata": {},
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": row["proration"] == "true",
                "proration_details": {"credited_items": None},
                "subscription": row["subscription"],
                "subscription_item": f"si_{row['subscription'].removeprefix('sub_')}",
            },
        },
        "period": {"start": seconds(row["period_start"]), "end": seconds(row["period_end"])},
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": {"price": row["price_id"], "product": sold["product"] if sold else "prod_gone"},
            "unit_amount_decimal": sold["unit_amount_decimal"] if sold else row["amount"],
        },
        "quantity": int(quantity),
        "quantity_decimal": row["quantity_decimal"] or "1",
        "subtotal": int(row["amount"]),
        "taxes": [],
    }


def invoice_payment(row: Row) -> Object:
    """The payment that ties an invoice to what was charged for it."""
    return {
        "id": row["id"].replace("in_", "inpay_"),
        "object": "invoice_payment",
        "amount_paid": whole_cents(row["Amount Paid"]),
        "amount_requested": whole_cents(row["Amount Due"]),
        "created": seconds(row["Date (UTC)"]),
        "currency": row["Currency"],
        "invoice": row["id"],
        "is_default": True,
        "livemode": True,
        "payment": {"type": "payment_intent", "payment_intent": row["id"].replace("in_", "pi_")},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": seconds(row["Paid At (UTC)"])},
    }


def balance_transaction(row: Row) -> Object:
    """A movement of the balance; of a charge, the charge itself with how it was paid."""
    source: Any = row["source"]
    if row["type"] == "charge":
        source = charge(row)
    elif row["type"] == "payout":
        source = {"id": row["source"], "object": "payout", "amount": -int(row["amount"]), "status": "paid"}
    return {
        "id": row["id"],
        "object": "balance_transaction",
        "amount": int(row["amount"]),
        "available_on": seconds(row["available_on"]),
        "balance_type": "payments",
        "created": seconds(row["created"]),
        "currency": row["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": int(row["fee"]),
        "fee_details": fee_details(row),
        "net": int(row["net"]),
        "reporting_category": row["reporting_category"],
        "source": source,
        "status": "available",
        "type": row["type"],
    }


def charge(row: Row) -> Object:
    """What was charged for an invoice. It names the payment intent and no invoice."""
    method: Object = {"type": "us_bank_account", "us_bank_account": {"bank_name": "STRIPE TEST BANK"}}
    if row["payment_method_type"] in CARDS:
        method = {"type": "card", "card": {"brand": "visa", "country": CARDS[row["payment_method_type"]]}}
    return {
        "id": row["source"].replace("in_", "ch_"),
        "object": "charge",
        "amount": int(row["amount"]),
        "amount_refunded": 0,
        "balance_transaction": row["id"],
        "created": seconds(row["created"]),
        "currency": row["currency"],
        "livemode": True,
        "paid": True,
        "payment_intent": row["source"].replace("in_", "pi_"),
        "payment_method_details": method,
        "refunded": False,
        "status": "succeeded",
    }


def fee_details(row: Row) -> list[Object]:
    """What a fee is made of."""
    if row["fee"] == "0":
        return []
    description = "Stripe processing fees"
    fee = {"amount": int(row["fee"]), "application": None, "currency": row["currency"]}
    return [{**fee, "description": description, "type": "stripe_fee"}]
