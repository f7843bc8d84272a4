"""What the desk knows of promises beside the price list itself: who is billed off list, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib import market, off_list
from lib.catalog.book import Book
from lib.claims.claim import YearsOffer
from lib.claims.finding import Finding
from lib.contracts import MultiYear
from lib.money import total
from lib.off_list import NOTHING, OffList, Recorded, Taken

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def off_list_contracts(desk: Desk) -> tuple[OffList, ...]:
    """Every contract that counts as recurring on the recorded day and is billed another price than its list's."""
    on = desk.recorded_on
    rows = {row["contract_id"]: row for row in desk.warehouse.rows("contract")}
    counted = {key for key, row in rows.items() if market.recurring_contract(row).runs_on(on)}
    recorded = {key: _recorded(rows[key]) for key in counted if rows[key]["recorded_price_usd"] is not None}
    return off_list.off_list(desk.population.contracts.values(), recorded, desk.books, desk.reach, on)


def off_list_findings(desk: Desk) -> list[Finding]:
    """Who is billed off list, and what coupons took off the invoices of the window."""
    return off_list.findings(desk.off_list, _taken(desk), desk.book.product)


def years_offers(desk: Desk) -> list[YearsOffer]:
    """Private offers of two years and more with a price, beside the list prices of the day each was accepted."""
    rows = desk.warehouse.rows("private_offer")
    return [offer for row in rows if (row["years"] or 0) > 1 and (offer := _years_offer(desk, row))]


def _years_offer(desk: Desk, row: Mapping[str, Any]) -> YearsOffer | None:
    agreed_on = row["accepted_on"] or row["starts_on"]
    book = [desk.books[0], *(one for one in desk.books if one.effective <= agreed_on)][-1]
    prices = {term: _listed(book, row["plan_key"], term) for term in ("annual", "monthly")}
    yearly, monthly = prices["annual"], prices["monthly"]
    if yearly is None or monthly is None:
        return None
    discount = row["multi_year_discount_rate"] or Decimal(0)
    own = row["price_usd"]
    price = MultiYear(row["years"], discount).price(yearly, book.currency) if own is None else own
    return YearsOffer(row["offer_id"], row["plan_key"], row["years"], price, yearly, monthly)


def _listed(book: Book, plan_key: str, term: str) -> Decimal | None:
    """The public price of an offer's tier for a term; None where the tier has none, or gives it away."""
    tier = book.plans[plan_key].tier if plan_key in book.plans else None
    keys = [plan.key for plan in book.plans.values() if (plan.tier, plan.term) == (tier, term)]
    price = book.list_price("aws", keys[0]) if keys else None
    return price if isinstance(price, Decimal) and price else None


def _recorded(row: Mapping[str, Any]) -> Recorded:
    return Recorded(row["recorded_price_usd"], row["before_coupons_usd"], row["offer_id"] is not None)


def _taken(desk: Desk) -> Taken:
    first, end = desk.window
    lines = [row for row in desk.warehouse.rows("invoice_line") if row["discount_usd"]]
    undated = [row for row in lines if row["invoiced_on"] is None]
    dated = (row for row in lines if row["invoiced_on"] is not None and first <= row["invoiced_on"] < end)
    by_invoice = {row["invoice_id"]: NOTHING for row in undated}
    for row in undated:
        by_invoice[row["invoice_id"]] += row["discount_usd"]
    return Taken(total(row["discount_usd"] for row in dated), by_invoice)
