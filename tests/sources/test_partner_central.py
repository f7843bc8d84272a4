"""Opportunities pulled from Partner Central by the real client: whole, once, and ours told from the customer's."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.sources import partner_central
from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused
from tests.servers.aws import Aws
from tests.sources.aws_world import opportunity


@pytest.fixture
def visit(aws_server: Aws, tmp_path: Path) -> Visit:
    target = tmp_path / "partner_central"
    settings = {"endpoint": aws_server.url}
    return Visit("partner_central", settings, {}, target, None, date(2026, 10, 31), lambda _what, _share: None)


def lines(visit: Visit) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (visit.target / "opportunities.jsonl").read_text().splitlines()]


def test_every_opportunity_comes_whole_with_its_summary(aws_server: Aws, visit: Visit) -> None:
    aws_server.page_size = 2
    partner_central.fetch(visit)
    assert [path.name for path in visit.target.iterdir() if path.name[0] != "."] == ["opportunities.jsonl"]
    pulled = lines(visit)
    assert [entry["Id"] for entry in pulled] == ["O1", "O2", "O3"]
    assert pulled[0]["Call"] == {"Operation": "GetOpportunity", "Id": "O1"}
    # Times have their microseconds written out; every other value is the one that went over the wire.
    told = json.loads(json.dumps(opportunity(1)).replace(".125Z", ".125000Z"))
    assert pulled[0] == {**told[1], "Summary": told[0], "Call": pulled[0]["Call"]}


def test_what_we_earn_and_what_the_customer_spends_stay_apart(visit: Visit) -> None:
    partner_central.fetch(visit)
    first, _, third = lines(visit)
    assert first["SoftwareRevenue"]["Value"] == {"Amount": "30000.00", "CurrencyCode": "USD"}
    assert first["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "4500.00"
    assert "SoftwareRevenue" not in third
    assert third["Project"]["ExpectedCustomerSpend"][0]["Amount"] == "4500.00"


def test_an_interrupted_pull_goes_on_with_the_page_that_failed(aws_server: Aws, visit: Visit) -> None:
    aws_server.page_size = 1
    aws_server.trouble("GetOpportunity", "good", "denied")
    with pytest.raises(PullRefused, match=r"allow the action partnercentral:GetOpportunity in IAM"):
        partner_central.fetch(visit)
    aws_server.asked.clear()
    partner_central.fetch(visit)
    assert [entry["Id"] for entry in lines(visit)] == ["O1", "O2", "O3"]
    gotten = [asked.request["Identifier"] for asked in aws_server.asked if asked.operation == "GetOpportunity"]
    assert gotten == ["O2", "O3"]


def test_the_sandbox_is_another_catalog(aws_server: Aws, visit: Visit) -> None:
    partner_central.fetch(replace(visit, settings={**visit.settings, "catalog": "Sandbox"}))
    assert lines(visit) == []


def test_a_catalog_that_is_none_names_the_nearest(visit: Visit) -> None:
    wrong = replace(visit, settings={**visit.settings, "catalog": "Sandbocks"})
    with pytest.raises(PullRefused) as refused:
        partner_central.fetch(wrong)
    assert str(refused.value) == "[partner_central]: catalog is 'Sandbocks'; the nearest is 'Sandbox'"
