"""The request that AWS takes of an offer: what its own client would send, and refused where something is missing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from lib import offers
from lib.catalog.allowance import UNLIMITED, Allowance
from lib.catalog.price import Band
from lib.desk import Desk
from lib.money import total
from lib.offers import Extra, OfferError, OfferTerms, RequestFacts, Setting, Usage
from lib.surfaces import listing
from tests.conftest import ROOT

START = date(2026, 12, 1)
RULES = offers.parse((ROOT / "data" / "offers.toml").read_text())
FACTS = RequestFacts("Acme & Söhne", "123456789012", "prod-synthetic0vell", offers.OUTSIDE, "a1b2c3d4e5f6")
MODEL = botocore.session.get_session().get_service_model("marketplace-catalog")
START_CHANGE_SET = MODEL.operation_model("StartChangeSet").input_shape


@pytest.fixture(scope="session")
def setting(desk: Desk) -> Setting:
    return Setting(desk.book, desk.rails, desk.reach, desk.costs, Decimal(1000), RULES.ceiling)


def terms(**changes: Any) -> OfferTerms:
    plain = OfferTerms(
        "c-1", "command", 3, START, discount=Decimal("0.25"), base="annual", expires_on=date(2026, 11, 20)
    )
    return replace(plain, **changes)


def requested(setting: Setting, facts: RequestFacts = FACTS, **changes: Any) -> dict[str, Any]:
    offer = offers.economics(terms(**changes), Usage((), is_estimate=False), setting)
    return offers.catalog_request(offer, setting.book, facts, RULES.request)


def details(request: Mapping[str, Any]) -> dict[str, Any]:
    """Change type → what it says; the request holds each as JSON text."""
    return {change["ChangeType"]: json.loads(change["Details"]) for change in request["ChangeSet"]}


def pricing(request: Mapping[str, Any], kind: str) -> dict[str, Any]:
    [found] = [term for term in details(request)["UpdatePricingTerms"]["Terms"] if term["Type"] == kind]
    return dict(found)


# As AWS's own client sees it


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"payment": "upfront"},
        {"payment": "monthly"},
        {"renewal": True},
        {"years": 1, "discount": Decimal(0), "base": "none", "extras": (Extra("Dedicated tenancy", Decimal(1200)),)},
        {"ramp": (Decimal("0.6"), Decimal("0.8"), Decimal(1))},
    ],
    ids=["yearly", "upfront", "monthly", "renewal", "extra", "ramp"],
)
def test_the_client_of_aws_would_send_it(changes: dict[str, Any], setting: Setting) -> None:
    request = requested(setting, **changes)
    report = ParamValidator().validate(request, START_CHANGE_SET)
    assert not report.has_errors(), report.generate_report()
    # What botocore leaves to the service: lengths and how many changes one set may hold.
    assert len(request["ChangeSet"]) <= START_CHANGE_SET.members["ChangeSet"].metadata["max"]
    change = START_CHANGE_SET.members["ChangeSet"].member.members["Details"].metadata
    assert all(change["min"] <= len(one["Details"]) <= change["max"] for one in request["ChangeSet"])
    assert len(request["ChangeSetName"]) <= START_CHANGE_SET.members["ChangeSetName"].metadata["max"]


def test_a_request_that_lacks_something_is_not_taken_for_one(setting: Setting) -> None:
    """The validator sees what is wrong, so that it can say that something is right."""
    request = requested(setting)
    del request["ChangeSet"][0]["Entity"]
    assert ParamValidator().validate(request, START_CHANGE_SET).has_errors()


def test_it_makes_prices_and_releases_one_offer_in_this_order(setting: Setting) -> None:
    request = requested(setting)
    assert [change["ChangeType"] for change in request["ChangeSet"]] == [
        "CreateOffer",
        "UpdateInformation",
        "UpdateTargeting",
        "UpdatePricingTerms",
        "UpdateValidityTerms",
        "UpdatePaymentScheduleTerms",
        "UpdateLegalTerms",
        "UpdateAvailability",
        "ReleaseOffer",
    ]
    first, *others = request["ChangeSet"]
    assert first["Entity"] == {"Type": "Offer@1.0"}
    assert {change["Entity"]["Identifier"] for change in others} == {f"${first['ChangeName']}.Entity.Identifier"}
    assert (request["Catalog"], request["Intent"]) == ("AWSMarketplace", "VALIDATE")


def test_it_says_who_what_and_until_when(setting: Setting) -> None:
    told = details(requested(setting))
    assert told["CreateOffer"] == {"ProductId": "prod-synthetic0vell"}
    assert told["UpdateTargeting"] == {"PositiveTargeting": {"BuyerAccounts": ["123456789012"]}}
    assert told["UpdateAvailability"] == {"AvailabilityEndDate": "2026-11-20"}
    assert told["UpdateValidityTerms"]["Terms"] == [
        {"Type": "ValidityTerm", "AgreementStartDate": "2026-12-01", "AgreementDuration": "P36M"}
    ]
    assert told["UpdateInformation"]["Name"] == "Command for Acme & Söhne, 36 months from 2026-12-01"
    assert "PreExistingAgreement" not in told["UpdateInformation"]


def test_three_years_by_the_year_are_three_payments_of_the_whole_price(setting: Setting) -> None:
    # 25 % off 39,990.00 is 29,992.50 a year, due on the first day of each.
    [schedule] = details(requested(setting))["UpdatePaymentScheduleTerms"]["Terms"]
    assert schedule["Schedule"] == [
        {"ChargeDate": "2026-12-01", "ChargeAmount": "29992.50"},
        {"ChargeDate": "2027-12-01", "ChargeAmount": "29992.50"},
        {"ChargeDate": "2028-12-01", "ChargeAmount": "29992.50"},
    ]
    fixed = pricing(requested(setting), "FixedUpfrontPricingTerm")
    assert (fixed["Price"], fixed["Grants"]) == ("0.0", [{"DimensionKey": "command_plus", "MaxQuantity": 1}])


def test_what_is_paid_at_the_start_is_the_price_of_the_whole_term(setting: Setting) -> None:
    request = requested(setting, payment="upfront")
    [card] = pricing(request, "ConfigurableUpfrontPricingTerm")["RateCards"]
    assert card["Selector"] == {"Type": "Duration", "Value": "P36M"}
    [line] = card["RateCard"]
    assert (line["DimensionKey"], Decimal(line["Price"])) == ("command_plus", Decimal("89977.50"))
    assert "UpdatePaymentScheduleTerms" not in details(request)


@pytest.mark.parametrize("payment", ["yearly", "quarterly", "monthly"])
def test_payments_are_two_decimals_and_add_up_to_the_contract(payment: str, setting: Setting) -> None:
    ramp = (Decimal("0.333"), Decimal("0.777"), Decimal(1))
    request = requested(setting, payment=payment, ramp=ramp)
    [schedule] = details(request)["UpdatePaymentScheduleTerms"]["Terms"]
    paid = [Decimal(row["ChargeAmount"]) for row in schedule["Schedule"]]
    # 29,992.50 times 0.333, 0.777 and 1, each to cents: 9,987.50 (9,987.5025), 23,304.17 (23,304.1725), 29,992.50
    assert total(paid) == Decimal("63284.17")
    assert all(amount.as_tuple().exponent == -2 for amount in paid)


def test_usage_is_priced_by_one_price_a_dimension_that_is_offered(desk: Desk, setting: Setting) -> None:
    own = {"words": Allowance.of(1000), "images": UNLIMITED}
    bands = (("api_requests", (Band(Decimal(0), Decimal("0.0075")),)),)
    request = requested(setting, allowances=tuple(sorted(own.items())), bands=bands)
    [card] = pricing(request, "UsageBasedPricingTerm")["RateCards"]
    prices = {row["DimensionKey"]: Decimal(row["Price"]) for row in card["RateCard"]}
    assert prices["api_requests"] == Decimal("0.0075")
    assert prices["words"] == Decimal("0.001")  # the list: $0.001 per 1,000 words, the first band's
    assert "images" not in prices  # nothing of it is ever charged
    assert all(-Decimal(row["Price"]).as_tuple().exponent <= 8 for row in card["RateCard"])


def test_a_band_that_the_rate_card_does_not_hold_stands_in_the_description(setting: Setting) -> None:
    """The list: words at 0.001, above 100,000 at 0.0008, above 500,000 at 0.0006; the card has the first alone."""
    told = details(requested(setting))["UpdateInformation"]["Description"]
    assert "Words: 0.0008 above 100,000, 0.0006 above 500,000, by what is metered" in told
    own = (("words", (Band(Decimal(0), Decimal("0.0009")),)),)
    assert "by what is metered" not in details(requested(setting, bands=own))["UpdateInformation"]["Description"]


def test_a_dimension_is_called_by_the_key_that_the_listing_types(setting: Setting) -> None:
    """AudioMinutes is the name that a buyer reads; both the listing and the request have the key audio_minutes."""
    made = listing(setting.book, (ROOT / "data" / "claims.toml").read_text())
    typed = {row.name: row.dimension_key for row in made.dimensions}
    [card] = pricing(requested(setting), "UsageBasedPricingTerm")["RateCards"]
    assert typed["AudioMinutes"] == "audio_minutes"
    assert {row["DimensionKey"] for row in card["RateCard"]} <= set(typed.values())


def test_a_renewal_names_where_the_buyer_bought_before(setting: Setting) -> None:
    told = details(requested(setting, renewal=True))["UpdateInformation"]
    assert told["PreExistingAgreement"] == {"AcquisitionChannel": "External", "PricingModel": "Contract"}


# What it refuses


@pytest.mark.parametrize(
    ("facts", "changes", "words"),
    [
        ({"buyer_account": None}, {}, "the AWS account id of Acme & Söhne is not on file"),
        ({"buyer_account": "12345"}, {}, "its 12 digits"),
        ({"product_id": None}, {}, "no product id of our listing is on file.*own_marketplace_products"),
        ({}, {"expires_on": None}, "until when it can be accepted"),
        ({}, {"channel_partner": True}, "resale authorization"),
        ({}, {"minimum_monthly": Decimal(5000)}, "no term for a minimum"),
        ({}, {"minimum_yearly": Decimal(50000)}, "no term for a minimum"),
        (
            {},
            {"bands": (("words", (Band(Decimal(0), Decimal("0.001")), Band(Decimal(9), Decimal("0.0005")))),)},
            "AWS takes one price of .*, not 2",
        ),
        ({}, {"bands": (("words", (Band(Decimal(0), Decimal("0.123456789")),)),)}, "at most 8 decimals, and .* has 9"),
        (
            {},
            {"tier": "enterprise", "price_per_year": Decimal(60000), "discount": Decimal(0), "base": "none"},
            "does not say what it includes of",
        ),
    ],
)
def test_what_is_missing_is_named(facts: dict[str, Any], changes: dict[str, Any], words: str, setting: Setting) -> None:
    with pytest.raises(OfferError, match=words):
        requested(setting, replace(FACTS, **facts), **changes)
