"""Reading: exact values, a cursor for each read, and the nearest name for a mart nobody built."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from lib.warehouse.read import UnknownMart, Warehouse, WarehouseMissing, open_current
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import built


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built(place := tmp_path_factory.mktemp("read"), WORLD)
    return place / "warehouse"


@pytest.fixture
def opened(folder: Path) -> Iterator[Warehouse]:
    warehouse = open_current(folder)
    yield warehouse
    warehouse.close()


def test_a_warehouse_says_what_it_follows_from(opened: Warehouse) -> None:
    assert opened.path.name == f"warehouse-{opened.id}.duckdb"
    assert opened.snapshot_on == date(2026, 5, 31)
    assert opened.synthetic is True
    assert opened.manifest["duckdb"] == duckdb.__version__


def test_decimals_days_and_nulls_cross_exactly(opened: Warehouse) -> None:
    plan = opened.rows("plan")[0]
    assert (plan["price_usd"], type(plan["price_usd"])) == (Decimal("299.00"), Decimal)
    frame = opened.frame("plan")
    assert frame["price_usd"].dtype == pd.ArrowDtype(opened.arrow("plan").schema.field("price_usd").type)
    assert frame["price_usd"].sum() == Decimal("4788.00")
    assert frame["stripe_price_id"].isna().tolist() == [False, False, True, True]


def test_rows_come_in_the_order_of_their_grain(opened: Warehouse) -> None:
    contracts = opened.arrow("contract").column("contract_id").to_pylist()
    assert contracts == sorted(contracts)


def test_a_sum_of_integers_is_an_integer(opened: Warehouse) -> None:
    assert {type(row["event_count"]) for row in opened.rows("usage_month")} == {int}
    assert {type(row["lines_read"]) for row in opened.rows("source_status")} == {int}


def test_some_rows_of_a_mart_are_asked_for_by_their_values(opened: Warehouse) -> None:
    one = opened.rows("usage_month", customer_id="c-0002", dimension="words")
    assert [(row["usage_month"], row["quantity"]) for row in one] == [(date(2026, 4, 1), Decimal(60000))]
    assert opened.rows("usage_month", customer_id="'; drop table marts.plan; --") == []


def test_an_unknown_mart_is_answered_with_the_nearest(opened: Warehouse) -> None:
    with pytest.raises(UnknownMart, match=r"no mart 'usage_months'; the nearest is 'usage_month'.*python -m lib build"):
        opened.arrow("usage_months")


def test_rejects_and_conflicts_are_rows_with_names(opened: Warehouse) -> None:
    assert [row["feed"] for row in opened.reject_rows()] == ["event"]  # the holograms, which nobody sells
    assert opened.conflict_rows() == []


def test_eight_threads_read_one_warehouse(opened: Warehouse) -> None:
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(lambda _: opened.arrow("usage_month").num_rows, range(80)))
    assert set(sizes) == {opened.arrow("usage_month").num_rows}


def test_the_file_cannot_be_written(opened: Warehouse) -> None:
    connection = duckdb.connect(str(opened.path), read_only=True)
    with pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("delete from marts.plan")
    connection.close()


def test_a_reader_keeps_its_warehouse_while_a_new_one_is_published(folder: Path, tmp_path: Path) -> None:
    built(tmp_path, WORLD)
    old = open_current(tmp_path / "warehouse")
    before = old.rows("deal")
    report = built(tmp_path, {name: text for name, text in WORLD.items() if not name.startswith("crm")})
    assert old.rows("deal") == before
    new = open_current(tmp_path / "warehouse")
    assert new.id == report.id != old.id
    assert new.rows("deal") == []
    old.close()
    new.close()


def test_no_warehouse_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing, match="make one with: python -m lib build"):
        open_current(tmp_path)


def damaged(folder: Path, content: bytes) -> Path:
    """A publishing folder whose pointer names a file of that content."""
    (folder / "warehouse-w.duckdb").write_bytes(content)
    (folder / "current").write_text("warehouse-w.duckdb\n")
    return folder


UNREADABLE = r"warehouse-w\.duckdb is no warehouse that can be read \(.+\); build again with: python -m lib build"


@pytest.mark.parametrize("kept", [0.0, 0.00001, 0.5])
def test_a_truncated_warehouse_is_one_sentence(folder: Path, tmp_path: Path, kept: float) -> None:
    content = open_bytes(folder)
    with pytest.raises(WarehouseMissing, match=UNREADABLE):
        open_current(damaged(tmp_path, content[: int(len(content) * kept)]))


def open_bytes(folder: Path) -> bytes:
    """The published file as it lies on disk."""
    return (folder / (folder / "current").read_text().strip()).read_bytes()


def test_text_instead_of_a_warehouse_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing, match=UNREADABLE):
        open_current(damaged(tmp_path, b"hello world " * 1000))


def test_flipped_bits_are_one_sentence(folder: Path, tmp_path: Path) -> None:
    content = bytearray(open_bytes(folder))
    content[12_288:] = bytes(byte ^ 0xFF for byte in content[12_288:])
    with pytest.raises(WarehouseMissing, match=UNREADABLE):
        open_current(damaged(tmp_path, bytes(content)))


@pytest.mark.parametrize(
    "made",
    ["create table t (a int)", "create schema raw; create table raw.manifest as select 'a' as key, 'b' as value"],
)
def test_a_database_of_somebody_else_is_one_sentence(tmp_path: Path, made: str) -> None:
    foreign = duckdb.connect(str(tmp_path / "foreign.duckdb"))
    foreign.execute(made)
    foreign.close()
    with pytest.raises(WarehouseMissing, match=UNREADABLE):
        open_current(damaged(tmp_path, (tmp_path / "foreign.duckdb").read_bytes()))
