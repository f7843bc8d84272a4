"""Contracts, offers and small populations as the cases of impact.toml write them, on the book of the specification."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.price import Band
from lib.catalog.scenario import overlaid
from lib.contracts import Changes, Contract, MultiYear, Offer, Reach
from lib.outcome import Outcome, Population, UsageCell, outcome
from tests.specification import current

REACH = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
BY_ENTITLEMENT = {"stripe": Reach(60, "notice", Changes(seats="entitlement"))}
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
WINDOW = (JULY, AUGUST)


def changed(changes: Mapping[str, Any]) -> Book:
    return overlaid(current(), changes, "a case")


def offer(case: Mapping[str, Any]) -> Offer:
    bands = {name: (Band(Decimal(0), price),) for name, price in case.get("bands", {}).items()}
    allowances = {name: Allowance.of(value) for name, value in case.get("allowances", {}).items()}
    years = MultiYear(case["years"], case["discount"]) if "years" in case else None
    price, minimum = (Decimal(case[name]) if name in case else None for name in ("price", "minimum"))
    return Offer("offer-1", price, allowances, bands, minimum, years)


def contract(case: Mapping[str, Any], contract_id: str = "k1", customer_id: str = "c-1") -> Contract:
    plan = current().plan(case.get("plan", "starter-monthly"))
    return Contract(
        contract_id,
        customer_id,
        case.get("rail", "stripe"),
        plan.key,
        plan.tier,
        plan.term,
        case.get("started_on", JULY),
        case.get("ended_on"),
        "upgrade" if "ended_on" in case else None,
        offer(case["offer"]) if "offer" in case else None,
        anchor=case.get("anchor"),
    )


def alone(case: Mapping[str, Any], *months: date) -> Population:
    """One contract with the same usage in each month."""
    usage = case.get("usage", {})
    cells = (UsageCell("k1", name, month, Decimal(used)) for month in months for name, used in usage.items())
    return Population({"k1": contract(case)}, tuple(cells))


def run(book: Book, population: Population, window: tuple[date, date] = WINDOW) -> Outcome:
    return outcome([book], population, window, REACH)
