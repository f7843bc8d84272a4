"""AWS Marketplace through its APIs: the listing as we keep it and as buyers see it, agreements and entitlements.

Everything lies in JSON lines as it was answered, each with its call: what it means is the warehouse's work. A file
without lines says that AWS was asked and had nothing.

entities.jsonl         DescribeEntity of the product and of its offers, with what ListEntities says of them as Summary
offer_terms.jsonl      GetOfferTerms of the offers that anyone can buy: a line per Term, with the Option it belongs to
listing.jsonl          GetListing with its badges, where listing_id is given
agreements.jsonl       DescribeAgreement, with what SearchAgreements says of it as Summary
agreement_terms.jsonl  GetAgreementTerms: a line per accepted Term, with its agreementId
entitlements.jsonl     GetEntitlements, a line per entitlement
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from lib.sources.addresses import nearest
from lib.sources.aws_calls import Calls, Document, NotThere, NotValid, calls, line, pages
from lib.sources.gathering import Batches, gather, read
from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused

PREFIX = "aws-marketplace"  # of the actions in IAM
CATALOG = "AWSMarketplace"
PRODUCT, OFFER = "SaaSProduct", "Offer"
PRIVATE = "PRIVATE_PRICING"
ENTITIES, AGREEMENTS = "entities.jsonl", "agreements.jsonl"
PAGE, PAGE_OF_TERMS, PAGE_OF_ENTITLEMENTS = 50, 25, 25
FROM_THE_CONSOLE = "take it from the product's page in the seller console"


@dataclass(frozen=True)
class Seller:
    """One visit to a seller's own product, and how much of it is done."""

    visit: Visit
    share: float

    @property
    def product_id(self) -> str:
        """The product's entity id, prod-…"""
        return self.visit.settings["product_id"]

    @property
    def where(self) -> str:
        """The block of the sources file, for refusals."""
        return f"[{self.visit.name}]"

    def listed(self, key: str) -> list[str]:
        """A key that holds several values, apart by commas."""
        return [entry.strip() for entry in self.visit.settings.get(key, "").split(",") if entry.strip()]

    def calls(self, name: str) -> AbstractContextManager[Calls]:
        """One of the marketplace's services."""
        return calls(self.visit, f"marketplace-{name}", PREFIX)

    def gather(self, name: str, batches: Callable[[Any], Batches]) -> None:
        """One file of this visit, begun or gone on with."""

        def counted(at: Any) -> Batches:
            count = 0
            for lines, cursor in batches(at):
                count += len(lines)
                yield lines, cursor
                self.visit.progress(f"{self.visit.name}: {count} lines of {name}", self.share)

        gather(self.visit.target / name, counted)


def fetch(visit: Visit) -> None:
    """The product's listing, agreements and entitlements → JSON lines in the target, or the `parts` asked for."""
    wanted = _wanted(Seller(visit, 0.0))
    for number, part in enumerate(wanted):
        seller = Seller(visit, number / len(wanted))
        visit.progress(f"{visit.name}: {part}", seller.share)
        with seller.calls(PARTS[part].service) as asked:
            PARTS[part].fetch(seller, asked)
    visit.progress(visit.name, 1.0)


def _wanted(seller: Seller) -> list[str]:
    asked = seller.listed("parts")
    for part in asked:
        if part not in PARTS:
            near = nearest(part, PARTS)
            raise PullRefused(f"{seller.where}: parts names {part!r}, which is none; the nearest is {near!r}")
    return [part for part in PARTS if not asked or part in asked]


# The listing as we keep it


def _catalog(seller: Seller, catalog: Calls) -> None:
    def batches(at: str | None) -> Batches:
        """The product first, then its offers page by page; "" stands for the beginning of the offers."""
        if at is None:
            yield [_product(seller, catalog)], ""
        if offers := seller.listed("offer_ids"):
            yield [_offer(seller, catalog, offer) for offer in offers], None
            return
        filters = {"ProductId": {"ValueList": [seller.product_id]}, "Targeting": {"ValueList": ["None"]}}
        for found, token in _entities(catalog, OFFER, at or None, EntityTypeFilters={"OfferFilters": filters}):
            yield [_described(catalog, entry["EntityId"], Summary=entry) for entry in found], token

    seller.gather(ENTITIES, batches)


