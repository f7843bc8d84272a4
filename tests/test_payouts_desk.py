"""Reconciliation on the sample and on a small world: against SQL, and every line that differs with a true reason."""

import json
import re
import shutil
import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib import reports
from lib.__main__ import main
from lib.desk import Desk, Payouts, rights
from lib.payouts import MATCHED, PayoutLine, sums
from lib.rails import RailsError
from lib.reconciliation import ParityLine
from tests.conftest import ROOT
from tests.warehouse.hand_world import WORLD
from tests.warehouse.test_marketplace_meter import API, FEEDS, RECORDS
from tests.warehouse.worlds import World, built, events


@pytest.fixture(scope="module")
def report(desk: Desk) -> tuple[ParityLine, ...]:
    return desk.parity()


@pytest.fixture(scope="module")
def found(desk: Desk, report: tuple[ParityLine, ...]) -> Payouts:
    return desk.payouts(report)


def test_the_lines_that_match_may_be_left_out_of_the_report(
    desk: Desk, report: tuple[ParityLine, ...], found: Payouts
) -> None:
    assert desk.payouts([line for line in report if line.verdict != "matched"]) == found


def test_classes_add_up_to_both_sides(desk: Desk, report: tuple[ParityLine, ...], found: Payouts) -> None:
    """Theirs is marts.settlement, ours every amount we rate, both to the cent and by rail."""
    assert len(found.lines) == 8438
    for rail in found.rails:
        classes = sums(line for line in found.lines if line.rail == rail)
        rows = [row for row in desk.warehouse.rows("settlement") if row["rail"] == rail]
        assert sum(one.stated_gross for one in classes) == sum(row["gross_usd"] for row in rows)
        assert sum(one.stated_fee for one in classes) == sum(row["fee_usd"] for row in rows)
        rated = sum(line.rated for line in report if line.rail == rail and line.rated)
        assert sum(one.expected_gross for one in classes) == rated


def test_every_fee_of_the_sample_is_what_the_schedule_keeps(desk: Desk, found: Payouts) -> None:
    """Integer arithmetic of the test's own, in tenths of cents and below, wherever the amount agrees."""
    methods = {(row["rail"], row["invoice_id"]): row["payment_method"] for row in desk.warehouse.rows("settlement")}
    assert not [line for line in found.lines if line.verdict == "fee differs"]
    agreeing = [line for line in found.lines if line.rail == "stripe" and line.stated_gross == line.expected_gross]
    assert len(agreeing) > 3000
    for line in agreeing:
        assert line.expected_fee == stripe_fee(line.stated_gross or Decimal(0), methods["stripe", line.reference])


