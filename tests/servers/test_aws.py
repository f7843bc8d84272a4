"""The stand-in answers as AWS's own models say, pages, and meters by the rules; the real clients read every answer."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from tests.servers.aws import Aws
from tests.sources.aws_world import BUYERS, CODE, LICENSES, LISTING, OFFER, PRODUCT

VERSIONED = "EntityType"  # the shape whose pattern has no place for the @1.0 that its values carry
NOON = datetime(2026, 10, 31, 12, tzinfo=UTC)

CALLS = [
    ("marketplace-catalog", "DescribeEntity", {"Catalog": "AWSMarketplace", "EntityId": PRODUCT}),
    ("marketplace-catalog", "DescribeEntity", {"Catalog": "AWSMarketplace", "EntityId": OFFER}),
    ("marketplace-catalog", "ListEntities", {"Catalog": "AWSMarketplace", "EntityType": "Offer"}),
    ("marketplace-catalog", "ListEntities", {"Catalog": "AWSMarketplace", "EntityType": "SaaSProduct"}),
    ("marketplace-discovery", "ListPurchaseOptions", {}),
    ("marketplace-discovery", "GetOffer", {"offerId": OFFER}),
    ("marketplace-discovery", "GetOfferTerms", {"offerId": OFFER}),
    ("marketplace-discovery", "GetListing", {"listingId": LISTING}),
    (
        "marketplace-agreement",
        "SearchAgreements",
        {
            "filters": [
                {"name": "PartyType", "values": ["Proposer"]},
                {"name": "AgreementType", "values": ["PurchaseAgreement"]},
            ]
        },
    ),
    ("marketplace-agreement", "DescribeAgreement", {"agreementId": "agmt-1"}),
    ("marketplace-agreement", "GetAgreementTerms", {"agreementId": "agmt-1"}),
    ("marketplace-entitlement", "GetEntitlements", {"ProductCode": CODE}),
    ("partnercentral-selling", "ListOpportunities", {"Catalog": "AWS"}),
    ("partnercentral-selling", "GetOpportunity", {"Catalog": "AWS", "Identifier": "O1"}),
]


def client(aws: Aws, service: str) -> Any:
    return boto3.client(service, region_name="us-east-1", endpoint_url=aws.url)


def test_every_answer_is_one_of_the_services_model(aws_server: Aws) -> None:
    """What went over the wire is held against the model that the client itself was made from: nothing that it would
    drop, nothing that it requires missing, every text within its pattern and its list of words."""
    for service, operation, request in CALLS:
        speaker = client(aws_server, service)
        read = getattr(speaker, xform_name(operation))(**request)
        shape = speaker.meta.service_model.operation_model(operation).output_shape
        sent = aws_server.asked[-1].answer
        assert sent is not None
        report = ParamValidator().validate(sent, shape)
        assert not report.has_errors(), f"{operation}: {report.generate_report()}"
        assert not list(_strangers(sent, shape, operation))
        assert read.keys() - {"ResponseMetadata"} == sent.keys()
        assert _filled(read) >= _filled(sent)


def _strangers(value: Any, shape: Any, where: str) -> Iterator[str]:
    """Texts that are no word of the model's list, or do not match its pattern."""
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        for key, inner in value.items():
            yield from _strangers(inner, shape.members[key], f"{where}.{key}")
    if shape.type_name == "list":
        for inner in value:
            yield from _strangers(inner, shape.member, f"{where}[]")
    if shape.type_name == "string":
        if (words := shape.metadata.get("enum")) and value not in words:
            yield f"{where}: {value!r} is none of {words}"
        pattern = shape.metadata.get("pattern")
        if pattern and shape.name != VERSIONED and not re.search(pattern.replace("\\\\", "\\"), value):
            yield f"{where}: {value!r} does not match {pattern}"


def _filled(value: Any) -> int:
    """How many values stand in an answer, at any depth."""
    if isinstance(value, dict):
        return sum(map(_filled, value.values()))
    return sum(map(_filled, value)) if isinstance(value, list) else 1


