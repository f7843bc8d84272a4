"""Packed files: whole ones are unpacked, broken ones and bombs are refused before they fill the memory."""

import gzip
import tracemalloc

import pytest

from lib.warehouse.refusal import BuildRefused
from lib.warehouse.unpacking import unpacked


def test_only_a_name_that_says_gz_is_unpacked() -> None:
    packed = gzip.compress(b"a,b\n", mtime=0)
    assert unpacked("x/a.csv.gz", packed) == b"a,b\n"
    assert unpacked("x/a.CSV.GZ", packed) == b"a,b\n"
    assert unpacked("x/a.csv", packed) == packed


@pytest.mark.parametrize(
    "spoil", [lambda packed: packed[:-5], lambda _: b"a,b\n", lambda packed: packed[:12] + b"\xff" * 9]
)
def test_a_broken_archive_is_one_sentence(spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BuildRefused, match=r"x/a\.csv\.gz is not a whole gzip file; export it again"):
        unpacked("x/a.csv.gz", spoil(gzip.compress(b"a,b\n" * 50, mtime=0)))


def test_a_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1, mtime=0)
    tracemalloc.start()
    with pytest.raises(BuildRefused, match="unpacks to more than 4000000 bytes; split the export into parts"):
        unpacked("x/a.csv.gz", bomb, largest=4_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
