"""One customer's two bills in a frame: the total is the customer's change, whichever lines are shown."""

from decimal import Decimal

import pytest

from lib.desk import Desk, Simulation
from lib.periods import months_between
from lib.ui import explained
from lib.ui.legends import Legend
from lib.ui.views.price_change import both_bills
from tests.impact.people import JULY, alone
from tests.impact.simulated import simulated, together

LEGEND = Legend((), (), (), {"starter-monthly": "Starter, monthly"})
DEARER_IMAGES = {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}}}
# 300 images, 100 included: 200 at 0.05 = 10.00, at 0.06 = 12.00; a base fee of 299 stays.
ONE = together(alone({"usage": {"images": 300, "seo_credits": 10}}, JULY), alone({}, JULY))


def of(customer: str = "c-1") -> explained.Explained:
    return explained.of(simulated(ONE, DEARER_IMAGES), customer, {"c-1": "Greenrise"})


def test_the_line_that_moves_stands_below_the_total_and_the_rest_is_one_row() -> None:
    rows = explained.bill(of(), None, LEGEND)
    assert list(rows["line"]) == ["Total", "Images", "2 lines that do not move"]
    assert list(rows["was_usd"]) == [Decimal("309.00"), Decimal("10.00"), Decimal("299.00")]
    assert list(rows["becomes_usd"]) == [Decimal("311.00"), Decimal("12.00"), Decimal("299.00")]
    assert rows["why"].iloc[1] == "price 0.05 each → 0.06 each"


def test_every_line_has_its_words_and_its_reason() -> None:
    rows = explained.every_line(of(), None, LEGEND)
    assert list(rows["line"]) == ["Total", "Base fee, Starter, monthly", "Images", "SEO credits"]
    assert all(isinstance(why, str) and why for why in rows["why"].iloc[1:])


def test_whoever_has_no_line_in_a_month_has_a_total_of_nothing() -> None:
    rows = explained.bill(of(), JULY.replace(year=2025), LEGEND)
    assert [list(rows[name]) for name in ("line", "difference_usd")] == [["Total"], [Decimal(0)]]


def test_the_panel_opens_with_both_bills() -> None:
    told = both_bills.finding(of()).replace("\\", "")
    assert told == "Greenrise (c-1): $309.00 becomes $311.00 (+$2.00, +0.6%); 1 of 3 lines move"


def test_a_bill_that_stays_says_so() -> None:
    told = both_bills.finding(of("c-2")).replace("\\", "")
    assert told == "c-2 pays $299.00 either way: 0 of 1 line move"


def test_the_largest_change_comes_first() -> None:
    assert list(explained.payers(simulated(ONE, DEARER_IMAGES), {"c-1": "Greenrise"}).items()) == [
        ("c-1", "Greenrise (c-1)"),
        ("c-2", "c-2"),
    ]


# The sample


@pytest.fixture(scope="module")
def result(desk: Desk) -> Simulation:
    return desk.simulate(desk.scenario("volume-bands"))


def test_totals_of_the_sample_are_the_customers_changes_also_month_by_month(result: Simulation) -> None:
    largest = list(explained.payers(result, {}))[:3]
    changes = {change.customer_id: change for change in result.customers}
    assert abs(changes[largest[0]].delta) == max(abs(change.delta) for change in result.customers)
    for customer in largest:
        own, change = explained.of(result, customer, {}), changes[customer]
        total = explained.bill(own, None, LEGEND).iloc[0]
        assert (total["was_usd"], total["becomes_usd"]) == (change.baseline, change.proposed)
        assert total["difference_usd"] == own.change_usd == change.delta
        months = [explained.bill(own, month, LEGEND).iloc[0] for month in months_between(*result.window)]
        assert sum(row["difference_usd"] for row in months) == change.delta
        shown = explained.bill(own, None, LEGEND).iloc[1:]
        assert sum(shown["difference_usd"]) == change.delta
