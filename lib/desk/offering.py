"""How the desk prices a private offer: for whom, on which usage, at which price list, and what it is judged on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lib import offers
from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.document import nearest
from lib.catalog.scenario import Scenario
from lib.contracts import Contract, Offer
from lib.costs import Figure, Missing, ratio
from lib.desk.fee_readings import fee_readings
from lib.desk.papers import DeskError, read_text
from lib.desk.publishing import listed
from lib.manifest import Manifest, fingerprint
from lib.market import Deal
from lib.money import round_line
from lib.offers import (
    Approval,
    Express,
    Floor,
    LimitVerdict,
    OfferEconomics,
    OfferRules,
    OfferTerms,
    RetiredYears,
    Setting,
)

if TYPE_CHECKING:
    from lib.desk.desk import Desk

UNKNOWN, MONTHS_PER_YEAR = "unknown", 12
RESTS_ON = ("event", "marketplace_agreement", "stripe_subscription")
_GROSS_MARGIN = "gross_margin"
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


@dataclass(frozen=True)
class OfferAnswer:
    """An offer to a company: what it brings, and everything it is held against.

    `least_margin` is the guardrail of the gross margin, a fraction. `retired` is what the buyer's own commitment gains.
    """

    company: Company
    offer: OfferEconomics
    limits: tuple[LimitVerdict, ...]
    approvals: tuple[Approval, ...]
    express: Express
    floor: Floor | Missing
    least_margin: Decimal
    retired: RetiredYears | Missing
    rules: OfferRules
    manifest: Manifest

    @property
    def asked(self) -> tuple[str, ...]:
        """Who must agree."""
        return offers.asked(self.approvals)


def offer_rules(desk: Desk) -> OfferRules:
    """The rules of data/offers.toml."""
    return offers.parse(read_text(desk.data / "offers.toml"))


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


def offer_setting(desk: Desk, *scenarios: Scenario) -> Setting:
    """What every offer is judged in, under scenarios in their order."""
    rules = offer_rules(desk)
    return Setting(
        book=desk.proposed_book(*scenarios),
        rails=desk.rails,
        reach=desk.reach,
        costs=desk.costs,
        winning=_winning(desk),
        ceiling=rules.ceiling,
        usage_invoice_day=desk.billing["usage_invoice_day"],
    )


def _winning(desk: Desk) -> Figure:
    """What one new customer cost to win in the last year, the marketplace's fee apart: an offer brings its own."""
    found = fee_readings(desk)
    economics = found.by_name[found.of_book].economics
    return ratio(economics.acquisition_spend, Decimal(economics.new_customers), "new customers")


def usage_for(desk: Desk, company: Company, terms: OfferTerms) -> offers.Usage:
    """A customer's own usage carried on; for a prospect, and for who has no full month, the median of the tier."""
    counted = {key for key, item in desk.book.dimensions.items() if not item.is_metered}
    asked = counted, desk.recorded_on, terms.starts_on, terms.months
    own = offers.own_usage(desk.population, company.key, *asked) if company.is_customer else None
    return own or offers.usual_usage(desk.population, terms.tier, *asked)


def offer_answer(
    desk: Desk, company: Company, terms: OfferTerms, commitment: Decimal | None, *scenarios: Scenario
) -> OfferAnswer:
    """Terms for a company, under scenarios → the offer, judged. `commitment` is the buyer's to AWS, in USD a year."""
    desk.require("event")
    if company.product != desk.book.product:
        raise DeskError(
            f"{company.name} is a deal of {company.product}, whose prices are not set: there is nothing to offer yet"
        )
    setting, rules = offer_setting(desk, *scenarios), offer_rules(desk)
    offer = offers.economics(terms, usage_for(desk, company, terms), setting, is_new=not company.is_customer)
    least = _least_margin(desk)
    floor = offers.floor_price(offer, setting, least, is_new=not company.is_customer)
    evidence = _evidence(desk, company, offer, floor, setting)
    return OfferAnswer(
        company=company,
        offer=offer,
        limits=offers.limits(rules.limits, evidence),
        approvals=offers.approvals(rules.approvals, evidence),
        express=offers.express(evidence, _eligible(desk), rules.express),
        floor=floor,
        least_margin=least,
        retired=_retired(desk, offer, commitment),
        rules=rules,
        manifest=offer_manifest(desk, terms, commitment, *scenarios),
    )


def offer_manifest(desk: Desk, terms: OfferTerms, commitment: Decimal | None, *scenarios: Scenario) -> Manifest:
    """What an offer was made from: its terms are part of it, so that two offers never carry one fingerprint."""
    made = desk.manifest(*scenarios)
    choices = fingerprint([made.scenario_hash or "", repr(terms), repr(commitment)])
    return replace(made, scenario=" + ".join(filter(None, [made.scenario, "private offer"])), scenario_hash=choices)


def _evidence(
    desk: Desk, company: Company, offer: OfferEconomics, floor: Floor | Missing, setting: Setting
) -> offers.Evidence:
    return offers.Evidence(
        offer=offer,
        floor=floor,
        book=setting.book,
        costs=desk.costs,
        ceiling=setting.ceiling,
        as_of=desk.as_of,
        is_renewal=company.is_renewal,
        has_public_listing=_has_listing(desk),
        has_aws_account=company.has_aws_account,
    )


def _has_listing(desk: Desk) -> bool | None:
    """Whether our listing is public: AWS showed it, or somebody bought it; else nobody can say."""
    bought = any(one.rail == "aws" and one.offer is None for one in desk.population.contracts.values())
    return True if listed(desk).views or bought else None


def _eligible(desk: Desk) -> Mapping[str, bool | None]:
    return {row["dimension"]: row["is_express_eligible"] for row in desk.warehouse.rows("dimension")}


def _least_margin(desk: Desk) -> Decimal:
    """The guardrail of the gross margin, in data/guardrails.toml; without one an offer must only cover its costs."""
    found = [one.value for one in desk.guardrails if one.measure == _GROSS_MARGIN and one.bound == "at_least"]
    return max(found, default=Decimal(0))


def _retired(desk: Desk, offer: OfferEconomics, commitment: Decimal | None) -> RetiredYears | Missing:
    rule = desk.rails[offer.terms.rail].commitment
    if rule is None:
        return Missing.of(f"a rule of how {desk.rails[offer.terms.rail].label} retires commitments")
    purchases = [(one.due_on, one.amount) for one in offer.invoices]
    return offers.retired(rule, commitment, offer.terms.starts_on, purchases)


def company_of(known: Mapping[str, Company], key: str) -> Company:
    """A company by its customer's or deal's id; a wrong one is met with the nearest."""
    if key not in known:
        raise DeskError(f"there is no customer and no open deal {key!r}; {nearest(key, known)}")
    return known[key]


def start_tier(book: Book, company: Company, ceiling: str) -> str:
    """The tier an offer opens with: what the customer has today, else the highest with a public price."""
    return company.tier if company.tier and company.tier in book.tiers else ceiling
