"""One rule for each question about an event of AWS: was it paid, was it forgiven, is it ours, and of which day.

Every mart that asks must answer alike: the invoice's lines, its settlement, its movements and AWS's own report. Every
invoice below is a story of its own, and every expected value is worked out by hand.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.warehouse.build import BuildReport, build
from tests.warehouse.hand_world import MARCH, WORLD, feed, version
from tests.warehouse.test_marketplace import EVENT_COLUMNS as COLUMNS
from tests.warehouse.test_marketplace import own_data
from tests.warehouse.worlds import ask, built, take_snapshot

SALE, FEE = "SELLER_REV_SHARE", "AWS_REV_SHARE"


def event(key: str, action: str, day: str, kind: str, amount: str, **told: str) -> str:
    """One billing event; its invoice is what its key begins with, and dated as the action unless told."""
    on = f"{day}T00:00:00Z" if len(day) == 10 else day
    invoice = key.split(".")[0]
    values = {
        "billing_event_id": key,
        "action": action,
        "action_date": on,
        "transaction_type": kind,
        "product_id": "prod-1",
        "amount": amount,
        "currency": "USD",
        "balance_impacting": "1" if action == "INVOICED" else "0",
        "invoice_id": f"LF-{invoice}" if kind.startswith("AWS_REV") else invoice,
        "invoice_date": on if action == "INVOICED" else "2026-03-01T00:00:00Z",
        "buyer_invoice_id": invoice,
        "buyer_line_item_id": "li-1",
        **told,
    }
    return version(MARCH, on, "", ",".join(values.get(name, "") for name in COLUMNS.split(",")))


def sold(invoice: str, gross: str, fee: str, **told: str) -> list[str]:
    return [
        event(f"{invoice}.s", "INVOICED", "2026-03-01", SALE, gross, **told),
        event(f"{invoice}.f", "INVOICED", "2026-03-01", FEE, fee, **told),
    ]


def paid(invoice: str, day: str, payment: str, gross: str, fee: str) -> list[str]:
    """Rows that cancel a sale and its fee with a payment; with the signs turned around, what took them back."""
    return [
        event(f"{invoice}.{payment}.s", "DISBURSED", day, SALE, gross, disbursement_billing_event_id=payment),
        event(f"{invoice}.{payment}.f", "DISBURSED", day, FEE, fee, disbursement_billing_event_id=payment),
    ]


def failure(payment: str, day: str, parent: str = "") -> str:
    return event(
        payment, "DISBURSED", day, "DISBURSEMENT_FAILURE", "-970.00", parent_billing_event_id=parent,
        buyer_invoice_id="", invoice_id="", buyer_line_item_id="",
    )  # fmt: skip


# A payment of 970.00 of which no row says which failure was its own; the failure's rows take it back.
FAILED = [
    *sold("INV-F", "1000.00", "-30.00"),
    *paid("INV-F", "2026-04-01", "pay-f", "-1000.00", "30.00"),
    failure("fail-f", "2026-04-03"),
    *paid("INV-F", "2026-04-03", "fail-f", "1000.00", "-30.00"),
]
# The same, and paid a second time on 3 May.
AGAIN = [
    *sold("INV-G", "1000.00", "-30.00"),
    *paid("INV-G", "2026-04-01", "pay-g", "-1000.00", "30.00"),
    failure("fail-g", "2026-04-03"),
    *paid("INV-G", "2026-04-03", "fail-g", "1000.00", "-30.00"),
    *paid("INV-G", "2026-05-03", "pay-g2", "-1000.00", "30.00"),
]
# The failure names a payment that no line speaks of: what it took back nets against whatever was paid.
STRANGE = [
    *sold("INV-H", "1000.00", "-30.00"),
    *paid("INV-H", "2026-04-01", "pay-h", "-1000.00", "30.00"),
    failure("fail-h", "2026-04-03", parent="somewhere-else"),
    *paid("INV-H", "2026-04-03", "fail-h", "1000.00", "-30.00"),
]
# Forgiven with the sign of what was invoiced, and with the opposite one; a tenth of it was taken back again.
FORGIVEN = [
    [
        *sold(invoice, "1000.00", "-30.00"),
        event(f"{invoice}.g", "FORGIVEN", "2026-06-10", SALE, f"{sign}1000.00"),
        event(f"{invoice}.h", "FORGIVEN", "2026-06-10", FEE, f"{other}30.00"),
        event(f"{invoice}.i", "FORGIVEN", "2026-06-12", SALE, f"{other}100.00"),
        event(f"{invoice}.j", "FORGIVEN", "2026-06-12", FEE, f"{sign}3.00"),
    ]
    for invoice, sign, other in (("INV-P", "", "-"), ("INV-M", "-", ""))
]
# Dated the last ten minutes of March, written down in April; a refund of May on the invoice of March.
EDGE = [
    event("INV-E.s", "INVOICED", "2026-04-01T00:10:00Z", SALE, "1000.00", invoice_date="2026-03-31T23:50:00Z"),
    event("INV-E.f", "INVOICED", "2026-04-01T00:10:00Z", FEE, "-30.00", invoice_date="2026-03-31T23:50:00Z"),
    event("INV-E.r", "INVOICED", "2026-05-04", f"{SALE}_REFUND", "-100.00", invoice_date="2026-03-31T23:50:00Z"),
]
# Tax that we owe, tax on the listing fee that moves our balance, and tax that AWS pays on: 50.00 − 0.90.
TAXED = [
    *sold("INV-T", "1000.00", "-30.00"),
    event("INV-T.t", "INVOICED", "2026-03-01", "SELLER_TAX_SHARE", "50.00"),
    event("INV-T.u", "INVOICED", "2026-03-01", "AWS_TAX_SHARE", "-0.90"),
    event("INV-T.v", "INVOICED", "2026-03-01", "AWS_TAX_SHARE", "70.00", balance_impacting="0"),
]
# 10.005 is 10.01, and 0.30015 of fee is 0.30: 9.70485 paid is 9.70, and a cent would stay. A tenth of it is refunded
# later, 1.0005 with 0.030015 of fee: nothing is asked and nothing paid that does not close again.
CENTS = [
    *sold("INV-C", "10.005", "-0.30015"),
    *paid("INV-C", "2026-04-01", "pay-c", "-10.005", "0.30015"),
    event("INV-C.r", "INVOICED", "2026-05-04", f"{SALE}_REFUND", "-1.0005"),
    event("INV-C.g", "INVOICED", "2026-05-04", f"{FEE}_REFUND", "0.030015"),
    event("INV-C.rd", "DISBURSED", "2026-06-01", f"{SALE}_REFUND", "1.0005", disbursement_billing_event_id="pay-c2"),
    event("INV-C.gd", "DISBURSED", "2026-06-01", f"{FEE}_REFUND", "-0.030015", disbursement_billing_event_id="pay-c2"),
]
# 400.00 of 970.00 are paid out.
PARTLY = [
    *sold("INV-R", "1000.00", "-30.00"),
    event("INV-R.d", "DISBURSED", "2026-04-01", SALE, "-400.00", disbursement_billing_event_id="pay-r"),
]
STORIES = [*FAILED, *AGAIN, *STRANGE, *FORGIVEN[0], *FORGIVEN[1], *EDGE, *TAXED, *CENTS, *PARTLY]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuildReport]:
    world = {**WORLD, **feed("BillingEventFeed", "06", COLUMNS, *STORIES)}
    yield built(tmp_path_factory.mktemp("events"), world, date(2026, 6, 30))


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


@pytest.mark.parametrize("invoice", ["INV-F", "INV-H"])
def test_a_failed_payment_that_nothing_names_paid_nothing(report: BuildReport, invoice: str) -> None:
    """−970.00 and 970.00: nothing of 970.00 was paid out, in every mart that says so."""
    where = f"where invoice_id = '{invoice}'"
    assert ask(report, f"select net_usd, paid_usd, disbursed_on from marts.settlement {where}") == [
        (*money("970.00", "0.00"), None)
    ]
    assert ask(report, f"select paid, is_open from marts.marketplace_line {where}") == [(Decimal(0), True)]
    reported = "disbursement_status, disbursement_date, disbursed_net_revenue, undisbursed_net_revenue"
    assert ask(report, f"select {reported} from marts.billed_revenue {where}") == [
        ("Failed", None, *money("0.00", "970.00"))
    ]
    payouts = f"select moved_on, sum(amount_usd) from marts.invoice_movement {where} and part = 'payout' group by 1"
    assert sorted(ask(report, payouts)) == [
        (date(2026, 4, 1), Decimal("970.00")),
        (date(2026, 4, 3), Decimal("-970.00")),
    ]


def test_a_payment_that_failed_and_was_made_again_is_paid_once(report: BuildReport) -> None:
    where = "where invoice_id = 'INV-G'"
    second = date(2026, 5, 3)
    assert ask(report, f"select net_usd, paid_usd, disbursed_on from marts.settlement {where}") == [
        (*money("970.00", "970.00"), second)
    ]
    reported = "disbursement_status, disbursement_date, disbursed_net_revenue, undisbursed_net_revenue"
    assert ask(report, f"select {reported} from marts.billed_revenue {where}") == [
        ("Disbursed", second, *money("970.00", "0.00"))
    ]
    payouts = f"select sum(amount_usd) from marts.invoice_movement {where} and part = 'payout'"
    assert ask(report, payouts) == [(Decimal("970.00"),)]


@pytest.mark.parametrize("invoice", ["INV-P", "INV-M"])
def test_what_is_forgiven_is_taken_off_whichever_sign_it_has(report: BuildReport, invoice: str) -> None:
    """1,000.00 − 100.00 = 900.00 forgiven and 30.00 − 3.00 = 27.00 of its fee: 100.00 − 3.00 = 97.00 are left."""
    where = f"where invoice_id = '{invoice}'"
    assert ask(report, f"select forgiven, forgiven_fee from marts.marketplace_line {where}") == [
        money("900.00", "27.00")
    ]
    assert ask(report, f"select gross_usd, fee_usd, net_usd from marts.settlement {where}") == [
        money("100.00", "3.00", "97.00")
    ]
    assert ask(report, f"select undisbursed_net_revenue from marts.billed_revenue {where}") == [money("97.00")]
    moved = f"select part, moved_on, amount_usd from marts.invoice_movement {where} order by part, moved_on"
    assert ask(report, moved) == [
        ("fee", date(2026, 3, 1), Decimal("30.00")),
        ("fee", date(2026, 6, 10), Decimal("-30.00")),
        ("fee", date(2026, 6, 12), Decimal("3.00")),
        ("refund", date(2026, 6, 10), Decimal("1000.00")),
        ("refund", date(2026, 6, 12), Decimal("-100.00")),
    ]


def test_another_listings_fee_is_not_ours_though_it_names_no_listing(tmp_path: Path) -> None:
    """INV-9 is of prod-9: of its fee and its payout only the sale's row says so. INV-7's fee names no line either."""
    sides = [
        row
        for invoice, product, line in (("INV-9", "prod-9", "li-1"), ("INV-7", "prod-9", ""), ("INV-8", "prod-1", ""))
        for row in (
            event(f"{invoice}.s", "INVOICED", "2026-03-01", SALE, "500.00", product_id=product),
            event(f"{invoice}.f", "INVOICED", "2026-03-01", FEE, "-15.00", product_id="", buyer_line_item_id=line),
            event(f"{invoice}.d", "DISBURSED", "2026-04-01", FEE, "15.00", product_id="", buyer_line_item_id=line),
        )
    ]
    world = {**WORLD, **feed("BillingEventFeed", "06", COLUMNS, *sides)}
    snapshots = take_snapshot(tmp_path / "snapshots", world)
    report = build(snapshots, tmp_path / "warehouse", data=own_data(tmp_path, '["prod-1"]'))
    ours = {"INV-1", "INV-8"}  # INV-1 is the hand-made world's own
    for mart in ("settlement", "invoice_line", "invoice_movement"):
        found = {row[0] for row in ask(report, f"select invoice_id from marts.{mart} where rail = 'aws'")}
        assert found == ours, mart
    lines = ask(report, "select invoice_id, is_ours from marts.marketplace_line")
    assert {invoice for invoice, is_ours in lines if is_ours} == ours


def test_an_invoice_has_one_day_and_what_is_given_back_its_own(report: BuildReport) -> None:
    """31 March in the lines, the settlement, the report and the movements, whatever day AWS wrote it down on."""
    last, back = date(2026, 3, 31), date(2026, 5, 4)
    where = "where invoice_id = 'INV-E'"
    assert ask(report, f"select settled_on, settled_month from marts.settlement {where}") == [(last, date(2026, 3, 1))]
    assert ask(report, f"select invoiced_on from marts.marketplace_line {where}") == [(last,)]
    assert ask(report, f"select invoice_date from marts.billed_revenue {where}") == [(last,)]
    lines = f"select line_id, invoiced_on from marts.invoice_line {where} order by 1"
    assert ask(report, lines) == [("INV-E.r", back), ("INV-E.s", last)]
    moved = f"select part, moved_on from marts.invoice_movement {where} order by 1"
    assert ask(report, moved) == [("fee", last), ("refund", back)]


def test_tax_that_moves_our_balance_is_the_same_in_the_books_and_in_the_settlement(report: BuildReport) -> None:
    """50.00 − 0.90 = 49.10; the 70.00 that AWS pays on are in neither."""
    where = "where invoice_id = 'INV-T'"
    assert ask(report, f"select tax_usd, net_usd from marts.settlement {where}") == [money("49.10", "970.00")]
    moved = f"select sum(amount_usd) from marts.invoice_movement {where} and part = 'tax'"
    assert ask(report, moved) == [money("49.10")]
    assert ask(report, f"select net from marts.marketplace_line {where}") == [money("1019.10")]


def test_no_cent_of_a_paid_invoice_stands_for_ever(report: BuildReport) -> None:
    """Asked 10.01 − 0.30 = 9.71, and 9.71 is paid; after the refund of 1.0005 in cents nothing stands either."""
    moved = ask(report, "select part, moved_on, amount_usd from marts.invoice_movement where invoice_id = 'INV-C'")
    payouts = {on: Decimal(0) for _, on, _ in moved}
    for part, on, amount in moved:
        payouts[on] += Decimal(str(amount)) if part == "payout" else 0
    assert payouts[date(2026, 4, 1)] == Decimal("9.71")
    [(lines,)] = ask(report, "select sum(amount_usd) from marts.invoice_line where invoice_id = 'INV-C'")
    fees = sum(Decimal(str(amount)) for part, _, amount in moved if part == "fee")
    assert Decimal(str(lines)) - fees - sum(payouts.values()) == 0
    settled = "select net_usd - paid_usd, disbursed_on from marts.settlement where invoice_id = 'INV-C'"
    assert ask(report, settled) == [(Decimal(0), date(2026, 6, 1))]


def test_what_is_not_paid_out_is_told_alike_by_month_and_by_customer(report: BuildReport) -> None:
    """Of INV-R 970.00 − 400.00 = 570.00 are still to come."""
    settled = "select sum(net_usd - paid_usd) from marts.settlement where invoice_id = 'INV-R'"
    assert ask(report, settled) == [money("570.00")]
    by_month = "select rail, settled_month, sum(undisbursed_usd) from marts.{} group by all order by all"
    assert ask(report, by_month.format("takings_month")) == ask(report, by_month.format("settlement_month"))
    whole = "select rail, settled_month, sum(net_usd - paid_usd) from marts.settlement group by all order by all"
    assert ask(report, whole) == ask(report, by_month.format("takings_month"))
