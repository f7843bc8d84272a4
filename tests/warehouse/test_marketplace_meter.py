"""What the meter accepted hour by hour, what buyers are entitled to, and what they chose in their agreements.

agmt-2 of c-0002 (AWS account 012345678901, license lic-2) runs from 1 March 2026; agmt-3 of c-0003 from 20 April.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.contracts import SeatChange
from lib.desk import Desk, records
from lib.warehouse.build import BuildReport
from tests.warehouse.hand_world import MARCH, WORLD, feed, version
from tests.warehouse.worlds import World, account, ask, built

APRIL = date(2026, 4, 1)
TWO = {"CustomerAWSAccountId": "012345678901", "LicenseArn": "arn:aws:license-manager::1:license/lic-2"}

ENCRYPTED_TWO = {"CustomerIdentifier": "enc-2"}
THREE, NINE = {"CustomerAWSAccountId": "300000000003"}, {"CustomerAWSAccountId": "9"}
MIDNIGHT, LATER = "2026-05-01T00:00:00Z", "2026-04-04"
USED = "2026-04-02,prod-1,agmt-2,acct-2,acct-2"


def record(at: object, who: dict[str, str], quantity: dict[str, object], dimension: str = "words") -> dict[str, object]:
    return {"Timestamp": at, **who, "Dimension": dimension, **quantity}


def result(status: str, metering_id: str, of: dict[str, object]) -> dict[str, object]:
    return {"UsageRecord": of, "MeteringRecordId": metering_id, "Status": status}


def lines(*objects: object) -> str:
    return "".join(f"{json.dumps(entry)}\n" for entry in objects)


ELEVEN = record("2026-04-02T11:00:00Z", TWO, {"Quantity": 15})
ONE_PM = record("2026-04-02T13:00:00Z", TWO, {"Quantity": 4})
RECORDS = {
    "meter_records/2026-04.jsonl": lines(
        {
            "ProductCode": "vell",
            "Results": [
                result("Success", "m-1", ELEVEN),
                result("Success", "m-2", record(1775134800, TWO, {"QuantityAsDecimal": "2.5"})),  # 13 × 3600 s into it
                result("CustomerNotSubscribed", "", record("2026-04-02T12:00:00Z", NINE, {"Quantity": 7})),
            ],
            "UnprocessedRecords": [ONE_PM, record("2026-04-02T15:00:00Z", TWO, {"Quantity": 6})],
        },
        {  # the batch that tries again, as a log that keeps the call and its answer apart
            "Request": {"ProductCode": "vell"},
            "Response": {
                "Results": [
                    result("Success", "m-1", ELEVEN),
                    result("DuplicateRecord", "", {**ELEVEN, "Quantity": 20}),
                    # the last hour of April, stamped with its end
                    result("Success", "m-4", record(MIDNIGHT, ENCRYPTED_TWO, {"Quantity": 3}, "Words")),
                    result("Success", "m-5", record("2026-05-01T00:20:00Z", TWO, {"Quantity": 8})),  # May
                    result("Success", "m-9", record("2026-03-05T10:00:00Z", TWO, {"Quantity": 0})),
                    result("Success", "m-6", record("2026-04-21T10:00:00Z", THREE, {"Quantity": 1})),
                ],
                "UnprocessedRecords": [],
            },
        },
        {"Results": [result("Sucess", "m-7", ELEVEN)]},
        {"Results": [result("Success", "m-8", {**ELEVEN, "QuantityAsDecimal": "1"})]},
    ),
}  # fmt: skip
API = {
    "marketplace_api/agreements.jsonl": lines(
        {
            "agreementId": "agmt-2",
            "status": "ACTIVE",
            "estimatedCharges": {"agreementValue": "2990.00", "currencyCode": "USD"},
            "endTimeBehavior": {"type": "RENEW"},
            "Summary": {"agreementId": "agmt-2", "entitlements": [{"licenseArn": TWO["LicenseArn"]}]},
            "Call": {"Operation": "DescribeAgreement", "Id": "agmt-2"},
        }
    ),
    "marketplace_api/agreement_terms.jsonl": lines(
        *(
            {"agreementId": agreement, "Term": term, "Call": {"Operation": "GetAgreementTerms", "Id": agreement}}
            for agreement, term in (
                ("agmt-3", {"configurableUpfrontPricingTerm": {
                    "type": "ConfigurableUpfrontPricingTerm", "id": "term-9", "currencyCode": "USD",
                    "configuration": {"selectorValue": "P12M",
                                      "dimensions": [{"dimensionKey": "TeamSeats", "dimensionValue": 99}]}}}),
                ("agmt-2", {"renewalTerm": {
                    "type": "RenewalTerm", "id": "term-2", "configuration": {"enableAutoRenew": True}}}),
            )
        )
    ),
    "marketplace_api/entitlements.jsonl": lines(
        {"ProductCode": "vell", "Dimension": "team_seats", **TWO, "Value": {"IntegerValue": 7},
         "ExpirationDate": "2027-03-01T00:00:00Z", "Call": {"Operation": "GetEntitlements", "Id": "vell"}},
        {"ProductCode": "vell", "Dimension": "team_seats", "CustomerAWSAccountId": "300000000003",
         "Value": {"DoubleValue": 40.0}, "ExpirationDate": 1803859200},
        {"ProductCode": "vell", "Dimension": "beta_access", **TWO, "Value": {"BooleanValue": True}},
    ),
}  # fmt: skip
FEEDS = {
    **feed("AccountFeed", "05", "account_id,aws_account_id,encrypted_account_id",
        version(MARCH, "2026-05-01", "", "acct-2,12345678901,enc-2"),
    ),
    **feed("AgreementTermFeed", "04", "agreement_id,term_id,term_type,term_configuration",
        version("2026-04-20T00:00:00Z", "2026-04-20T00:00:00Z", "",
            'agmt-3,term-3,ConfigurableUpfrontPricingTerm,"{""selectorValue"":""P12M"",""dimensions"":'
            '[{""dimensionKey"":""TeamSeats"",""dimensionValue"":25},{""dimensionKey"":""enterprise"",""dimensionValue"":1}]}"'),
        version("2026-05-10T00:00:00Z", "2026-05-10T00:00:00Z", "",
            'agmt-3,term-3,ConfigurableUpfrontPricingTerm,"{""selectorValue"":""P12M"",""dimensions"":'
            '[{""dimensionKey"":""TeamSeats"",""dimensionValue"":40}]}"'),
    ),
    **feed("DailyUsageFeed", "04",
        "usage_feed_id,usage_date,product_id,agreement_id,end_user_account_id,payer_account_id,region,dimension_key,"
        "usage_unit,usage_quantity,pricing_currency,estimated_revenue_in_pricing_currency,offer_id",
        version(MARCH, MARCH, "", f"use-1,{USED},us-east-1,words,Units,15,USD,0.15,offer-public"),
        version(MARCH, LATER, "", f"use-1,{USED},us-east-1,words,Units,19,USD,0.19,offer-public"),
        version(MARCH, MARCH, "", f"use-2,{USED},eu-west-1,words,Units,2.5,USD,0.03,offer-public"),
    ),
}  # fmt: skip
METERED: World = {**WORLD, **FEEDS, **RECORDS, **API}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("metered"), METERED)


@pytest.fixture(scope="module")
def desk(report: BuildReport) -> Iterator[Desk]:
    opened = Desk.at(report.path)
    yield opened
    opened.warehouse.close()


def hours(report: BuildReport) -> dict[tuple[Any, Any], Any]:
    rows = ask(
        report,
        "select buyer, metered_hour, our_dimension, customer_id, contract_id, usage_month, quantity, repeats, "
        "not_subscribed, unprocessed from marts.metered_hour",
    )
    return {(row[0], row[1]): row[2:] for row in rows}


TWOS = ("words", "c-0002", "agmt-2", APRIL)


def hour(day: int, at: int) -> datetime:
    return datetime(2026, 4, day, at)  # noqa: DTZ001 — a mart's instants are UTC without saying so


def test_an_hour_counts_once_whatever_was_sent_again(report: BuildReport) -> None:
    """15 of eleven o'clock came twice and once as 20, refused: it stays 15."""
    assert hours(report)["012345678901", hour(2, 11)] == (*TWOS, Decimal(15), 2, None, None)


