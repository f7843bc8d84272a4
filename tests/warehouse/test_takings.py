"""From list price to what is left: discount, refund, fee and fee returned in columns of their own, tax in none of them.

Two sales are added to the world of hand_world.py; every expected value is worked out by hand.
"""

import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lib.warehouse.build import BuildReport
from tests.warehouse.hand_world import BILLING, STRIPE, WORLD, csv, feed, version
from tests.warehouse.worlds import World, ask, built

PARTS = (
    "list_usd",
    "discount_usd",
    "refund_usd",
    "gross_usd",
    "fee_charged_usd",
    "fee_returned_usd",
    "fee_usd",
    "net_usd",
    "tax_usd",
)
GROUPS = ("rail", "payment_method", "customer_id", "tier", "plan_key", "settled_month")

# Accelerate, 1,499.00 less a coupon of 100.00, and 10 % tax on the rest: 1,399.00 + 139.90 = 1,538.90 charged by card.
# Half of it went back: 769.45, of which 769.45 × 139.90 ÷ 1,538.90 = 69.95 is tax and 699.50 the sale's.
LINES = "id,invoice_id,subscription,amount,currency,price_id,proration,period_start,period_end,total_discount"
MOVES = "id,type,source,amount,fee,net,currency,created,available_on,reporting_category,payment_method_type"
COUPON_AND_TAX: World = {
    "stripe/invoices.csv": STRIPE["stripe/invoices.csv"]
    + "in_7,cus_1,7,sub_2,paid,usd,1538.90,2026-05-15 00:00,2026-05-15 00:00\n",
    "stripe/invoice_line_items-2026-05.csv": csv(
        LINES, "il_8,in_7,sub_2,149900,usd,price_a,false,2026-05-15,2026-06-15,10000"
    ),
    "stripe/balance_transactions-2026-05.csv": csv(
        MOVES,
        "txn_5,charge,in_7,153890,4500,149390,usd,2026-05-15T00:00:00Z,2026-05-17T00:00:00Z,charge,card",
        "txn_6,stripe_fee,in_7,-1077,0,-1077,usd,2026-05-15T00:00:00Z,2026-05-17T00:00:00Z,fee,card",
        "txn_7,refund,in_7,-76945,-50,-76895,usd,2026-05-20T00:00:00Z,2026-05-20T00:00:00Z,refund,card",
    ),
}

# A private offer of 25 % off the list: 63,000.00 is what is left of 84,000.00. A tenth, 6,300.00, is refunded, and the
# fee on it comes back; the buyer's tax of 504.00 is ours to pay on.
OFFER: World = {
    "company/private_offers.csv": csv(
        "offer_id,customer_id,plan_key,price_usd,accepted_on,starts_on,ends_on,monthly_minimum_usd,multi_year_discount,years",
        "offer-private,c-0003,enterprise-custom,,2026-04-18,2026-04-20,,,0.25,1",
    )
}


def third(event: str, kind: str, amount: str, invoice: str) -> str:
    """One billing event of agmt-3, whose buyer's invoice is INV-3."""
    on = "2026-04-20T00:00:00Z"
    told = f"{event},INVOICED,{on},{kind},acct-3,prod-1,offer-private,agmt-3,{amount},USD,{invoice},{on},INV-3,li-1"
    return version(on, on, "", f"{told},{on},2027-04-19T23:59:59Z,agmt-3/enterprise-custom/2026-04-20")


