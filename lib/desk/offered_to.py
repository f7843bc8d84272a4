"""To whom an offer may be made: customers and open deals in one list, and whether AWS takes it for a renewal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.document import nearest
from lib.contracts import Contract, Offer
from lib.desk.papers import DeskError
from lib.market import Deal
from lib.money import round_line

if TYPE_CHECKING:
    from lib.desk.desk import Desk

UNKNOWN, MONTHS_PER_YEAR = "unknown", 12
_SUBSCRIBED, _OFFERED, _LISTED, _PROSPECT = (
    "has a paid subscription with us outside the Marketplace",
    "has, or had, a private offer",
    "buys our public listing, and from there to a private offer is no renewal",
    "buys nothing from us yet",
)


@dataclass(frozen=True)
class OwnOffer:
    """The private offer a customer has: its price a year in USD, None by contract, and its own allowances."""

    offer_id: str
    price_per_year: Decimal | None
    allowances: tuple[tuple[str, Allowance], ...]


@dataclass(frozen=True)
class Company:
    """Somebody an offer may be made to: a customer with a running contract, or the company of an open deal.

    `key` is the customer's or the deal's id; `tier` what a customer has today; `rail` a customer's own, or the one a
    prospect's facts advise. `is_renewal` says whether AWS takes an offer to it for one, and `renewal_reason` why.
    """

    key: str
    name: str
    product: str
    is_customer: bool
    persona: str
    icp_segment: str | None
    rail: str
    rail_reason: str
    owner: str | None
    tier: str | None
    mrr: Decimal | None
    amount: Decimal | None
    is_renewal: bool
    renewal_reason: str
    has_aws_account: str
    own_offer: OwnOffer | None = None


def companies(desk: Desk) -> tuple[Company, ...]:
    """Everybody an offer may be made to: customers, the largest first, then open deals, the heaviest first."""
    contracts = desk.population.contracts.values()
    offered = {one.customer_id for one in contracts if one.offer}
    running = {
        one.customer_id: _own_offer(one, one.offer) for one in contracts if one.offer and one.runs_on(desk.recorded_on)
    }
    accounts = {row["customer_id"]: row["has_aws_account"] for row in desk.warehouse.rows("customer")}
    customers = [
        Company(
            key=one.customer_id,
            name=one.name,
            product=desk.book.product,
            is_customer=True,
            persona=one.persona,
            icp_segment=None,
            rail=one.rail,
            rail_reason=one.rail_reason,
            owner=None,
            tier=one.tier,
            mrr=one.mrr,
            amount=None,
            is_renewal=one.customer_id in offered or one.rail != "aws",
            renewal_reason=_renewal(one.customer_id in offered, one.rail),
            has_aws_account=accounts.get(one.customer_id, UNKNOWN),
            own_offer=running.get(one.customer_id),
        )
        for one in desk.customers
    ]
    facts = {row["deal_id"]: row["has_aws_account"] for row in desk.warehouse.rows("deal")}
    deals = [] if desk.missing("deal") else [_prospect(one, facts[one.deal_id]) for one in desk.deals]
    return (*customers, *deals)


def _own_offer(contract: Contract, offer: Offer) -> OwnOffer:
    """A running private offer; its price is a billed period's, and a period may be several years."""
    years = Decimal(contract.months) / MONTHS_PER_YEAR
    price = None if offer.price is None else round_line(offer.price / years)
    return OwnOffer(offer.offer_id, price, tuple(sorted(offer.allowances.items())))


def _prospect(deal: Deal, has_aws_account: str) -> Company:
    return Company(
        key=deal.deal_id,
        name=deal.company,
        product=deal.product,
        is_customer=False,
        persona=deal.persona,
        icp_segment=deal.icp_segment,
        rail=deal.advised_rail,
        rail_reason=deal.rail_reason,
        owner=deal.owner,
        tier=None,
        mrr=None,
        amount=deal.amount,
        is_renewal=False,
        renewal_reason=_PROSPECT,
        has_aws_account=has_aws_account,
    )


def _renewal(is_offered: bool, rail: str) -> str:
    if is_offered:
        return _OFFERED
    return _LISTED if rail == "aws" else _SUBSCRIBED


def company_of(known: Mapping[str, Company], key: str) -> Company:
    """A company by its customer's or deal's id; a wrong one is met with the nearest."""
    if key not in known:
        raise DeskError(f"there is no customer and no open deal {key!r}; {nearest(key, known)}")
    return known[key]


def start_tier(book: Book, company: Company, ceiling: str) -> str:
    """The tier an offer opens with: what the customer has today, else the highest with a public price."""
    return company.tier if company.tier and company.tier in book.tiers else ceiling
