"""How the desk prices a private offer: for whom, on which usage, at which price list, and what it is judged on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lib import offers
from lib.catalog.document import nearest, shown
from lib.catalog.scenario import Scenario
from lib.costs import Figure, Missing, ratio
from lib.desk.fee_readings import fee_readings
from lib.desk.offered_to import UNKNOWN, Company
from lib.desk.papers import DeskError, read_text
from lib.desk.publishing import listed
from lib.manifest import Manifest, fingerprint
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

_GROSS_MARGIN = "gross_margin"
_BOOK = ("plan", "marketplace_pricing_dimension")  # without them there are no tiers to look the highest up in


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
    """The rules of data/offers.toml; refused where they name a rail that is none, or a tier the book does not have."""
    rules = offers.parse(read_text(desk.data / "offers.toml"))
    if rules.rail not in desk.rails:
        raise DeskError(
            f"data/offers.toml: ours.rail is {rules.rail!r}, which is none; {nearest(rules.rail, desk.rails)}"
        )
    if not desk.missing(*_BOOK) and rules.ceiling not in desk.book.tiers:
        raise DeskError(
            f"data/offers.toml: ours.ceiling is {shown(rules.ceiling)}, which is no tier; "
            f"{nearest(rules.ceiling, desk.book.tiers)}"
        )
    return rules


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
    own = offers.own_usage(desk.population, company.customer_id, *asked) if company.customer_id else None
    return own or offers.usual_usage(desk.population, terms.tier, *asked)


def offer_answer(
    desk: Desk, company: Company, terms: OfferTerms, commitment: Decimal | None, *scenarios: Scenario
) -> OfferAnswer:
    """Terms for a company, under scenarios → the offer, judged. `commitment` is the buyer's to AWS, in USD a year."""
    desk.require("event")
    if company.product == UNKNOWN:
        raise DeskError(f"nobody wrote which product the deal of {company.name} is about: ask which product")
    if company.product != desk.book.product:
        raise DeskError(
            f"{company.name} is a deal of {company.product}, whose prices are not set: there is nothing to offer yet"
        )
    setting, rules = offer_setting(desk, *scenarios), offer_rules(desk)
    offer = offers.economics(terms, usage_for(desk, company, terms), setting, is_new=company.customer_id is None)
    least = _least_margin(desk)
    floor = offers.floor_price(offer, setting, least, is_new=company.customer_id is None)
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
    rail = offer_rules(desk).rail
    bought = any(one.rail == rail and one.offer is None for one in desk.population.contracts.values())
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
    return offers.retired(rule, commitment, offer.terms.starts_on, offer.terms.ends_on, purchases)
