"""Publishing: a new name for new content, one pointer line, a few old files kept, leftovers swept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib.warehouse import publish
from lib.warehouse.publish import WarehouseMissing


def file(out: Path, identifier: str, age: int) -> Path:
    path = publish.path_of(out, identifier)
    path.write_text(identifier)
    os.utime(path, ns=(age, age))
    return path


def test_the_pointer_is_one_line_that_names_a_file_beside_it(tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.write_text("content")
    publish.publish(built, publish.path_of(tmp_path, "abc"))
    assert (tmp_path / "current").read_text() == "warehouse-abc.duckdb\n"
    assert publish.current(tmp_path).read_text() == "content"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "warehouse-abc.duckdb"]


def test_three_warehouses_are_kept_and_the_current_is_always_among_them(tmp_path: Path) -> None:
    files = [file(tmp_path, f"w{age}", age) for age in range(6)]
    publish.point_to(files[1])
    publish.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("warehouse-*")) == [
        "warehouse-w1.duckdb",
        "warehouse-w4.duckdb",
        "warehouse-w5.duckdb",
    ]


def test_what_a_dead_build_left_is_swept_and_a_running_one_is_left_alone(tmp_path: Path) -> None:
    publish.point_to(file(tmp_path, "now", 1))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        alive = tmp_path / f".building-{running.pid}-abc.duckdb"
        alive.write_text("half")
        with subprocess.Popen([sys.executable, "-c", ""]) as gone:
            gone.wait()
        dead = tmp_path / f".building-{gone.pid}-abc.duckdb.tmp"
        dead.mkdir()
        (dead / "block").write_text("spilled")
        publish.sweep(tmp_path)
        assert alive.exists()
        assert not dead.exists()
        running.communicate(b"\n")


def test_nothing_published_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing, match=r"No warehouse is published in .*; make one with: python -m lib build"):
        publish.current(tmp_path)


def test_a_pointer_to_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    place = file(tmp_path, "gone", 1)
    publish.point_to(place)
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
        publish.point_to(file(tmp_path, "abc", 1))


def test_a_link_to_a_warehouse_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("content")
    publish.path_of(tmp_path, "abc").symlink_to(tmp_path / "elsewhere")
    publish.point_to(publish.path_of(tmp_path, "abc"))
    with pytest.raises(WarehouseMissing, match=r"names warehouse-abc\.duckdb, which is gone"):
        publish.current(tmp_path)


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WarehouseMissing, match="No warehouse is published in"):
        publish.current(tmp_path / "file" / "warehouse")