def test_what_was_not_processed_and_never_sent_again_is_on_record(report: BuildReport) -> None:
    """Of one o'clock 2.5 were accepted, stamped in seconds since 1970, and 4 were not processed; of three o'clock 6."""
    assert hours(report)["012345678901", hour(2, 13)] == (*TWOS, Decimal("2.5"), 0, None, None)
    assert hours(report)["012345678901", hour(2, 15)] == (*TWOS, Decimal(0), 0, None, Decimal(6))


def test_a_customer_that_has_not_subscribed_was_not_metered(report: BuildReport) -> None:
    assert hours(report)["000000000009", hour(2, 12)] == (
        "words", "aws:000000000009", None, APRIL, Decimal(0), 0, Decimal(7), None,
    )  # fmt: skip


def test_midnight_ends_the_month_before_and_the_minutes_after_it_begin_the_next(report: BuildReport) -> None:
    """The identifier and the marketplace's own name of the dimension are the same account and words."""
    found = ask(
        report,
        "select license_arn <> '', contract_id, our_dimension, usage_month, quantity from marts.metered_hour "
        "where metered_hour = timestamp '2026-05-01' order by usage_month",
    )
    assert found == [
        (False, "agmt-2", "words", APRIL, Decimal(3)),
        (True, "agmt-2", "words", date(2026, 5, 1), Decimal(8)),
    ]


