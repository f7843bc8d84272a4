"""An offer as the request that AWS Marketplace's Catalog API takes: one change set that makes and releases it.

Shapes are those of the service model and of AWS's own reference requests. AWS holds one price per dimension, no
included quantity and no minimum: what is included stands in the description and is left out when we meter, and what
AWS has no term for is refused here. What we do not know is refused, too, by its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import BLOCK, NOT_OFFERED, Allowance
from lib.catalog.book import Book, Dimension
from lib.money import text
from lib.offers.measures import decimals
from lib.offers.terms import ANNUAL, MONTHLY, UPFRONT, OfferError, OfferTerms, plan_of
from lib.offers.worth import PRICE, OfferEconomics

CATALOG, OFFER = "AWSMarketplace", "Offer@1.0"
INTENTS = ("VALIDATE", "APPLY")
ON_AWS, OUTSIDE = "AwsMarketplace", "External"
Change = dict[str, Any]
_MADE = "CreateOffer"
_ACCOUNT, _NOT_IN_A_NAME = re.compile(r"\d{12}"), re.compile(r"[^\w\s+=.:@-]", re.ASCII)
_MOST_DECIMALS, _MOST_NAME = 8, 100
_UNSAID = ("by contract", "not set")


@dataclass(frozen=True)
class RequestRules:
    """What every request says beside its offer: whether AWS shall only check it, and under which licence it sells."""

    intent: str
    eula: str
    eula_version: str
    source: str


@dataclass(frozen=True)
class RequestFacts:
    """Who sells what to whom, as far as it is on file; `bought_on` is where a renewal's buyer bought before.

    `token` makes the request one: sent twice, AWS takes it once.
    """

    buyer: str
    buyer_account: str | None
    product_id: str | None
    bought_on: str
    token: str


def catalog_request(offer: OfferEconomics, book: Book, facts: RequestFacts, rules: RequestRules) -> dict[str, Any]:
    """An offer → the parameters of StartChangeSet; refused in a sentence where something AWS asks for is missing."""
    _check(offer, book, facts)
    terms = offer.terms
    name = f"{book.tiers[terms.tier].name} for {facts.buyer}, {terms.months} months from {terms.starts_on}"
    return {
        "Catalog": CATALOG,
        "Intent": rules.intent,
        "ChangeSetName": _NOT_IN_A_NAME.sub(" ", name)[:_MOST_NAME],
        "ClientRequestToken": facts.token,
        "ChangeSet": [
            {"ChangeType": _MADE, "ChangeName": _MADE, **_entity(), "Details": _text({"ProductId": facts.product_id})},
            *(_change(kind, details) for kind, details in _changes(offer, book, facts, rules, name)),
        ],
    }


def _changes(
    offer: OfferEconomics, book: Book, facts: RequestFacts, rules: RequestRules, name: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    terms = offer.terms
    told: dict[str, Any] = {"Name": name, "Description": _description(terms, book)}
    if terms.renewal:
        told["PreExistingAgreement"] = {"AcquisitionChannel": facts.bought_on, "PricingModel": "Contract"}
    yield "UpdateInformation", told
    yield "UpdateTargeting", {"PositiveTargeting": {"BuyerAccounts": [facts.buyer_account]}}
    yield "UpdatePricingTerms", {"PricingModel": "Contract", "Terms": list(_pricing(offer, book))}
    validity = {"AgreementStartDate": str(terms.starts_on), "AgreementDuration": f"P{terms.months}M"}
    yield "UpdateValidityTerms", {"Terms": [{"Type": "ValidityTerm", **validity}]}
    if terms.payment != UPFRONT:
        schedule = [{"ChargeDate": str(day), "ChargeAmount": f"{amount:.2f}"} for day, amount in _parts(offer)]
        paid = {"Type": "PaymentScheduleTerm", "CurrencyCode": book.currency.code, "Schedule": schedule}
        yield "UpdatePaymentScheduleTerms", {"Terms": [paid]}
    licence = {"Type": rules.eula, "Version": rules.eula_version}
    yield "UpdateLegalTerms", {"Terms": [{"Type": "LegalTerm", "Documents": [licence]}]}
    yield "UpdateAvailability", {"AvailabilityEndDate": str(terms.expires_on)}
    yield "ReleaseOffer", {}


def _pricing(offer: OfferEconomics, book: Book) -> Iterator[dict[str, Any]]:
    """The price, at once or as grants that the schedule pays for; and what usage above the included costs."""
    terms, currency = offer.terms, book.currency.code
    key = contract_dimension(book, terms.tier)
    if terms.payment == UPFRONT:
        card = {
            "Selector": {"Type": "Duration", "Value": f"P{terms.months}M"},
            "Constraints": {"MultipleDimensionSelection": "Disallowed", "QuantityConfiguration": "Disallowed"},
            "RateCard": [{"DimensionKey": key, "Price": _price(offer.quote.tcv, "the price")}],
        }
        yield {"Type": "ConfigurableUpfrontPricingTerm", "CurrencyCode": currency, "RateCards": [card]}
    else:
        grants = [{"DimensionKey": key, "MaxQuantity": 1}]
        yield {"Type": "FixedUpfrontPricingTerm", "CurrencyCode": currency, "Price": "0.0", "Grants": grants}
    rates = [
        {"DimensionKey": item.key, "Price": _price(rate, item.name)} for item, _, rate in offered_units(terms, book)
    ]
    if rates:
        yield {"Type": "UsageBasedPricingTerm", "CurrencyCode": currency, "RateCards": [{"RateCard": rates}]}


def contract_dimension(book: Book, tier: str) -> str:
    """The key under which our listing sells a tier: its plan's, without the term."""
    plan = plan_of(book, tier, ANNUAL, "custom", MONTHLY)
    return plan.key.removesuffix(f"-{plan.term}") if plan else tier


