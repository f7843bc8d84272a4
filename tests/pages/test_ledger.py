"""What finance asks of the ledgers, on a handful of sales written by hand."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from lib import rails
from lib.charts import Series
from lib.ui import ledger, takings
from lib.ui.ledger import Terms
from lib.ui.legends import Legend
from lib.ui.views.fee_absorption import grouped, keeps, waterfall
from tests.conftest import ROOT

NAMES = {"aws": "AWS Marketplace", "stripe": "Stripe"}
LEGEND = Legend((Series("stripe", "Stripe", "purple"), Series("aws", "AWS Marketplace", "orange")), (), (), NAMES)
OCTOBER = date(2026, 10, 1)
NOTHING = Decimal("0.00")


class FakeDesk:
    """A desk with the rails of data/rails.toml and some sales; each is a month of takings of its own."""

    rails = rails.parse((ROOT / "data" / "rails.toml").read_text())

    def __init__(
        self, sales: list[dict[str, Any]], absorbs: bool = True, months: list[dict[str, Any]] | None = None, **sold: Any
    ) -> None:
        marts = {"settlement": sales, "takings_month": months or [_month(sales)], **_agreements(**sold)}
        self.book = SimpleNamespace(absorbs=lambda rail: absorbs, settings={"marketplace_fee": "revenue"})
        self.warehouse = SimpleNamespace(rows=lambda mart, **_: marts[mart])


def _agreements(
    offer: str | None = None, value: str | None = None, renews: bool = False, resold: bool = False
) -> dict[str, list[dict[str, Any]]]:
    """The marts that tell how agreement k-1 is sold; the private offer it may renew is k-0's."""
    agreement = {
        "agreement_id": "k-1",
        "agreement_value_usd": Decimal(value) if value else None,
        "intent": "RENEW" if renews else "NEW",
        "preceding_agreement_id": "k-0" if renews else None,
    }
    return {
        "contract": [{"contract_id": "k-0", "offer_id": "offer-0"}, {"contract_id": "k-1", "offer_id": offer}],
        "marketplace_agreement": [agreement],
        "marketplace_line": [{"agreement_id": "k-1"}] if resold else [],
    }


def _sale(gross: str, on: date | None = date(2026, 10, 5), **facts: Any) -> dict[str, Any]:
    amount = Decimal(gross)
    return {
        "rail": "aws",
        "payment_method": "marketplace",
        "customer_id": "c-1",
        "contract_id": "k-1",
        "tier": "starter",
        "plan_key": "starter-annual",
        "offer_id": None,
        "settled_on": on,
        "settled_month": on.replace(day=1) if on else None,
        "list_usd": amount,
        "discount_usd": NOTHING,
        "refund_usd": NOTHING,
        "gross_usd": amount,
        "fee_charged_usd": Decimal("30.00"),
        "fee_returned_usd": NOTHING,
        "fee_usd": Decimal("30.00"),
        "net_usd": amount - 30,
        "tax_usd": NOTHING,
        **facts,
    }


def _month(sales: list[dict[str, Any]]) -> dict[str, Any]:
    summed = {name: sum(sale[name] for sale in sales) for name in takings.PARTS}
    return {**sales[0], **summed, "undisbursed_usd": NOTHING, "invoice_count": len(sales)}


def taken(*args: Any, **facts: Any) -> pd.DataFrame:
    return takings.takings(FakeDesk(*args, **facts))  # type: ignore[arg-type]


def test_absorbed_is_the_listing_fee_less_a_card_and_its_billing() -> None:
    """1,000 at 3 % is 30.00; a card keeps 29.00 + 0.30 and Billing 7.00: 36.30. The marketplace is 6.30 cheaper."""
    found = taken([_sale("1000.00")])
    assert (found["absorbed_usd"][0], found["uncompared"][0]) == (Decimal("-6.30"), 0)
    assert (found["replaced_usd"][0], found["compared_usd"][0]) == (Decimal("36.30"), Decimal("1000.00"))


def test_nothing_is_absorbed_where_the_fee_is_passed_on() -> None:
    found = taken([_sale("1000.00")], absorbs=False)
    assert (found["absorbed_usd"][0], found["replaced_usd"][0]) == (0, Decimal("36.30"))


def test_a_private_offer_is_banded_on_its_whole_contract() -> None:
    """100,000 of a contract of 1,000,000 at 2 % are 2,000; a card keeps 2,900.30 + 700.00."""
    private = [_sale("100000.00", offer_id="offer-1")]
    assert taken(private, offer="offer-1", value="1000000.00")["absorbed_usd"][0] == Decimal("-1600.30")
    unknown = taken(private, offer="offer-1")
    assert (unknown["absorbed_usd"][0], unknown["uncompared"][0]) == (None, 1)


def test_a_renewal_and_a_partners_sale_are_absorbed_at_their_own_fee() -> None:
    """Of 100,000 a renewal keeps 1.5 %, 1,500, a partner's sale 3.5 %, 3,500; a card keeps 3,600.30 of either."""
    private = [_sale("100000.00", offer_id="offer-1")]
    sold = {"offer": "offer-1", "value": "100000.00"}
    assert taken(private, **sold, renews=True)["absorbed_usd"][0] == Decimal("-2100.30")
    assert taken(private, **sold, resold=True)["absorbed_usd"][0] == Decimal("-100.30")
    assert taken(private, offer="offer-1", renews=True)["absorbed_usd"][0] == Decimal("-2100.30")  # it has no band


