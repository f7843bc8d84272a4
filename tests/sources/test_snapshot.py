"""Snapshots: whole or not at all, newest by date, described by their manifest."""

import json
from datetime import date
from pathlib import Path

import pytest

from lib.sources import journal, snapshot
from lib.sources.refusal import PullRefused
from lib.sources.snapshot import Snapshot

DAY = date(2026, 10, 31)


def made(snapshots: Path, day: date, content: str = "id\n1\n") -> Snapshot:
    with snapshot.filling(snapshots, day) as folder:
        path = folder / "crm" / "companies.csv"
        path.parent.mkdir()
        path.write_text(content)
        listed = snapshot.describe(folder, "crm", path, day)
        snapshot.write_manifest(Snapshot(folder, day, True, (listed,), ("stripe",)))
    return snapshot.read(snapshots / day.isoformat())


def test_a_manifest_says_what_came_from_where(tmp_path: Path) -> None:
    made(tmp_path, DAY)
    manifest = json.loads((tmp_path / "2026-10-31" / "manifest.json").read_text())
    assert manifest["snapshot_on"] == "2026-10-31"
    assert manifest["synthetic"] is True
    assert manifest["missing"] == ["stripe"]
    [file] = manifest["files"]
    assert file["source"] == "crm"
    assert file["path"] == "crm/companies.csv"
    assert (file["lines"], file["rows"], file["bytes"]) == (2, 1, 5)
    assert len(file["sha256"]) == 64


def test_equal_pulls_write_equal_manifests(tmp_path: Path) -> None:
    made(tmp_path / "a", DAY)
    made(tmp_path / "b", DAY)
    manifests = [(tmp_path / side / "2026-10-31" / "manifest.json").read_bytes() for side in "ab"]
    assert manifests[0] == manifests[1]


def test_the_newest_snapshot_is_found_by_date_and_up_to_a_day(tmp_path: Path) -> None:
    for day in (date(2026, 9, 30), date(2026, 10, 31), date(2026, 10, 1)):
        made(tmp_path, day)
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "2026-11-99").mkdir()
    (tmp_path / "2026-11-99" / "manifest.json").write_text("not a day")
    assert snapshot.newest(tmp_path).snapshot_on == date(2026, 10, 31)
    assert snapshot.newest(tmp_path, date(2026, 10, 30)).snapshot_on == date(2026, 10, 1)


def test_no_snapshot_names_the_command_that_makes_one(tmp_path: Path) -> None:
    made(tmp_path, DAY)
    with pytest.raises(snapshot.SnapshotMissing, match=r"no snapshot of 2026-01-01 or before.*python -m lib pull"):
        snapshot.newest(tmp_path, date(2026, 1, 1))


