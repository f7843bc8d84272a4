"""Build: the newest snapshot becomes one published file, or nothing changes and one sentence says why."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from lib.sources import snapshot
from lib.warehouse.build import DATA, BuildRefused, BuildReport, build
from lib.warehouse.feeds import read_feeds
from lib.warehouse.read import Warehouse, open_as_of, open_current
from lib.warehouse.snapshots import days, history
from tests.conftest import ROOT
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import EVENTS, World, account, ask, built, event, events, take_snapshot

SIGNUPS = {"company/signups.csv": "signup_id,product,signed_up_on,converted_on,customer_id\nsu-1,v,2026-04-01,,\n"}
RAW_COUNTS = "select (select count(*) from raw.event), (select count(*) from raw.signup)"


def test_every_relation_stands_even_when_every_source_is_absent(tmp_path: Path) -> None:
    report = built(tmp_path, {})
    need_never_come = {feed.name for feed in read_feeds(DATA / "feeds") if feed.is_optional}
    assert {"private_offer_price", "surface_price", "marketplace_tax_item", "stripe_coupon"} <= need_never_come
    assert {row["feed"] for row in report.accounting if not row["is_missing"]} == need_never_come
    assert all(row["lines_read"] == row["loaded"] == 0 for row in report.accounting)
    warehouse = open_current(tmp_path / "warehouse")
    assert {mart for mart in warehouse.marts if warehouse.arrow(mart).num_rows} == {"source_status", "crm_stage"}
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


def test_a_build_of_an_older_snapshot_leaves_what_everybody_sees(tmp_path: Path) -> None:
    snapshots, out = tmp_path / "snapshots", tmp_path / "warehouse"
    take_snapshot(snapshots, SIGNUPS, date(2026, 4, 30))
    newest = built(tmp_path, SIGNUPS)
    older = build(snapshots, out, as_of=date(2026, 5, 1))
    assert (older.snapshot_on, newest.snapshot_on) == (date(2026, 4, 30), date(2026, 5, 31))
    seen = {}
    for day in (None, date(2026, 4, 30), date(2026, 5, 30), date(2026, 5, 31)):
        warehouse = open_as_of(out, day)
        seen[day] = warehouse.id
        warehouse.close()
    assert list(seen.values()) == [newest.id, older.id, older.id, newest.id]
    assert build(snapshots, out, as_of=date(2026, 4, 30)).id == older.id  # it stands already
    assert (out / "current").read_text().strip() == newest.path.name


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
    with pytest.raises(BuildRefused, match=r"should have one row per \(feed, file"):
        build(snapshots, tmp_path / "warehouse")


def test_two_plans_of_one_name_are_refused_by_table_and_id(tmp_path: Path) -> None:
    """Two plans with one slug and term would give one key two prices."""
    world = dict(WORLD)
    world["plans_db/plans.csv"] = str(world["plans_db/plans.csv"]) + "9,Starter,starter,1.00,monthly,0,5,2026-01-01\n"
    told = r"plans_db/plans\.csv, line 6 .*: id 9 has the slug and frequency of id 1 \(plans_db/plans\.csv, line 2\)"
    with pytest.raises(BuildRefused, match=told):
        built(tmp_path, world)
    assert not (tmp_path / "warehouse" / "current").exists()


def test_an_account_that_two_companies_claim_is_nobodys(tmp_path: Path) -> None:
    world = dict(WORLD)
    twin = "c-0008,Twin,DE,EMEA,vellocity,yes,12345678901,no,no,yes,,,2026-02-20\n"
    world["crm/companies.csv"] = str(world["crm/companies.csv"]) + twin
    report = built(tmp_path, world)
    assert ask(report, "select customer_id from marts.contract where contract_id = 'agmt-2'") == [("aws:012345678901",)]


def test_without_a_crm_every_agreement_keeps_a_buyer_of_its_own(tmp_path: Path) -> None:
    """Two accounts are two buyers; a subscription that names no customer goes by its customer at Stripe."""
    world = {name: text for name, text in WORLD.items() if not name.startswith("crm/")}
    for name, owner in {"subscriptions": ",,,,5,c-0004", "customers": "US,c-0004"}.items():
        path = f"stripe/{name}.csv"
        world[path] = str(world[path]).replace(owner, owner.removesuffix("c-0004"))
    report = built(tmp_path, world)
    assert ask(report, "select contract_id, customer_id from marts.contract order by 1") == [
        ("agmt-2", "aws:012345678901"),
        ("agmt-3", "aws:300000000003"),
        ("sub_1", "c-0001"),
        ("sub_2", "c-0001"),
        ("sub_4", "stripe:cus_4"),
    ]


def test_an_agreement_without_its_account_goes_by_its_own_id(tmp_path: Path) -> None:
    report = built(tmp_path, {name: text for name, text in WORLD.items() if "AccountFeed" not in name})
    found = ask(report, "select customer_id from marts.contract where rail = 'aws' order by 1")
    assert found == [("aws:agmt-2",), ("aws:agmt-3",)]


def with_line(name: str, old: str, new: str) -> World:
    """The world by hand, with one text of one file changed."""
    text = str(WORLD[name])
    assert old in text
    return {**WORLD, name: text.replace(old, new)}


DIMENSIONS = "plans_db/marketplace_pricing_dimensions.csv"
TIERS = '"[{""above"":0,""price"":""0.001""}]"'
WORTHLESS = [
    ("per 1,000 words", "per zero words", "unit is not a unit like 'per image' or 'per 1,000 words': per zero words"),
    ("per 1,000 words", "per 0 words", "unit is not a unit .*: per 0 words"),
    ("per 1,000 words", "1,000 words", "unit is not a unit .*: 1,000 words"),
    (TIERS, '"[{""above"":0}]"', "pricing_tiers is not a list of bands like"),
    (TIERS, "7", "pricing_tiers is not a list of bands like .*: 7"),
    (TIERS, '"[]"', "pricing_tiers is not a list of bands like"),
    ('"[1,2,4,6]",,0', '"{}",,0', "applicable_plan_ids is not a list of ids like"),
]


@pytest.mark.parametrize(("old", "new", "told"), WORTHLESS)
def test_a_price_list_that_cannot_be_read_whole_is_not_published(tmp_path: Path, old: str, new: str, told: str) -> None:
    where = rf"{DIMENSIONS}, line \d \(.*\): {told}.*; raw\.marketplace_pricing_dimension counts whole or not at all"
    with pytest.raises(BuildRefused, match=where):
        built(tmp_path, with_line(DIMENSIONS, old, new))
    assert not (tmp_path / "warehouse").exists()


def test_a_plan_below_nothing_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match=r"plans\.csv, line 2 .*price is not a price, zero or more, .*: -299\.00"):
        built(tmp_path, with_line("plans_db/plans.csv", ",299.00,", ",-299.00,"))


def test_a_plans_table_without_a_row_is_not_published(tmp_path: Path) -> None:
    header = str(WORLD["plans_db/plans.csv"]).splitlines()[0] + "\n"
    with pytest.raises(BuildRefused, match=r"plans_db/plans\.csv holds no row.*python -m lib pull --only plans_db"):
        built(tmp_path, {**WORLD, "plans_db/plans.csv": header})


def test_a_feed_of_which_nothing_can_be_read_is_not_published(tmp_path: Path) -> None:
    built(tmp_path, SIGNUPS)
    before = published(tmp_path / "warehouse")
    bad = SIGNUPS["company/signups.csv"].replace("2026-04-01", "1 April")
    told = (
        r"not one line of raw\.signup can be read: company/signups\.csv, line 2 \(su-1.*\): signed_up_on is not a date"
    )
    with pytest.raises(BuildRefused, match=told):
        built(tmp_path, {"company/signups.csv": bad})
    assert published(tmp_path / "warehouse") == before


def test_a_sum_that_outgrows_its_column_is_one_sentence(tmp_path: Path) -> None:
    """A thousand and one events of 999,999,999.999999 words: more than twelve digits before the point."""
    huge = (event(f"e-{number}", "999999999.999999") for number in range(1001))
    with pytest.raises(BuildRefused, match=r"marts\.usage_day cannot hold what was pulled .*nothing was published"):
        built(tmp_path, {EVENTS: events(*huge)})
    assert not (tmp_path / "warehouse").exists()


MANIFEST = '{"snapshot_on": "2026-05-31", "synthetic": true, "missing": [], "files": []}'
ENTRY = (
    '{"source": "x", "path": "x/a.csv", "rows": 1, "lines": 2, "bytes": 3, "sha256": "f", "pulled_on": "2026-05-31"}'
)
GARBAGE = [
    "",
    "[]",
    "{}",
    "\ufeff{}",
    "[" * 100_000,
    MANIFEST.replace("2026-05-31", "x"),
    MANIFEST.replace("2026-05-31", "2025-05-31"),
    MANIFEST.replace('"2026-05-31"', "7"),
    MANIFEST.replace("true", '"false"'),
    MANIFEST.replace("[]}", "7}"),
    MANIFEST.replace("[]}", "[7]}"),
    MANIFEST.replace("[]}", '[{"path": "x/a.csv"}]}'),
    MANIFEST.replace("[]}", f"[{ENTRY}]}}").replace("x/a.csv", "../a.csv"),
    MANIFEST.replace("[]}", f"[{ENTRY}]}}").replace('"lines": 2', '"lines": "2"'),
]


@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
def test_a_manifest_that_is_none_is_one_sentence(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "snapshots" / "2026-05-31"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(text)
    with pytest.raises(
        BuildRefused, match=r"2026-05-31/manifest\.json is no manifest of that day's snapshot .*lib pull"
    ):
        build(tmp_path / "snapshots", tmp_path / "warehouse")
    assert not (tmp_path / "warehouse").exists()


def test_a_folder_that_is_no_day_is_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "2026-99-99").mkdir()
    (tmp_path / "2026-99-99" / "manifest.json").write_text(MANIFEST)
    with pytest.raises(BuildRefused, match="holds no snapshot"):
        build(tmp_path, tmp_path / "warehouse")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    snapshots = take_snapshot(tmp_path / "snapshots", SIGNUPS)
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "warehouse", Path("/proc/x")):
        with pytest.raises(BuildRefused, match=r"cannot be written \(.*\); name another --out"):
            build(snapshots, out)
    assert (tmp_path / "file").read_text() == "x"


def test_building_again_mends_a_damaged_warehouse(tmp_path: Path) -> None:
    first = built(tmp_path, SIGNUPS)
    content = first.path.read_bytes()
    first.path.write_bytes(content[: len(content) // 2])
    again = build(tmp_path / "snapshots", tmp_path / "warehouse")
    assert (again.id, again.accounting) == (first.id, first.accounting)


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
    pointers = [".publishing", "as-of-2026-05-31", "as-of-2026-06-30", "current"]
    assert sorted(path.name for path in out.iterdir()) == sorted([*pointers, first.path.name, report.path.name])


def test_a_file_that_no_feed_takes_is_named_with_the_nearest_name_that_is_read(tmp_path: Path) -> None:
    """Nothing that was pulled disappears without a word; what people write beside exports is not meant."""
    world = {**SIGNUPS, "company/signup.csv": "a\n1\n", "stripe/invoices.xlsx": "PK", "stripe/README.txt": "hello\n"}
    assert built(tmp_path, world).notes == (
        "company/signup.csv was not read: no feed takes a file of that name; "
        "the nearest name that is read is company/signups.csv",
        "stripe/invoices.xlsx was not read: no feed takes a file of that name; "
        "the nearest name that is read is stripe/invoices*.csv*",
    )


PULL_AND_BUILD = """
import sys
from datetime import date
from pathlib import Path
from lib.warehouse.build import build
from tests.warehouse.worlds import EVENTS, event, events, take_snapshot
folder, day = Path(sys.argv[1]), date.fromisoformat(sys.argv[2])
take_snapshot(folder / "snapshots", {EVENTS: events(event("e-1"), event("e-2"))}, day)
print(build(folder / "snapshots", folder / "warehouse").path.name)
"""


def slow_build(folder: Path, day: str) -> tuple[BuildReport | BuildRefused, str]:
    """A build during which another process pulls a day and builds it → what came of it, and the other's warehouse."""
    others: list[str] = []

    def meanwhile(step: str, share: float) -> None:
        if step == "checks":
            command = [sys.executable, "-c", PULL_AND_BUILD, str(folder), day]
            others.append(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)

    try:
        outcome: BuildReport | BuildRefused = build(folder / "snapshots", folder / "warehouse", meanwhile)
    except BuildRefused as refused:
        outcome = refused
    [other] = others
    return outcome, other.strip()


