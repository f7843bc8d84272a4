"""A seller at AWS, written by hand: a product with its public offer, three agreements, and what Partner Central holds.

The prices are those of the listing specification. Answers are laid out as the services' own models say.
"""

from copy import deepcopy
from typing import Any

from tests.servers.aws import World

PRODUCT, OFFER, CODE, LISTING = "prod-vellocitygtm01", "offer-vellocity0001", "a1b2c3vellocity", "listing-vellocity01"
DRAFT, PRIVATE_OFFER = "offer-vellocitydrft", "offer-forglobex0001"
BUYERS = ("111111111111", "222222222222", "333333333333")
LICENSES = tuple(f"arn:aws:license-manager:us-east-1:{buyer}:license:l-{number}" for number, buyer in enumerate(BUYERS))

# key, display name, unit, price: the specification's metering rows
METERED = (
    ("words", "Words", "1,000 words", "0.001"),
    ("images", "Images", "image", "0.05"),
    ("audio_minutes", "AudioMinutes", "minute", "0.01"),
    ("video_minutes", "VideoMinutes", "minute", "0.50"),
    ("api_requests", "APIRequests", "1,000 requests", "0.01"),
    ("gtm_workflows", "GTMWorkflows", "workflow", "5.00"),
    ("team_seats", "TeamSeats", "seat/month", "29.00"),
    ("seo_credits", "SEOCredits", "credit", "0.10"),
)
# key, display name, a month's price, a year's: its contract rows
TIERS = (
    ("starter", "Vellocity GTM — Starter", "299.00", "2990.00"),
    ("accelerate", "Vellocity GTM — Accelerate", "1499.00", "14990.00"),
    ("command_plus", "Vellocity GTM — Command", "3999.00", "39990.00"),
)
CHOOSE_ONE = {"MultipleDimensionSelection": "Disallowed", "QuantityConfiguration": "Disallowed"}
MAY_9 = "2026-05-09T08:30:00Z"
START, YEAR_ON, HALF_PAST = 1778572800, 1810108800, 1778574600.25  # 2026-05-12 08:00, 2027-05-12 08:00, 08:30:00.25


def world() -> World:
    """A fresh copy, which a test may change."""
    return deepcopy(
        World(
            entities={PRODUCT: product(), OFFER: offer(OFFER, "Released"), PRIVATE_OFFER: private_offer()},
            summaries={PRODUCT: product_summary(), OFFER: offer_summary(OFFER), PRIVATE_OFFER: private_summary()},
            purchase_options=[option(OFFER), option(PRIVATE_OFFER, "PRIVATE_PRICING")],
            offers={OFFER: offer_for_buyers()},
            offer_terms={OFFER: terms_for_buyers(), PRIVATE_OFFER: []},
            listings={LISTING: listing()},
            agreements=[agreement(number) for number in range(len(BUYERS))],
            agreement_terms={f"agmt-{number}": accepted_terms(number) for number in range(len(BUYERS))},
            entitlements=[entitlement(number) for number in range(len(BUYERS))],
            opportunities=[opportunity(number) for number in (1, 2, 3)],
            product_codes={CODE: {key for key, *_ in METERED}},
            licenses={arn: (CODE, buyer, True) for arn, buyer in zip(LICENSES, BUYERS, strict=True)},
        )
    )


# The catalog


def _entity(kind: str, key: str, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "EntityType": f"{kind}@1.0",
        "EntityIdentifier": f"{key}@3",
        "EntityArn": f"arn:aws:aws-marketplace:us-east-1:999999999999:AWSMarketplace/{kind}/{key}",
        "LastModifiedDate": MAY_9,
        "DetailsDocument": document,
    }


def product() -> dict[str, Any]:
    tiers = [
        {"Name": name, "Description": f"{name}, for a term", "Key": key, "Unit": "Units", "Types": ["Entitled"]}
        for key, name, *_ in TIERS
    ]
    metered = [
        {"Name": name, "Description": f"{name} above", "Key": key, "Unit": unit, "Types": ["ExternallyMetered"]}
        for key, name, unit, _ in METERED
    ]
    description = {"ProductTitle": "Vellocity GTM", "ProductCode": CODE, "Visibility": "Public"}
    return _entity("SaaSProduct", PRODUCT, {"Description": description, "Dimensions": [*tiers, *metered]})


def offer(key: str, state: str) -> dict[str, Any]:
    terms = [
        {
            "Type": "UsageBasedPricingTerm",
            "Id": "term-usage",
            "CurrencyCode": "USD",
            "RateCards": [{"RateCard": [{"DimensionKey": one, "Price": price} for one, _, _, price in METERED]}],
        },
        {
            "Type": "ConfigurableUpfrontPricingTerm",
            "Id": "term-contract",
            "CurrencyCode": "USD",
            "RateCards": [_contract_card("P1M", 2), _contract_card("P12M", 3)],
        },
        {"Type": "RenewalTerm", "Id": "term-renewal"},
    ]
    document = {"Id": key, "Name": "Vellocity GTM public offer", "ProductId": PRODUCT, "State": state, "Rules": []}
    return _entity("Offer", key, {**document, "Terms": terms})