def test_a_list_comes_in_pages_and_its_tokens_belong_to_the_question(aws_server: Aws) -> None:
    aws_server.page_size = 2
    speaker = client(aws_server, "marketplace-entitlement")
    first = speaker.get_entitlements(ProductCode=CODE)
    assert [entry["CustomerAWSAccountId"] for entry in first["Entitlements"]] == list(BUYERS[:2])
    second = speaker.get_entitlements(ProductCode=CODE, NextToken=first["NextToken"])
    assert [entry["CustomerAWSAccountId"] for entry in second["Entitlements"]] == [BUYERS[2]]
    assert "NextToken" not in second
    with pytest.raises(speaker.exceptions.InvalidParameterException):
        speaker.get_entitlements(ProductCode=CODE, Filter={"DIMENSION": ["starter"]}, NextToken=first["NextToken"])
    aws_server.forget_tokens()
    with pytest.raises(speaker.exceptions.InvalidParameterException):
        speaker.get_entitlements(ProductCode=CODE, NextToken=first["NextToken"])


def test_entitlements_are_a_union_in_a_filter_and_an_intersection_across(aws_server: Aws) -> None:
    speaker = client(aws_server, "marketplace-entitlement")

    def dimensions(**filters: list[str]) -> list[str]:
        return [
            entry["Dimension"] for entry in speaker.get_entitlements(ProductCode=CODE, Filter=filters)["Entitlements"]
        ]

    assert dimensions(DIMENSION=["starter", "accelerate"]) == ["starter", "accelerate"]
    assert dimensions(DIMENSION=["starter", "accelerate"], LICENSE_ARN=[LICENSES[1]]) == ["accelerate"]
    with pytest.raises(ClientError, match="exclude each other"):
        dimensions(CUSTOMER_IDENTIFIER=["buyer-1"], CUSTOMER_AWS_ACCOUNT_ID=[BUYERS[1]])


def test_an_agreement_search_without_what_a_seller_must_say_is_refused(aws_server: Aws) -> None:
    speaker = client(aws_server, "marketplace-agreement")
    with pytest.raises(speaker.exceptions.ValidationException, match="PartyType"):
        speaker.search_agreements(filters=[{"name": "AgreementType", "values": ["PurchaseAgreement"]}])
    with pytest.raises(speaker.exceptions.ValidationException, match="AgreementType"):
        speaker.search_agreements(filters=[{"name": "PartyType", "values": ["Proposer"]}])