def test_a_build_that_a_newer_day_overtakes_is_published_under_its_own_day_alone(tmp_path: Path) -> None:
    take_snapshot(tmp_path / "snapshots", {EVENTS: events(event("e-1"))}, date(2026, 5, 30))
    slow, newer = slow_build(tmp_path, "2026-05-31")
    assert isinstance(slow, BuildReport)
    pointers = {path.name: path.read_text().strip() for path in (tmp_path / "warehouse").iterdir() if not path.suffix}
    del pointers[".publishing"]
    assert pointers == {"as-of-2026-05-30": slow.path.name, "as-of-2026-05-31": newer, "current": newer}


def test_a_build_of_a_day_that_is_pulled_again_meanwhile_publishes_nothing(tmp_path: Path) -> None:
    take_snapshot(tmp_path / "snapshots", {EVENTS: events(event("e-1"))}, date(2026, 5, 30))
    refused, newer = slow_build(tmp_path, "2026-05-30")
    assert re.search(
        r"the snapshots up to 2026-05-30, or the rules in .*, changed while they were built; "
        r"build again with: python -m lib build$",
        str(refused),
    )
    names = sorted(path.name for path in (tmp_path / "warehouse").iterdir())
    assert names == [".publishing", "as-of-2026-05-30", "current", newer]
    assert {(tmp_path / "warehouse" / name).read_text().strip() for name in names[1:3]} == {newer}