def _entities(catalog: Calls, kind: str, at: str | None, **only: Any) -> Any:
    asked = {"Catalog": CATALOG, "EntityType": kind, "MaxResults": PAGE, **only}
    return pages(catalog, "ListEntities", "EntitySummaryList", "NextToken", at, **asked)


def _described(catalog: Calls, entity_id: str, **more: Any) -> Document:
    answer = catalog.ask("DescribeEntity", Catalog=CATALOG, EntityId=entity_id)
    return line("DescribeEntity", entity_id, answer, **more)


def _product(seller: Seller, catalog: Calls) -> Document:
    where = f"{seller.where}: product_id is {seller.product_id!r}"
    try:
        found = _described(catalog, seller.product_id)
    except (NotThere, NotValid):
        raise PullRefused(f"{where}, {_known_products(catalog, seller.product_id)}") from None
    kind = str(found.get("EntityType"))
    if kind.partition("@")[0] != PRODUCT:
        raise PullRefused(f"{where}, an entity of type {kind}, {_known_products(catalog, seller.product_id)}")
    return found


def _known_products(catalog: Calls, asked: str) -> str:
    """What to write instead of a product id that is none: the nearest of this seller's own."""
    try:
        listed = [entry for found, _ in _entities(catalog, PRODUCT, None) for entry in found]
    except PullRefused:
        listed = []
    titles = {entry["EntityId"]: entry.get("Name", "") for entry in listed}
    if not titles:
        return f"which is no product of this seller; {FROM_THE_CONSOLE}"
    near = nearest(asked, titles)
    return f"which is no product of this seller; the nearest is {near!r} ({titles[near]})"


def _offer(seller: Seller, catalog: Calls, offer: str) -> Document:
    try:
        return _described(catalog, offer)
    except (NotThere, NotValid):
        raise PullRefused(
            f"{seller.where}: offer_ids names {offer!r}, which is no offer of this seller; leave offer_ids out, and "
            "the product's public offers are found"
        ) from None


# The listing as buyers see it


def _discovery(seller: Seller, discovery: Calls) -> None:
    def batches(at: str | None) -> Batches:
        filters = [{"filterType": "PRODUCT_ID", "filterValues": [seller.product_id]}]
        asked = pages(discovery, "ListPurchaseOptions", "purchaseOptions", "nextToken", at, filters=filters)
        for found, token in asked:
            yield [term for option in found if _is_public(option) for term in _offer_terms(discovery, option)], token

    seller.gather("offer_terms.jsonl", batches)
    if listing := seller.visit.settings.get("listing_id"):
        seller.gather("listing.jsonl", lambda _: iter([([_listing(seller, discovery, listing)], None)]))


def _is_public(option: Mapping[str, Any]) -> bool:
    """Whether anyone may buy this: an offer, and without private pricing."""
    badges = {badge["badgeType"] for badge in option.get("badges", ())}
    return option["purchaseOptionType"] == "OFFER" and PRIVATE not in badges


def _offer_terms(discovery: Calls, option: Document) -> list[Document]:
    offer = option["purchaseOptionId"]
    asked = {"offerId": offer, "maxResults": PAGE_OF_TERMS}
    found = pages(discovery, "GetOfferTerms", "offerTerms", "nextToken", None, **asked)
    return [line("GetOfferTerms", offer, {"Term": term}, Option=option) for terms, _ in found for term in terms]


def _listing(seller: Seller, discovery: Calls, listing: str) -> Document:
    try:
        return line("GetListing", listing, discovery.ask("GetListing", listingId=listing))
    except (NotThere, NotValid):
        raise PullRefused(
            f"{seller.where}: listing_id is {listing!r}, which is no listing; take it from the address of the "
            "product's public page, or leave it out"
        ) from None