REFUNDED_OFFER: World = {
    **OFFER,
    **feed("BillingEventFeed", "05", BILLING,
        third("be-5", "SELLER_REV_SHARE", "63000.00", "INV-3"),
        third("be-6", "AWS_REV_SHARE", "-1890.00", "LF-3"),
        third("be-7", "SELLER_REV_SHARE_REFUND", "-6300.00", "INV-3"),
        third("be-8", "AWS_REV_SHARE_REFUND", "189.00", "LF-3"),
        third("be-9", "SELLER_TAX_SHARE", "504.00", "INV-3"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuildReport]:
    yield built(tmp_path_factory.mktemp("takings"), {**WORLD, **COUPON_AND_TAX, **REFUNDED_OFFER})


def parts(report: BuildReport, invoice: str) -> dict[str, str]:
    [found] = ask(report, f"select {', '.join(PARTS)} from marts.settlement where invoice_id = '{invoice}'")
    return dict(zip(PARTS, map(str, found), strict=True))


def test_a_coupon_a_tax_a_refund_and_a_fee_that_came_back_stand_apart(report: BuildReport) -> None:
    """1,499.00 − 100.00 − 699.50 = 699.50; 45.00 + 10.77 − 0.50 = 55.27; 139.90 − 69.95 of tax stays with us."""
    assert parts(report, "in_7") == {
        "list_usd": "1499.00",
        "discount_usd": "100.00",
        "refund_usd": "699.50",
        "gross_usd": "699.50",
        "fee_charged_usd": "55.77",
        "fee_returned_usd": "0.50",
        "fee_usd": "55.27",
        "net_usd": "644.23",
        "tax_usd": "69.95",
    }


def test_a_private_offers_discount_is_what_it_took_off_the_list(report: BuildReport) -> None:
    """84,000 − 21,000 − 6,300 = 56,700; 1,890 − 189 = 1,701, which is 3 % of it; the tax is in no sum."""
    assert parts(report, "INV-3") == {
        "list_usd": "84000.00",
        "discount_usd": "21000.00",
        "refund_usd": "6300.00",
        "gross_usd": "56700.00",
        "fee_charged_usd": "1890.00",
        "fee_returned_usd": "189.00",
        "fee_usd": "1701.00",
        "net_usd": "54999.00",
        "tax_usd": "504.00",
    }


def test_the_tier_is_that_of_the_contract_invoiced(report: BuildReport) -> None:
    """in_3 bills Accelerate and credits Starter: its largest line is Accelerate's. in_6's plan is gone."""
    rows = ask(report, "select invoice_id, contract_id, tier, plan_key, offer_id from marts.settlement order by 1")
    assert rows == [
        ("INV-1", "agmt-2", "starter", "starter-annual", None),
        ("INV-3", "agmt-3", "enterprise", "enterprise-custom", "offer-private"),
        ("in_1", "sub_1", "starter", "starter-monthly", None),
        ("in_6", "sub_4", None, None, None),
        ("in_7", "sub_2", "accelerate", "accelerate-monthly", None),
    ]


def test_an_upgrade_is_of_the_tier_it_leads_to(tmp_path: Path) -> None:
    """1,499.00 of Accelerate less 249.17 for unused Starter, paid by card."""
    paid = csv(MOVES, "txn_8,charge,in_3,124983,3654,121329,usd,2026-04-15T00:00:00Z,2026-04-17T00:00:00Z,charge,card")
    found = built(tmp_path, {**WORLD, "stripe/balance_transactions-2026-04.csv": paid})
    query = "select tier, list_usd, discount_usd, gross_usd, tax_usd from marts.settlement where invoice_id = 'in_3'"
    told = [("accelerate", Decimal("1249.83"), Decimal("0.00"), Decimal("1249.83"), Decimal("0.00"))]
    assert ask(found, query) == told


def test_every_settlement_adds_up(report: BuildReport) -> None:
    laws = (
        "list_usd - discount_usd - refund_usd = gross_usd",
        "fee_charged_usd - fee_returned_usd = fee_usd",
        "gross_usd - fee_usd = net_usd",
    )
    for mart, law in itertools.product(("settlement", "takings_month"), laws):
        assert ask(report, f"select * from marts.{mart} where not ({law})") == [], (mart, law)


@pytest.mark.parametrize("by", GROUPS)
def test_the_sums_of_any_grouping_are_the_whole(report: BuildReport, by: str) -> None:
    columns = ", ".join(f"sum({part}) as {part}" for part in PARTS)
    again = ", ".join(f"sum({part})" for part in PARTS)
    [whole] = ask(report, f"select {columns} from marts.settlement")
    [grouped] = ask(report, f"select {again} from (select {by}, {columns} from marts.takings_month group by {by})")
    assert grouped == whole


def test_a_month_tells_what_is_not_paid_out_and_of_how_many_invoices(report: BuildReport) -> None:
    """April on AWS is INV-3 alone: nothing of its 54,999.00 was paid out."""
    query = "select settled_month, tier, undisbursed_usd, invoice_count from marts.takings_month where rail = 'aws'"
    april = (date(2026, 4, 1), "enterprise", Decimal("54999.00"), 1)
    assert sorted(ask(report, query)) == [(date(2026, 3, 1), "starter", Decimal("0.00"), 1), april]


@pytest.mark.parametrize(
    ("terms", "discount"),
    [
        ("2392.00,2026-02-20,2026-03-01,,,,", "747.50"),  # 598.00 below 2,990.00; of 2,990.00 billed it is a quarter
        ("4784.00,2026-02-20,2026-03-01,,,,2", "747.50"),  # two years: 1,196.00 below 5,980.00, a quarter again
        ("2990.00,2026-02-20,2026-03-01,,,,", "0.00"),
        ("3500.00,2026-02-20,2026-03-01,,,,", "0.00"),  # dearer than the list: no discount
    ],
)
def test_an_offers_own_price_is_held_against_the_list_price_of_its_plan(
    tmp_path: Path, terms: str, discount: str
) -> None:
    header = OFFER["company/private_offers.csv"].split("\n")[0]
    targets = feed(
        "OfferTargetFeed", "03", "offer_target_id,offer_id,offer_revision,target_type,value",
        version("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "", "t-2,offer-public,1,BuyerAccounts,012345678901"),
    )  # fmt: skip
    offer = {"company/private_offers.csv": csv(str(header), f"offer-public,c-0002,starter-annual,{terms}")}
    found = built(tmp_path, {**WORLD, **targets, **offer})
    query = "select discount_usd, list_usd, gross_usd from marts.settlement where rail = 'aws'"
    gross = Decimal("2990.00")
    assert ask(found, query) == [(Decimal(discount), gross + Decimal(discount), gross)]


@pytest.mark.parametrize(
    ("amount", "part", "whole", "expected"),
    [
        ("769.45", "139.90", "1538.90", "69.95"),
        ("-769.45", "139.90", "1538.90", "-69.95"),
        ("0.01", "1.00", "2.00", "0.01"),  # half a cent
        ("0.01", "0.99", "2.00", "0.00"),
        ("100.00", "0.00", "100.00", "0.00"),
        ("9999999999999.99", "99.99", "100.00", "9998999999999.99"),  # …999.990001
        ("10.00", None, None, "0.00"),
    ],
)
def test_a_part_is_rounded_once_and_away_from_zero(
    report: BuildReport, amount: str, part: str | None, whole: str | None, expected: str
) -> None:
    values = [f"cast({'null' if value is None else value} as decimal(18, 2))" for value in (amount, part, whole)]
    connection = duckdb.connect(str(report.path), read_only=True)
    try:
        assert str(connection.execute(f"select part_of({', '.join(values)})").fetchall()[0][0]) == expected
    finally:
        connection.close()
