"""Buckets: what a real S3 server holds becomes the same bytes in a snapshot, once per version, never outside it."""

import itertools
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lib.sources import s3
from lib.sources.kinds import Visit
from lib.sources.pull import Brought, PullRefused, pull
from lib.sources.snapshot import Snapshot, newest
from tests.servers.s3 import FILES, FOLDERS, KEYS, LONG, LONG_BYTES, LONG_FILES, MANY, Server
from tests.sources.plans import load_sqlite

ROOT = Path(__file__).parents[2]
DAY, NEXT_DAY = date(2026, 11, 2), date(2026, 11, 3)
_numbers = itertools.count(1)


@pytest.fixture
def bucket() -> str:
    """The name of a bucket that no other test uses."""
    return f"feeds-{os.getpid()}-{next(_numbers)}"


def block(bucket: str, url: str, more: str = "") -> str:
    return f'[marketplace]\nkind = "s3"\nbucket = "{bucket}"\nendpoint = "{url}"\nregion = "us-east-1"\n{more}'


def pulled(
    folder: Path, toml: str, day: date = DAY, tell: Callable[[Brought], None] = lambda brought: None
) -> Snapshot:
    (folder / "sources.toml").write_text(toml)
    return pull(folder / "sources.toml", folder / "snapshots", day, environ=KEYS, tell=tell)


def held(taken: Snapshot) -> dict[str, bytes]:
    """Path below the source → content, of all that lies in a snapshot."""
    folder = taken.folder / "marketplace"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sample_feeds() -> dict[str, bytes]:
    folder = ROOT / "var" / "sample" / "marketplace"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_samples_feeds_come_out_of_a_bucket_as_they_went_in(
    s3_server: Server, bucket: str, tmp_path: Path, desk_folder: Path
) -> None:
    feeds = sample_feeds()
    assert len(feeds) > 100
    s3_server.fill(bucket, {f"exports/aws/{path}": content for path, content in feeds.items()})
    taken = pulled(tmp_path, block(bucket, s3_server.url, 'prefix = "exports/aws"\n'))
    assert held(taken) == feeds
    assert len(taken.files) == len(feeds)
    assert all(file.mark and file.mark.endswith(f":{file.bytes}") for file in taken.files)


def test_objects_behind_the_first_page_are_brought_too(s3_server: Server, tmp_path: Path) -> None:
    assert FOLDERS >= 1000  # what one page holds
    expected = {f"day={FOLDERS + number}/data.csv": b"a\n%d\n" % number for number in range(FILES)}
    assert held(pulled(tmp_path, block(MANY, s3_server.url))) == expected


