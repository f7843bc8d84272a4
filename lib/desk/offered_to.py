"""To whom an offer may be made: customers and open deals in one list, and whether AWS takes it for a renewal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lib import offers
from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.document import nearest
from lib.contracts import Contract, Offer
from lib.desk.papers import DeskError, read_text
from lib.market import Customer, Deal
from lib.money import round_line, total

if TYPE_CHECKING:
    from lib.desk.desk import Desk

UNKNOWN, MONTHS_PER_YEAR = "unknown", 12
_SUBSCRIBED, _OFFERED, _LISTED, _PROSPECT = (
    "has a paid subscription with us outside the Marketplace",
    "has, or had, a private offer",
    "buys our public listing, and from there to a private offer is no renewal",
    "buys nothing from us yet",
)
_LEFT = "bought our public listing or a subscription once, has none of them now and never had a private offer"


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
    prospect's facts advise. `is_renewal` says whether AWS takes an offer to it for one, None where nobody can say, and
    `renewal_reason` why. `customer_id` is the running customer it is, also where a deal names it. `mrr` in USD is of
    all its running `contracts`.
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
    is_renewal: bool | None
    renewal_reason: str
    has_aws_account: str
    own_offer: OwnOffer | None = None
    customer_id: str | None = None
    contracts: int = 1


def companies(desk: Desk) -> tuple[Company, ...]:
    """Everybody an offer may be made to: customers, the largest first, then open deals, the heaviest first."""
    known = _known(desk)
    accounts = {row["customer_id"]: row["has_aws_account"] for row in desk.warehouse.rows("customer")}
    own = [
        _customer(desk, key, contracts, known, accounts.get(key, UNKNOWN)) for key, contracts in known.running.items()
    ]
    facts = {row["deal_id"]: row["has_aws_account"] for row in desk.warehouse.rows("deal")}
    deals = [] if desk.missing("deal") else [_prospect(desk, one, known, facts[one.deal_id]) for one in desk.deals]
    return (*own, *deals)


@dataclass(frozen=True)
class _Known:
    """What is on file of customers, by their id: running contracts, the largest first, and private offers, ever made.

    `named` are the ids of each name in small letters; `rail` is the marketplace that private offers are made on.
    """

    running: Mapping[str, Sequence[Customer]]
    offered: frozenset[str]
    offers: Mapping[str, OwnOffer]
    named: Mapping[str, Sequence[str]]
    rail: str

    def renewal(self, customer_id: str) -> tuple[bool, str]:
        """Whether AWS takes an offer to a customer for a renewal, and why."""
        rails = {one.rail for one in self.running.get(customer_id, ())}
        if customer_id in self.offered:
            return True, _OFFERED
        if rails - {self.rail}:
            return True, _SUBSCRIBED
        return False, _LISTED if rails else _LEFT


def _known(desk: Desk) -> _Known:
    running, named = defaultdict(list), defaultdict(list)
    for one in desk.customers:
        running[one.customer_id].append(one)
    for row in desk.warehouse.rows("customer"):
        if row["customer_name"]:
            named[row["customer_name"].casefold()].append(row["customer_id"])
    offered = [(one, one.offer) for one in desk.population.contracts.values() if one.offer]
    made = [(one.customer_id, _own_offer(one, offer)) for one, offer in offered if one.runs_on(desk.recorded_on)]
    return _Known(
        running=dict(sorted(running.items(), key=lambda own: (-_paid(own[1]), own[0]))),
        offered=frozenset(one.customer_id for one, _ in offered),
        offers=dict(sorted(made, key=lambda own: own[1].price_per_year or 0)),
        named=named,
        rail=offers.parse(read_text(desk.data / "offers.toml")).rail,
    )


def _paid(contracts: Iterable[Customer]) -> Decimal:
    """What is known to be paid a month under some contracts."""
    return total(one.mrr for one in contracts if one.mrr is not None)


def _customer(desk: Desk, key: str, contracts: Sequence[Customer], known: _Known, has_aws_account: str) -> Company:
    """A customer with all its running contracts: who it is and its tier are the largest's."""
    one, (is_renewal, reason) = contracts[0], known.renewal(key)
    return Company(
        key=key,
        name=one.name,
        product=desk.book.product,
        is_customer=True,
        persona=one.persona,
        icp_segment=None,
        rail=one.rail,
        rail_reason=one.rail_reason,
        owner=None,
        tier=one.tier,
        mrr=None if any(own.mrr is None for own in contracts) else _paid(contracts),
        amount=None,
        is_renewal=is_renewal,
        renewal_reason=reason,
        has_aws_account=has_aws_account,
        own_offer=known.offers.get(key),
        customer_id=key,
        contracts=len(contracts),
    )


def _own_offer(contract: Contract, offer: Offer) -> OwnOffer:
    """A running private offer; its price is a billed period's, and a period may be several years."""
    years = Decimal(contract.months) / MONTHS_PER_YEAR
    price = None if offer.price is None else round_line(offer.price / years)
    return OwnOffer(offer.offer_id, price, tuple(sorted(offer.allowances.items())))


def _prospect(desk: Desk, deal: Deal, known: _Known, has_aws_account: str) -> Company:
    same = known.named.get(deal.company.casefold(), ()) if deal.product == desk.book.product else ()
    is_renewal, reason = _renewal(same, known)
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
        is_renewal=is_renewal,
        renewal_reason=reason,
        has_aws_account=has_aws_account,
        customer_id=same[0] if len(same) == 1 and same[0] in known.running else None,
    )


def _renewal(same: Sequence[str], known: _Known) -> tuple[bool | None, str]:
    """Customers of a deal's name → whether AWS takes an offer for a renewal; None where they do not agree."""
    found = {known.renewal(key) for key in same}
    if not found:
        return False, _PROSPECT
    if len({is_renewal for is_renewal, _ in found}) > 1:
        return None, f"is the name of {len(same)} customers, {', '.join(sorted(same))}, and only some would renew: ask"
    return min(found)


def company_of(known: Mapping[str, Company], key: str) -> Company:
    """A company by its customer's or deal's id; a wrong one is met with the nearest."""
    if key not in known:
        raise DeskError(f"there is no customer and no open deal {key!r}; {nearest(key, known)}")
    return known[key]


def start_tier(book: Book, company: Company, ceiling: str, rail: str) -> str:
    """The tier an offer opens with: what the customer has today, else the highest with a public price.

    A tier without a public price is opened with only where the customer's own offer on file says its price.
    """
    if not company.tier or company.tier not in book.tiers:
        return ceiling
    is_priced = offers.public_price(book, rail, company.tier, offers.ANNUAL) is not None
    return company.tier if is_priced or company.own_offer else ceiling
