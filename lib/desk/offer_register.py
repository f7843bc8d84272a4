"""What the desk knows of every private offer, and what a request to AWS needs that no offer says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lib import offers
from lib.buyers import figures
from lib.catalog.book import Book
from lib.contracts import MultiYear
from lib.costs import Missing
from lib.decisions import SavedOffer
from lib.desk.buying import who_buys
from lib.desk.offered_to import Company
from lib.desk.papers import read_text
from lib.offers import ANNUAL, FROM_AWS, MONTHLY, ON_AWS, ON_FILE, OUTSIDE, SAVED, Listed, RequestFacts, Standing
from lib.offers.written import read
from lib.periods import months_between

if TYPE_CHECKING:
    from lib.desk.desk import Desk

_RAIL, _YEAR = "aws", 12


@dataclass(frozen=True)
class Ending:
    """An offer that ends, or can no longer be accepted, within days: what ends, on which day, in how many days."""

    standing: Standing
    what: str
    on: date
    days: int


def register(desk: Desk) -> tuple[Standing, ...]:
    """Every private offer as it stands on the day the desk is opened as of: those that can still be accepted first."""
    names = {row["customer_id"]: row["customer_name"] for row in desk.warehouse.rows("customer")}
    found = [offers.stands(_listed(desk, row, names), desk.as_of) for row in desk.warehouse.rows("offer")]
    return _ordered(found)


def with_saved(desk: Desk, found: tuple[Standing, ...], saved: Iterable[SavedOffer]) -> tuple[Standing, ...]:
    """The register and what somebody saved on the page, in one order; a saved offer is read by the desk's own list."""
    added = [offers.stands(_saved(desk, one), desk.as_of) for one in saved]
    return _ordered((*found, *added))


def _ordered(found: Iterable[Standing]) -> tuple[Standing, ...]:
    order = {standing: place for place, standing in enumerate(offers.STANDINGS)}
    return tuple(sorted(found, key=lambda one: (order[one.standing], one.offer.expires_on or date.max, _newest(one))))


def _saved(desk: Desk, one: SavedOffer) -> Listed:
    terms = read(one.paper.terms)
    return Listed(
        offer_id=one.key,
        source=SAVED,
        company=one.paper.company_name,
        customer_id=None,
        tier=terms.tier,
        years=terms.years,
        price=one.paper.price,
        status=one.status,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        sent_on=one.sent_at.date() if one.sent_at else None,
        expires_on=terms.expires_on,
        channel_partner="yes" if terms.channel_partner else None,
        list_annual=_public(desk.book, terms.tier, ANNUAL),
        list_monthly=_public(desk.book, terms.tier, MONTHLY),
    )


def endings(found: tuple[Standing, ...], as_of: date, within: int) -> tuple[Ending, ...]:
    """What expires or ends within so many days, the soonest first: sent offers, and the terms of accepted ones."""
    ending = []
    for one in found:
        if one.days_left is not None and one.offer.expires_on and one.days_left <= within:
            ending.append(Ending(one, "can be accepted until", one.offer.expires_on, one.days_left))
        ends = one.offer.ends_on
        if one.is_agreed and ends is not None and 0 <= (ends - as_of).days <= within:
            ending.append(Ending(one, "its term ends", ends, (ends - as_of).days))
    return tuple(sorted(ending, key=lambda one: (one.on, one.standing.offer.offer_id)))


def margins(desk: Desk, found: Iterable[Standing]) -> Mapping[str, Fraction | Missing]:
    """What buyers leave under the offer they accepted: revenue less the cost of usage, the marketplace's fee apart.

    By the offer's id, over the months whose usage is invoiced, as the page on buyers counts it.
    """
    agreed = {one.offer.offer_id: (one.offer.customer_id or "", one.offer.tier or "") for one in found if one.is_agreed}
    wanted = set(agreed.values())
    groups = figures(
        who_buys(desk),
        lambda place: (place.customer_id, place.tier) if (place.customer_id, place.tier) in wanted else None,
    )
    known = {group.names: group.margin for group in groups}
    return {key: known.get(names, Missing.of("a month of usage that is invoiced")) for key, names in agreed.items()}


