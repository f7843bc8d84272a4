"""The verb listing: it opens with the register, says what to type and what is left, and holds a file to the book."""

import csv
import io
import json
from pathlib import Path

import pytest

from lib.__main__ import main

pytestmark = pytest.mark.usefixtures("asked_once")
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def verb(desk_folder: Path, capsys: Printed):
    def asked(*words: str, code: int = 0) -> str:
        assert main(["listing", *words, "--snapshots", str(desk_folder.parent)]) == code
        return capsys.readouterr().out

    return asked


def test_the_page_opens_with_the_register_and_then_has_the_three_tables(verb):
    printed = verb()
    headings = [line for line in printed.splitlines() if line.startswith("#")]
    assert headings == [
        "# AWS listing, book 2026-05-09 (not published yet)",
        "## Open decisions",
        "## SaaS contract pricing rows",
        "## Metering dimensions",
        "## Tier × dimension applicability",
        "## What the listing cannot hold, and what stays off it",
        "## What is left to type",
        "## A change to every price, announced on 2026-10-31",
        "### A tier price, step by step",
        "### A dimension rate, step by step",
        "### Who must be notified, and when it reaches them",
    ]
    assert "4 of 5 decisions are open: not ready to publish." in printed
    assert printed.count("| add |") == 6 + 8


def test_the_document_opens_with_its_manifest_and_the_register(verb):
    document = json.loads(verb("--json"))
    assert list(document)[:3] == ["manifest", "ready", "open"]
    assert (document["ready"], document["open"], len(document["open_decisions"])) == (False, 4, 5)
    assert (len(document["contracts"]), len(document["dimensions"])) == (6, 8)
    assert document["contracts"][1]["price_usd"] == "2990.00"
    assert document["missing"] == [
        "starter-annual.stripe_price_id",
        "accelerate-annual.stripe_price_id",
        "command_plus-annual.stripe_price_id",
    ]
    assert document["listing_state"] == "not published yet"
    assert document["announcement"]["notices"][-1]["reaches_on"] is None


def test_the_rows_alone_are_what_a_person_types_and_files(verb):
    blank, dated = verb("--format", "csv"), verb("--format", "csv", "--captured-on", "2026-10-30")
    rows = list(csv.DictReader(io.StringIO(dated)))
    assert len(rows) == 6 + 8
    assert {row["captured_on"] for row in rows} == {"2026-10-30"}
    assert dated.replace("2026-10-30", "") == blank


def test_a_file_is_held_to_the_book_and_a_difference_fails(verb, tmp_path: Path):
    path = tmp_path / "typed.csv"
    path.write_text(verb("--format", "csv"))
    assert verb("--against", str(path)) == f"0 differences between the book and {path}\n"
    path.write_text(path.read_text().replace("P12M,2990.00", "P12M,2870.00"))
    told = verb("--against", str(path), code=1)
    assert told.splitlines() == [
        "plans.starter-annual.list_price: the book 2990.00, the file 2870.00",
        f"1 difference between the book and {path}",
    ]
    # under it the file is right about Starter's year; two prices differ, and no id that the file has changes there
    assert verb("--against", str(path), "--scenario", "honest-20", code=1).count("plans.") == 2


def test_a_file_that_is_no_listing_is_refused_in_one_sentence(desk_folder: Path, tmp_path: Path, capsys: Printed):
    path = tmp_path / "prices.csv"
    path.write_text("a,b\n1,2\n")
    assert main(["listing", "--against", str(path), "--snapshots", str(desk_folder.parent)]) == 2
    assert "prices.csv lacks the column 'section'" in capsys.readouterr().err


def test_under_a_scenario_it_is_the_listing_of_that_book_announced_on_its_day(verb):
    printed = verb("--scenario", "honest-20")
    assert "| Vellocity GTM — Starter | starter | Annual | $2,870/yr ($239.17/mo) |" in printed  # 2,870 ÷ 12
    assert "## Honest 20, announced on 2027-01-01" in printed
    assert "### A dimension rate, step by step" not in printed
    assert "No price changes" in verb("--scenario", "say-17")
    allowances = verb("--scenario", "stratified-allowances")
    assert "Also changes, without a procedure in the papers: what tiers include." in allowances


def test_the_days_come_as_a_calendar(verb):
    printed = verb("--scenario", "honest-20", "--format", "ics", "--announced-on", "2027-03-16")
    assert printed.startswith("BEGIN:VCALENDAR")
    assert printed.count("BEGIN:VEVENT") == 5 + 2 + 3
    assert "DTSTART;VALUE=DATE:20270701" in printed


@pytest.mark.parametrize("name", ["x" * 5000 + ".toml", "y/" * 2500])
def test_a_scenario_of_a_name_longer_than_any_file_is_refused(desk_folder: Path, capsys: Printed, name: str):
    assert main(["listing", "--scenario", name, "--snapshots", str(desk_folder.parent)]) == 2
    [told] = capsys.readouterr().err.splitlines()
    assert "is no file; of the scenarios on file, " in told and len(told) < 500


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("acknowledge --withdraw X --list", "--withdraw is said beside --list"),
        ("acknowledge --list --who Ann", "--who is said beside --list"),
        ("acknowledge --withdraw X --who A --why B --until 2027-01-01", "--until is said beside --withdraw"),
        ("acknowledge X --withdraw Y", "FINDING is said beside --withdraw"),
        ("close 2026-09 --list", "MONTH is said beside --list"),
        ("close --list --why Z", "--why is said beside --list"),
        ("listing --format md --captured-on 2026-10-30", "--captured-on is of a csv alone, and md is asked for"),
        ("listing --captured-on 2026-10-30", "--captured-on is of a csv alone, and md is asked for"),
        ("listing --format csv --captured-on 2099-01-01", "--captured-on 2099-01-01 has not come yet"),
        ("listing --against f --json --format json", "--format, --json is said beside --against"),
        ("listing --json --format csv", "--json is asked for, and --format csv; write one of them"),
        ("check --json --format junit", "--json is asked for, and --format junit"),
        ("books 2026-09 --json --format csv", "--json is asked for, and --format csv"),
        ("books 2026-09 --of ledger", "--of is of a csv alone, and text is asked for; write --format csv"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(desk_folder: Path, capsys: Printed, words: str, told: str):
    assert main([*words.split(), "--snapshots", str(desk_folder.parent)]) == 2
    [sentence] = capsys.readouterr().err.splitlines()
    assert told in sentence