def test_a_day_that_a_pull_is_replacing_right_now_is_still_the_newest(tmp_path: Path) -> None:
    """The moment between the two renames of a pull under way: the old folder is aside, the new one not in place."""
    snapshots = tmp_path / "snapshots"
    take_snapshot(snapshots, SIGNUPS, date(2026, 5, 30))
    take_snapshot(snapshots, SIGNUPS, date(2026, 5, 31))
    before = history(snapshots)
    with pytest.raises(RuntimeError), snapshot.filling(snapshots, date(2026, 5, 31)):
        (snapshots / "2026-05-31").rename(snapshots / ".replaced-2026-05-31")
        snapshot.put_back(snapshots)
        assert days(snapshots) == [date(2026, 5, 30), date(2026, 5, 31)]
        meanwhile = history(snapshots)
        assert [folder.fingerprint for folder in meanwhile] == [folder.fingerprint for folder in before]
        assert [folder.snapshot_on for folder in meanwhile] == days(snapshots)
        [listed] = meanwhile[-1].files
        assert meanwhile[-1].open_checked(listed)
        (snapshots / ".replaced-2026-05-31").rename(snapshots / "2026-05-31")
        raise RuntimeError("the pull ends here")


def test_a_disk_that_is_full_is_one_sentence_and_publishes_nothing(tmp_path: Path) -> None:
    """A limit on the size of files is what a process of its own meets instead of a full disk."""
    take_snapshot(tmp_path / "snapshots", SIGNUPS)
    small = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)); "
    words = ["build", "--snapshots", str(tmp_path / "snapshots")]
    run = f"{small}from lib.__main__ import main; sys.exit(main({words!r}))"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    told = done.stderr.splitlines()[-1]
    assert told.startswith("python -m lib build: ")
    assert told.endswith("nothing was published: make room there")
    assert not (tmp_path / "snapshots" / "warehouse" / "current").exists()
