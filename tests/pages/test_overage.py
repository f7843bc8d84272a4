"""The overage page: every reading is said, a customer's own contract comes first, and no price is never zero."""

from collections.abc import Callable

import pytest

from lib.catalog.book import READINGS
from lib.ui.views import overage
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said


@pytest.mark.parametrize("setting", READINGS)
def test_every_reading_is_said_with_the_other_one(setting: str) -> None:
    default, *others = READINGS[setting]
    lines = [overage.readings({setting: value})[0] for value in READINGS[setting]]
    assert len(set(lines)) == len(READINGS[setting])
    assert all(overage._VALUES[setting][value] in line for line in lines for value in (default, *others))
    assert ("An assumption" in lines[0]) == (setting == "stripe_overage")


def test_the_page_lists_all_readings_of_its_book() -> None:
    words = said(opened("overage"))
    assert "Bands graduated, each at its own price; other reading: volume" in words
    assert words.count("other reading:") == len(READINGS)


def test_a_customer_under_a_private_offer_pays_what_it_says(ask: Ask) -> None:
    [(customer, name, monthly)] = ask(
        "select c.customer_id, k.customer_name, round(o.price_usd / 12, 2) from marts.contract c "
        "join marts.private_offer o using (offer_id) join marts.customer k on k.customer_id = c.customer_id "
        "where c.tier = 'enterprise' and c.ended_on is null and c.started_on < date '2026-09-01' "
        "order by c.customer_id limit 1"
    )
    app = opened("overage", overage_source="A customer's month", overage_customer=f"{name} ({customer})")
    assert not app.exception
    assert headline(app).startswith(f"{name} pays $")
    assert "under its private offer; " in headline(app)
    assert f"${monthly:,.2f} base a month" in said(app)


def test_a_plan_by_contract_has_no_overage_of_zero() -> None:
    app = opened("overage")
    bills = next(table.value for table in app.dataframe if "serves" in table.value)
    plan = bills[bills.iloc[:, 0].astype(str).str.contains("Enterprise")]
    assert len(plan) == 1  # both rails bill the same
    assert "by contract" in plan.to_string() and "$0.00" not in plan.to_string()


def test_a_month_without_usage_is_a_designed_page(open_without: Callable[..., None]) -> None:
    open_without("metering")
    app = opened("overage", overage_source="A customer's month")
    assert not app.exception
    assert "used 0 units in" in headline(app)


def test_under_a_scenario_the_baseline_stands_beside_it() -> None:
    app = opened("overage", scenario="honest-20")
    assert ", against $1,279.18 on the baseline" in headline(app)
