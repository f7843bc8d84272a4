"""Publishing: a new name for new content, one pointer line per day, what they name is kept, leftovers swept."""

import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from lib.warehouse import publish
from lib.warehouse.publish import WarehouseMissing

DAY = date(2026, 5, 31)
LIMITS = Path(__file__).parents[2] / "data" / "warehouse.toml"


def file(out: Path, identifier: str, age: int) -> Path:
    path = publish.path_of(out, identifier)
    path.write_text(identifier)
    os.utime(path, ns=(age, age))
    return path


def limits(folder: Path, published_days: int, unnamed_kept: int) -> Path:
    path = folder / "limits.toml"
    path.write_text(f"published_days = {published_days}\nunnamed_kept = {unnamed_kept}\n")
    return path


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir() if not path.name.startswith("."))


def test_a_pointer_is_one_line_that_names_a_file_beside_it(tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.write_text("content")
    publish.publish(built, publish.path_of(tmp_path, "abc"), DAY)
    assert (tmp_path / "current").read_text() == "warehouse-abc.duckdb\n"
    assert (tmp_path / "as-of-2026-05-31").read_text() == "warehouse-abc.duckdb\n"
    assert publish.current(tmp_path).read_text() == "content"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["as-of-2026-05-31", "current", "warehouse-abc.duckdb"]


def test_an_older_snapshot_is_published_under_its_own_day_alone(tmp_path: Path) -> None:
    publish.point_to(file(tmp_path, "may", 1), DAY)
    publish.point_to(file(tmp_path, "april", 2), date(2026, 4, 30), is_newest=False)
    assert publish.current(tmp_path).read_text() == "may"
    opened = {
        "2026-04-30": "april",
        "2026-05-30": "april",
        "2026-05-31": "may",
        "2030-01-01": "may",
    }
    assert {day: publish.as_of(tmp_path, date.fromisoformat(day)).read_text() for day in opened} == opened
    assert publish.as_of(tmp_path, None).read_text() == "may"


def test_a_day_before_anything_published_names_the_days_and_the_command(tmp_path: Path) -> None:
    for month in range(1, 10):
        publish.point_to(file(tmp_path, f"m{month}", month), date(2026, month, 1))
    told = (
        r"no snapshot of 2025-12-31 or before is published in .*, only 2026-01-01, 2026-02-01, 2026-03-01, 2026-04-01, "
        r"2026-05-01, 2026-06-01 and 3 later ones; publish an earlier one with: python -m lib build --as-of 2025-12-31$"
    )
    with pytest.raises(WarehouseMissing, match=told):
        publish.as_of(tmp_path, date(2025, 12, 31))


def test_before_any_day_had_a_pointer_everybody_saw_the_current_one(tmp_path: Path) -> None:
    publish.point_to(file(tmp_path, "may", 1), DAY)
    (tmp_path / "as-of-2026-05-31").unlink()
    assert publish.as_of(tmp_path, date(2026, 6, 1)).read_text() == "may"


def test_what_a_pointer_names_is_kept_and_two_files_that_none_names(tmp_path: Path) -> None:
    files = [file(tmp_path, f"w{age}", age) for age in range(8)]
    publish.point_to(files[1], date(2026, 4, 30))
    publish.point_to(files[0], date(2026, 3, 31), is_newest=False)
    publish.sweep(tmp_path, LIMITS)
    kept = ["warehouse-w0.duckdb", "warehouse-w1.duckdb", "warehouse-w6.duckdb", "warehouse-w7.duckdb"]
    assert names(tmp_path) == ["as-of-2026-03-31", "as-of-2026-04-30", "current", *kept]


def test_the_newest_days_stay_published_and_what_everybody_sees_is_never_swept(tmp_path: Path) -> None:
    for month in range(1, 6):
        publish.point_to(file(tmp_path, f"m{month}", month), date(2026, month, 1), is_newest=month == 1)
    publish.sweep(tmp_path, limits(tmp_path, published_days=2, unnamed_kept=0))
    files = ["warehouse-m1.duckdb", "warehouse-m4.duckdb", "warehouse-m5.duckdb"]
    assert names(tmp_path) == ["as-of-2026-04-01", "as-of-2026-05-01", "current", "limits.toml", *files]
    assert publish.current(tmp_path).read_text() == "m1"


def test_a_sweep_takes_nothing_that_another_publisher_is_about_to_name(tmp_path: Path) -> None:
    """The other one has found that its warehouse stands, and has not named it yet."""
    old = file(tmp_path, "old", 1)
    publish.point_to(file(tmp_path, "now", 2), DAY)
    started, swept = threading.Event(), threading.Event()

    def sweep() -> None:
        started.set()
        with publish.turn(tmp_path):
            publish.sweep(tmp_path, limits(tmp_path, published_days=1, unnamed_kept=0))
        swept.set()

    with publish.turn(tmp_path):
        thread = threading.Thread(target=sweep)
        thread.start()
        started.wait()
        assert not swept.wait(0.1)
        publish.point_to(old, date(2026, 6, 30))
    thread.join()
    assert publish.current(tmp_path) == old
    assert old.exists()


def test_what_a_dead_build_left_is_swept_and_a_running_one_is_left_alone(tmp_path: Path) -> None:
    publish.point_to(file(tmp_path, "now", 1), DAY)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        alive = tmp_path / f".building-{running.pid}-abc.duckdb"
        alive.write_text("half")
        with subprocess.Popen([sys.executable, "-c", ""]) as gone:
            gone.wait()
        dead = tmp_path / f".building-{gone.pid}-abc.duckdb.tmp"
        dead.mkdir()
        (dead / "block").write_text("spilled")
        publish.sweep(tmp_path, LIMITS)
        assert alive.exists()
        assert not dead.exists()
        running.communicate(b"\n")


def test_nothing_published_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing, match=r"No warehouse is published in .*; make one with: python -m lib build"):
        publish.current(tmp_path)


def test_a_pointer_to_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    place = file(tmp_path, "gone", 1)
    publish.point_to(place, DAY)
    place.unlink()
    with pytest.raises(
        WarehouseMissing, match=r"names warehouse-gone\.duckdb, which is gone; run: python -m lib build"
    ):
        publish.current(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"a\x00b",
        b"x" * 5000,
        b"warehouse-" + b"x" * 5000 + b".duckdb",
        b"warehouse-a.duckdb\nwarehouse-b.duckdb\n",
        b"../elsewhere/warehouse-abc.duckdb",
        b"warehouse-../abc.duckdb",
        b"other.duckdb",
    ],
)
def test_a_pointer_that_names_no_warehouse_beside_it_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "current").write_bytes(content)
    with pytest.raises(WarehouseMissing, match="build again with: python -m lib build") as refused:
        publish.current(tmp_path)
    assert len(str(refused.value)) < len(str(tmp_path)) + 250


def test_a_folder_in_place_of_the_pointer_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(WarehouseMissing, match="is not the one line that a build writes"):
        publish.current(tmp_path)
    with pytest.raises(WarehouseMissing, match="remove it and build again"):
        publish.point_to(file(tmp_path, "abc", 1), DAY)


def test_a_link_to_a_warehouse_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("content")
    publish.path_of(tmp_path, "abc").symlink_to(tmp_path / "elsewhere")
    publish.point_to(publish.path_of(tmp_path, "abc"), DAY)
    with pytest.raises(WarehouseMissing, match=r"names warehouse-abc\.duckdb, which is gone"):
        publish.current(tmp_path)


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WarehouseMissing, match="No warehouse is published in"):
        publish.current(tmp_path / "file" / "warehouse")
