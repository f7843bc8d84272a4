"""What was invoiced, worked out by hand from the listing specification, and again from the written files."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from world import billing, build
from world.contract import Contract
from world.people import Customer
from world.setting import open_setting
from world.usage import Cells

Table = Callable[[str], list[dict[str, str]]]
SETTING = open_setting(1, 24)
BUYER = Customer(1, "Hand Made", "US", "AMER", "yes", "no", "no", "no", "", "stripe", "", "card", 0.5)
STARTER = Contract(BUYER, 1, "starter-monthly", "starter", "monthly", date(2026, 1, 15))
# Above the allowance: 1,000,000 words, 1,250 images, 3 workflows, 2 seats, 25 credits.
USED = {"words": 1_050_000, "images": 1_350, "gtm_workflows": 8, "team_seats": 5, "seo_credits": 75}


def cells(month: date) -> Cells:
    at = SETTING.window.names().index(f"{month:%Y-%m}")
    zero = np.array([0], dtype=np.int64)
    return Cells(zero, zero + at, zero, zero, zero, zero, np.zeros((1, 8), dtype=np.int64))


def usage_bill(contract: Contract, month: date, used: dict[str, int]) -> dict[str, int]:
    """Cents by dimension, of one contract and month."""
    billable = np.array([[used.get(key, 0) * 100 for key in SETTING.prices.dimensions]], dtype=np.int64)
    rows = billing.invoices(SETTING, [contract], cells(month), billable)
    return {line.key: line.cents for row in rows for line in row.lines if line.kind == "usage"}


def base_bill(contracts: list[Contract]) -> list[tuple[date, list[int]]]:
    nothing = np.zeros((1, 8), dtype=np.int64)
    rows = billing.invoices(SETTING, contracts, cells(date(2026, 1, 1)), nothing)
    return [(row.invoiced_on, [line.cents for line in row.lines]) for row in rows]


def test_a_month_above_the_allowance_is_billed_band_by_band() -> None:
    """Words: 100 x 0.001 + 400 x 0.0008 + 500 x 0.0006 = 0.72; images 1,250 x 0.05; 3 x 5; 2 x 29; 25 x 0.10."""
    assert usage_bill(STARTER, date(2026, 9, 1), USED) == {
        "words": 72,
        "images": 6_250,
        "gtm_workflows": 1_500,
        "team_seats": 5_800,
        "seo_credits": 250,
    }


@pytest.mark.parametrize(
    ("rail", "month", "cents"),
    [
        ("stripe", date(2026, 7, 1), 7_500),  # 1 July is before 8 July: still 0.06
        ("stripe", date(2026, 8, 1), 6_250),
        ("aws", date(2026, 8, 1), 7_500),  # an existing entitlement keeps its rate
    ],
)
def test_a_new_rate_reaches_stripe_after_sixty_days_and_an_agreement_never(rail: str, month: date, cents: int) -> None:
    contract = replace(STARTER, customer=replace(BUYER, rail=rail))
    assert usage_bill(contract, month, {"images": 1_350}) == {"images": cents}


def test_what_a_tier_is_not_offered_is_not_priced() -> None:
    assert usage_bill(STARTER, date(2026, 9, 1), {"api_requests": 9_000_000, "video_minutes": 50}) == {}


def test_a_private_offer_states_its_own_allowances() -> None:
    own = {"images": 1_000, "team_seats": "unlimited"}
    offered = replace(STARTER, offer_id="offer-x", tier="enterprise", own_allowances=own)
    assert usage_bill(offered, date(2026, 9, 1), {"images": 1_350, "team_seats": 400}) == {"images": 1_750}


def test_half_a_cent_goes_up() -> None:
    """A hundredth of a video minute above the five costs 0.5 cents."""
    command = replace(STARTER, plan_key="command_plus-monthly", tier="command")
    index = SETTING.prices.dimensions.index("video_minutes")
    billable = np.zeros((1, 8), dtype=np.int64)
    billable[0, index] = 501
    rows = billing.invoices(SETTING, [command], cells(date(2026, 9, 1)), billable)
    assert [line.cents for row in rows for line in row.lines if line.kind == "usage"] == [1]


def test_the_new_list_reaches_a_running_contract_after_sixty_days() -> None:
    billed = dict(base_bill([STARTER]))
    assert billed[date(2026, 6, 15)] == [24_900]
    assert billed[date(2026, 7, 15)] == [29_900]


def test_who_signs_after_the_change_pays_the_new_list_at_once() -> None:
    assert base_bill([replace(STARTER, started=date(2026, 5, 9))])[0] == (date(2026, 5, 9), [29_900])


def test_an_upgrade_gives_back_the_unused_days() -> None:
    """299 x 25 of 30 days (20 September to 15 October) = 249.17, beside Accelerate's 1,499."""
    changed = date(2026, 9, 20)
    before = replace(STARTER, ended=changed, end_reason="upgrade")
    after = replace(STARTER, serial=2, plan_key="accelerate-monthly", tier="accelerate", started=changed)
    assert dict(base_bill([before, after]))[changed] == [149_900, -24_917]


def test_three_customers_are_still_billed_the_old_list(world: build.World, records: build.Records) -> None:
    kept = [c for c in world.contracts if c.is_kept_at_old_price]
    newest = {row.contract.id: row.lines[0].cents for row in records.invoices if row.lines[0].kind == "base"}
    assert sorted((c.plan_key, newest[c.id]) for c in kept) == [
        ("accelerate-monthly", 124_900),
        ("starter-monthly", 24_900),
        ("starter-monthly", 24_900),
    ]
    assert all(c.customer.rail == "stripe" and c.started < date(2026, 5, 9) for c in kept)


