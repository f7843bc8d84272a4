"""The plans database crosses exactly, and is the same from every engine."""

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.sources import plans_db
from lib.sources.refusal import PullRefused
from tests.sources.plans import load_server, load_sqlite


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return load_sqlite(tmp_path / "plans.sqlite")


def test_prices_are_decimals_to_the_last_digit(sqlite_url: str) -> None:
    tables = plans_db.read(sqlite_url)
    prices = {row["id"]: row["price"] for row in tables["plans"].to_pylist()}
    assert prices == {
        1: Decimal("299.00"),
        2: Decimal("1499.00"),
        3: Decimal("3999.00"),
        4: None,
        6: Decimal("2990.00"),
        7: Decimal("14990.00"),
        8: Decimal("39990.00"),
    }
    rates = {row["dimension_key"]: row["base_price"] for row in tables["marketplace_pricing_dimensions"].to_pylist()}
    assert rates["words"] == Decimal("0.001000")
    assert rates["team_seats"] == Decimal("29.000000")


def test_days_flags_and_json_have_one_spelling(sqlite_url: str) -> None:
    tables = plans_db.read(sqlite_url)
    assert tables["plans"].to_pylist()[0]["created_on"] == date(2024, 11, 1)
    words = tables["marketplace_pricing_dimensions"].to_pylist()[0]
    assert words["applicable_plan_ids"] == "[1,2,3,4,6,7,8]"
    assert words["pricing_tiers"].startswith('[{"above":0,"price":"0.001"},')
    assert words["is_metered"] == 1


def test_rows_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    url = load_sqlite(tmp_path / "plans.sqlite")
    connection = sqlite3.connect(tmp_path / "plans.sqlite")
    connection.execute("insert into plans values (10, 'Ten', 'ten', 0.10, 'monthly', 0, null, '2026-01-01')")
    connection.commit()
    connection.close()
    assert plans_db.read(url)["plans"].column("id").to_pylist() == [1, 2, 3, 4, 6, 7, 8, 10]


@pytest.mark.server
def test_mariadb_gives_the_same_tables_as_sqlite(sqlite_url: str, mariadb_url: str) -> None:
    load_server(mariadb_url)
    here, there = plans_db.read(sqlite_url), plans_db.read(mariadb_url)
    assert here.keys() == there.keys()
    for name in here:
        assert here[name].schema == there[name].schema
        assert here[name].to_pylist() == there[name].to_pylist()


def test_a_price_finer_than_its_column_is_refused_not_rounded(tmp_path: Path) -> None:
    url = load_sqlite(tmp_path / "plans.sqlite")
    connection = sqlite3.connect(tmp_path / "plans.sqlite")
    connection.execute("update plans set price = 299.995 where id = 1")
    connection.commit()
    connection.close()
    with pytest.raises(PullRefused, match=r"plans\.price does not fit decimal128\(12, 2\)"):
        plans_db.read(url)


def test_a_missing_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    url = load_sqlite(tmp_path / "plans.sqlite")
    connection = sqlite3.connect(tmp_path / "plans.sqlite")
    connection.execute("alter table plans rename column included_credits to included_credit_pool")
    connection.commit()
    connection.close()
    with pytest.raises(PullRefused, match="no column included_credits; the nearest is included_credit_pool"):
        plans_db.read(url)


def test_a_database_without_the_tables_names_the_first_that_is_missing(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    with pytest.raises(PullRefused, match=r"empty\.sqlite has no table plans"):
        plans_db.read(f"sqlite:///{tmp_path / 'empty.sqlite'}")


def test_no_message_holds_the_password() -> None:
    url = "mysql+pymysql://reader:s3cret@127.0.0.1:9/vellocity"
    with pytest.raises(PullRefused) as refused:
        plans_db.read(url)
    assert "127.0.0.1" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_sqlite_file_that_is_not_there_is_missing_and_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'plans.sqlite'}"
    assert plans_db.is_missing(url)
    assert not (tmp_path / "plans.sqlite").exists()
    assert not plans_db.is_missing("mysql+pymysql://reader:pw@127.0.0.1/vellocity")


def test_a_sqlite_path_is_relative_to_its_file_and_a_server_url_is_left_alone() -> None:
    assert plans_db.located("sqlite:///plans.sqlite", Path("data")) == "sqlite:///data/plans.sqlite"
    server = "mysql+pymysql://reader:pw@127.0.0.1:3306/vellocity?charset=utf8mb4"
    assert plans_db.located(server, Path("data")) == server