def test_the_next_day_only_what_changed_is_asked_for(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    toml = block(bucket, s3_server.url)
    s3_server.fill(bucket, {"same.csv": b"a\n1\n", "grown.csv": b"a\n1\n", "gone.csv": b"a\n1\n", "empty.csv": b""})
    before = pulled(tmp_path, toml)
    s3_server.fill(bucket, {"grown.csv": b"a\n1\n2\n", "new.csv": b"a\n9\n"})
    s3_server.client.delete_object(Bucket=bucket, Key="gone.csv")
    asked, brought = len(s3_server.fetched(bucket)), list[Brought]()
    after = pulled(tmp_path, toml, NEXT_DAY, brought.append)
    assert sorted(s3_server.fetched(bucket)[asked:]) == ["grown.csv", "new.csv"]
    assert held(after) == {"same.csv": b"a\n1\n", "grown.csv": b"a\n1\n2\n", "new.csv": b"a\n9\n", "empty.csv": b""}
    assert "gone.csv" in held(before)
    assert {file.pulled_on for file in after.files} == {NEXT_DAY}
    assert [(one.files, one.new, one.reused, one.resumed) for one in brought] == [(4, 2, 2, 0)]
    same = [taken.folder / "marketplace" / "same.csv" for taken in (before, after)]
    assert same[0].samefile(same[1])


def test_a_file_that_was_damaged_in_the_earlier_snapshot_is_fetched_again(
    s3_server: Server, bucket: str, tmp_path: Path
) -> None:
    s3_server.fill(bucket, {"a.csv": b"a\n1\n", "b.csv": b"b\n1\n"})
    before = pulled(tmp_path, block(bucket, s3_server.url))
    (before.folder / "marketplace" / "a.csv").write_bytes(b"a\n7\n")
    asked = len(s3_server.fetched(bucket))
    assert held(pulled(tmp_path, block(bucket, s3_server.url), NEXT_DAY))["a.csv"] == b"a\n1\n"
    assert s3_server.fetched(bucket)[asked:] == ["a.csv"]


def test_a_key_that_would_leave_its_folder_is_left_out_and_said(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    unfit = [
        "in/../../../escaped.csv",
        "in/..",
        "in//escaped.csv",
        "in//",
        "in/./a.csv",
        "in/a\\..\\escaped.csv",
        "in/a\u2028b.csv",
        "in/" + "x" * 251,
        "in/" + "é" * 126,
        "in/.hidden",
        "in/a.part",
        "in/folder",
    ]
    fit = {"folder/a.csv": b"a", "é" * 125: b"b", "x" * 250: b"c", "..a/b..csv": b"d", "a b+c%2F.csv": b"e"}
    hidden_ones = {"..a/b..csv"}
    s3_server.fill(bucket, {**dict.fromkeys(unfit, b"no"), **{f"in/{key}": content for key, content in fit.items()}})
    s3_server.fill(bucket, {"in/": b"", "in/marker/": b"", "elsewhere.csv": b"no", "inside.csv": b"no"})
    (tmp_path / "snapshots").mkdir()
    taken = pulled(tmp_path, block(bucket, s3_server.url, 'prefix = "in"\n'))
    assert held(taken) == {key: content for key, content in fit.items() if key not in hidden_ones}
    [note] = taken.notes["marketplace"]
    assert note.startswith("Left out, because their keys cannot be names of files here: ")
    assert note.endswith(f"and {len(unfit) - 1 + len(hidden_ones) - 3} more")  # in// only marks a folder
    assert not [path for path in tmp_path.rglob("*") if "escaped" in path.name]


@pytest.mark.parametrize(("one", "other"), [("Data.csv", "data.csv"), ("é.csv", "e\u0301.csv")])
def test_two_keys_that_are_one_file_elsewhere_are_refused(
    s3_server: Server, bucket: str, tmp_path: Path, one: str, other: str
) -> None:
    s3_server.fill(bucket, {one: b"a", other: b"b"})
    with pytest.raises(PullRefused, match=r"holds both .* and .*, which are one file where letter case does not count"):
        pulled(tmp_path, block(bucket, s3_server.url))


def test_an_object_that_changes_or_goes_while_its_bucket_is_read(
    s3_server: Server, bucket: str, tmp_path: Path
) -> None:
    s3_server.fill(bucket, {"changes.csv": b"old\n", "goes.csv": b"old\n", "stays.csv": b"old\n"})

    def meanwhile(step: str, share: float) -> None:
        if step.endswith("objects listed"):
            s3_server.fill(bucket, {"changes.csv": b"new and longer\n"})
            s3_server.client.delete_object(Bucket=bucket, Key="goes.csv")

    (tmp_path / "sources.toml").write_text(block(bucket, s3_server.url))
    taken = pull(tmp_path / "sources.toml", tmp_path / "snapshots", DAY, environ=KEYS, progress=meanwhile)
    assert held(taken) == {"changes.csv": b"new and longer\n", "stays.csv": b"old\n"}
    assert list(taken.notes["marketplace"]) == ["Left out, because it went away while its bucket was read: 'goes.csv'"]
    head = s3_server.client.head_object(Bucket=bucket, Key="changes.csv")
    [changed] = [file for file in taken.files if file.path.endswith("changes.csv")]
    assert changed.mark == head["ETag"].strip('"') + ":15"


def visit(target: Path, bucket: str, url: str, marks: dict[str, str]) -> Visit:
    settings = {"bucket": bucket, "endpoint": url, "region": "us-east-1"}
    return Visit("marketplace", settings, KEYS, target, None, DAY, lambda step, share: None, marks)


def test_only_the_rest_of_a_half_fetched_object_is_asked_for(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    s3_server.fill(bucket, {"big.csv": content, "other.csv": content})
    etag = s3_server.client.head_object(Bucket=bucket, Key="big.csv")["ETag"].strip('"')
    for name, begun in (("big.csv", content[:1000]), ("other.csv", b"of another version")):
        (tmp_path / f"{name}.part").write_bytes(begun)
    marks = {"big.csv.part": f"{etag}:{len(content)}", "other.csv.part": "somethingelse:18"}
    s3.fetch(visit(tmp_path, bucket, s3_server.url, marks))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"big.csv": content, "other.csv": content}
    assert sorted(s3_server.answered(bucket)) == [("big.csv", 206), ("other.csv", 200)]


def test_what_the_bucket_no_longer_has_does_not_stay_from_an_interrupted_pull(
    s3_server: Server, bucket: str, tmp_path: Path
) -> None:
    s3_server.fill(bucket, {"a.csv": b"a"})
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "b.csv").write_bytes(b"b")
    s3.fetch(visit(tmp_path, bucket, s3_server.url, {}))
    assert [path.name for path in tmp_path.rglob("*")] == ["a.csv"]


def test_an_object_that_goes_leaves_nothing_of_its_older_version(
    s3_server: Server, bucket: str, tmp_path: Path
) -> None:
    """An interrupted pull brought the first version whole and half of the second; then the object went away."""
    s3_server.fill(bucket, {"goes.csv": b"second\n", "stays.csv": b"1\n"})
    etag = s3_server.client.head_object(Bucket=bucket, Key="goes.csv")["ETag"].strip('"')
    (tmp_path / "goes.csv").write_bytes(b"first\n")
    (tmp_path / "goes.csv.part").write_bytes(b"sec")
    asked = visit(tmp_path, bucket, s3_server.url, {"goes.csv": "first:6", "goes.csv.part": f"{etag}:7"})

    def meanwhile(step: str, share: float) -> None:
        if step.endswith("objects listed"):
            s3_server.client.delete_object(Bucket=bucket, Key="goes.csv")

    s3.fetch(replace(asked, progress=meanwhile))
    assert asked.notes == ["Left out, because it went away while its bucket was read: 'goes.csv'"]
    assert [path.name for path in tmp_path.iterdir()] == ["stays.csv"]
    assert sorted(asked.marks) == ["stays.csv", "stays.csv.part"]


# Killed and gone on with


def command(folder: Path) -> list[str]:
    places = ["--sources", str(folder / "sources.toml"), "--snapshots", str(folder / "snapshots")]
    return [sys.executable, "-m", "lib", "pull", *places, "--as-of", DAY.isoformat()]


ONLY_PULL = f"""
import sys
from datetime import date
from pathlib import Path
from lib.sources.pull import pull

folder = Path(sys.argv[1])
pull(folder / "sources.toml", folder / "snapshots", date.fromisoformat("{DAY}"))
"""  # the command without the rooms it does not need, so that it starts soon


def kill_after(folder: Path, count: int) -> set[str]:
    """Start a pull, kill it once that many files stand whole → the files of which nothing is to be fetched any more."""
    target = folder / "snapshots" / f".pulling-{DAY}" / "marketplace"
    running = subprocess.Popen([sys.executable, "-c", ONLY_PULL, folder], cwd=ROOT, env={**os.environ, **KEYS})
    while sum(name.endswith(".csv") for _, _, names in os.walk(target) for name in names) < count:
        assert running.poll() is None, "the pull ended before it could be killed"
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    fetched = [path for path in target.rglob("*") if path.is_file() and path.stat().st_size == LONG_BYTES]
    return {path.relative_to(target).as_posix().removesuffix(".part") for path in fetched}


def test_a_pull_that_is_killed_goes_on_where_it_stopped(s3_server: Server, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(block(LONG, s3_server.url))
    for count in (LONG_FILES // 6, LONG_FILES // 3, LONG_FILES // 2):
        there = kill_after(tmp_path, count)
        assert count <= len(there) < LONG_FILES
        assert not (tmp_path / "snapshots" / DAY.isoformat()).exists()
    asked = len(s3_server.fetched(LONG))
    done = subprocess.run(command(tmp_path), cwd=ROOT, env={**os.environ, **KEYS}, capture_output=True, check=True)
    rest = set(s3_server.fetched(LONG)[asked:])  # the server may still have answered what the killed pull had asked for
    whole = {f"month={number % 12:02}/part-{number:03}.csv": number for number in range(LONG_FILES)}
    assert len(there & rest) <= s3.HANDS  # these stood, but were not yet written down
    assert rest | there == set(whole)
    told = re.search(rf"marketplace +{LONG_FILES} .* (\d+)  pulled", done.stdout.decode())
    assert told
    assert LONG_FILES // 2 - s3.HANDS <= int(told[1]) <= LONG_FILES - len(rest) + s3.HANDS
    lines = {path: b"line %03d\n" % number * (LONG_BYTES // 9) for path, number in whole.items()}
    assert held(newest(tmp_path / "snapshots")) == lines
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [DAY.isoformat()]


PLANS = """
[plans_db]
kind = "sql"
url = "sqlite:///plans.sqlite"
"""


def test_a_pull_that_was_refused_half_way_keeps_what_it_fetched(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    s3_server.fill(bucket, {"a.csv": b"a\n", "b.csv": b"b\n"})
    toml = block(bucket, s3_server.url) + PLANS
    sqlite3.connect(tmp_path / "plans.sqlite").close()
    with pytest.raises(PullRefused, match="has no table plans"):
        pulled(tmp_path, toml)
    assert not (tmp_path / "snapshots" / f".pulling-{DAY}" / "plans_db").exists()
    (tmp_path / "plans.sqlite").unlink()
    load_sqlite(tmp_path / "plans.sqlite")
    brought = list[Brought]()
    assert len(pulled(tmp_path, toml, tell=brought.append).files) == 5
    assert {one.source: (one.new, one.resumed) for one in brought} == {"marketplace": (2, 2), "plans_db": (3, 0)}
    assert sorted(s3_server.fetched(bucket)) == ["a.csv", "b.csv"]


def test_another_block_starts_over_and_another_day_sweeps(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    s3_server.fill(bucket, {"in/a.csv": b"a\n"})
    sqlite3.connect(tmp_path / "plans.sqlite").close()
    for toml in (block(bucket, s3_server.url), block(bucket, s3_server.url, 'prefix = "in"\n')):
        with pytest.raises(PullRefused, match="has no table plans"):
            pulled(tmp_path, toml + PLANS)
    assert s3_server.fetched(bucket) == ["in/a.csv"] * 2
    assert held(pulled(tmp_path, block(bucket, s3_server.url), NEXT_DAY)) == {"in/a.csv": b"a\n"}
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [NEXT_DAY.isoformat()]


# One sentence each, and nothing secret in it


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('bucket = "', 'bucket = "s3://feeds/aws/', r'bucket is .*; write bucket = "feeds" and prefix = "aws/'),
        ('bucket = "', 'bucket = "My ', "bucket is 'My .*'; a bucket's name is 3 to 63 small letters"),
        ("bucket =", "bukket =", r"sources\.toml, \[marketplace\]: there is no key 'bukket'; the nearest is 'bucket'"),
        ("http://127.0.0.1", "http://s3.example", r"endpoint is 'http://s3\.example.*'; write https://host"),
        ("http://127.0.0.1", "127.0.0.1", "endpoint is '127.0.0.1.*'; write https://host"),
        ('"us-east-1"', '"us-east"', "region is 'us-east'; write it as us-east-1"),
        ("region", "regoin", "there is no key 'regoin'; the nearest is 'region'"),
    ],
)
def test_a_wrong_key_of_a_bucket_is_one_sentence(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(PullRefused, match=told):
        pulled(tmp_path, block("feeds-of-ours", "http://127.0.0.1:9").replace(old, new))
    assert not (tmp_path / "snapshots").exists()


def test_a_wrong_bucket_is_answered_with_the_nearest(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    s3_server.fill(bucket, {"a.csv": b"a"})
    with pytest.raises(PullRefused, match=rf"there is no bucket '{bucket}x'; the nearest is '{bucket}'"):
        pulled(tmp_path, block(f"{bucket}x", s3_server.url))
    assert not (tmp_path / "snapshots").exists()


def test_a_wrong_prefix_is_answered_with_the_nearest(s3_server: Server, bucket: str, tmp_path: Path) -> None:
    s3_server.fill(bucket, {"feeds/aws/a.csv": b"a", "feeds/old/a.csv": b"a"})
    brought = list[Brought]()
    with pytest.raises(PullRefused, match=r"No source named in .* brought a file"):
        pulled(tmp_path, block(bucket, s3_server.url, 'prefix = "feeds/asw"\n'))
    load_sqlite(tmp_path / "plans.sqlite")
    taken = pulled(tmp_path, block(bucket, s3_server.url, 'prefix = "feeds/asw"\n') + PLANS, tell=brought.append)
    assert taken.missing == ("marketplace",)
    told = f"Bucket {bucket} holds nothing below 'feeds/asw/'; the nearest prefix is 'feeds/aws/'"
    assert list(brought[0].notes) == [told]


def test_half_of_the_credentials_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(block("feeds-of-ours", "http://127.0.0.1:9"))
    with pytest.raises(PullRefused, match="only half of the AWS credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_"):
        pull(
            tmp_path / "sources.toml",
            tmp_path / "snapshots",
            DAY,
            environ={"AWS_ACCESS_KEY_ID": KEYS["AWS_ACCESS_KEY_ID"]},
        )
