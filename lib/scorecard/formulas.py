"""The formulas of the metrics, each from recorded facts of one product on a day; no price list moves any of them.

Rows are those of the mart of the same name, as mappings. What happened after the day has not happened yet, so the same
rows tell what each metric was on an earlier day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from lib.costs import Figure
from lib.scorecard.figures import NEVER, Measured, Unknown, Value, amount, ratio, together

Row = Mapping[str, Any]


def conversion(signups: Iterable[Row], product: str, on: date, after_days: int) -> Measured:
    """Rows of marts.signup → the share of sign-ups of a product that pay by a day, of those old enough by then.

    `without` are the younger ones: they have not had their time, and are in neither number.
    """
    own = [row for row in signups if row["product"] == product and row["signed_up_on"] <= on]
    old = [row for row in own if row["signed_up_on"] <= on - timedelta(days=after_days)]
    young = len(own) - len(old)
    if not old:
        return Measured(Unknown(f"sign-ups at least {after_days} days old"), 0, young)
    return Measured(Fraction(sum(_by(row.get("converted_on"), on) for row in old), len(old)), len(old), young)


def first_route(customers: Iterable[Row], product: str, on: date) -> Measured:
    """Rows of marts.first_route → the median of days from signing to the first production route, of those who have one.

    `without` are those who signed and have none yet.
    """
    own = [row for row in customers if row["product"] == product and _by(row.get("signed_on"), on)]
    routed = [row for row in own if _by(row.get("first_route_on"), on)]
    days = [Fraction((row["first_route_on"] - row["signed_on"]).days) for row in routed]
    value: Value = median(days) if days else Unknown("a first production route")
    return Measured(value, len(days), len(own) - len(days))


def savings(baselines: Iterable[Row], product: str, on: date) -> Measured:
    """Rows of marts.savings_baseline → the median share of a customer's spend that is saved, by its newest measurement.

    `without` are customers not measured again, and those with a baseline of nothing.
    """
    newest: dict[str, Row] = {}
    for row in sorted(baselines, key=lambda row: (str(row.get("measured_on") or ""), str(row.get("metric")))):
        measured_on = row.get("measured_on")
        if row["product"] == product and (measured_on is None or measured_on <= on):
            kept = newest.get(row["customer_id"])
            newest[row["customer_id"]] = row if _saved(row) is not None or kept is None else kept
    found = [saved for row in newest.values() if (saved := _saved(row)) is not None]
    value: Value = median(found) if found else Unknown("a baseline and current_monthly_usd measured beside it")
    return Measured(value, len(found), len(newest) - len(found))


def attach(customers: Collection[str], addons: Iterable[Row] | None, product: str, on: date) -> Measured:
    """A product's customers and rows of marts.addon → the share of customers with at least one.

    None where the product has no add-on on record at all: a product that sells none attaches none, and misses nothing.
    """
    if not customers:
        return Measured(Unknown("customers"), 0)
    if addons is None:
        return Measured(Unknown("an add-on of this product on record"), len(customers))
    own = {row["customer_id"] for row in addons if row["product"] == product and _by(row["started_on"], on)}
    return Measured(Fraction(len(own & set(customers)), len(customers)), len(customers))


def gross_margin(revenue: Figure | None, cost_of_revenue: Figure | None) -> Measured:
    """Revenue and its cost over the same months, in USD → what is left of a dollar."""
    cost, earned = amount(cost_of_revenue, "cost of revenue"), amount(revenue, "revenue")
    if isinstance(cost, Unknown) or isinstance(earned, Unknown):
        return Measured(together(cost, earned))
    return Measured((earned - cost) / earned if earned > 0 else Unknown("revenue"))


def infrastructure(subscription: Figure | None, spend: Figure | None, revenue: Figure | None = None) -> Measured:
    """Infrastructure spend as a share of base fees alone, usage left out; beside it the share of all revenue."""
    value = ratio(spend, subscription, "infrastructure spend", "subscription revenue")
    of_all = ratio(spend, revenue, "infrastructure spend", "revenue")
    return Measured(value, beside={} if revenue is None else {"of all revenue, usage included": of_all})


def cac_payback(spend: Figure | None, new_customers: int, new_mrr: Figure | None, margin: Value) -> Measured:
    """What winning new customers cost, their own recurring revenue and the gross margin → months until it is back.

    A margin of nothing pays nothing back, however long.
    """
    spent = amount(spend, "acquisition spend")
    monthly = amount(new_mrr, "new customers' recurring revenue") if new_customers else Unknown("new customers")
    kept = Unknown(f"gross margin ({margin.needs})") if isinstance(margin, Unknown) else margin
    if isinstance(spent, Unknown) or isinstance(monthly, Unknown) or isinstance(kept, Unknown):
        return Measured(together(spent, monthly, kept), new_customers)
    if kept is NEVER or kept <= 0:
        return Measured(NEVER, new_customers)
    return Measured(_paid_back(spent, monthly * kept), new_customers)


def middle(amounts: Sequence[Fraction]) -> Fraction | None:
    """The median of some amounts; None of none."""
    return median(amounts) if amounts else None


def _paid_back(spent: Fraction, monthly: Fraction) -> Value:
    return spent / monthly if monthly > 0 else Unknown("new customers' recurring revenue")


def _by(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _saved(row: Row) -> Fraction | None:
    before, after = row.get("baseline_monthly_usd"), row.get("current_monthly_usd")
    if before is None or after is None or not Decimal(before):
        return None
    return 1 - Fraction(Decimal(after)) / Fraction(Decimal(before))
