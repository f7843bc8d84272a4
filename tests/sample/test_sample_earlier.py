"""The world months earlier: what its systems knew then, of the very things they know now."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from world import build

THEN, MONTHS_AGO = date(2026, 6, 30), 4


def _written(folder: Path, months_ago: int) -> Path:
    build.write(build.imagine(60, 20261031, 24, months_ago), folder, lambda _: None)
    return folder


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("worlds")
    return _written(folder / "then", MONTHS_AGO), _written(folder / "now", 0)


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def test_it_is_dated_by_the_last_day_it_knows(worlds):
    assert "as_of = 2026-06-30\nsynthetic = true" in (worlds[0] / "world.toml").read_text()


def test_what_was_metered_and_fed_until_then_is_the_same_to_the_last_byte(worlds):
    then, now = worlds
    for kind in ("metering", "marketplace"):
        files = {path.relative_to(then) for path in (then / kind).rglob("*") if path.is_file()}
        assert len(files) == (20 if kind == "metering" else 6 * 20 + 1)
        for name in files:
            assert (then / name).read_bytes() == (now / name).read_bytes(), name
    assert not [path for path in (then / "marketplace").rglob("month=07") if path.parent.name == "year=2026"]


@pytest.mark.parametrize(
    ("file", "known_by"),
    [
        ("stripe/invoices.csv", "Date (UTC)"),
        ("stripe/balance_transactions.csv", "created"),
        ("stripe/subscriptions.csv", "Created (UTC)"),
        ("company/signups.csv", "signed_up_on"),
        ("crm/companies.csv", "Create Date"),
        ("crm/deals.csv", "Create Date"),
    ],
)
def test_a_record_is_there_when_its_day_had_come(worlds, file, known_by):
    then, now = (_rows(folder / file) for folder in worlds)
    due = [key for key, row in now.items() if row[known_by][:10] <= THEN.isoformat()]
    assert list(then) == due and len(due) < len(now)


def test_who_left_later_is_still_there(worlds):
    then, now = (_rows(folder / "stripe" / "subscriptions.csv") for folder in worlds)
    left = [key for key in then if now[key]["Ended At (UTC)"][:10] > THEN.isoformat()]
    assert left and all(then[key]["Status"] == "active" and not then[key]["Ended At (UTC)"] for key in left)
    gone = [key for key in then if "" < now[key]["Ended At (UTC)"][:10] <= THEN.isoformat()]
    assert gone and all(then[key] == now[key] for key in gone)


def test_what_was_paid_later_is_still_open(worlds):
    then, now = (_rows(folder / "stripe" / "invoices.csv") for folder in worlds)
    for key, row in then.items():
        paid = now[key]["Paid At (UTC)"]
        assert row["Paid At (UTC)"] == (paid if paid[:10] <= THEN.isoformat() else "")


FUNNEL = ["Prospect", "Qualified", "Technical Validation", "Business Validation", "Committed"]


def test_a_deal_that_moved_later_stood_a_stage_earlier_and_no_other_is_told_otherwise(worlds):
    then, now = (_rows(folder / "crm" / "deals.csv") for folder in worlds)
    moved, others = set(), set()
    for key, row in now.items():
        if key in then and row["Date entered current stage"]:
            (moved if row["Date entered current stage"] > THEN.isoformat() else others).add(key)
    assert {now[key]["Deal Stage"] in FUNNEL for key in moved} == {True, False}
    for key in moved:
        stage = now[key]["Deal Stage"]
        before = FUNNEL[max(FUNNEL.index(stage) - 1, 0)] if stage in FUNNEL else "Committed"
        assert then[key]["Deal Stage"] == before
        assert then[key]["Create Date"] <= then[key]["Date entered current stage"] <= THEN.isoformat()
    assert others and all(then[key] == now[key] for key in others)


def test_a_place_shows_what_it_showed_when_it_was_looked_at_before(worlds):
    then = [path.name for path in (worlds[0] / "surfaces").iterdir()]
    assert then and all(date.fromisoformat(name.split("-", 1)[1][:10]) <= THEN for name in then)


def test_what_was_seen_a_month_before_is_told_as_it_was(tmp_path):
    seen = _written(tmp_path, 1) / "surfaces"
    assert "accelerate,video_minutes,not offered" in next(seen.glob("allowances-2026-09-24-3.csv")).read_text()
    assert "accelerate,team_seats,10,seat" in next(seen.glob("allowances-2026-09-24-1.csv")).read_text(), (
        "the rest is as it is"
    )


def test_a_pilot_step_measured_later_is_still_running(worlds):
    with (worlds[0] / "company" / "pilots.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and all(row["started_on"] <= THEN.isoformat() >= row["measured_on"] for row in rows)
    assert [row for row in rows if not row["measured_on"] and not row["measured_value"]]


def test_a_month_is_the_last_one_that_can_be_left_out(worlds):
    setting = build.imagine(3, 1, 24, 2).setting
    assert setting.seen_on == date(2026, 8, 31) and setting.seen.months == 22
    assert setting.seen.first_on == setting.window.first_on and setting.window.as_of - setting.seen_on == timedelta(61)
