"""What dimensions bring and leave under both books: by hand, with a cost missing, and beside the sample's own words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.costs import Costs, costs
from lib.ui import margins
from lib.ui.margins import Dimensions
from lib.ui.views.price_change import dimensions
from tests.impact.people import JULY, REACH, alone
from tests.impact.simulated import about, simulated, together

DEARER_IMAGES = {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}}}
# An image costs 0.02 and a credit 0.11, more than its price of 0.10.
KNOWN = costs(
    [
        {"dimension": "images", "cost_month": date(2026, 7, 1), "cost_usd_per_unit": Decimal("0.02")},
        {"dimension": "seo_credits", "cost_month": date(2026, 7, 1), "cost_usd_per_unit": Decimal("0.11")},
    ],
    [],
    "vellocity",
)
NOTHING_KNOWN = costs([], [], "vellocity")
USED = {"usage": {"images": 300, "seo_credits": 150}}


def of(changes: dict[str, Any], known: Costs = KNOWN, used: dict[str, Any] | None = None) -> Dimensions:
    return margins.of(simulated(alone(USED if used is None else used, JULY), changes), known, REACH)


def row(frame: pd.DataFrame, dimension: str) -> dict[str, Any]:
    return next(one for one in frame.to_dict("records") if one["dimension"] == dimension)


def test_revenue_and_unit_margin_by_hand() -> None:
    # 300 images, 100 included: 200 at 0.05 = 10.00, at 0.06 = 12.00. Cost of 200 is 4.00, of all 300 it is 6.00.
    # Margin of a unit charged: 6/10 and 8/12 of its price. Left: 10 − 6 and 12 − 6.
    images = row(of(DEARER_IMAGES).margins, "images")
    assert (images["baseline_revenue_usd"], images["proposed_revenue_usd"]) == (Decimal("10.00"), Decimal("12.00"))
    assert images["baseline_unit_margin_rate"] == Decimal("0.6")
    assert round(images["proposed_unit_margin_rate"], 6) == Decimal("0.666667")
    assert (images["baseline_left_usd"], images["proposed_left_usd"]) == (Decimal("4.00"), Decimal("6.00"))


def test_shares_are_of_all_revenue_base_fees_included() -> None:
    # 150 credits, 50 included: 100 at 0.10 = 10.00; so 299 + 10 + 10 = 319 and 321.
    found = of(DEARER_IMAGES)
    assert found.revenue_usd == {"baseline": Decimal("319.00"), "proposed": Decimal("321.00")}
    assert found.usage_usd == {"baseline": Decimal("20.00"), "proposed": Decimal("22.00")}
    assert round(row(found.margins, "images")["baseline_share_rate"], 6) == Decimal("0.031348")


def test_one_more_unit_costs_the_band_and_nothing_inside_the_allowance() -> None:
    found = of(DEARER_IMAGES)
    images, words = row(found.next_unit, "images"), row(found.next_unit, "words")
    assert (images["baseline_middle_usd"], images["proposed_middle_usd"]) == (Decimal("0.05"), Decimal("0.06"))
    assert (images["baseline_free"], images["baseline_pays"], images["baseline_without"]) == (0, 1, 0)
    assert (words["baseline_free"], words["baseline_pays"]) == (1, 0) and words["baseline_middle_usd"] is None
    assert found.repriced == 1


def test_prices_of_both_books_are_for_the_same_number_of_units() -> None:
    # At a dollar per thousand words: 0.001 a word is 1.00 per 1,000 of them, beside 0.001.
    found = of({"dimensions": {"words": {"unit_size": 1}}}, used={"usage": {"words": 60_000}})
    words = row(found.next_unit, "words")
    assert (words["unit_size"], words["baseline_middle_usd"], words["proposed_middle_usd"]) == (
        1000,
        Decimal("0.001"),
        Decimal(1),
    )
    listed = row(dimensions.listed_units(found), "words")
    assert (listed["unit"], listed["baseline_middle"], listed["proposed_middle"]) == (
        "per 1,000 words",
        "$0.0010",
        "$1.00",
    )


def test_both_pictures_have_one_order_the_largest_revenue_first() -> None:
    found = of({})
    used = list(found.margins["dimension"])
    assert list(found.next_unit["dimension"])[: len(used)] == used


def test_whoever_is_not_asked_for_meets_todays_price() -> None:
    pair = together(about(alone(USED, JULY), persona="seller_3pi"), about(alone(USED, JULY), persona="x"))
    result = simulated(pair, DEARER_IMAGES, where={"persona": ["seller_3pi"]})
    found = margins.of(result, KNOWN, REACH)
    images = row(found.next_unit, "images")
    assert found.repriced == 1
    assert images["proposed_middle_usd"] == Decimal("0.055")  # between 0.05 and 0.06


def test_a_cost_nobody_recorded_is_never_zero() -> None:
    found = of(DEARER_IMAGES, NOTHING_KNOWN)
    images = row(found.margins, "images")
    assert images["baseline_unit_margin_rate"] is None and images["proposed_left_usd"] is None
    assert found.missing["images"] == "not measurable: needs the unit cost of images for 2026-07 or a month before"
    told = "The margin of images is not measurable: needs the unit cost of images for 2026-07 or a month before."
    assert dimensions.missing_words(found) == f"{told} Nor is that of SEO credits."
    assert dimensions.finding(found).endswith("their unit margin stays not measurable")
    assert "what it leaves is not measurable" in dimensions.cheap_words(found)


def test_the_panel_opens_with_the_dimension_that_moves_most() -> None:
    assert dimensions.finding(of(DEARER_IMAGES)) == (
        "Images go from 3.1% to 3.7% of revenue, their unit margin from 60.0% to 66.7%"
    )


def test_a_share_that_stays_is_not_told_as_a_move() -> None:
    # 10.00 becomes 10.02 of 319.02: 3.1 percent on both.
    told = dimensions.finding(of({"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.0501"}]}}}))
    assert told == "Images stay at 3.1% of revenue, their unit margin from 60.0% to 60.1%"


def test_where_none_moves_it_opens_with_the_one_that_earns_least() -> None:
    # A credit is sold at 0.10 and costs 0.11: a tenth of its price is lost.
    assert (
        dimensions.finding(of({}))
        == "No dimension moves; SEO credits lose 10.0% of their price, and are 3.1% of revenue"
    )
    free = costs([{"dimension": "images", "cost_month": JULY, "cost_usd_per_unit": Decimal("0.02")}], [], "vellocity")
    told = dimensions.finding(of({}, free, {"usage": {"images": 300}}))
    assert told == "No dimension moves; images earn least, 60.0% of their price, and are 3.2% of revenue"


def test_a_cheap_dimension_moves_little_and_can_cost_more_than_it_brings() -> None:
    # 150 credits cost 16.50 and bring 10.00; images bring 10.00 too, and come first in the alphabet.
    told = dimensions.cheap_words(of({}))
    assert (
        "Doubling the price of images, the smallest, would bring $10.00 more at the same usage, 3.13% of revenue"
        in told
    )
    assert told.endswith("these bring less than serving them costs: SEO credits −$6.50.")


def test_without_usage_there_is_nothing_to_price() -> None:
    found = of(DEARER_IMAGES, used={})
    assert found.margins.empty and dimensions.finding(found) == "0 dimensions were used"
    assert dimensions.cheap_words(found) == "No dimension is billed today: no price of a unit moves revenue."
