"""What the marts say about the world of hand_world.py; every expected value is worked out by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.warehouse.build import BuildReport
from lib.warehouse.read import Warehouse
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import account, built

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
GRAIN = ("customer_id", "contract_id", "dimension", "usage_month")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("world"), WORLD)


@pytest.fixture(scope="module")
def marts(report: BuildReport) -> Iterator[Warehouse]:
    warehouse = Warehouse(report.path)
    yield warehouse
    warehouse.close()


def by(rows: list[dict[str, Any]], *names: str) -> dict[Any, dict[str, Any]]:
    return {tuple(row[name] for name in names) if len(names) > 1 else row[names[0]]: row for row in rows}


def test_a_contract_is_one_stay_on_one_plan(marts: Warehouse) -> None:
    contracts = by(marts.rows("contract"), "contract_id")
    assert contracts["sub_1"] == {
        "contract_id": "sub_1",
        "customer_id": "c-0001",
        "rail": "stripe",
        "plan_id": 1,
        "plan_key": "starter-monthly",
        "tier": "starter",
        "term": "monthly",
        "started_on": date(2026, 3, 10),
        "ended_on": date(2026, 4, 15),
        "started_at": datetime(2026, 3, 10),  # noqa: DTZ001 — a mart's instants are UTC without saying so
        "ended_at": datetime(2026, 4, 15),  # noqa: DTZ001
        "is_cancelled": False,
        "will_end_on": None,
        "end_reason": "upgrade",
        "recorded_price_usd": Decimal("299.00"),
        "before_coupons_usd": Decimal("299.00"),
        "offer_id": None,
        "is_in_instalments": False,
        "status": "canceled",
        "recurring_from_on": date(2026, 3, 10),
        "recurring_until_on": date(2026, 4, 15),
    }
    assert contracts["sub_2"]["ended_on"] is None
    assert contracts["sub_2"]["end_reason"] is None


def test_a_plan_that_is_gone_leaves_a_contract_without_plan_key_and_tier(marts: Warehouse) -> None:
    gone = by(marts.rows("contract"), "contract_id")["sub_4"]
    assert (gone["plan_id"], gone["plan_key"], gone["tier"], gone["term"]) == (5, None, None, "monthly")
    assert gone["recorded_price_usd"] == Decimal("99.00")


def test_an_agreement_finds_its_customer_through_a_padded_account_and_its_newest_writing(marts: Warehouse) -> None:
    agreement = by(marts.rows("contract"), "contract_id")["agmt-2"]
    assert agreement["customer_id"] == "c-0002"
    assert (agreement["plan_id"], agreement["plan_key"], agreement["tier"]) == (6, "starter-annual", "starter")
    assert agreement["recorded_price_usd"] == Decimal("2990.00")  # written first as 2890, updated on 1 April
    assert agreement["offer_id"] is None


def test_a_private_offer_is_named_on_its_contract(marts: Warehouse) -> None:
    private = by(marts.rows("contract"), "contract_id")["agmt-3"]
    assert (private["offer_id"], private["plan_key"], private["term"]) == (
        "offer-private",
        "enterprise-custom",
        "custom",
    )
    assert private["started_on"] == date(2026, 4, 20)


def test_usage_is_split_where_the_plan_changes_and_late_from_the_fourth(marts: Warehouse) -> None:
    """March, Starter: 1000 + 200.25 in time + 30.000001 late. April: 500 before the upgrade, 900 from its day on."""
    cells = by(marts.rows("usage_month"), "contract_id", "dimension", "usage_month")
    march = cells["sub_1", "words", MARCH]
    assert (march["quantity"], march["late_quantity"]) == (Decimal("1230.250001"), Decimal("30.000001"))
    assert march["event_count"] == 3
    assert (march["customer_id"], march["rail"], march["plan_key"]) == ("c-0001", "stripe", "starter-monthly")
    assert cells["sub_1", "words", APRIL]["quantity"] == Decimal("500.000000")
    assert cells["sub_2", "words", APRIL]["quantity"] == Decimal("900.000000")
    assert cells["agmt-2", "words", APRIL]["quantity"] == Decimal("60000.000000")


def test_seats_are_the_months_maximum_and_late_is_what_it_rose_by(marts: Warehouse) -> None:
    """4 and 3 in time, 6 late: the month shows 6, of which 2 were not known when the invoice closed."""
    seats = by(marts.rows("usage_month"), "contract_id", "dimension")["sub_1", "team_seats"]
    assert (seats["quantity"], seats["late_quantity"], seats["event_count"]) == (Decimal(6), Decimal(2), 3)


def test_a_slip_of_the_meter_would_add_up_seats_and_count_copies_again(tmp_path: Path) -> None:
    """Seats were read as 4, 3 and 6; 900 words came three times, 5 came twice from nobody we have a contract with."""
    april = "metering/events-2026-04.csv.gz"
    copied = "e-09,c-0001,words,2026-04-15T00:00:00Z,2026-04-15T01:00:00Z,900\n"
    nobodys = "e-11,c-0009,words,2026-04-02T10:00:00Z,2026-04-02T11:00:00Z,5\n"
    warehouse = Warehouse(built(tmp_path, {**WORLD, april: f"{WORLD[april]}{copied}{copied}{nobodys}"}).path)
    slips = by(warehouse.rows("usage_slip"), "contract_id", "dimension", "usage_month")
    warehouse.close()
    assert {key: (row["copied_quantity"], row["summed_quantity"]) for key, row in slips.items()} == {
        ("sub_1", "team_seats", MARCH): (Decimal(0), Decimal(13)),
        ("sub_2", "words", APRIL): (Decimal(1800), Decimal(0)),
    }


def test_a_day_of_usage_is_placed_like_its_month(marts: Warehouse) -> None:
    """The last day of March: 200.25 in the last second in time, 30.000001 in the first that was late."""
    days = by(marts.rows("usage_day"), "contract_id", "dimension", "usage_day")
    last = days["sub_1", "words", date(2026, 3, 31)]
    assert (last["quantity"], last["timely_quantity"]) == (Decimal("230.250001"), Decimal("200.25"))
    assert (last["event_count"], last["usage_month"]) == (2, MARCH)
    assert days["sub_1", "words", date(2026, 4, 14)]["quantity"] == Decimal(500)
    assert days["sub_2", "words", date(2026, 4, 15)]["quantity"] == Decimal(900)
    seats = [row["quantity"] for key, row in days.items() if key[1] == "team_seats"]
    assert seats == [Decimal(4), Decimal(3), Decimal(6)]


def test_days_add_up_to_months(marts: Warehouse) -> None:
    months = {tuple(row[name] for name in GRAIN): row["quantity"] for row in marts.rows("usage_month")}
    summed: dict[tuple[Any, ...], Decimal] = {}
    for row in marts.rows("usage_day"):
        key = tuple(row[name] for name in GRAIN)
        before = summed.get(key, Decimal(0))
        summed[key] = before + row["quantity"] if row["is_summed"] else max(before, row["quantity"])
    assert summed == months


def test_the_pace_of_a_month_is_that_of_whole_months_under_contract(marts: Warehouse) -> None:
    """April: c-0001 used 500 of 1,400 words by the 14th, all by the 15th; c-0002 all of its 60,000 on the 2nd.

    March has no pace: c-0001 began on the 10th. Seats have none: they are not added up.
    """
    pace = by(marts.rows("usage_pace"), "dimension", "day_of_month")
    shares = {day: (row["low_share"], row["high_share"], row["month_count"]) for (_, day), row in pace.items()}
    assert sorted(shares) == list(range(2, 32)) and {dimension for dimension, _ in pace} == {"words"}
    assert shares[2] == shares[13] == (Decimal(1), Decimal(1), 1)
    assert shares[14] == (Decimal("0.357143"), Decimal(1), 2)
    assert shares[15] == shares[31] == (Decimal(1), Decimal(1), 2)


def test_usage_outside_any_contract_is_kept_without_one(marts: Warehouse) -> None:
    outside = [row for row in marts.rows("usage_month") if row["contract_id"] is None]
    assert sorted((row["customer_id"], row["usage_month"], row["quantity"]) for row in outside) == [
        ("c-0001", MARCH, Decimal(7)),
        ("c-0009", APRIL, Decimal(5)),
    ]
    assert {row["rail"] for row in outside} == {None}


def test_usage_of_something_we_do_not_sell_is_rejected_with_the_nearest(marts: Warehouse) -> None:
    assert "holograms" not in by(marts.rows("usage_month"), "dimension")
    [reject] = marts.reject_rows()
    assert (reject["file"], reject["line"]) == ("metering/events-2026-04.csv.gz", 6)
    assert reject["reason"] == "dimension is none that we sell: holograms; the nearest is words"


def test_invoice_lines_say_what_they_are_for(marts: Warehouse) -> None:
    lines = by(marts.rows("invoice_line"), "line_id")
    assert lines["il_3"] == {
        "rail": "stripe",
        "invoice_id": "in_3",
        "line_id": "il_3",
        "customer_id": "c-0001",
        "contract_id": "sub_2",
        "kind": "base",
        "dimension": None,
        "plan_key": "accelerate-monthly",
        "period_start_on": date(2026, 4, 15),
        "period_end_on": date(2026, 5, 15),
        "usage_month": None,
        "invoiced_on": date(2026, 4, 15),
        "amount_usd": Decimal("1499.00"),
        "discount_usd": Decimal("0.00"),
    }
    credit = lines["il_4"]
    assert (credit["kind"], credit["contract_id"], credit["plan_key"]) == ("proration", "sub_1", "starter-monthly")
    assert credit["amount_usd"] == Decimal("-249.17")
    usage = lines["il_5"]
    assert (usage["kind"], usage["dimension"], usage["plan_key"]) == ("usage", "words", None)
    assert (usage["usage_month"], usage["invoiced_on"], usage["amount_usd"]) == (
        MARCH,
        date(2026, 4, 4),
        Decimal("1.15"),
    )


def test_a_void_invoice_has_no_lines_and_a_deleted_plan_has_no_key(marts: Warehouse) -> None:
    lines = by(marts.rows("invoice_line"), "line_id")
    assert "il_6" not in lines
    assert (lines["il_7"]["kind"], lines["il_7"]["plan_key"]) == ("base", None)


def test_a_marketplace_sale_is_one_line_however_often_it_is_delivered(marts: Warehouse) -> None:
    [line] = [row for row in marts.rows("invoice_line") if row["rail"] == "aws"]
    assert (line["invoice_id"], line["line_id"], line["customer_id"]) == ("INV-1", "be-1", "c-0002")
    assert (line["kind"], line["plan_key"], line["amount_usd"]) == ("base", "starter-annual", Decimal("2990.00"))
    assert (line["period_start_on"], line["period_end_on"]) == (MARCH, date(2027, 3, 1))


def test_the_billing_fee_is_part_of_the_fee_and_the_payout_says_when(marts: Warehouse) -> None:
    """299.00 by card: 8.97 and 2.09 for billing are 11.06; available on the 12th, out on the 14th."""
    settled = by(marts.rows("settlement"), "invoice_id")["in_1"]
    assert settled == {
        "rail": "stripe",
        "invoice_id": "in_1",
        "customer_id": "c-0001",
        "contract_id": "sub_1",
        "tier": "starter",
        "plan_key": "starter-monthly",
        "offer_id": None,
        "settled_on": date(2026, 3, 10),
        "settled_month": MARCH,
        "list_usd": Decimal("299.00"),
        "discount_usd": Decimal("0.00"),
        "refund_usd": Decimal("0.00"),
        "gross_usd": Decimal("299.00"),
        "fee_charged_usd": Decimal("11.06"),
        "fee_returned_usd": Decimal("0.00"),
        "fee_usd": Decimal("11.06"),
        "net_usd": Decimal("287.94"),
        "tax_usd": Decimal("0.00"),
        "payment_method": "card",
        "due_on": date(2026, 3, 12),
        "paid_usd": Decimal("287.94"),
        "disbursed_on": date(2026, 3, 14),
    }


def test_money_that_is_not_out_yet_has_no_day(marts: Warehouse) -> None:
    open_charge = by(marts.rows("settlement"), "invoice_id")["in_6"]
    assert (open_charge["payment_method"], open_charge["disbursed_on"]) == ("ach", None)
    assert open_charge["net_usd"] == Decimal("95.83")


def test_the_listing_fee_is_found_on_its_own_invoice(marts: Warehouse) -> None:
    settled = by(marts.rows("settlement"), "rail")["aws"]
    assert settled["invoice_id"] == "INV-1"
    assert (settled["gross_usd"], settled["fee_usd"], settled["net_usd"]) == (
        Decimal("2990.00"),
        Decimal("89.70"),
        Decimal("2900.30"),
    )
    assert (settled["payment_method"], settled["disbursed_on"]) == ("marketplace", APRIL)


def test_facts_about_a_customer_are_yes_no_or_unknown(marts: Warehouse) -> None:
    customers = by(marts.rows("customer"), "customer_id")
    two = customers["c-0002"]
    assert (two["has_aws_account"], two["is_partner"], two["is_seller"]) == ("yes", "yes", "unknown")
    assert (two["aws_account_id"], two["integrator"]) == ("012345678901", "Tackle")
    assert customers["c-0004"]["has_aws_account"] == "unknown"
    assert customers["c-0001"]["customer_name"] == "One, Inc."


def test_deals_say_whether_they_are_closed_and_won(marts: Warehouse) -> None:
    deals = by(marts.rows("deal"), "deal_id")
    states = {key: (row["is_closed"], row["is_won"], row["amount_usd"]) for key, row in deals.items()}
    assert states == {
        "9000000001": (True, True, Decimal("3600.00")),
        "9000000002": (True, False, None),
        "9000000003": (False, False, Decimal("18000.00")),
    }
    assert deals["9000000002"]["icp_segment"] == "regulated"


def test_a_plan_key_is_slug_and_term(marts: Warehouse) -> None:
    plans = {row["plan_id"]: (row["plan_key"], row["price_usd"], row["stripe_price_id"]) for row in marts.rows("plan")}
    assert plans == {
        1: ("starter-monthly", Decimal("299.00"), "price_s"),
        2: ("accelerate-monthly", Decimal("1499.00"), "price_a"),
        4: ("enterprise-custom", None, None),
        6: ("starter-annual", Decimal("2990.00"), None),
    }


def test_a_unit_is_read_from_its_label(marts: Warehouse) -> None:
    units = {row["dimension"]: (row["unit"], row["unit_size"], row["is_metered"]) for row in marts.rows("dimension")}
    assert units == {"words": ("word", Decimal(1000), True), "team_seats": ("seat", Decimal(1), False)}


def test_what_the_database_does_not_say_of_express_offers_stays_unknown(marts: Warehouse, warehouse: Warehouse) -> None:
    """'All 8 dimensions are flagged express_offer_eligible=1': the sample says so, the hand-made world says nothing."""
    assert {row["is_express_eligible"] for row in marts.rows("dimension")} == {None}
    assert [row["is_express_eligible"] for row in warehouse.rows("dimension")] == [True] * 8


def test_a_usage_price_keeps_its_six_decimals(marts: Warehouse) -> None:
    assert by(marts.rows("stripe_price"), "price_id")["price_w"]["amount_usd"] == Decimal("0.001000")


def test_no_mart_holds_a_float_or_a_number_that_arrow_would_widen(marts: Warehouse) -> None:
    kinds = {str(field.type) for mart in marts.marts for field in marts.arrow(mart).schema}
    allowed = {"string", "bool", "int32", "int64", "date32[day]", "timestamp[us]"}
    assert all(kind in allowed or kind.startswith("decimal128(18,") for kind in kinds), kinds


def test_a_feed_that_grows_a_column_is_read_whole(report: BuildReport) -> None:
    status = account(report, "marketplace_billing_event")
    assert (status["file_count"], status["lines_read"], status["loaded"]) == (2, 7, 5)
    assert status["last_record_on"] == APRIL
