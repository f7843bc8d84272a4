"""What we sell beside the first product: not a zero where nobody set a price, and a month that adds up by hand."""

import re
from decimal import Decimal

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.catalog.scenario import overlay, parse_scenario
from lib.desk import DATA
from lib.desk.products import open_prices, product_book
from tests.pages.catalogue_page import catalogue
from tests.pages.visit import SECONDS, headline, opened, said, value

PRICED = {"catalogue_scenario": "Example prices, not a decision"}
LINES, TIERS, PLANS, COUNTS, SHARES = 2, 0, 3, 4, 5


def visit(**address: str) -> AppTest:
    app = AppTest.from_function(catalogue, default_timeout=SECONDS)
    for key, typed in address.items():
        app.query_params[key] = typed
    app.run()
    assert not app.exception
    return app


def table(app: AppTest, place: int) -> pd.DataFrame:
    frame: pd.DataFrame = app.dataframe[place].value
    return frame


def test_nothing_reads_zero_before_a_founder_sets_a_price() -> None:
    app = visit(catalogue_plan="Team monthly", catalogue_requests="5000001")
    assert headline(app) == "Control plane has 4 tiers and no price yet: 10 prices and choices are not set"
    assert [value(app, label) for label in ("This month", "Platform fee", "Usage")] == ["not set"] * 3
    lines = table(app, LINES)
    assert lines["amount"].tolist() == ["not set", "not set", "not set"]
    assert lines["priced"].tolist()[1] == "not set"
    assert "No total: the price of routed requests is not set" in said(app)
    assert "book control-plane-draft" in said(app)


def test_a_month_within_the_limit_needs_no_price_but_the_platform_fee_s() -> None:
    app = visit(catalogue_plan="Team monthly", catalogue_requests="5000000")
    assert (value(app, "Usage"), value(app, "This month")) == ("$0.00", "not set")
    assert "the platform fee is not set" in said(app)


def test_a_month_under_prices_adds_up_line_by_line() -> None:
    # 60,000 / 12 = 5,000; 500 blocks at 12 less a fifth = 4,800; 2 blocks at 12 = 24; 40 x 3.50 = 140; a pack at 1,500;
    # support at 15 % of the fee = 750
    app = visit(
        **PRICED,
        catalogue_plan="Enterprise annual",
        catalogue_requests="50150000",
        catalogue_gpu_hours="40",
        catalogue_compliance_pack="With it",
        catalogue_premium_support="With it",
    )
    assert headline(app).startswith(
        "Enterprise annual of Control plane costs $12,214.00 for this month, under “Example"
    )
    shown = [value(app, label) for label in ("Platform fee", "Bought ahead", "Usage", "Add-ons", "This month")]
    assert shown == ["$5,000.00", "$4,800.00", "$164.00", "$2,250.00", "$12,214.00"]
    amounts = [Decimal(re.sub(r"[$,]", "", told)) for told in table(app, LINES)["amount"]]
    assert sum(amounts[:-1]) == amounts[-1] == Decimal("12214.00")
    assert "Every price and choice is set under these prices" in said(app)


def test_the_same_usage_by_either_count() -> None:
    # 450,000 above 5M are five blocks at 12 = 60; 2,000 million tokens above 1,000 at 0.05 = 100; the fee is 900
    app = visit(**PRICED, catalogue_plan="Team monthly", catalogue_requests="5450000", catalogue_tokens="3000000000")
    counts = table(app, COUNTS)
    assert counts["amount"].tolist() == ["$60.00", "$100.00"]
    assert counts["total"].tolist() == ["$960.00", "$1,000.00"]
    assert "The same usage by either count: $960.00 by routed requests, $1,000.00 by tokens" in said(app)


def test_a_tier_that_refuses_is_no_bargain() -> None:
    app = visit(**PRICED, catalogue_plan="Community monthly", catalogue_requests="60000")
    assert "costs $0.00 for this month and refuses 10,000 requests" in headline(app)
    assert table(app, PLANS)["total"].tolist()[0] == "$0.00 and refuses 10,000 requests"
    assert "Of 3 plans that serve all of it this month costs least on Team monthly: $900.00" in said(app)


def test_what_a_tier_is_not_sold_has_no_price_and_is_not_called_open() -> None:
    app = visit(**PRICED, catalogue_plan="Team monthly", catalogue_gpu_hours="3")
    assert value(app, "Usage") == "no price"
    assert table(app, LINES).set_index("line").loc["GPU hours", ["priced", "amount"]].tolist() == [
        "not offered on this tier",
        "no price",
    ]
    assert headline(app) == "Team monthly of Control plane has no price for this month: GPU hours: not offered"


def test_the_tiers_hold_what_the_strategy_says() -> None:
    limits = table(visit(), TIERS).set_index("what")
    assert limits.loc["Routed requests"].tolist() == ["50,000 requests", "5,000,000 requests", *["by contract"] * 2]
    assert limits.loc["Routed requests, above"].tolist() == ["not set", *["charged, price not set"] * 3]
    assert limits.loc["Environments"].tolist() == ["1 environment", "3 environments", *["by contract"] * 2]
    assert limits.loc["Retention of metrics"].tolist() == ["7 days", "30 days", "400 days", "not set"]
    assert not limits.map(lambda told: "$0" in told).any(axis=None)


def test_what_is_sold_through_us_is_shared_both_ways() -> None:
    shares = table(visit(catalogue_sold="1001"), SHARES)
    assert shares["ours_usd"].map(str).tolist() == ["300.3", "700.7"]
    assert shares["theirs_usd"].map(str).tolist() == ["700.7", "300.3"]


def test_the_scenario_to_copy_can_be_saved_as_it_is_and_sets_nothing() -> None:
    app = visit()
    book = product_book(DATA, "control_plane")
    [code] = [block.value for block in app.code if "baseline" in block.value]
    copied = parse_scenario(code, "copied")
    assert copied.baseline == book.id
    assert open_prices(overlay(book, copied)) == open_prices(book)
    told = set(re.findall(r"^(\w+\.[\w-]+\.\w+) =", code, re.MULTILINE))
    assert told == set(open_prices(book))


def test_a_link_to_prices_nobody_has_says_so() -> None:
    app = visit(catalogue_scenario="Our prices")
    assert "does not know 'Our prices'" in re.sub(r"\\(.)", r"\1", app.warning[0].value)
    assert "not set" in headline(app)


def test_it_is_a_part_of_the_page_on_buyers_of_its_product() -> None:
    address = {**PRICED, "catalogue_plan": "Team monthly", "catalogue_requests": "5450000"}
    app = opened("segments", focus_product="Control plane", segments_other_view="What we sell", **address)
    assert headline(app).startswith("Team monthly of Control plane costs $960.00 for this month")
    [foot] = [re.sub(r"\\(.)", r"\1", told.value) for told in app.caption if "Snapshot of" in told.value]
    assert "book control-plane-draft · scenario Example prices, not a decision" in foot


@pytest.mark.parametrize("role", ["finance"])
def test_a_role_without_the_page_reads_none_of_it(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", role)
    app = AppTest.from_function(catalogue, default_timeout=SECONDS).run()
    assert not app.dataframe
    assert "may not see" in app.error[0].value
