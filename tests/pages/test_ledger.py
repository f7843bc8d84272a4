"""What finance asks of the ledgers, on a handful of sales written by hand."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from lib import rails
from lib.charts import Series
from lib.ui import ledger
from lib.ui.ledger import Terms
from lib.ui.legends import Legend
from lib.ui.views import fee_absorption as view
from tests.conftest import ROOT

NAMES = {"aws": "AWS Marketplace", "stripe": "Stripe"}
LEGEND = Legend((Series("stripe", "Stripe", "purple"), Series("aws", "AWS Marketplace", "orange")), (), (), NAMES)
OCTOBER = date(2026, 10, 1)


class FakeDesk:
    """A desk with the rails of data/rails.toml and some sales."""

    rails = rails.parse((ROOT / "data" / "rails.toml").read_text())

    def __init__(self, sales: list[dict], absorbs: bool = True) -> None:
        self.book = SimpleNamespace(absorbs=lambda rail: absorbs, settings={"marketplace_fee": "revenue"})
        self.warehouse = SimpleNamespace(rows={"settlement": sales, "settlement_month": [_month(sales)]}.__getitem__)


def _sale(gross: str, on: date | None = date(2026, 10, 5)) -> dict:
    month = on.replace(day=1) if on else None
    return {
        "rail": "aws",
        "payment_method": "marketplace",
        "settled_on": on,
        "settled_month": month,
        "gross_usd": Decimal(gross),
    }


def _month(sales: list[dict]) -> dict:
    gross = sum(sale["gross_usd"] for sale in sales)
    kept = {"gross_usd": gross, "fee_usd": Decimal("30.00"), "net_usd": gross - 30, "undisbursed_usd": Decimal(0)}
    return {**sales[0], **kept, "invoice_count": len(sales)}


def test_absorbed_is_the_listing_fee_less_a_card_and_its_billing() -> None:
    """1,000 at 3 % is 30.00; a card keeps 29.00 + 0.30 and Billing 7.00: 36.30. The marketplace is 6.30 cheaper."""
    fees = ledger.fees(FakeDesk([_sale("1000.00")]))
    assert (fees["absorbed_usd"][0], fees["uncompared"][0]) == (Decimal("-6.30"), 0)


def test_nothing_is_absorbed_where_the_fee_is_passed_on() -> None:
    assert ledger.fees(FakeDesk([_sale("1000.00")], absorbs=False))["absorbed_usd"][0] == 0


@pytest.mark.parametrize(
    "sale",
    [_sale("10.00", None), _sale("10.00", date(2023, 1, 1)), _sale("-10.00")],
    ids=["undated", "early", "refund"],
)
def test_a_sale_that_cannot_be_compared_is_counted_and_breaks_nothing(sale: dict) -> None:
    fees = ledger.fees(FakeDesk([sale]))
    assert (fees["absorbed_usd"][0], fees["uncompared"][0]) == (None, 1)
    shown = view.within(fees, OCTOBER)
    assert len(shown) == (sale["settled_month"] == OCTOBER)
    assert view.finding(shown, ledger.terms(FakeDesk([sale])), LEGEND, "the last 3 months")


def test_the_words_on_fees_follow_the_book() -> None:
    fees = ledger.fees(FakeDesk([_sale("1000.00")]))
    passed = Terms({"stripe": True, "aws": False}, "revenue")
    assert view.finding(fees, passed, LEGEND, "October").endswith(
        "$30.00 of fees in October, those of AWS Marketplace passed on"
    )
    said = view.assumptions(passed, LEGEND)
    assert "Stripe: the fee is not passed on." in said
    assert "AWS Marketplace: the fee is passed on, so nothing is absorbed." in said
    assert said[-1] == "The marketplace's fee is cost of revenue: data/catalog.toml."


def test_usage_outside_any_contract_is_counted_by_event_and_customer() -> None:
    rows = [
        {"contract_id": None, "customer_id": "c-1", "event_count": 2},
        {"contract_id": None, "customer_id": "c-1", "event_count": 1},
        {"contract_id": "k-1", "customer_id": "c-2", "event_count": 9},
    ]
    desk = SimpleNamespace(warehouse=SimpleNamespace(rows={"usage_month": rows}.__getitem__))
    assert ledger.uncovered(desk) == ledger.Uncovered(3, 1)
