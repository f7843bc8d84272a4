"""Every dated change to what a rail owes us for an invoice: fees, refunds, taxes, payouts, each on its day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.warehouse.read import Warehouse
from tests.warehouse.hand_world import BILLING, MARCH, WORLD, YEAR, billed, csv, feed
from tests.warehouse.worlds import built

JUNE = "2026-06-10T00:00:00Z"
Told = tuple[str, str, date, Decimal]


def told(warehouse: Warehouse, invoice: str) -> set[Told]:
    """The movements of one invoice: id, part, day, amount."""
    rows = [row for row in warehouse.rows("invoice_movement") if row["invoice_id"] == invoice]
    return {(row["movement_id"], row["part"], row["moved_on"], row["amount_usd"]) for row in rows}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The hand-written world; in June AWS gives 1,000.00 of the year back with its fee, and 50.00 of seller tax."""
    june = feed("BillingEventFeed", "06", BILLING,
        billed("be-3", "INVOICED", JUNE, "SELLER_REV_SHARE_REFUND", "-1000.00", "CM-1", YEAR),
        billed("be-4", "INVOICED", JUNE, "AWS_REV_SHARE_REFUND", "30.00", "LF-2", YEAR),
        billed("be-5", "INVOICED", MARCH, "SELLER_TAX_SHARE", "50.00", "INV-1", YEAR),
        billed("be-6", "INVOICED", MARCH, "AWS_TAX_SHARE", "70.00", "INV-1", YEAR),
    )  # fmt: skip
    stripe = {
        "stripe/invoices.csv": WORLD["stripe/invoices.csv"].replace("usd,99.00,2026-05-12", "usd,107.91,2026-05-12"),
        "stripe/balance_transactions.csv": csv(
            str(WORLD["stripe/balance_transactions.csv"]).rstrip("\n"),
            "txn_5,refund,in_1,-9900,0,-9900,usd,2026-03-20T00:00:00Z,2026-03-20T00:00:00Z,refund,card",
        ),
    }
    report = built(tmp_path_factory.mktemp("moved"), {**WORLD, **june, **stripe}, date(2026, 6, 30))
    opened = Warehouse(report.path)
    yield opened
    opened.close()


def test_a_marketplace_invoice_moves_by_every_event_on_its_own_day(marts: Warehouse) -> None:
    """AWS's own tax is for information and moves nothing; the refund and its fee are of June, the sale of March."""
    first, paid, back = date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 10)
    assert told(marts, "INV-1") == {
        ("be-2", "fee", first, Decimal("89.70")),
        ("be-5", "tax", first, Decimal("50.00")),
        ("be-1d", "payout", paid, Decimal("2990.00")),
        ("be-2d", "payout", paid, Decimal("-89.70")),
        ("be-3", "refund", back, Decimal("1000.00")),
        ("be-4", "fee", back, Decimal("-30.00")),
    }


def test_a_stripe_invoice_moves_by_charge_fees_refund_and_payouts(marts: Warehouse) -> None:
    """299.00 by card keep 8.97, Billing 2.09 apart; all left with the payout of the 14th. No payout followed the
    refund of the 20th.
    """
    first, out = date(2026, 3, 10), date(2026, 3, 14)
    assert told(marts, "in_1") == {
        ("txn_1", "charge", first, Decimal("299.00")),
        ("txn_1", "fee", first, Decimal("8.97")),
        ("txn_2", "fee", first, Decimal("2.09")),
        ("txn_1", "payout", out, Decimal("290.03")),
        ("txn_2", "payout", out, Decimal("-2.09")),
        ("txn_5", "refund", date(2026, 3, 20), Decimal("99.00")),
    }


def test_what_an_invoice_asks_for_above_its_lines_is_tax(marts: Warehouse) -> None:
    """107.91 for a line of 99.00 is a tax of 8.91; an invoice of its lines alone has none, a void one no movement."""
    taxes = [told for invoice in ("in_2", "in_3", "in_4", "in_5", "in_6") for told in told_taxes(marts, invoice)]
    assert taxes == [("in_6", "tax", date(2026, 5, 12), Decimal("8.91"))]


def told_taxes(marts: Warehouse, invoice: str) -> list[Told]:
    return [one for one in told(marts, invoice) if one[1] == "tax"]


def test_the_movements_of_the_sample_are_its_settlements(warehouse: Warehouse) -> None:
    """Fees and payouts of both rails, summed in the test from the two marts that never read each other."""
    moved, settled = warehouse.rows("invoice_movement"), warehouse.rows("settlement")
    for rail in ("aws", "stripe"):
        fees = sum(row["amount_usd"] for row in moved if (row["rail"], row["part"]) == (rail, "fee"))
        paid = sum(row["amount_usd"] for row in moved if (row["rail"], row["part"]) == (rail, "payout"))
        assert fees == sum(row["fee_usd"] for row in settled if row["rail"] == rail)
        assert paid == sum(row["net_usd"] for row in settled if row["rail"] == rail and row["disbursed_on"])
        assert fees and paid


def test_fractions_of_a_cent_add_up_to_the_sum_rounded_once(tmp_path: Path) -> None:
    """Three fees of 0.004: 0.00, 0.01 and 0.00 are 0.012 to the cent."""
    fees = [billed(f"be-f{n}", "INVOICED", MARCH, "AWS_REV_SHARE", "-0.004", "LF-9", YEAR) for n in range(3)]
    world = {**WORLD, **feed("BillingEventFeed", "05", BILLING, *fees)}
    warehouse = Warehouse(built(tmp_path, world).path)
    own = [amount for moved, part, _, amount in told(warehouse, "INV-1") if moved.startswith("be-f") and part == "fee"]
    warehouse.close()
    assert own == [Decimal("0.01")]


def test_what_an_invoice_asks_for_below_its_lines_is_no_tax(tmp_path: Path) -> None:
    """89.00 for a line of 99.00 is 10.00 less and no tax, in the books and in the settlement; of what the buyer paid,
    89.00, nothing is set apart.
    """
    stripe = {
        "stripe/invoices.csv": WORLD["stripe/invoices.csv"].replace("usd,99.00,2026-05-12", "usd,89.00,2026-05-12"),
        "stripe/balance_transactions.csv": WORLD["stripe/balance_transactions.csv"].replace(
            "in_6,9900,317,9583", "in_6,8900,317,8583"
        ),
    }
    warehouse = Warehouse(built(tmp_path, {**WORLD, **stripe}).path)
    asked = [one[1:] for one in told(warehouse, "in_6") if one[1] in ("tax", "other")]
    [settled] = [row for row in warehouse.rows("settlement") if row["invoice_id"] == "in_6"]
    warehouse.close()
    assert asked == [("other", date(2026, 5, 12), Decimal("-10.00"))]
    assert (settled["gross_usd"], settled["tax_usd"]) == (Decimal("89.00"), Decimal("0.00"))