def stripe_fee(gross: Decimal, method: str) -> Decimal:
    """Per mille of cents: 2.9 % + 30 cents, 1.5 % more from abroad, or 0.8 % up to five dollars; 0.7 % for Billing."""
    cents = int(gross * 100)
    kept = (
        min(cents * 8, 500_000) if method == "ach" else cents * (44 if method == "card_international" else 29) + 30_000
    )
    return Decimal((kept + 500) // 1000 + (cents * 7 + 500) // 1000) / 100


REASONS = {
    "amount differs": r"late usage: |prices of another book: ",
    "missing here": r"for a plan that is in no book$",
    "missing there": r"late usage: .* arrived after the cut-off, and nothing is above the allowance without them",
    "timing": r"not paid out|in another month|invoiced on 2026-11-04, after|not there yet, usually by 2026-11-03: late",
    "matched": r"^to the cent; paid out on ",
}


def test_every_line_of_the_sample_has_a_true_reason(report: tuple[ParityLine, ...], found: Payouts) -> None:
    """The sample plants late usage, an old price and a plan in no book; the parity report names the same lines."""
    for line in found.lines:
        assert re.search(REASONS[line.verdict], line.reason), (line.reference, line.reason)
    late = [line for line in report if line.verdict in ("differing", "not invoiced")]
    # 0.30 of October's late usage is inside the lag still: it is timing until 3 November
    apart = [
        line for line in found.lines if line.verdict in ("amount differs", "missing there") or "late" in line.reason
    ]
    assert sum(-line.gross_difference for line in apart) == sum(line.difference for line in late)
    assert Counter(line.verdict for line in found.lines)["missing here"] == sum(
        line.verdict == "not rated" for line in report
    )


def test_undisbursed_money_is_what_the_mart_says(desk: Desk, found: Payouts) -> None:
    held = [row for row in desk.warehouse.rows("settlement") if row["disbursed_on"] is None]
    assert found.undisbursed == sum(row["net_usd"] for row in held)
    assert found.overdue == sum(row["net_usd"] for row in held if row["due_on"] < found.as_of)
    assert found.expected + found.overdue == found.undisbursed  # the sample's last due day is 27 November
    assert sum(age.lines for age in found.ages) == len(held)


def test_rights_of_a_closed_month_are_the_meters_balance(desk: Desk) -> None:
    """September is closed: what is not matched was never billed, late usage as the meter's page says."""
    month = desk.metered_months[1]
    told, lines = rights(desk, month), desk.metering(month)
    assert {right.kind for right in told} == {"usage"}  # the sample has no entitlements on record
    assert sum(right.difference for right in told) == sum(line.metered - line.rated for line in lines)
    unsent = sum(line.unsent - line.uncorrectable for line in lines)
    assert -sum(right.difference for right in told if right.verdict != MATCHED) == unsent > 0


# A small world: four customers, worked out by hand in tests/warehouse/hand_world.py


@pytest.fixture(scope="module")
def small_folder(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four customers at the sample's prices."""
    folder = tmp_path_factory.mktemp("payouts")
    built(folder, {**WORLD, **sample_plans(desk_folder)})
    return folder / "warehouse"


def sample_plans(desk_folder: Path) -> World:
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    return {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}


@pytest.fixture(scope="module")
def small(small_folder: Path) -> dict[str, PayoutLine]:
    desk = Desk.open(small_folder)
    lines = desk.payouts(desk.parity()).lines
    desk.warehouse.close()
    return {line.reference: line for line in lines}


def test_a_fee_on_an_invoice_of_its_own_is_the_sales_and_an_old_price_is_named(small: dict[str, PayoutLine]) -> None:
    """INV-1: 2,990.00 for the year with 89.70 on LF-1. In March 2026 the list said 2,490, of which 3 % are 74.70."""
    line = small["INV-1"]
    assert (line.stated_gross, line.stated_fee) == (Decimal("2990.00"), Decimal("89.70"))
    assert (line.verdict, line.expected_gross, line.expected_fee) == (
        "amount differs",
        Decimal("2490.00"),
        Decimal("74.70"),
    )
    assert "$500.00 more; prices of another book: it has the price of the 2026-05-09 book" in line.reason


def test_an_offer_that_no_book_and_no_feed_prices_is_expected_nowhere(small: dict[str, PayoutLine]) -> None:
    """agmt-3 from 20 April: the offer's price is in no feed of this world, so nothing is rated and nothing missing."""
    assert not [line for line in small.values() if line.reference.startswith("agmt-3")]


def test_an_invoice_that_was_never_paid_is_missing_there(small: dict[str, PayoutLine]) -> None:
    """in_2 of 10 April: no charge settled it; with two days' lag it is overdue since 12 April, 49 days on 31 May."""
    line = small["in_2"]
    assert (line.verdict, line.expected_gross, line.stated_gross) == ("missing there", Decimal("249.00"), None)
    assert "49 days overdue" in line.reason


def test_a_void_invoice_is_expected_nowhere(small: dict[str, PayoutLine]) -> None:
    """in_5 of 12 April is void, in_6 of 12 May was paid for a plan that is in no book."""
    assert "in_5" not in small
    assert small["in_6"].verdict == "missing here"


def test_the_meter_and_the_entitlements_against_usage_and_contracts(
    desk_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the meter's log and GetEntitlements say of two agreements, at the sample's prices.

    agmt-2 used 60,000 words in April, 10,000 above the allowance: 0.01. The meter took 15 + 2.5 + 3 cents, which is 21
    begun cents: 0.20 too much, and April is closed. agmt-3 used none and 1 cent was taken. Of seats both sides say 7
    and 40; the plans themselves, starter and enterprise, are granted nowhere, and a beta access is held nowhere.
    """
    folder = tmp_path_factory.mktemp("rights")
    built(folder, {**WORLD, **sample_plans(desk_folder), **API, **RECORDS, **FEEDS})
    desk = Desk.open(folder / "warehouse")
    told = {(right.contract_id, right.item): right for right in rights(desk, date(2026, 4, 1))}
    desk.warehouse.close()
    assert {key: right.verdict for key, right in told.items()} == {
        ("agmt-2", "words"): "amount differs",
        ("agmt-3", "words"): "missing here",
        ("agmt-2", "team_seats"): "matched",
        ("agmt-3", "team_seats"): "matched",
        ("agmt-2", "starter"): "missing there",
        ("agmt-3", "enterprise"): "missing there",
        ("agmt-2", "beta_access"): "missing here",
    }
    words = told["agmt-2", "words"]
    assert (words.ours, words.theirs) == (Decimal("0.01"), Decimal("0.21"))
    assert "$0.20 is billed too much" in words.reason


# The three months of AWS billing that are written by hand in tests/cases/aws_three_months.toml

THREE_MONTHS = {
    "INV-0601": "matched",  # the plain sale: 1,499.00, 44.97, paid out on 10 July
    "INV-0602": "matched",
    "INV-0603": "missing here",  # no period of agmt-south starts on 3 June
    "INV-0605": "missing here",  # nor one of agmt-north on 5 June, whose usage of May is before its start
    "INV-0606": "missing here",
    "INV-0607": "missing here",
    "agmt-north due 2026-07-01": "missing there",  # Accelerate's July, 31 days overdue
    "INV-0701": "timing",  # due on 1 August, collected and not paid out
    "INV-0702": "matched",  # forgiven: nothing is left of it
    "INV-0703": "timing",  # the year of agmt-east, due on 4 August
    "INV-0801": "missing here",
    "agmt-north due 2026-08-01": "timing",  # inside the thirty days
    "agmt-south due 2026-08-02": "timing",
}


def test_the_three_months_feed_is_reconciled_line_by_line(
    desk_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At the sample's prices; its lines name no plan. 4,667.47 are still to be paid out, 568.10 of them tax."""
    table = tomllib.loads((ROOT / "tests" / "cases" / "aws_three_months.toml").read_text())
    folder = tmp_path_factory.mktemp("three")
    used = events("e-1,c-1,words,2026-06-10T00:00:00Z,2026-06-10T01:00:00Z,1000")
    world = {name: text.lstrip("\n") for name, text in table["files"].items()}
    built(folder, {**world, **sample_plans(desk_folder), "metering/events-2026-06.csv.gz": used}, table["pulled_on"])
    desk = Desk.open(folder / "warehouse")
    found = desk.payouts(desk.parity())
    desk.warehouse.close()
    assert {line.reference: line.verdict for line in found.lines} == THREE_MONTHS
    [plain] = [line for line in found.lines if line.reference == "INV-0601"]
    assert (plain.stated_gross, plain.stated_fee) == (Decimal("1499.00"), Decimal("44.97"))
    still = Decimal(table["expect_total"]["still_to_be_paid"]) - Decimal(table["expect_total"]["seller_tax"])
    assert found.undisbursed == still == Decimal("4099.37")
    assert found.rails == ("aws",) and "stripe" in found.missing


# The feeds a rail is reconciled from are named in data/billing.toml


def with_needs(folder: Path, was: str, becomes: str) -> Path:
    """A copy of the facts in which one line of [payouts.needs] is another."""
    data = folder / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("sample"))
    billing = (ROOT / "data" / "billing.toml").read_text()
    [line] = [line for line in billing.splitlines() if re.match(rf"{was} +=.*event", line)]
    (data / "billing.toml").write_text(billing.replace(line, becomes))
    return data


def test_a_rail_whose_feeds_nobody_named_is_left_out_by_name(small_folder: Path, tmp_path: Path) -> None:
    desk = Desk.open(small_folder, with_needs(tmp_path, "aws", ""))
    found = desk.payouts(desk.parity())
    table = reports.reconciled_table(reports.reconciled(desk.manifest(), found, ()))
    desk.warehouse.close()
    assert (found.rails, dict(found.missing)) == (("stripe",), {"aws": ()})
    assert "aws is left out: data/billing.toml, [payouts.needs], names no feeds of it" in table


def test_feeds_of_a_rail_that_is_not_there_are_refused(small_folder: Path, tmp_path: Path) -> None:
    desk = Desk.open(small_folder, with_needs(tmp_path, "aws", 'awz = ["event"]'))
    with pytest.raises(RailsError, match=r"\[payouts.needs\] of data/billing.toml cannot be 'awz'.*aws"):
        desk.payouts(())
    desk.warehouse.close()


# The command line


def run(folder: Path, *words: str) -> int:
    return main(["reconcile", *words, "--snapshots", str(folder.parent)])


def test_reconcile_prints_one_document(small_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is paid out of in_6, 99.00 less 3.17: 95.83 available on 1 June, the day after the snapshot."""
    assert run(small_folder, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert next(iter(document)) == "manifest"
    matched = sum(row["lines"] for row in document["classes"] if row["class"] == MATCHED)
    assert sum(row["lines"] for row in document["classes"]) == matched + len(document["lines"])
    assert document["payouts"]["undisbursed_usd"] == document["payouts"]["expected_usd"] == "95.83"
    assert document["payouts"]["days"] == [{"rail": "stripe", "on": "2026-06-01", "net_usd": "95.83", "lines": 1}]
    assert sum(Decimal(row["net_usd"]) for row in document["ageing"]) == Decimal("95.83")


def test_reconcile_of_a_month_tells_its_lines_alone(small_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small_folder, "--month", "2026-05", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["month"] == "2026-05"
    assert {line["on"][:7] for line in document["lines"]} == {"2026-05"}
    assert [line["reference"] for line in document["lines"] if line["class"] == "missing here"] == ["in_6"]


def test_reconcile_as_a_table_says_what_is_held(
    desk: Desk, found: Payouts, small_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = reports.reconciled_table(reports.reconciled(desk.manifest(), found, ()))
    assert "stripe  fee differs         0" in table
    assert "$377,800.33 is not paid out: $221,543.03 should arrive within 30 days" in table
    assert "802 smaller differences: --json has every one" in table
    assert run(small_folder) == 0
    assert "$95.83 is not paid out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2031-01", "no rail and no book of ours has a line of 2031-01; lines are on record from 2026-03 to 2026-"),
        ("2026-13", "'2026-13' is no month; write it as 2026-09"),
        ("October", "'October' is no month"),
    ],
)
def test_a_month_nobody_has_is_one_sentence(
    small_folder: Path, capsys: pytest.CaptureFixture[str], month: str, words: str
) -> None:
    try:
        code = run(small_folder, "--month", month)
    except SystemExit as end:
        code = int(str(end.code))
    told = capsys.readouterr().err.strip()
    assert code == 2
    assert words in told and "\n" not in told