def test_half_a_pull_is_never_seen(tmp_path: Path) -> None:
    before = made(tmp_path, DAY)
    with pytest.raises(RuntimeError), snapshot.filling(tmp_path, DAY) as folder:
        (folder / "half.csv").write_text("half")
        raise RuntimeError("the network went away")
    assert snapshot.newest(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["2026-10-31"]


def test_a_pull_that_died_leaves_nothing_that_the_next_one_keeps(tmp_path: Path) -> None:
    (tmp_path / ".pulling-2026-10-31" / "old").mkdir(parents=True)
    made(tmp_path, DAY)
    assert sorted(path.name for path in (tmp_path / "2026-10-31").iterdir()) == ["crm", "manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["2026-10-31"]


def test_the_same_day_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    made(tmp_path, DAY)
    assert made(tmp_path, DAY, "id\n1\n2\n").files[0].rows == 2
    assert [path.name for path in tmp_path.iterdir()] == ["2026-10-31"]


@pytest.mark.parametrize(
    "old_new", [("2026-10-31", "2025-10-31"), ("true", '"yes"'), ("crm/", "../"), ('"rows": 1,', "")]
)
def test_a_manifest_of_another_shape_is_one_sentence(tmp_path: Path, old_new: tuple[str, str]) -> None:
    path = made(tmp_path, DAY).folder / "manifest.json"
    path.write_text(path.read_text().replace(*old_new))
    with pytest.raises(snapshot.SnapshotMissing, match=r"manifest\.json is no manifest .*remove .* python -m lib pull"):
        snapshot.newest(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000])
def test_a_manifest_that_is_none_is_one_sentence(tmp_path: Path, text: str) -> None:
    (made(tmp_path, DAY).folder / "manifest.json").write_text(text)
    with pytest.raises(snapshot.SnapshotMissing, match=r"manifest\.json is no manifest of that day's snapshot"):
        snapshot.newest(tmp_path)


def test_a_pull_of_another_day_that_died_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".pulling-2026-01-31" / "stripe").mkdir(parents=True)
    (tmp_path / ".pulling-2026-01-31" / "stripe" / "a.csv").write_text("a")
    made(tmp_path, DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["2026-10-31"]


def moved_away(tmp_path: Path) -> Snapshot:
    """A day's snapshot as a kill between the two renames leaves it: the old one aside, the new one not yet in place."""
    before = made(tmp_path, DAY)
    before.folder.rename(tmp_path / ".replaced-2026-10-31")
    (tmp_path / ".pulling-2026-10-31" / "crm").mkdir(parents=True)
    return before


def test_a_snapshot_that_was_moved_away_is_put_back(tmp_path: Path) -> None:
    before = moved_away(tmp_path)
    snapshot.put_back(tmp_path)
    assert snapshot.newest(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".pulling-2026-10-31", "2026-10-31"]


def test_a_snapshot_that_was_moved_away_is_there_for_the_next_pull(tmp_path: Path) -> None:
    before = moved_away(tmp_path)
    with pytest.raises(RuntimeError), snapshot.filling(tmp_path, DAY):
        raise RuntimeError("the network went away")
    assert snapshot.newest(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["2026-10-31"]


def test_what_a_kill_left_of_a_replaced_snapshot_goes(tmp_path: Path) -> None:
    before = made(tmp_path, DAY)
    (tmp_path / ".replaced-2026-10-31" / "crm").mkdir(parents=True)
    snapshot.put_back(tmp_path)
    assert snapshot.newest(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["2026-10-31"]


def test_two_pulls_into_one_folder_do_not_meet(tmp_path: Path) -> None:
    with snapshot.filling(tmp_path, DAY) as folder:
        (folder / "under.way").write_text("1")
        with pytest.raises(PullRefused, match=r"Another pull is filling .* right now; start this one when"):
            made(tmp_path, date(2026, 11, 1))
        snapshot.put_back(tmp_path)
        assert (folder / "under.way").exists()
        snapshot.write_manifest(Snapshot(folder, DAY, True, ()))
    made(tmp_path, date(2026, 11, 1))


def filled(tmp_path: Path, block: str) -> list[str]:
    """One pull that brings a file for each of two sources and dies → what stood there when it began."""
    with (
        pytest.raises(RuntimeError),
        snapshot.filling(tmp_path, DAY, {"stripe": block}) as folder,
    ):
        found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        marks = journal.read(folder).marks
        assert ("stripe/a.csv" in found) == bool(marks.get("stripe"))
        for source in ("stripe", "crm"):
            (folder / source).mkdir(exist_ok=True)
            (folder / source / "a.csv").write_text("a")
        journal.read(folder).mark("stripe", "a.csv", "1")
        raise RuntimeError("the network went away")
    return found


def test_only_what_its_block_still_vouches_for_outlives_an_interruption(tmp_path: Path) -> None:
    assert filled(tmp_path, "one") == [journal.NAME]
    assert sorted(path.name for path in (tmp_path / ".pulling-2026-10-31").iterdir()) == [journal.NAME, "stripe"]
    assert filled(tmp_path, "one") == [journal.NAME, "stripe/a.csv"]
    assert filled(tmp_path, "another") == [journal.NAME]


@pytest.mark.parametrize("torn", ['{"source": "stripe", "pa', '{"source": 7', "[1]", "null", "\x00", "[" * 100_000])
def test_a_torn_line_of_a_journal_is_no_line(tmp_path: Path, torn: str) -> None:
    diary = journal.resume(tmp_path, {"stripe": "one"})
    diary.mark("stripe", "a.csv", "1")
    with (tmp_path / journal.NAME).open("a") as stream:
        stream.write(torn)
    read = journal.read(tmp_path)
    assert (read.blocks, read.marks) == ({"stripe": "one"}, {"stripe": {"a.csv": "1"}})


def test_a_block_is_told_by_kind_settings_and_account_and_gives_no_secret_away() -> None:
    blocks = {
        journal.block_of(kind, settings, account, "2026-10-31")
        for kind in ("s3", "stripe_api")
        for settings in ({}, {"bucket": "a"})
        for account in ({}, {"STRIPE_API_KEY": "sk_test_1"}, {"STRIPE_API_KEY": "sk_test_2"})
    }
    assert len(blocks) == 12
    assert journal.block_of("s3", {"a": "1", "b": "2"}, {}, "d") == journal.block_of(
        "s3", {"b": "2", "a": "1"}, {}, "d"
    )
    assert not [block for block in blocks if "sk_test" in block]