def included(terms: OfferTerms, book: Book) -> list[tuple[Dimension, Allowance]]:
    """Every dimension that is offered, with what the offer includes of it."""
    own = dict(terms.allowances)
    found = [
        (item, own.get(key) or book.allowance(terms.rail, terms.tier, key)) for key, item in book.dimensions.items()
    ]
    return [(item, allowance) for item, allowance in found if allowance != NOT_OFFERED]


def offered_units(terms: OfferTerms, book: Book) -> list[tuple[Dimension, Allowance, Decimal]]:
    """What is charged for above the included, each per unit of the list at the price AWS holds: its first band's."""
    own = dict(terms.bands)
    found = []
    for item, allowance in included(terms, book):
        price = book.set_price(terms.rail, item.key)
        bands = own.get(item.key) or (price.bands if price else ())
        if bands and not allowance.is_free and allowance.over_limit != BLOCK:
            found.append((item, allowance, bands[0].unit_price))
    return found


def banded(terms: OfferTerms, book: Book) -> list[tuple[Dimension, Decimal]]:
    """What is charged for in several bands: AWS holds the first one's price, the others are kept by what is metered."""
    own = dict(terms.bands)
    return [
        (item, rate)
        for item, _, rate in offered_units(terms, book)
        if len(own.get(item.key) or book.price(terms.rail, item.key).bands) > 1
    ]


def _description(terms: OfferTerms, book: Book) -> str:
    parts = [f"{item.name}: {allowance}" for item, allowance in included(terms, book)]
    extras = [f"with {extra.name}" for extra in terms.extras]
    steps = [_steps(item, terms, book) for item, _ in banded(terms, book)]
    return "; ".join([f"{book.tiers[terms.tier].name}, included each month", *parts, *extras, *steps])


def _steps(item: Dimension, terms: OfferTerms, book: Book) -> str:
    """The prices of the bands beyond the first, which no line of the rate card holds."""
    _, *others = book.price(terms.rail, item.key).bands
    told = ", ".join(f"{text(band.unit_price.normalize())} above {band.from_quantity:,f}" for band in others)
    return f"{item.name}: {told}, by what is metered"


def _check(offer: OfferEconomics, book: Book, facts: RequestFacts) -> None:
    terms = offer.terms
    for is_wrong, words in (
        (terms.channel_partner, "through a channel partner the offer is the partner's: give it a resale authorization"),
        (
            terms.minimum_monthly is not None or terms.minimum_yearly is not None,
            "AWS Marketplace has no term for a minimum on usage: take the minimum out, or put it into the price",
        ),
        (
            not facts.product_id,
            "no product id of our listing is on file: write it in data/billing.toml, "
            "own_marketplace_products, as in prod-…",
        ),
        (
            not _ACCOUNT.fullmatch(facts.buyer_account or ""),
            f"the AWS account id of {facts.buyer} is not on file: ask for its 12 digits and record them in the CRM",
        ),
        (terms.expires_on is None, "the offer does not say until when it can be accepted: write the day it expires"),
    ):
        if is_wrong:
            raise OfferError(f"no request to AWS can be made: {words}")
    for item, allowance in included(terms, book):
        if allowance.kind in _UNSAID:
            raise OfferError(f"no request to AWS can be made: the offer does not say what it includes of {item.name}")
    for key, bands in terms.bands:
        if len(bands) > 1:
            raise OfferError(
                f"no request to AWS can be made: AWS takes one price of {book.dimensions[key].name}, not {len(bands)}"
            )


def _parts(offer: OfferEconomics) -> list[tuple[date, Decimal]]:
    return [(one.due_on, one.amount) for one in offer.invoices if one.kind == PRICE]


def _price(amount: Decimal, what: str) -> str:
    if decimals(amount) > _MOST_DECIMALS:
        raise OfferError(f"AWS takes prices of at most {_MOST_DECIMALS} decimals, and {what} has {decimals(amount)}")
    return text(amount.normalize())


def _entity() -> dict[str, Any]:
    return {"Entity": {"Type": OFFER}}


def _change(kind: str, details: Mapping[str, Any]) -> Change:
    of = {"Type": OFFER, "Identifier": f"${_MADE}.Entity.Identifier"}
    return {"ChangeType": kind, "Entity": of, "Details": _text(details)}


def _text(details: Mapping[str, Any]) -> str:
    return json.dumps(details)