def test_the_rail_and_the_card_are_told_of_the_same_sales() -> None:
    """30.00 of 1,000 are 3 % and the card's 36.30 are 3.63 %; a refund of 500 that gave no fee back is in neither."""
    refund = _sale("-500.00", fee_usd=NOTHING)
    found = keeps.compared_rates(taken([_sale("1000.00"), refund]))
    assert found == {"aws": (Decimal("0.03"), Decimal("0.0363"))}  # of all of 500 the 30.00 were 6 %


def test_the_open_rail_replaces_none() -> None:
    found = taken([_sale("1000.00", rail="stripe", payment_method="card")])
    assert [found[name][0] for name in ("absorbed_usd", "replaced_usd", "compared_usd")] == [None, None, None]


@pytest.mark.parametrize(
    "sale",
    [_sale("10.00", None), _sale("10.00", date(2023, 1, 1)), _sale("-10.00")],
    ids=["undated", "early", "refund"],
)
def test_a_sale_that_cannot_be_compared_is_counted_and_breaks_nothing(sale: dict[str, Any]) -> None:
    found = taken([sale])
    assert (found["absorbed_usd"][0], found["uncompared"][0]) == (None, 1)
    shown = keeps.within(found, OCTOBER)
    assert len(shown) == (sale["settled_month"] == OCTOBER)
    terms = ledger.terms(FakeDesk([sale]))  # type: ignore[arg-type]
    assert keeps.finding(shown, terms, LEGEND, "the last 3 months")
    assert len(grouped.listing(shown)) == len(shown)


def test_the_words_on_fees_follow_the_book() -> None:
    found = taken([_sale("1000.00")])
    passed = Terms({"stripe": True, "aws": False}, "revenue")
    assert keeps.finding(found, passed, LEGEND, "October").endswith(
        "$30.00 of fees in October, those of AWS Marketplace passed on"
    )
    said = keeps.assumptions(passed, LEGEND)
    assert "Stripe: the fee is not passed on." in said
    assert "AWS Marketplace: the fee is passed on, so nothing is absorbed." in said
    assert said[-1] == "The marketplace's fee is cost of revenue: data/catalog.toml."


def test_the_steps_down_from_the_list_price_end_at_net() -> None:
    """1,500 at list, 100 off, 400 refunded, 30 of fees: 970 is left."""
    sale = _sale("1000.00", list_usd=Decimal(1500), discount_usd=Decimal(100), refund_usd=Decimal(400))
    steps = waterfall.steps(taken([sale]))
    assert list(steps["step"]) == ["List price", "Discounts", "Refunds", "Fees"]
    assert list(steps["usd"]) == [Decimal(1500), Decimal(-100), Decimal(-400), Decimal(-30)]
    assert sum(steps["usd"]) == Decimal("970.00")


def _several() -> pd.DataFrame:
    """Three sales of two customers, one of them without a tier."""
    sales = [
        _sale("1000.00"),
        _sale("500.00", customer_id="c-2", tier=None, fee_usd=Decimal("15.00"), net_usd=Decimal("485.00")),
        _sale("200.00", rail="stripe", payment_method="card", fee_usd=Decimal("7.50"), net_usd=Decimal("192.50")),
    ]
    return taken(sales, months=[_month([sale]) for sale in sales])


def test_takings_are_listed_by_what_is_picked() -> None:
    found = grouped.listing(_several(), ("customer_id",))
    assert list(found["customer_id"]) == ["c-1", "c-2"]  # 1,200 before 500
    assert list(found["gross_usd"]) == [Decimal("1200.00"), Decimal("500.00")]
    assert list(found["take_rate"]) == [Decimal("37.50") / 1200, Decimal("0.03")]
    # 36.30 of c-1's 1,000 on AWS; its 200 by card replace nothing. 14.50 + 0.30 + 3.50 = 18.30 of c-2's 500
    assert list(found["card_rate"]) == [Decimal("0.0363"), Decimal("0.0366")]
    assert list(found["absorbed_usd"]) == [Decimal("-6.30"), Decimal("-3.30")]


def test_what_has_no_tier_is_a_group_of_its_own() -> None:
    found = grouped.listing(_several(), ("tier", "rail"))
    told = {(row["tier"], row["rail"]): row["gross_usd"] for row in found.to_dict("records")}
    assert told == {
        ("starter", "aws"): Decimal("1000.00"),
        (None, "aws"): Decimal("500.00"),
        ("starter", "stripe"): Decimal("200.00"),
    }
    absorbed = {row["rail"]: row["absorbed_usd"] for row in found.to_dict("records") if row["tier"]}
    assert absorbed == {"aws": Decimal("-6.30"), "stripe": None}


def test_any_grouping_has_the_same_sums() -> None:
    everything = _several()
    for by in (("month",), ("rail",), ("customer_id", "tier"), tuple(grouped.KEYS)):
        found = grouped.listing(everything, by)
        for part in ("list_usd", "gross_usd", "fee_usd", "net_usd"):
            assert sum(found[part]) == sum(everything[part]), (by, part)


def test_usage_outside_any_contract_is_counted_by_event_and_customer() -> None:
    rows = [
        {"contract_id": None, "customer_id": "c-1", "event_count": 2},
        {"contract_id": None, "customer_id": "c-1", "event_count": 1},
        {"contract_id": "k-1", "customer_id": "c-2", "event_count": 9},
    ]
    desk = SimpleNamespace(warehouse=SimpleNamespace(rows={"usage_month": rows}.__getitem__))
    assert ledger.uncovered(desk) == ledger.Uncovered(3, 1)
