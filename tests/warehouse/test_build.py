"""Build: the newest snapshot becomes one published file, or nothing changes and one sentence says why."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from lib.warehouse.build import BuildRefused, build
from lib.warehouse.read import Warehouse, open_current
from tests.conftest import ROOT
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import EVENTS, account, ask, built, event, events, take_snapshot

SIGNUPS = {"company/signups.csv": "signup_id,product,signed_up_on,converted_on,customer_id\nsu-1,v,2026-04-01,,\n"}
RAW_COUNTS = "select (select count(*) from raw.event), (select count(*) from raw.signup)"


def test_every_relation_stands_even_when_every_source_is_absent(tmp_path: Path) -> None:
    report = built(tmp_path, {})
    assert all(row["is_missing"] for row in report.accounting)
    assert all(row["lines_read"] == row["loaded"] == 0 for row in report.accounting)
    warehouse = open_current(tmp_path / "warehouse")
    assert {mart for mart in warehouse.marts if warehouse.arrow(mart).num_rows} == {"source_status"}
    warehouse.close()


def test_a_source_that_stayed_away_says_when_it_was_last_seen_and_what_to_run(tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    take_snapshot(snapshots, {**SIGNUPS, EVENTS: events(event("e-1"))}, date(2026, 4, 30))
    take_snapshot(snapshots, SIGNUPS, date(2026, 5, 31))
    report = build(snapshots, tmp_path / "warehouse")
    gone, here = account(report, "event"), account(report, "signup")
    assert (gone["is_missing"], gone["pulled_on"], gone["last_seen_on"]) == (True, None, date(2026, 4, 30))
    assert gone["pull_command"] == "python -m lib pull --only metering"
    assert (here["is_missing"], here["pulled_on"], here["last_seen_on"]) == (
        False,
        date(2026, 5, 31),
        date(2026, 5, 31),
    )
    assert here["last_record_on"] == date(2026, 4, 1)
    assert account(report, "deal")["last_seen_on"] is None


def test_the_newest_snapshot_is_built_or_the_newest_up_to_a_day(tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    for day in (date(2026, 4, 30), date(2026, 5, 31)):
        take_snapshot(snapshots, SIGNUPS, day)
    assert build(snapshots, tmp_path / "warehouse").snapshot_on == date(2026, 5, 31)
    assert build(snapshots, tmp_path / "warehouse", as_of=date(2026, 5, 30)).snapshot_on == date(2026, 4, 30)


def test_no_snapshot_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match=r"holds no snapshot; make one with: python -m lib pull"):
        build(tmp_path, tmp_path / "warehouse")


def test_the_same_snapshot_gives_the_same_id_and_is_not_built_again(tmp_path: Path) -> None:
    first = built(tmp_path, SIGNUPS)
    written = first.path.stat().st_mtime_ns
    steps: list[str] = []
    again = build(tmp_path / "snapshots", tmp_path / "warehouse", lambda step, share: steps.append(step))
    assert (again.id, again.path.stat().st_mtime_ns) == (first.id, written)
    assert again.accounting == first.accounting
    assert steps == ["published"]


def test_another_snapshot_gives_another_id(tmp_path: Path) -> None:
    first = built(tmp_path, SIGNUPS)
    second = built(tmp_path, {name: f"{text}su-2,v,2026-04-02,,\n" for name, text in SIGNUPS.items()})
    assert first.id != second.id
    assert first.path.exists()


def test_two_builds_of_one_snapshot_hold_the_same_rows_in_the_same_order(tmp_path: Path) -> None:
    snapshots = take_snapshot(tmp_path / "snapshots", WORLD)
    sides = [Warehouse(build(snapshots, tmp_path / side).path) for side in ("a", "b")]
    assert all(sides[0].arrow(mart).equals(sides[1].arrow(mart)) for mart in sides[0].marts)
    for side in sides:
        side.close()


def test_progress_never_goes_back_and_ends_at_one(tmp_path: Path) -> None:
    shares: list[float] = []
    build(take_snapshot(tmp_path / "s", SIGNUPS), tmp_path / "w", lambda step, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_synthetic_travels_into_the_warehouse(tmp_path: Path) -> None:
    report = built(tmp_path, SIGNUPS)
    assert report.synthetic
    manifest = tmp_path / "snapshots" / "2026-05-31" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"synthetic": true', '"synthetic": false'))
    assert not build(tmp_path / "snapshots", tmp_path / "warehouse").synthetic


def published(out: Path) -> tuple[str, list[str]]:
    return (out / "current").read_text(), sorted(path.name for path in out.iterdir())


def test_a_file_that_is_not_the_one_pulled_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    built(tmp_path, SIGNUPS)
    before = published(tmp_path / "warehouse")
    later = take_snapshot(tmp_path / "snapshots", SIGNUPS, date(2026, 6, 1)) / "2026-06-01" / "company" / "signups.csv"
    later.write_text(later.read_text() + "su-9,v,2026-04-09,,\n")
    with pytest.raises(BuildRefused, match=r"signups\.csv is not the file that manifest\.json describes"):
        build(tmp_path / "snapshots", tmp_path / "warehouse")
    assert published(tmp_path / "warehouse") == before


def test_a_count_of_lines_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    """The lines were counted when they were pulled: a parser that skips some cannot hide it."""
    snapshots = take_snapshot(tmp_path / "snapshots", SIGNUPS)
    manifest = snapshots / "2026-05-31" / "manifest.json"
    document = json.loads(manifest.read_text())
    document["files"][0]["lines"] += 1
    manifest.write_text(json.dumps(document))
    with pytest.raises(BuildRefused) as refused:
        build(snapshots, tmp_path / "warehouse")
    assert str(refused.value) == (
        "company/signups.csv: 3 lines were pulled, but raw.signup explains 2 of them; nothing was published"
    )
    assert not (tmp_path / "warehouse" / "current").exists()


def test_a_file_listed_twice_is_refused(tmp_path: Path) -> None:
    snapshots = take_snapshot(tmp_path / "snapshots", SIGNUPS)
    manifest = snapshots / "2026-05-31" / "manifest.json"
    document = json.loads(manifest.read_text())
    document["files"] *= 2
    manifest.write_text(json.dumps(document))
    with pytest.raises(BuildRefused, match=r"staging\.file_load should have one row per \(feed, file\)"):
        build(snapshots, tmp_path / "warehouse")


def test_a_mart_that_repeats_its_grain_is_refused(tmp_path: Path) -> None:
    """Two plans with one slug and term would give one key two prices."""
    world = dict(WORLD)
    world["plans_db/plans.csv"] = str(world["plans_db/plans.csv"]) + "9,Starter,starter,1.00,monthly,0,5,2026-01-01\n"
    with pytest.raises(BuildRefused, match="plan_key"):
        built(tmp_path, world)
    assert not (tmp_path / "warehouse" / "current").exists()


def test_an_account_that_two_companies_claim_is_nobodys(tmp_path: Path) -> None:
    world = dict(WORLD)
    twin = "c-0008,Twin,DE,EMEA,vellocity,yes,12345678901,no,no,yes,,,2026-02-20\n"
    world["crm/companies.csv"] = str(world["crm/companies.csv"]) + twin
    report = built(tmp_path, world)
    assert ask(report, "select customer_id from marts.contract where contract_id = 'agmt-2'") == [(None,)]


BUILD = """
import sys
from datetime import date
from pathlib import Path
from lib.warehouse.build import build
build(Path(sys.argv[1]), Path(sys.argv[2]), lambda step, share: print(step, flush=True))
"""


def killed_at(step: str, snapshots: Path, out: Path) -> None:
    """A build in a process of its own, killed the moment it says it begins a step."""
    command = [sys.executable, "-c", BUILD, str(snapshots), str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == step:
            time.sleep(0.005)
            os.kill(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL


def test_a_build_that_dies_at_any_moment_changes_nothing(tmp_path: Path) -> None:
    snapshots, out = tmp_path / "snapshots", tmp_path / "warehouse"
    first = built(tmp_path, {EVENTS: events(event("e-1")), **SIGNUPS})
    many = events(*(event(f"e-{number}") for number in range(20_000)))
    take_snapshot(snapshots, {EVENTS: many, **SIGNUPS}, date(2026, 6, 30))
    for step in ("read event", "read savings_baseline", "marts.usage_month", "checks"):
        killed_at(step, snapshots, out)
        assert (out / "current").read_text().strip() == first.path.name
        warehouse = open_current(out)
        assert warehouse.id == first.id
        warehouse.close()
    report = build(snapshots, out)
    assert ask(report, RAW_COUNTS) == [(20_000, 1)]
    assert sorted(path.name for path in out.iterdir()) == sorted(["current", first.path.name, report.path.name])