def test_no_invoice_is_negative(records: build.Records) -> None:
    assert min(row.cents for row in records.invoices) > 0


def test_invoices_are_the_sum_of_their_lines(table: Table) -> None:
    lines: dict[str, int] = defaultdict(int)
    for line in table("stripe/invoice_line_items.csv"):
        lines[line["invoice_id"]] += int(line["amount"])
    assert lines == {row["id"]: int(Decimal(row["Total"]) * 100) for row in table("stripe/invoices.csv")}


def test_stripe_pays_out_what_it_charged_less_its_fees(table: Table) -> None:
    moves = table("stripe/balance_transactions.csv")
    assert all(int(move["amount"]) - int(move["fee"]) == int(move["net"]) for move in moves)
    in_hand = [move for move in moves if move["available_on"] <= "2026-10-31T00:00:00Z"]
    assert sum(int(move["net"]) for move in in_hand) == 0
    charged = {move["source"]: int(move["amount"]) for move in moves if move["type"] == "charge"}
    paid = {row["id"]: int(Decimal(row["Total"]) * 100) for row in table("stripe/invoices.csv") if row["Paid At (UTC)"]}
    assert charged == paid


def test_the_marketplace_keeps_three_percent_of_every_sale(table: Table) -> None:
    events = {e["billing_event_id"]: e for e in table("marketplace/BillingEventFeed_V1/*/*/data.csv")}.values()
    invoiced = [e for e in events if e["action"] == "INVOICED"]
    sales = {at(e): Decimal(e["amount"]) for e in invoiced if e["transaction_type"] == "SELLER_REV_SHARE"}
    fees = {at(e): Decimal(e["amount"]) for e in invoiced if e["transaction_type"] == "AWS_REV_SHARE"}
    assert {
        key: abs(amount * 3 / 100 + fees[key]) <= Decimal("0.005") for key, amount in sales.items()
    } == dict.fromkeys(fees, True)
    assert {e["invoice_variant"] for e in invoiced if e["transaction_type"] == "AWS_REV_SHARE"} == {"LISTING_FEE"}


def test_what_is_disbursed_cancels_what_was_invoiced(table: Table) -> None:
    events = {e["billing_event_id"]: e for e in table("marketplace/BillingEventFeed_V1/*/*/data.csv")}
    disbursed = [e for e in events.values() if e["action"] == "DISBURSED" and e["parent_billing_event_id"]]
    assert disbursed
    for event in disbursed:
        assert Decimal(events[event["parent_billing_event_id"]]["amount"]) == -Decimal(event["amount"])
    payouts = [e for e in events.values() if e["transaction_type"] == "DISBURSEMENT"]
    assert sum(Decimal(e["amount"]) for e in payouts) == -sum(Decimal(e["amount"]) for e in disbursed)


def at(event: dict[str, str]) -> tuple[str, str]:
    """AWS's own key of a sale line: the fee stands on another invoice."""
    return event["buyer_invoice_id"], event["buyer_line_item_id"]


def test_billed_usage_is_what_arrived_first_and_in_time(written: Path, table: Table) -> None:
    """Read the event files again, plainly: first copy wins, late is out, the month's sum is on the invoice."""
    stays = defaultdict(list)
    for row in table("stripe/subscriptions.csv"):
        stays[row["customer_id (metadata)"]].append(row["id"])
    owner = {ids[0]: customer for customer, ids in stays.items() if len(ids) == 1}
    seen = timely_usage(written)
    checked = 0
    for line in table("stripe/invoice_line_items.csv"):
        dimension = line["price_id"].removeprefix("price_synthetic_")
        if (
            line["subscription"] in owner
            and (key := (owner[line["subscription"]], dimension, line["period_start"])) in seen
        ):
            assert Decimal(line["quantity_decimal"]) == seen[key], key
            checked += 1
    assert checked > 500


def timely_usage(written: Path) -> dict[tuple[str, str, str], Decimal]:
    used: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    ids: set[str] = set()
    for path in sorted((written / "metering").iterdir()):
        for event in csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines()):
            if event["event_id"] not in ids and is_timely(event):
                key = event["customer_id"], event["dimension"], f"{event['occurred_at'][:7]}-01"
                quantity = Decimal(event["quantity"])
                used[key] = max(used[key], quantity) if key[1] == "team_seats" else used[key] + quantity
            ids.add(event["event_id"])
    return used


def is_timely(event: dict[str, str]) -> bool:
    year, month = int(event["occurred_at"][:4]), int(event["occurred_at"][5:7])
    return event["received_at"] < f"{year + month // 12}-{month % 12 + 1:02d}-04T00:00:00Z"


def test_copies_late_and_conflicting_events_are_as_rare_as_promised(written: Path) -> None:
    first: dict[str, dict[str, str]] = {}
    same = other = late = 0
    for path in sorted((written / "metering").iterdir()):
        for event in csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines()):
            known = first.setdefault(event["event_id"], event)
            same += known is not event and known == event
            other += known != event
            late += known is event and not is_timely(event)
    assert same / len(first) == pytest.approx(0.01, abs=0.002)
    assert other / len(first) == pytest.approx(0.0005, abs=0.0003)
    assert late / len(first) == pytest.approx(0.003, abs=0.001)
