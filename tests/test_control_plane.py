"""Bills of the second product as worked out by hand: every case's prices laid over its book as a founder's scenario."""

from decimal import Decimal
from typing import Any

import pytest

from lib.catalog.book import Book
from lib.catalog.scenario import Scenario, overlay
from lib.desk import DATA
from lib.desk.products import product_book
from lib.rating import Charge, shared
from lib.simulator.bill import Bill, bill
from tests.conftest import cases
from tests.specification import read

D = Decimal
BOOK = product_book(DATA, "control_plane")
CASES = "tests/cases/control_plane.toml"
TIER, PLAN = "team", "team-monthly"
PERCENT, NOT_SET = 100, "not set"


def band(price: Decimal) -> dict[str, Any]:
    return {"bands": [{"from": 0, "unit_price": price}]}


def founder_s(case: dict[str, Any]) -> Book:
    """The book under the prices of a case: what the case leaves out stays not set."""
    prices = case["prices"]
    requests, tokens = prices.get("requests", {}), prices.get("tokens", {})
    dimensions: dict[str, Any] = {}
    if requests:
        dimensions["requests"] = {"unit_size": D(requests["block"])}
    if "usd_per_block" in requests:
        dimensions["requests"] |= band(D(requests["usd_per_block"]))
    if tokens:
        dimensions["tokens"] = {"unit_size": D(tokens["per"]), **band(D(tokens["usd"]))}
    for key, name, times in (
        ("gpu_hours", "gpu_hour_usd", 1),
        ("compliance_pack", "compliance_pack_usd", 1),
        ("premium_support", "premium_support_rate", PERCENT),
    ):
        if name in prices:
            dimensions[key] = band(D(prices[name]) * times)
    changes: dict[str, Any] = {
        "alternatives": {"usage": {"billed": case["billed_on"]}},
        "dimensions": dimensions,
        "over_limit": {TIER: {"requests": case["over_limit"], "tokens": case["over_limit"]}},
        "allowances": {TIER: dict.fromkeys(("gpu_hours", "compliance_pack", "premium_support"), 0)},
    }
    changes["allowances"][TIER] |= {"requests": D(requests["included"])} if requests else {}
    changes["allowances"][TIER] |= {"tokens": D(tokens["included"])} if tokens else {}
    if "platform_fee_usd" in prices:
        changes["plans"] = {PLAN: {"list_price": D(prices["platform_fee_usd"])}}
    if "commit" in prices:
        commit, size = prices["commit"], prices["commit"]["blocks"] * D(requests["block"])
        off = D(commit["discount_rate"]) * PERCENT if "discount_rate" in commit else NOT_SET
        changes["commitments"] = {TIER: {"requests": {"size": size, "discount_percent": off}}}
    return overlay(BOOK, Scenario("case", "Case", "a founder", "to see", BOOK.id, None, changes))


def billed(case: dict[str, Any]) -> Bill:
    usage = {key: D(value) for key, value in case["usage"].items()}
    usage |= {"compliance_pack": D(1)} if "compliance_pack_usd" in case["prices"] else {}
    usage |= {"premium_support": D(1)} if "premium_support_rate" in case["prices"] else {}
    return bill(founder_s(case), "aws", PLAN, usage)


def said(amount: Decimal | None) -> str:
    return NOT_SET if amount is None else str(amount)


def lines(found: Bill) -> dict[str, str]:
    """A bill's lines as the cases name them; with a commitment the requests above it are the overage."""
    told = {"platform_fee": said(found.base)}
    for key, charge in found.charges.items():
        name = "overage" if key in found.committed else key
        if charge.status != "not_billed":
            told[name] = said(charge.amount)
    committed = [{"commitment": said(amount)} for amount in found.committed.values()]
    return told | (committed[0] if committed else {})


def blocks(charge: Charge, block: Decimal) -> int:
    return int(sum((one.quantity for one in charge.bands), D(0)) / block)


@pytest.mark.parametrize("case", cases("control_plane", "bill"))
def test_a_bill_is_the_one_worked_out_by_hand(case: dict[str, Any]) -> None:
    found, expected = billed(case), case["expect"]
    assert lines(found) == expected["lines"]
    assert said(found.total) == expected["total_usd"]
    assert found.known == D(expected.get("known_usd", expected["total_usd"]))
    requests = found.charges.get("requests")
    if "served" in expected:
        assert requests is not None
        refused = requests.overage if requests.status == "blocked" else D(0)
        assert (requests.quantity - refused, refused) == (D(expected["served"]), D(expected["refused"]))
    if "blocks" in expected:
        assert requests is not None
        bought = case["prices"].get("commit", {"blocks": 0})["blocks"]
        # of a commitment the case counts the blocks used, and the rule those above it
        assert blocks(requests, D(case["prices"]["requests"]["block"])) == max(expected["blocks"] - bought, 0)


@pytest.mark.parametrize("case", cases("control_plane", "share"))
def test_a_share_is_the_one_worked_out_by_hand(case: dict[str, Any]) -> None:
    found = shared(D(case["gross_usd"]), D(case["our_rate"]))
    assert found.ours == D(case["expect"]["ours_usd"])
    assert found.theirs == D(case["expect"]["theirs_usd"])


@pytest.mark.parametrize("case", cases("control_plane", "entitlement"))
def test_a_limit_that_is_not_billed(case: dict[str, Any]) -> None:
    held, expected = BOOK.packaging.entitlements[case["entitlement"]], case["expect"]
    assert str(held.tiers[case["tier"]]) == expected["included"]
    over = held.over(case["tier"], D(case["used"]))
    assert over == (D(expected["over"]) if "over" in expected else None)
    assert held.over_limit == expected.get("over_limit", held.over_limit)


@pytest.mark.parametrize("case", [pytest.param(row, id=row["tier"]) for row in read(CASES)["tier"]])
def test_the_tiers_are_the_brief_s(case: dict[str, Any]) -> None:
    tier, held = case["tier"], BOOK.packaging.entitlements
    assert case["row"].startswith(f"{BOOK.tiers[tier].name} |")
    assert str(BOOK.allowance("aws", tier, "requests")) == case["requests_per_month"]
    assert str(held["environments"].tiers[tier]) == case["environments"]
    silent = {"the brief gives none": NOT_SET}
    assert str(held["retention"].tiers[tier]) == silent.get(case["retention_days"], case["retention_days"])
    action = BOOK.packaging.over_limit[tier]["requests"]
    assert action == case.get("over_limit", action)
    assert action != case.get("over_limit_never")