@pytest.mark.parametrize(
    ("service", "operation", "request_", "trouble"),
    [
        (*CALLS[0], "broken"),
        (*CALLS[4], "broken"),
        (*CALLS[9], "broken"),
        (*CALLS[11], "throttle"),
        (*CALLS[13], "dropped"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_troubles_come_in_each_protocols_own_shape(
    aws_server: Aws, service: str, operation: str, request_: dict[str, Any], trouble: str
) -> None:
    """The client finds the code that its model names, and tries again where that makes sense."""
    speaker = client(aws_server, service)
    aws_server.trouble(operation, "denied")
    with pytest.raises(ClientError) as denied:
        getattr(speaker, xform_name(operation))(**request_)
    assert denied.value.response["Error"]["Code"] == "AccessDeniedException"
    aws_server.trouble(operation, trouble, "good")
    assert getattr(speaker, xform_name(operation))(**request_)["ResponseMetadata"]["RetryAttempts"] == 1


# The meter


def record(**changed: Any) -> dict[str, Any]:
    said = {
        "Timestamp": NOON - timedelta(hours=1),
        "Dimension": "words",
        "Quantity": 12,
        "CustomerAWSAccountId": BUYERS[0],
        "LicenseArn": LICENSES[0],
    }
    return {key: value for key, value in {**said, **changed}.items() if value is not None}


@pytest.fixture
def meter(aws_server: Aws) -> Callable[..., dict[str, Any]]:
    speaker = client(aws_server, "meteringmarketplace")
    return lambda *records, **more: speaker.batch_meter_usage(UsageRecords=list(records), **more)


def statuses(answer: dict[str, Any]) -> list[str]:
    return [result["Status"] for result in answer["Results"]]


def test_the_same_record_counts_once_and_another_quantity_is_a_duplicate(meter: Callable[..., dict[str, Any]]) -> None:
    first, again = meter(record()), meter(record(), record(Dimension="images"))
    assert statuses(first) == ["Success"]
    assert first["Results"][0]["MeteringRecordId"] == again["Results"][0]["MeteringRecordId"]
    assert again["Results"][1]["MeteringRecordId"] != again["Results"][0]["MeteringRecordId"]
    assert first["Results"][0]["UsageRecord"]["Timestamp"] == NOON - timedelta(hours=1)
    assert statuses(meter(record(Quantity=13))) == ["DuplicateRecord"]
    assert statuses(meter(record(Quantity=None, QuantityAsDecimal="12.000000"))) == ["Success"]


def test_a_buyer_without_a_running_licence_is_not_subscribed(
    aws_server: Aws, meter: Callable[..., dict[str, Any]]
) -> None:
    aws_server.world.licenses[LICENSES[1]] = (CODE, BUYERS[1], False)
    ended = record(CustomerAWSAccountId=BUYERS[1], LicenseArn=LICENSES[1])
    stranger = record(CustomerAWSAccountId="444444444444")
    assert statuses(meter(record(), ended, stranger)) == ["Success", "CustomerNotSubscribed", "CustomerNotSubscribed"]


@pytest.mark.parametrize(
    ("now", "moment", "is_taken"),
    [
        (NOON, NOON, True),
        (NOON, NOON + timedelta(seconds=1), False),
        (NOON, NOON - timedelta(hours=24) + timedelta(seconds=1), True),
        (NOON, NOON - timedelta(hours=24), False),
        (datetime(2026, 11, 1, 5, 59, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC), False),
    ],
)
def test_one_record_out_of_time_rejects_the_batch(
    aws_server: Aws, meter: Callable[..., dict[str, Any]], now: datetime, moment: datetime, is_taken: bool
) -> None:
    aws_server.world.now = now
    good = record(Timestamp=now, Dimension="images")
    if is_taken:
        assert statuses(meter(good, record(Timestamp=moment))) == ["Success", "Success"]
    else:
        with pytest.raises(ClientError, match="TimestampOutOfBoundsException"):
            meter(good, record(Timestamp=moment))
        assert not aws_server.metered


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Dimension": "wrods"}, "InvalidUsageDimensionException"),
        ({"LicenseArn": LICENSES[0] + "0"}, "InvalidLicenseException"),
        ({"LicenseArn": None}, "InvalidProductCodeException"),
        ({"CustomerIdentifier": "buyer-0"}, "InvalidCustomerIdentifierException"),
        ({"QuantityAsDecimal": "1.5"}, "ValidationException"),
        ({"UsageAllocations": [{"AllocatedUsageQuantity": 11}]}, "InvalidUsageAllocationsException"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_wrong_record_is_named(meter: Callable[..., dict[str, Any]], changed: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        meter(record(**changed))


def test_a_request_is_for_one_product(aws_server: Aws, meter: Callable[..., dict[str, Any]]) -> None:
    aws_server.world.product_codes["another"] = {"words"}
    aws_server.world.licenses[LICENSES[1]] = ("another", BUYERS[1], True)
    with pytest.raises(ClientError, match="InvalidProductCodeException"):
        meter(record(), record(CustomerAWSAccountId=BUYERS[1], LicenseArn=LICENSES[1]))
    assert statuses(meter(record(LicenseArn=None), ProductCode=CODE)) == ["Success"]


def test_allocations_that_sum_are_taken(meter: Callable[..., dict[str, Any]]) -> None:
    parts = [
        {"AllocatedUsageQuantity": part, "Tags": [{"Key": "team", "Value": name}]}
        for part, name in ((5, "a"), (7, "b"))
    ]
    assert statuses(meter(record(UsageAllocations=parts))) == ["Success"]


def test_unprocessed_records_come_back_to_be_sent_again(aws_server: Aws, meter: Callable[..., dict[str, Any]]) -> None:
    aws_server.unprocessed = 1
    batch = [record(), record(Dimension="images", Quantity=None, QuantityAsDecimal="0.25")]
    answer = meter(*batch)
    assert statuses(answer) == ["Success"]
    assert [left["QuantityAsDecimal"] for left in answer["UnprocessedRecords"]] == ["0.25"]
    assert statuses(meter(*answer["UnprocessedRecords"])) == ["Success"]
    assert sum(Decimal(str(json_much(much))) for much, _ in aws_server.metered.values()) == Decimal("12.25")


def json_much(much: str) -> str:
    """The quantity in what the meter wrote down."""
    return much.split('"')[1]


def test_more_than_25_records_are_refused(meter: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(ClientError, match="at most 25"):
        meter(*(record(Timestamp=NOON - timedelta(minutes=minute)) for minute in range(26)))
