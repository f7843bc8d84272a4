"""The sample warehouse against the sample's own files: counted and added up again, without the warehouse's code."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.warehouse.read import Warehouse


@pytest.fixture(scope="module")
def snapshot(desk_folder: Path, warehouse: Warehouse) -> Path:
    return desk_folder.parent / warehouse.snapshot_on.isoformat()


@pytest.fixture(scope="module")
def events(snapshot: Path) -> list[dict[str, str]]:
    """Every event line as a dict, in the order of files and lines."""
    found: list[dict[str, str]] = []
    for path in sorted((snapshot / "metering").glob("*.gz")):
        with gzip.open(path, "rt") as stream:
            found += csv.DictReader(stream)
    return found


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="") as stream:
        yield from csv.DictReader(stream)


def test_every_line_of_every_file_is_explained(warehouse: Warehouse, snapshot: Path) -> None:
    status = warehouse.rows("source_status")
    read = sum(row["lines_read"] for row in status)
    explained = sum(
        row[part] for row in status for part in ("header_lines", "blank_lines", "loaded", "duplicates", "rejected")
    )
    files = json.loads((snapshot / "manifest.json").read_text())["files"]
    assert read == explained == sum(file["lines"] for file in files if not file["path"].endswith("README.txt"))
    assert not [row["feed"] for row in status if row["is_missing"]]


def test_events_are_counted_once(warehouse: Warehouse, events: list[dict[str, str]]) -> None:
    [status] = [row for row in warehouse.rows("source_status") if row["feed"] == "event"]
    ids = {event["event_id"] for event in events}
    assert status["loaded"] == len(ids)
    assert status["duplicates"] == len(events) - len(ids)
    assert status["rejected"] == len(warehouse.reject_rows()) == 0


def test_copies_that_differ_are_the_conflicts(warehouse: Warehouse, events: list[dict[str, str]]) -> None:
    first: dict[str, dict[str, str]] = {}
    differing = [
        event["event_id"]
        for event in events
        if first.setdefault(event["event_id"], event)["quantity"] != event["quantity"]
    ]
    assert sorted(row["event_id"] for row in warehouse.conflict_rows()) == sorted(differing)
    assert differing


def test_usage_by_month_is_what_the_files_add_up_to(warehouse: Warehouse, events: list[dict[str, str]]) -> None:
    kept: dict[str, dict[str, str]] = {}
    for event in events:
        kept.setdefault(event["event_id"], event)
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    peaks: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for event in kept.values():
        quantity, month = Decimal(event["quantity"]), event["occurred_at"][:7]
        if event["dimension"] == "team_seats":
            peaks[event["customer_id"], month] = max(peaks[event["customer_id"], month], quantity)
        else:
            sums[event["customer_id"], event["dimension"], month] += quantity
    built: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    built_peaks: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in warehouse.rows("usage_month"):
        month = row["usage_month"].strftime("%Y-%m")
        if row["dimension"] == "team_seats":
            peak = built_peaks[row["customer_id"], month]
            built_peaks[row["customer_id"], month] = max(peak, row["quantity"])
        else:
            built[row["customer_id"], row["dimension"], month] += row["quantity"]
    assert built == sums
    assert built_peaks == peaks


def test_stripe_money_is_what_stripe_exported(warehouse: Warehouse, snapshot: Path) -> None:
    lines = list(table(snapshot / "stripe" / "invoice_line_items.csv"))
    moves = [row for row in table(snapshot / "stripe" / "balance_transactions.csv") if row["type"] != "payout"]
    invoiced = [row["amount_usd"] for row in warehouse.rows("invoice_line") if row["rail"] == "stripe"]
    settled = [row for row in warehouse.rows("settlement") if row["rail"] == "stripe"]
    assert len(invoiced) == len(lines)
    assert sum(invoiced) * 100 == sum(int(line["amount"]) for line in lines)
    assert sum(row["net_usd"] for row in settled) * 100 == sum(int(move["net"]) for move in moves)
    charged = [int(move["amount"]) for move in moves if move["type"] == "charge"]
    assert sum(row["gross_usd"] for row in settled) * 100 == sum(charged)


def test_marketplace_money_is_what_aws_billed(warehouse: Warehouse, snapshot: Path) -> None:
    feed = (snapshot / "marketplace" / "BillingEventFeed_V1").rglob("data.csv")
    once: dict[str, Any] = {row["billing_event_id"]: row for path in sorted(feed) for row in table(path)}
    billed = [row for row in once.values() if row["action"] == "INVOICED"]
    sales = [Decimal(row["amount"]) for row in billed if row["transaction_type"] == "SELLER_REV_SHARE"]
    fees = [Decimal(row["amount"]) for row in billed if row["transaction_type"] == "AWS_REV_SHARE"]
    settled = [row for row in warehouse.rows("settlement") if row["rail"] == "aws"]
    assert sum(row["amount_usd"] for row in warehouse.rows("invoice_line") if row["rail"] == "aws") == sum(sales)
    assert sum(row["gross_usd"] for row in settled) == sum(sales)
    assert sum(row["fee_usd"] for row in settled) == -sum(fees)


def test_every_contract_has_a_customer_and_their_days_do_not_overlap(warehouse: Warehouse) -> None:
    assert all(row["customer_id"] for row in warehouse.rows("contract"))
    query = """
        select a.contract_id, b.contract_id
        from marts.contract as a
        inner join marts.contract as b on a.customer_id = b.customer_id and a.contract_id < b.contract_id
        where a.started_on < coalesce(b.ended_on, '9999-12-31') and b.started_on < coalesce(a.ended_on, '9999-12-31')
    """
    connection = duckdb.connect(str(warehouse.path), read_only=True)
    assert connection.execute(query).fetchall() == []
    connection.close()
