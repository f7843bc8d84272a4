"""The lists that Stripe is asked for, and the parts of their objects that get a file of their own.

A part is one row for the warehouse: a tier of a price, an item of a subscription, a line of an invoice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]
Pieces = Callable[[Object], Iterator[Object]]
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Embedded:
    """A list inside an object, of which Stripe shows the first ten: where it stands, and where the rest is asked for.

    `path` and `params` may name the `{id}` of the object that holds it.
    """

    key: str
    path: str
    file: str
    params: Mapping[str, Any] = field(default_factory=dict)
    pieces: Mapping[str, Pieces] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """One list of the API: its file, its path, what is expanded, and the permission that a restricted key needs."""

    name: str
    permission: str
    params: Mapping[str, Any] = field(default_factory=dict)
    pieces: Mapping[str, Pieces] = field(default_factory=dict)
    embedded: Embedded | None = None

    @property
    def path(self) -> str:
        """Where the list is asked for."""
        return f"/v1/{self.name}"

    @property
    def words(self) -> str:
        """The objects of the list, in a sentence."""
        return self.name.replace("_", " ")

    @property
    def files(self) -> tuple[str, ...]:
        """The files it fills, its own first."""
        inside = (self.embedded.file, *self.embedded.pieces) if self.embedded else ()
        return (self.name, *self.pieces, *inside)


def tiers(price: Object) -> Iterator[Object]:
    """The tiers of a price, in order; one without tiers has none."""
    for position, tier in enumerate(price.get("tiers") or ()):
        yield {"price": price["id"], "tiers_mode": price.get("tiers_mode"), "position": position, "tier": tier}


def fees(transaction: Object) -> Iterator[Object]:
    """The parts of the fee of a balance transaction, in order."""
    for position, fee in enumerate(transaction.get("fee_details") or ()):
        yield {"balance_transaction": transaction["id"], "position": position, "fee": fee}


def phase_items(schedule: Object) -> Iterator[Object]:
    """What a schedule sells in each of its phases: a row for every price of every phase."""
    for position, phase in enumerate(schedule.get("phases") or ()):
        for place, item in enumerate(phase.get("items") or ()):
            yield {
                "subscription_schedule": schedule["id"],
                "subscription": schedule.get("subscription") or schedule.get("released_subscription"),
                "status": schedule.get("status"),
                "position": position,
                "start_date": phase.get("start_date"),
                "end_date": phase.get("end_date"),
                "currency": phase.get("currency"),
                "place": place,
                "item": item,
            }


def discounts(owner: Object) -> Iterator[Object]:
    """The discounts on a subscription or one of its items; an id that was not expanded says nothing and is left out."""
    for entry in owner.get("discounts") or ():
        if isinstance(entry, dict):
            yield entry


def customer_discounts(customer: Object) -> Iterator[Object]:
    """The discount on everything a customer buys, where there is one."""
    if isinstance(customer.get("discount"), dict):
        yield customer["discount"]


LISTINGS = (
    Listing("products", "Products"),
    Listing("prices", "Prices", {"expand": ["data.tiers"]}, {"price_tiers": tiers}),
    Listing("coupons", "Coupons", {"expand": ["data.applies_to"]}),
    Listing("promotion_codes", "Promotion Codes"),
    Listing("customers", "Customers", pieces={"customer_discounts": customer_discounts}),
    Listing(
        "subscriptions",
        "Subscriptions",
        {"status": "all", "expand": ["data.discounts", "data.items.data.discounts"]},
        {"subscription_discounts": discounts},
        Embedded(
            "items",
            "/v1/subscription_items",
            "subscription_items",
            {"subscription": "{id}", "expand": ["data.discounts"]},
            {"item_discounts": discounts},
        ),
    ),
    Listing("subscription_schedules", "Subscriptions", pieces={"schedule_phase_items": phase_items}),
    Listing("invoices", "Invoices", embedded=Embedded("lines", "/v1/invoices/{id}/lines", "invoice_lines")),
    # since 2025-03-31 neither a charge nor an invoice names the other: the invoice's payment does
    Listing("invoice_payments", "Invoices"),
    Listing("credit_notes", "Credit notes"),
    Listing("balance_transactions", "Balance transactions", {"expand": ["data.source"]}, {"fee_details": fees}),
)