def test_a_record_without_a_license_goes_to_the_contract_of_its_day(report: BuildReport) -> None:
    assert hours(report)["300000000003", hour(21, 10)][:3] == ("words", "c-0003", "agmt-3")


def test_an_answer_we_cannot_read_is_rejected_whole_and_kept(report: BuildReport) -> None:
    """A status AWS does not have, and a record that says two quantities."""
    assert account(report, "meter_batch")["rejected"] == 2
    reasons = [str(reason) for (reason,) in ask(report, "select reason from raw.reject where feed = 'meter_batch'")]
    told = "is no list of meter results, each with its usage record and a status that we know"
    assert [told in reason for reason in reasons] == [True, True]


def test_the_desk_reads_what_was_accepted_of_a_month(desk: Desk) -> None:
    """April of agmt-2: 15 + 2.5 + 3 cents; of agmt-3: 1."""
    accepted = [records.accepted(row) for row in desk.warehouse.rows("metered_hour") if row["usage_month"] == APRIL]
    cents = {one: sum(row.cents for row in accepted if row.contract_id == one) for one in ("agmt-2", "agmt-3")}
    assert cents == {"agmt-2": Decimal("20.5"), "agmt-3": Decimal(1)}
    assert {row.rail for row in accepted} == {"aws"}


def test_a_month_whose_only_record_is_of_nothing_is_on_record(desk: Desk) -> None:
    """March's record says 0, and was accepted; of April three o'clock, which was not processed, nothing was."""
    rows = desk.warehouse.rows("metered_hour")
    march = records.accepted_in(rows, date(2026, 3, 1))
    assert [(row.contract_id, row.cents) for row in march] == [("agmt-2", Decimal(0))]
    assert sorted(row.cents for row in records.accepted_in(rows, APRIL)) == [
        Decimal(1),
        Decimal("2.5"),
        Decimal(3),
        Decimal(15),
    ]


def test_seats_are_those_of_the_terms_from_version_to_version(desk: Desk) -> None:
    """25 from the start of agmt-3, 40 from 10 May; what its buyer may use today, and what the API says of it, agree."""
    assert desk.population.contracts["agmt-3"].seats == {
        "team_seats": (SeatChange(date(2026, 4, 20), 25), SeatChange(date(2026, 5, 10), 40))
    }


def test_where_no_term_says_the_seats_the_entitlement_does_since_the_contract_began(desk: Desk) -> None:
    assert desk.population.contracts["agmt-2"].seats == {"team_seats": (SeatChange(date(2026, 3, 1), 7),)}
    assert desk.population.contracts["sub_1"].seats == {}


def test_an_entitlement_finds_its_contract_by_its_license_or_by_its_account(report: BuildReport) -> None:
    query = (
        "select dimension, contract_id, quantity, words, cast(expires_at as date) from marts.entitlement order by 1, 2"
    )
    assert ask(report, query) == [
        ("beta_access", "agmt-2", None, "yes", None),
        ("team_seats", "agmt-2", Decimal(7), None, date(2027, 3, 1)),
        ("team_seats", "agmt-3", Decimal(40), None, date(2027, 3, 1)),
    ]


