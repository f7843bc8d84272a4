"""Rows of the marts become the nouns of the rules; nothing is computed on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lib import rails
from lib.catalog.allowance import Allowance
from lib.catalog.terms import parse_bands
from lib.contracts import Changes, Contract, Instalment, MultiYear, Offer, SeatChange
from lib.outcome import UsageCell
from lib.reconciliation import Accepted, InvoiceLine, Slip


def changes(rail: rails.Rail) -> Changes:
    """What a rail does when something changes inside a period."""
    return Changes(**{name: getattr(rail.changes, name) for name in rails.CHANGES})


def offer(
    row: Mapping[str, Any],
    allowances: Sequence[Mapping[str, Any]],
    bands: Sequence[Mapping[str, Any]],
    instalments: Sequence[Mapping[str, Any]],
) -> Offer:
    """One offer with the rows of its feeds; a discount or a number of years makes it a commitment to years."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for band in bands:
        step = {"from": band["from_quantity"], "unit_price": band["unit_price_usd"]}
        steps.setdefault(band["dimension"], []).append(step)
    years, discount = row["years"], row["multi_year_discount_rate"] or Decimal(0)
    return Offer(
        offer_id=row["offer_id"],
        price=row["price_usd"],
        allowances={one["dimension"]: Allowance.of(one["allowance"]) for one in allowances},
        bands={name: parse_bands(of, f"offer {row['offer_id']}, {name}") for name, of in steps.items()},
        monthly_minimum=row["monthly_minimum_usd"],
        multi_year=None if years is None else MultiYear(years, discount),
        instalments=tuple(Instalment(one["due_on"], one["amount_usd"]) for one in instalments),
    )


def seats(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, tuple[SeatChange, ...]]]:
    """Rows of marts.seat_change, in order of time → by contract and dimension, what it is entitled to from when on."""
    found: dict[str, dict[str, tuple[SeatChange, ...]]] = {}
    for row in rows:
        own = found.setdefault(row["contract_id"], {})
        own[row["dimension"]] = (*own.get(row["dimension"], ()), SeatChange(row["changed_on"], row["seats"]))
    return found


def contract(
    row: Mapping[str, Any],
    offers: Mapping[str, Offer],
    seats: Mapping[str, Mapping[str, tuple[SeatChange, ...]]],
    since: Mapping[str, date],
    about: Mapping[str, Mapping[str, str]],
) -> Contract:
    """One row of marts.contract → the contract, with its private offer and the seats it is entitled to, if any.

    `since` is the day each customer's first contract began, `about` what is known of each customer.
    """
    return Contract(
        contract_id=row["contract_id"],
        customer_id=row["customer_id"],
        rail=row["rail"],
        plan_key=row["plan_key"],
        tier=row["tier"],
        term=row["term"],
        started_on=row["started_on"],
        ended_on=row["ended_on"],
        end_reason=row["end_reason"],
        offer=offers.get(row["offer_id"]),
        started_at=_utc(row["started_at"]),
        ended_at=_utc(row["ended_at"]),
        seats=seats.get(row["contract_id"], {}),
        customer_since=since[row["customer_id"]],
        about=about.get(row["customer_id"], {}),
    )


def _utc(moment: datetime | None) -> datetime | None:
    """An instant as a mart holds it, in UTC without saying so."""
    return moment and moment.replace(tzinfo=UTC)


def cell(row: Mapping[str, Any]) -> UsageCell:
    """One row of marts.usage_month → a cell of the cube."""
    return UsageCell(row["contract_id"], row["dimension"], row["usage_month"], row["quantity"], row["late_quantity"])


def slip(row: Mapping[str, Any]) -> tuple[tuple[str, str, date], Slip]:
    """One row of marts.usage_slip → what two slips of a meter would add to a cell."""
    key = row["contract_id"], row["dimension"], row["usage_month"]
    return key, Slip(row["copied_quantity"], row["summed_quantity"])


def invoice_line(row: Mapping[str, Any]) -> InvoiceLine:
    """One row of marts.invoice_line → a line as a rail invoiced it."""
    return InvoiceLine(
        contract_id=row["contract_id"],
        customer_id=row["customer_id"],
        rail=row["rail"],
        kind=row["kind"],
        item=row["dimension"] if row["kind"] == "usage" else row["plan_key"] or "",
        start_on=row["usage_month"] if row["kind"] == "usage" else row["period_start_on"],
        amount=row["amount_usd"],
        invoice_id=row["invoice_id"],
    )


def accepted_in(rows: Iterable[Mapping[str, Any]], month: date) -> list[Accepted]:
    """Rows of marts.metered_hour → what the meter accepted of our contracts in a month; a record of nothing is one."""
    hours = (row for row in rows if row["usage_month"] == month)
    return [accepted(row) for row in hours if row["contract_id"] and row["times_accepted"]]


def accepted(row: Mapping[str, Any]) -> Accepted:
    """One row of marts.metered_hour → what the meter accepted of it; only AWS has a meter whose records we read."""
    return Accepted(
        contract_id=row["contract_id"],
        customer_id=row["customer_id"],
        rail="aws",
        dimension=row["our_dimension"],
        month=row["usage_month"],
        cents=row["quantity"],
    )