# What was agreed, and what buyers are entitled to


def _agreements(seller: Seller, agreements: Calls) -> None:
    asked = {"PartyType": "Proposer", "AgreementType": "PurchaseAgreement", "ResourceIdentifier": seller.product_id}
    filters = [{"name": name, "values": [value]} for name, value in asked.items()]
    request = {"catalog": CATALOG, "filters": filters, "maxResults": PAGE}

    def batches(at: str | None) -> Batches:
        for found, token in pages(agreements, "SearchAgreements", "agreementViewSummaries", "nextToken", at, **request):
            yield [_agreement(agreements, summary) for summary in found], token

    seller.gather(AGREEMENTS, batches)
    _agreement_terms(seller, agreements)


def _agreement(agreements: Calls, summary: Document) -> Document:
    key = summary["agreementId"]
    return line("DescribeAgreement", key, agreements.ask("DescribeAgreement", agreementId=key), Summary=summary)


def _agreement_terms(seller: Seller, agreements: Calls) -> None:
    """The accepted terms of every agreement; the cursor counts the agreements that are done."""
    keys = [entry["agreementId"] for entry in read(seller.visit.target / AGREEMENTS)]

    def batches(at: int | None) -> Batches:
        for number, key in enumerate(keys[at or 0 :], start=(at or 0) + 1):
            asked = {"agreementId": key, "maxResults": PAGE}
            found = pages(agreements, "GetAgreementTerms", "acceptedTerms", "nextToken", None, **asked)
            terms = [{"agreementId": key, "Term": term} for terms, _ in found for term in terms]
            yield [line("GetAgreementTerms", key, term) for term in terms], number

    seller.gather("agreement_terms.jsonl", batches)


def _entitlements(seller: Seller, entitlements: Calls) -> None:
    code = _product_code(seller)
    request = {"ProductCode": code, "MaxResults": PAGE_OF_ENTITLEMENTS}

    def batches(at: str | None) -> Batches:
        for found, token in pages(entitlements, "GetEntitlements", "Entitlements", "NextToken", at, **request):
            yield [line("GetEntitlements", code, entitlement) for entitlement in found], token

    try:
        seller.gather("entitlements.jsonl", batches)
    except NotValid as problem:
        why = problem.args[0].partition(": ")[2]
        raise PullRefused(f"{seller.where}: product_code is {code!r}, and {why}; {FROM_THE_CONSOLE}") from None


def _product_code(seller: Seller) -> str:
    """The product's code: written, and no other than the product's own; or the product's own, where it says one."""
    written, own = seller.visit.settings.get("product_code"), _own_code(seller)
    if written and own and written != own:
        raise PullRefused(
            f"{seller.where}: product_code is {written!r}, but the product {seller.product_id} has {own!r}; write that"
        )
    if code := written or own:
        return code
    raise PullRefused(
        f"{seller.where}: product_code is missing, and {seller.product_id} does not say its own; {FROM_THE_CONSOLE}"
    )


def _own_code(seller: Seller) -> str | None:
    """What the product says of its code, where it was fetched."""
    entities = seller.visit.target / ENTITIES
    found = read(entities) if entities.exists() else ()
    for product in (entry for entry in found if entry["Call"]["Id"] == seller.product_id):
        document = product.get("DetailsDocument") or json.loads(product.get("Details") or "{}")
        return str(document.get("Description", {}).get("ProductCode") or "") or None
    return None


@dataclass(frozen=True)
class Part:
    """A part of what there is to fetch, and the service that has it."""

    service: str
    fetch: Callable[[Seller, Calls], None]


PARTS = {
    "catalog": Part("catalog", _catalog),
    "discovery": Part("discovery", _discovery),
    "agreements": Part("agreement", _agreements),
    "entitlements": Part("entitlement", _entitlements),
}