def test_the_feeds_terms_go_before_the_apis(report: BuildReport) -> None:
    """The API also knows agmt-3, with 99 seats; the feed has a history of it, so the API adds agmt-2 alone."""
    query = (
        "select agreement_id, term_id, duration, is_renewed from marts.agreement_term order by agreement_id, held_from"
    )
    assert ask(report, query) == [
        ("agmt-2", "term-2", None, True),
        ("agmt-3", "term-3", "P12M", None),
        ("agmt-3", "term-3", "P12M", None),
    ]


def test_how_an_agreement_ends_is_what_the_api_says(report: BuildReport) -> None:
    query = "select agreement_id, end_behaviour from marts.marketplace_agreement order by all"
    assert ask(report, query) == [("agmt-2", "RENEW"), ("agmt-3", None)]


def test_an_agreement_that_expires_or_is_not_renewed_will_end(tmp_path: Path) -> None:
    """agmt-2 expires with its year, says the API, and is set to renew; agmt-3 stopped its renewal in May."""
    two = {"agreementId": "agmt-2", "endTime": "2027-03-01T00:00:00Z", "endTimeBehavior": {"type": "EXPIRE"}}
    on, off = ('"{""enableAutoRenew"":true}"', '"{""enableAutoRenew"":false}"')
    terms = "agreement_id,term_id,term_type,term_configuration"
    files = {
        "marketplace_api/agreements.jsonl": lines(two),
        **feed(
            "AgreementTermFeed",
            "05",
            terms,
            version(MARCH, MARCH, "", f"agmt-2,term-2,RenewalTerm,{on}"),
            version(MARCH, MARCH, "", f"agmt-3,term-3,RenewalTerm,{on}"),
            version("2026-05-02T00:00:00Z", "2026-05-02T00:00:00Z", "", f"agmt-3,term-3,RenewalTerm,{off}"),
        ),
    }
    query = "select contract_id, is_cancelled, will_end_on, ended_on from marts.contract where rail = 'aws' order by 1"
    assert ask(built(tmp_path, {**WORLD, **files}), query) == [
        ("agmt-2", True, date(2027, 3, 1), None),
        ("agmt-3", True, None, None),
    ]


def test_a_day_of_usage_is_its_newest_version_over_all_regions(report: BuildReport) -> None:
    """use-1 was written as 15 and again as 19; use-2 adds 2.5 of another region."""
    query = "select agreement_id, dimension, usage_on, quantity, estimated_revenue from marts.marketplace_daily_usage"
    assert ask(report, query) == [("agmt-2", "words", date(2026, 4, 2), Decimal("21.5"), Decimal("0.22"))]


def test_a_number_of_seats_that_is_not_whole_is_never_rounded(tmp_path: Path) -> None:
    """agmt-3 chose 10.5: its line is rejected, and the warehouse is built; of the 7.5 of agmt-2 no seat is counted."""
    chosen = '"{""dimensions"":[{""dimensionKey"":""TeamSeats"",""dimensionValue"":10.5}]}"'
    entitled = {"ProductCode": "vell", "Dimension": "team_seats", **TWO, "Value": {"DoubleValue": 7.5}}
    files = {
        **feed(
            "AgreementTermFeed", "04", "agreement_id,term_id,term_type,term_configuration",
            version(MARCH, MARCH, "", f"agmt-3,term-3,ConfigurableUpfrontPricingTerm,{chosen}"),
            version(MARCH, MARCH, "", "agmt-3,term-4,RenewalTerm,"),
        ),
        "marketplace_api/entitlements.jsonl": lines(entitled),
        "marketplace_api/agreements.jsonl": API["marketplace_api/agreements.jsonl"],
    }  # fmt: skip
    report = built(tmp_path, {**WORLD, **files})
    assert ask(report, "select * from marts.seat_change") == []
    assert ask(report, "select quantity from marts.entitlement") == [(Decimal("7.5"),)]
    [(reason,)] = ask(report, "select reason from raw.reject where feed = 'marketplace_agreement_term'")
    assert str(reason).startswith("term_configuration is no JSON of a term that chooses whole numbers")
