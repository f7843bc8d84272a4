"""Folders of exports: copied as they are, measured before any parser has an opinion."""

import gzip
import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.sources import files
from lib.sources.refusal import PullRefused


def test_a_text_without_an_end_is_counted_in_one_look(tmp_path: Path) -> None:
    """Each of its quotes might begin the text anew; looked at from each of them, this file would take hours."""
    path = tmp_path / "usage.json"
    path.write_bytes(b'["' + b'\\"' * 400_000)
    assert files.count_lines(path) == 1


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\n", 1),
        (b"a\n\nb\n", 3),
        (b"a\r\nb", 2),
        (b"\n", 1),
        (b'a,"one\ntwo"\n', 2),
    ],
)
def test_physical_lines_are_counted_with_or_without_a_last_line_end(tmp_path: Path, content: bytes, lines: int) -> None:
    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert files.count_lines(plain) == lines
    assert files.count_lines(packed) == lines


def test_lines_are_counted_across_blocks(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"x" * (files.BLOCK_BYTES - 1) + b"\n" + b"y" * files.BLOCK_BYTES)
    assert files.count_lines(path) == 2


def test_a_measure_is_of_the_bytes_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a\nb\n", mtime=0))
    measure = files.measure(path)
    assert measure.lines == 2
    assert measure.bytes == path.stat().st_size
    assert measure.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_half_a_gzip_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "events-2026-10.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 5000)[:-20])
    with pytest.raises(PullRefused, match=r"events-2026-10\.csv\.gz is not a whole gzip file; export it again"):
        files.measure(path)


def test_a_folder_is_copied_without_its_hidden_files(tmp_path: Path) -> None:
    origin, target = tmp_path / "stripe", tmp_path / "copy"
    for name in ("b.csv", "deep/a.csv", ".DS_Store", ".git/config"):
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / name).write_text(name)
    assert files.copy_folder(origin, target) == [target / "b.csv", target / "deep" / "a.csv"]
    assert (target / "deep" / "a.csv").read_text() == "deep/a.csv"


def test_a_folder_that_is_not_there_gives_nothing(tmp_path: Path) -> None:
    assert files.copy_folder(tmp_path / "nowhere", tmp_path / "copy") == []


def test_what_is_on_its_way_or_hidden_never_stays_in_a_filled_folder(tmp_path: Path) -> None:
    for name in ("a.csv", "deep/b.csv", "deep/c.csv.part", ".cursor", "half/d.part", "half/.deeper/e.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert files.whole_files(tmp_path) == [tmp_path / "a.csv", tmp_path / "deep" / "b.csv"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.csv", "b.csv", "deep"]


def test_a_folder_that_nothing_was_filled_into_goes(tmp_path: Path) -> None:
    (tmp_path / "crm" / "half").mkdir(parents=True)
    assert files.whole_files(tmp_path / "crm") == []
    assert not (tmp_path / "crm").exists()


@pytest.mark.parametrize(("name", "rows"), [("a.csv", 1), ("a.csv.gz", 1), ("a.jsonl", 2), ("A.JSONL.gz", 2)])
def test_records_are_counted_by_what_a_file_is(tmp_path: Path, name: str, rows: int) -> None:
    content = b'{"a": 1}\n{"a": 2}\n'
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert files.rows(tmp_path / name, files.count_lines(tmp_path / name)) == rows


def test_a_parquet_file_counts_its_own_records(tmp_path: Path) -> None:
    path = tmp_path / "usage.parquet"
    pq.write_table(pa.table({"quantity": list(range(777))}), path)
    assert files.rows(path, files.count_lines(path)) == 777


def test_a_linked_file_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n")
    (tmp_path / "b.csv").write_text("old\n")
    files.link(tmp_path / "a.csv", tmp_path / "b.csv")
    files.link(tmp_path / "a.csv", tmp_path / "deep" / "c.csv")
    assert (tmp_path / "b.csv").samefile(tmp_path / "a.csv")
    assert (tmp_path / "deep" / "c.csv").read_text() == "a\n"