def express(desk: Desk, found: Iterable[Standing]) -> Mapping[str, str]:
    """Whether AWS could make each offer without us, by its id: by the flags of its dimensions and our own limits."""
    rules = offers.parse(read_text(desk.data / "offers.toml")).express
    flags = {row["dimension"]: row["is_express_eligible"] for row in desk.warehouse.rows("dimension")}
    offered = {
        tier: [flags.get(key) for key in desk.book.dimensions if desk.book.is_offered(tier, key)]
        for tier in desk.book.tiers
    }
    return {
        one.offer.offer_id: offers.may_be_express(one.offer, offered.get(one.offer.tier or "", [None]), rules)
        for one in found
    }


def request_facts(desk: Desk, company: Company, token: str) -> RequestFacts:
    """What a request to AWS says of buyer and listing; what is not on file stays None, and the request says so."""
    accounts = {row["customer_id"]: row["aws_account_id"] for row in desk.warehouse.rows("customer")}
    account = accounts.get(company.customer_id) if company.customer_id else None
    return RequestFacts(
        buyer=company.name,
        buyer_account=account.zfill(12) if account else None,
        product_id=_product(desk),
        bought_on=ON_AWS if company.rail == _RAIL else OUTSIDE,
        token=token,
    )


def _product(desk: Desk) -> str | None:
    """Our listing's product id: the one in data/billing.toml, else the only one of the feeds; None where it is open."""
    own = desk.billing["own_marketplace_products"]
    known = own or [row["product_id"] for row in desk.warehouse.rows("marketplace_product") if row["is_ours"]]
    return known[0] if len(known) == 1 else None


def _listed(desk: Desk, row: Mapping[str, Any], names: Mapping[str, str]) -> Listed:
    years = row["years"] or _years(row)
    book = _book_of(desk, row["accepted_on"] or row["sent_on"] or desk.as_of)
    annual, monthly = (_public(book, row["tier"], term) for term in (ANNUAL, MONTHLY))
    return Listed(
        offer_id=row["offer_id"],
        source=ON_FILE if row["is_on_file"] else FROM_AWS,
        company=row["company_name"] or names.get(row["customer_id"], row["customer_id"] or "nobody named"),
        customer_id=row["customer_id"],
        tier=row["tier"],
        years=years,
        price=_price(row, years, annual, book),
        status=row["status"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        sent_on=row["sent_on"],
        expires_on=row["expires_on"],
        accepted_on=row["accepted_on"],
        channel_partner=row["channel_partner"],
        is_express=row["is_express"],
        renews=row["renews_offer_id"],
        aws_agreement=row["contract_id"],
        aws_status=row["aws_status"],
        aws_value=row["aws_value_usd"],
        aws_ended_on=row["aws_ended_on"],
        invoiced=row["invoiced_usd"],
        list_annual=annual,
        list_monthly=monthly,
    )


def _price(row: Mapping[str, Any], years: int, annual: Decimal | None, book: Book) -> Decimal | None:
    """The price of the whole term: its own, or the list's of each year less its discount."""
    own, discount = row["price_usd"], row["multi_year_discount_rate"]
    if own is not None or discount is None or annual is None:
        return own if own is None else Decimal(own)
    return MultiYear(years, discount).price(annual, book.currency)


def _years(row: Mapping[str, Any]) -> int:
    """How many years it runs, where nobody says: by its days, one at least."""
    if row["starts_on"] is None or row["ends_on"] is None:
        return 1
    return max(1, round(len(list(months_between(row["starts_on"], row["ends_on"]))) / _YEAR))


def _book_of(desk: Desk, day: date) -> Book:
    return [desk.books[0], *(one for one in desk.books if one.effective <= day)][-1]


def _public(book: Book, tier: str | None, term: str) -> Decimal | None:
    return offers.public_price(book, _RAIL, tier, term) if tier in book.tiers and tier else None


def _newest(one: Standing) -> tuple[int, str]:
    return (-one.offer.told_on.toordinal(), one.offer.offer_id)
