"""Columns that change from file to file, conflicts with the places of both copies, and what a pull had to say."""

import json
from pathlib import Path

import pytest

from lib.warehouse.build import BuildRefused, build
from tests.warehouse.worlds import ask, built, event, events, take_snapshot


def account_feed(month: str, *headers: str) -> dict[str, str]:
    names = ["valid_from", "insert_date", "update_date", "delete_date", "account_id", "aws_account_id", *headers]
    return {f"marketplace/AccountFeed_V1/year=2026/month={month}/data.csv": ",".join(names) + "\n"}


def drift(folder: Path, world: dict[str, str]) -> list[tuple[object, ...]]:
    columns = "change, name, earlier_header, column_name, right(file, 11)"
    return ask(built(folder, world), f"select {columns} from marts.schema_drift order by file, change, name")


def test_a_header_that_comes_and_goes_is_told_with_the_first_file_that_differs(tmp_path: Path) -> None:
    world = account_feed("03", "title") | account_feed("04", "title", "tax_id") | account_feed("05", "tax_id")
    assert drift(tmp_path, world) == [
        ("new", "tax_id", None, None, "04/data.csv"),
        ("gone", "title", None, None, "05/data.csv"),
    ]


def test_another_order_and_another_case_of_headers_are_no_drift(tmp_path: Path) -> None:
    assert drift(tmp_path, account_feed("03", "title", "tax_id") | account_feed("04", "TAX_ID", "title")) == []


def test_a_column_that_answers_to_another_header_is_renamed_and_neither_new_nor_gone(tmp_path: Path) -> None:
    prices = {
        "stripe/prices-2026-03.csv": "Price ID,Product ID,Product Name,Amount,Currency,Interval,lookup_key\n",
        "stripe/prices-2026-04.csv": "id,Product ID,Product Name,Amount,Currency,Interval,lookup_key\n",
    }
    assert drift(tmp_path, prices) == [("renamed", "id", "Price ID", "price_id", "2026-04.csv")]


def test_a_single_file_has_nothing_to_differ_from(tmp_path: Path) -> None:
    assert drift(tmp_path, account_feed("03", "title")) == []


def test_which_header_was_read_as_which_column_is_counted_over_files(tmp_path: Path) -> None:
    report = built(tmp_path, account_feed("03", "title") | account_feed("04", "title"))
    query = "select header, column_name, file_count from marts.column_match where header in ('title', 'account_id')"
    assert sorted(ask(report, query)) == [("account_id", "account_id", 2), ("title", None, 2)]


def test_both_copies_of_an_event_have_their_place(tmp_path: Path) -> None:
    world = {
        "metering/events-2026-04.csv": events(event("e-a"), event("e-b", "10")),
        "metering/events-2026-05.csv": events(event("e-b", "12.5")),
    }
    query = "select event_id, kept_quantity, kept_file, kept_line, other_quantity, file, line from marts.event_conflict"
    [row] = ask(built(tmp_path, world), query)
    assert (row[0], float(str(row[1])), *row[2:4]) == ("e-b", 10.0, "metering/events-2026-04.csv", 3)
    assert (float(str(row[4])), *row[5:]) == (12.5, "metering/events-2026-05.csv", 2)


def with_notes(tmp_path: Path, notes: object) -> Path:
    """A snapshot whose manifest carries notes, as a pull leaves them."""
    snapshots = take_snapshot(tmp_path / "snapshots", {"metering/events-2026-04.csv": events(event("e-a"))})
    [manifest] = snapshots.glob("*/manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"notes": notes}))
    return snapshots


def test_what_a_pull_had_to_say_is_kept_once(tmp_path: Path) -> None:
    said = "plans.price was decimal(12,2) and is now double"
    snapshots = with_notes(tmp_path, {"plans_db": [said, said], "crm": []})
    report = build(snapshots, tmp_path / "warehouse")
    assert ask(report, "select * from marts.source_note") == [("plans_db", said)]


def test_notes_that_are_none_are_refused_with_the_manifest_that_holds_them(tmp_path: Path) -> None:
    snapshots = with_notes(tmp_path, {"plans_db": "no list"})
    with pytest.raises(BuildRefused, match=r"manifest\.json is no manifest .*plans_db should be given as list"):
        build(snapshots, tmp_path / "warehouse")