def _contract_card(duration: str, place: int) -> dict[str, Any]:
    card = [{"DimensionKey": tier[0], "Price": tier[place]} for tier in TIERS]
    return {"Selector": {"Type": "Duration", "Value": duration}, "Constraints": CHOOSE_ONE, "RateCard": card}


def private_offer() -> dict[str, Any]:
    made = offer(PRIVATE_OFFER, "Released")
    targeting = {"Type": "TargetingRule", "PositiveTargeting": {"BuyerAccounts": [BUYERS[0]]}}
    made["DetailsDocument"] |= {"Name": "for Globex", "Rules": [targeting]}
    return made


def _summary(kind: str, key: str, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    made = _entity(kind, key, {})
    about = {"Name": name, "EntityType": kind, "EntityId": key, "EntityArn": made["EntityArn"]}
    return {**about, "LastModifiedDate": MAY_9, "Visibility": "Public", f"{kind}Summary": facts}


def product_summary() -> dict[str, Any]:
    return _summary("SaaSProduct", PRODUCT, "Vellocity GTM", {"ProductTitle": "Vellocity GTM", "Visibility": "Public"})


def offer_summary(key: str, **facts: Any) -> dict[str, Any]:
    said = {"Name": "Vellocity GTM public offer", "ProductId": PRODUCT, "ReleaseDate": MAY_9, "State": "Released"}
    return _summary("Offer", key, said["Name"], {**said, "Targeting": ["None"], **facts})


def private_summary() -> dict[str, Any]:
    return offer_summary(PRIVATE_OFFER, Targeting=["BuyerAccounts"], BuyerAccounts=[BUYERS[0]])


# What buyers see

SELLER = {"sellerProfileId": "seller-vellocity", "displayName": "Vellocity"}
ASSOCIATED = {
    "product": {"productId": PRODUCT, "productName": "Vellocity GTM", "manufacturer": SELLER},
}


def option(key: str, *badges: str) -> dict[str, Any]:
    return {
        "purchaseOptionId": key,
        "catalog": "AWSMarketplace",
        "purchaseOptionType": "OFFER",
        "purchaseOptionName": "Vellocity GTM public offer",
        "availableFromTime": START,
        "sellerOfRecord": SELLER,
        "badges": [{"displayName": badge, "badgeType": badge} for badge in badges],
        "associatedEntities": [{**ASSOCIATED, "offer": {"offerId": key, "sellerOfRecord": SELLER}}],
    }


def offer_for_buyers() -> dict[str, Any]:
    return {
        "offerId": OFFER,
        "catalog": "AWSMarketplace",
        "offerName": "Vellocity GTM public offer",
        "availableFromTime": START,
        "sellerOfRecord": SELLER,
        "associatedEntities": [ASSOCIATED],
        "agreementProposalId": "at-vellocity",
        "pricingModel": {"pricingModelType": "CONTRACT", "displayName": "Contract"},
        "badges": [{"displayName": "Auto-renew", "badgeType": "AUTO_RENEW"}],
    }


def terms_for_buyers() -> list[dict[str, Any]]:
    usage = [
        {"dimensionKey": key, "displayName": name, "unit": unit, "price": price} for key, name, unit, price in METERED
    ]
    cards = [_card_for_buyers("P1M", 2), _card_for_buyers("P12M", 3)]
    increase = {"percentageRange": {"minimumValue": "0", "maximumValue": "7", "defaultValue": "3.5"}}
    return [
        {
            "usageBasedPricingTerm": {
                "id": "term-usage",
                "type": "UsageBasedPricingTerm",
                "currencyCode": "USD",
                "rateCards": [{"rateCard": usage}],
            }
        },
        {
            "configurableUpfrontPricingTerm": {
                "id": "term-contract",
                "type": "ConfigurableUpfrontPricingTerm",
                "currencyCode": "USD",
                "rateCards": cards,
            }
        },
        {
            "renewalTerm": {
                "id": "term-renewal",
                "type": "RenewalTerm",
                "maxRenewals": 3,
                "lockoutPeriod": "P30D",
                "priceIncrease": increase,
            }
        },
    ]


def _card_for_buyers(duration: str, place: int) -> dict[str, Any]:
    card = [{"dimensionKey": tier[0], "displayName": tier[1], "unit": "Units", "price": tier[place]} for tier in TIERS]
    constraints = {key[:1].lower() + key[1:]: value for key, value in CHOOSE_ONE.items()}
    return {"selector": {"type": "Duration", "value": duration}, "constraints": constraints, "rateCard": card}


def listing() -> dict[str, Any]:
    return {
        "associatedEntities": [ASSOCIATED],
        "badges": [{"displayName": "Deployed on AWS", "badgeType": "DEPLOYED_ON_AWS"}],
        "catalog": "AWSMarketplace",
        "categories": [{"categoryId": "cat-1", "displayName": "Sales and marketing"}],
        "fulfillmentOptionSummaries": [{"fulfillmentOptionType": "SAAS", "displayName": "SaaS"}],
        "highlights": ["Go to market through AWS"],
        "listingId": LISTING,
        "listingName": "Vellocity GTM",
        "logoThumbnailUrl": "https://example.invalid/logo.png",
        "longDescription": "Go-to-market for sellers on AWS Marketplace",
        "pricingModels": [{"pricingModelType": "CONTRACT", "displayName": "Contract"}],
        "pricingUnits": [{"pricingUnitType": "TIERS", "displayName": "Tiers"}],
        "promotionalMedia": [],
        "publisher": SELLER,
        "resources": [],
        "sellerEngagements": [
            {
                "engagementType": "REQUEST_FOR_PRIVATE_OFFER",
                "contentType": "LINK",
                "value": "https://example.invalid/ask",
            }
        ],
        "shortDescription": "Go-to-market for sellers",
        "useCases": [],
    }


# What was agreed


def agreement(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    said = {
        "agreementId": f"agmt-{number}",
        "acceptanceTime": HALF_PAST,
        "startTime": START,
        "endTime": YEAR_ON,
        "agreementType": "PurchaseAgreement",
        "acceptor": {"accountId": BUYERS[number]},
        "proposer": {"accountId": "999999999999"},
        "proposalSummary": {"resources": [{"id": PRODUCT, "type": "SaaSProduct"}], "offerId": OFFER},
        "status": "ACTIVE",
    }
    summary = {**said, "lastUpdateTime": START, "entitlements": [{"licenseArn": LICENSES[number]}]}
    charges = {"currencyCode": "USD", "agreementValue": "2990.00"}
    return (
        {**summary, "endTimeBehaviorType": "RENEW"},
        {**said, "estimatedCharges": charges, "endTimeBehavior": {"type": "RENEW"}},
    )


def accepted_terms(number: int) -> list[dict[str, Any]]:
    key, _, _, price = TIERS[number]
    card = {
        "selector": {"type": "Duration", "value": "P12M"},
        "constraints": {"multipleDimensionSelection": "Disallowed", "quantityConfiguration": "Disallowed"},
        "rateCard": [{"dimensionKey": key, "price": price}],
    }
    chosen = {"selectorValue": "P12M", "dimensions": [{"dimensionKey": key, "dimensionValue": 1}]}
    contract = {"type": "ConfigurableUpfrontPricingTerm", "id": "term-contract", "currencyCode": "USD"}
    usage = {"type": "UsageBasedPricingTerm", "id": "term-usage", "currencyCode": "USD"}
    rates = [{"dimensionKey": one, "price": rate} for one, _, _, rate in METERED]
    return [
        {"configurableUpfrontPricingTerm": {**contract, "rateCards": [card], "configuration": chosen}},
        {"usageBasedPricingTerm": {**usage, "rateCards": [{"rateCard": rates}]}},
        {"renewalTerm": {"type": "RenewalTerm", "id": "term-renewal", "configuration": {"enableAutoRenew": True}}},
        {"validityTerm": {"type": "ValidityTerm", "id": "term-validity", "agreementStartDate": HALF_PAST}},
    ]


def entitlement(number: int) -> dict[str, Any]:
    values = ({"IntegerValue": 1}, {"DoubleValue": 0.1}, {"BooleanValue": True})
    return {
        "ProductCode": CODE,
        "Dimension": TIERS[number][0],
        "CustomerAWSAccountId": BUYERS[number],
        "CustomerIdentifier": f"buyer-{number}",
        "Value": values[number],
        "ExpirationDate": YEAR_ON,
        "LicenseArn": LICENSES[number],
    }


# Partner Central


def opportunity(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """We earn 30,000; the customer spends 4,500 a month at AWS. The third has no revenue of ours yet."""
    account = {"CompanyName": f"Customer {number}", "Industry": "Computers and Electronics"}
    spend = {"Amount": "4500.00", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
    said = {
        "Catalog": "AWS",
        "Id": f"O{number}",
        "Arn": f"arn:aws:partnercentral:us-east-1:999999999999:catalog/AWS/opportunity/O{number}",
        "PartnerOpportunityIdentifier": f"deal-{number}",
        "OpportunityType": "Net New Business",
        "LastModifiedDate": "2026-10-30T09:15:00.125Z",
        "CreatedDate": "2026-09-01T00:00:00Z",
        "LifeCycle": {"Stage": "Committed", "TargetCloseDate": "2026-12-15", "ReviewStatus": "Approved"},
        "Customer": {"Account": account},
        "Project": {"DeliveryModels": ["SaaS or PaaS"], "ExpectedCustomerSpend": [spend]},
    }
    revenue = {
        "DeliveryModel": "Contract",
        "Value": {"Amount": "30000.00", "CurrencyCode": "USD"},
        "EffectiveDate": "2027-01-01",
        "ExpirationDate": "2027-12-31",
    }
    full = {
        **said,
        "Project": {**said["Project"], "Title": f"Project {number}", "CompetitorName": "No Competition"},
        "RelatedEntityIdentifiers": {
            "AwsMarketplaceOffers": [f"arn:aws:aws-marketplace:us-east-1:999999999999:AWSMarketplace/Offer/{OFFER}"]
        },
        **({"SoftwareRevenue": revenue} if number != 3 else {}),
    }
    return said, full
