"""From AWS's APIs to the marts in one go: both blocks pulled by the real clients, built, and nothing lost between."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from lib.sources.pull import pull
from lib.warehouse.build import BuildReport, build
from lib.warehouse.read import Warehouse
from tests.servers import aws
from tests.sources import aws_world
from tests.sources.aws_world import BUYERS, LICENSES, PRODUCT, TIERS
from tests.warehouse.worlds import account

DAY = date(2026, 10, 31)
SPENT_AT_AWS = "77777.77"  # a month, by every customer: a number that stands nowhere else
LINES = {
    "listed_entity": 2,
    "listed_term": 3,
    "api_agreement": 3,
    "api_agreement_term": 12,
    "entitlement": 3,
    "partner_opportunity": 3,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    folder, world = tmp_path_factory.mktemp("pulled_from_aws"), aws_world.world()
    for answer in (answer for pair in world.opportunities for answer in pair):
        [spend] = answer["Project"]["ExpectedCustomerSpend"]
        spend["Amount"] = SPENT_AT_AWS
    with aws.signed_in(folder), aws.running(world) as server:
        (folder / "sources.toml").write_text(
            f'[marketplace_api]\nkind = "marketplace_api"\nproduct_id = "{PRODUCT}"\nendpoint = "{server.url}"\n'
            f'[partner_central]\nkind = "partner_central"\nendpoint = "{server.url}"\n'
        )
        keys = {"AWS_ACCESS_KEY_ID": aws.KEY, "AWS_SECRET_ACCESS_KEY": aws.SECRET}
        pull(folder / "sources.toml", folder / "snapshots", DAY, environ=keys)
    return build(folder / "snapshots", folder / "warehouse")


@pytest.fixture(scope="module")
def warehouse(report: BuildReport) -> Iterator[Warehouse]:
    opened = Warehouse(report.path)
    yield opened
    opened.close()


def test_every_line_that_was_pulled_is_loaded(report: BuildReport) -> None:
    told = {feed: account(report, feed) for feed in LINES}
    assert {feed: row["lines_read"] for feed, row in told.items()} == LINES
    assert {feed: row["loaded"] for feed, row in told.items()} == LINES
    assert report.rejects == 0


def test_what_we_earn_is_the_amount_and_what_the_customer_spends_is_not(warehouse: Warehouse) -> None:
    """We earn 30,000 of the first two and nothing yet of the third, whatever its customer spends at AWS."""
    told = {row["deal_id"]: row["amount_usd"] for row in warehouse.rows("deal")}
    assert told == {"O1": Decimal("30000.00"), "O2": Decimal("30000.00"), "O3": None}


def test_what_the_customer_spends_stands_in_no_mart(warehouse: Warehouse) -> None:
    pulled = warehouse.path.parents[1] / "snapshots" / DAY.isoformat() / "partner_central" / "opportunities.jsonl"
    assert pulled.read_text().count(SPENT_AT_AWS) == 6  # the raw answers keep it, in the summary and in full
    told = {mart: json.dumps(warehouse.rows(mart), default=str) for mart in warehouse.marts}
    assert [mart for mart, rows in told.items() if SPENT_AT_AWS in rows] == []


def test_licenses_entitlements_and_terms_belong_to_their_agreements(warehouse: Warehouse) -> None:
    assert {row["license_arn"]: row["agreement_id"] for row in warehouse.rows("license")} == {
        arn: f"agmt-{number}" for number, arn in enumerate(LICENSES)
    }
    held = {row["buyer"]: (row["dimension"], row["license_arn"]) for row in warehouse.rows("entitlement")}
    assert held == {buyer: (tier[0], arn) for buyer, tier, arn in zip(BUYERS, TIERS, LICENSES, strict=True)}
    durations = {row["agreement_id"]: row["duration"] for row in warehouse.rows("agreement_term") if row["duration"]}
    assert durations == {f"agmt-{number}": "P12M" for number in range(3)}
