"""The plans database crosses exactly, is the same from every engine, and is never written."""

import resource
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from lib.sources import plans_db
from lib.sources.plans_db import Column, Columns, drift, opened
from lib.sources.plans_db.tables import TABLES
from lib.sources.plans_db.values import canonical_json
from lib.sources.refusal import PullRefused
from tests.servers.ports import free_port
from tests.sources.plans import SERVERS, each_server, load_server, load_sqlite, reader, rows, run

everywhere = pytest.mark.parametrize("engine", ["sqlite", *SERVERS])


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return load_sqlite(tmp_path / "plans.sqlite")


@pytest.fixture
def loaded(engine: str, request: pytest.FixtureRequest, tmp_path: Path):
    """The sample's plans in the database of a kind, after some statements of the test's own → its URL."""
    if engine == "sqlite":
        return lambda *changes: load_sqlite(tmp_path / "plans.sqlite", *changes)
    url = request.getfixturevalue(engine)
    return lambda *changes: load_server(url, *changes)


def test_prices_are_decimals_to_the_last_digit(sqlite_url: str) -> None:
    assert {row["id"]: row["price"] for row in rows(sqlite_url, "plans")} == {
        1: Decimal("299.00"),
        2: Decimal("1499.00"),
        3: Decimal("3999.00"),
        4: None,
        6: Decimal("2990.00"),
        7: Decimal("14990.00"),
        8: Decimal("39990.00"),
    }
    rates = {row["dimension_key"]: row["base_price"] for row in rows(sqlite_url, "marketplace_pricing_dimensions")}
    assert rates["words"] == Decimal("0.001000")
    assert rates["team_seats"] == Decimal("29.000000")


def test_days_flags_and_json_have_one_spelling(sqlite_url: str) -> None:
    assert rows(sqlite_url, "plans")[0]["created_on"] == date(2024, 11, 1)
    words = rows(sqlite_url, "marketplace_pricing_dimensions")[0]
    assert words["applicable_plan_ids"] == "[1,2,3,4,6,7,8]"
    assert words["pricing_tiers"].startswith('[{"above":0,"price":"0.001"},')
    assert words["is_metered"] == 1


@everywhere
def test_every_engine_gives_the_same_files(loaded, tmp_path: Path) -> None:
    here = plans_db.bring(load_sqlite(tmp_path / "default.sqlite"), tmp_path / "here")
    there = plans_db.bring(loaded(), tmp_path / "there")
    assert [path.name for path in there.paths] == [f"{name}.csv" for name in TABLES]
    assert [path.read_bytes() for path in there.paths] == [path.read_bytes() for path in here.paths]
    assert there.marks == here.marks
    assert there.drift == here.drift == ()


NATIVELY = {
    "mariadb_url": (
        "alter table plans modify hidden boolean not null, modify created_on datetime not null",
        "alter table marketplace_pricing_dimensions modify pricing_tiers json, "
        "modify applicable_plan_ids json not null, modify is_metered bit(1) not null, "
        "modify base_price decimal(20, 8) not null",
    ),
    "postgres_url": (
        "alter table plans alter hidden type boolean using hidden = 1, alter created_on type timestamptz, "
        "alter price type numeric, alter id type bigint",
        "alter table marketplace_pricing_dimensions alter pricing_tiers type jsonb using pricing_tiers::jsonb, "
        "alter applicable_plan_ids type jsonb using applicable_plan_ids::jsonb, "
        "alter is_metered type boolean using is_metered = 1",
    ),
}


@each_server
def test_what_an_engine_calls_a_flag_a_time_or_json_changes_no_file(engine: str, loaded, tmp_path: Path) -> None:
    here = plans_db.bring(load_sqlite(tmp_path / "default.sqlite"), tmp_path / "here")
    there = plans_db.bring(loaded(*NATIVELY[engine]), tmp_path / "there")
    assert [path.read_bytes() for path in there.paths] == [path.read_bytes() for path in here.paths]
    assert "plans.created_on is timestamp where date is declared: its day in UTC is taken" in there.drift
    assert len(there.drift) == 2  # and a price that can hold more than is declared


@everywhere
def test_rows_come_in_the_order_of_their_ids(loaded) -> None:
    url = loaded("insert into plans values (10, 'Ten', 'ten', 0.10, 'monthly', 0, null, '2026-01-01')")
    assert [row["id"] for row in rows(url, "plans")] == [1, 2, 3, 4, 6, 7, 8, 10]


# What each kind of database calls a flag, a time, a price and JSON

AS_A_COMPANY_KEEPS_THEM = {
    "sqlite": (
        "alter table plans add column made_at timestamp",
        "update plans set created_on = '2024-11-01 23:30:00-05:00' where id = 1",
        "update marketplace_pricing_dimensions set base_price = 0.000007 where id = 1",
    ),
    "mariadb_url": (
        "alter table plans modify hidden boolean not null, modify created_on timestamp not null",
        "set time_zone = '-05:00'",
        "update plans set created_on = '2024-11-01 23:30:00' where id = 1",
        "alter table marketplace_pricing_dimensions modify pricing_tiers json, modify is_metered bit(1) not null",
        "update marketplace_pricing_dimensions set base_price = 0.000007 where id = 1",
    ),
    "postgres_url": (
        "alter table plans alter hidden type boolean using hidden = 1, alter created_on type timestamptz",
        "update plans set created_on = '2024-11-01 23:30:00-05' where id = 1",
        "alter table marketplace_pricing_dimensions alter pricing_tiers type jsonb using pricing_tiers::jsonb, "
        "alter applicable_plan_ids type json using applicable_plan_ids::json, "
        "alter is_metered type boolean using is_metered = 1",
        "update marketplace_pricing_dimensions set base_price = 0.000007 where id = 1",
    ),
}
BANDS = (
    '[{"price": 0.0008, "above": 0}, {"price": 8e-4, "above": 1.50},'
    ' {"above": 9007199254740993, "price": 0.123456789012345678}]'
)
ONE_SPELLING = (
    '[{"above":0,"price":0.0008},{"above":1.5,"price":0.0008},{"above":9007199254740993,"price":0.123456789012345678}]'
)


@everywhere
def test_flags_times_and_json_as_each_engine_keeps_them(engine: str, loaded) -> None:
    # 23:30 five hours west of Greenwich is 04:30 of the next day in UTC. No float holds 9007199254740993.
    bands = f"update marketplace_pricing_dimensions set pricing_tiers = '{BANDS}' where id = 1"
    url = loaded(*AS_A_COMPANY_KEEPS_THEM[engine], bands)
    first = rows(url, "plans")[0]
    assert (first["hidden"], first["created_on"]) == (0, date(2024, 11, 2))
    words, *_, seats, _ = rows(url, "marketplace_pricing_dimensions")
    assert words["pricing_tiers"] == ONE_SPELLING
    assert words["base_price"] == Decimal("0.000007")
    assert words["applicable_plan_ids"] == "[1,2,3,4,6,7,8]"
    assert (words["is_metered"], seats["dimension_key"], seats["is_metered"]) == (1, "team_seats", 0)


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("8e-4", "0.0008"),
        ("0.00080", "0.0008"),
        ("-0.0", "0"),
        ("1E2", "100"),
        ("10", "10"),
        ('{"b": [true, null], "a": "1e-4"}', '{"a":"1e-4","b":[true,null]}'),
        ('"für"', '"f\\u00fcr"'),
    ],
)
def test_a_number_in_json_is_written_out(written: str, spelt: str) -> None:
    assert canonical_json(written) == spelt


@pytest.mark.parametrize("written", ["NaN", "1e999", '{"price":1,"price":2}', "{", "[1 2]", "[" * 50_000, ""])
def test_json_that_would_change_or_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        canonical_json(written)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update plans set price = 299.995", r"plans\.price does not fit decimal128\(12, 2\) where id is 1"),
        (
            "update plans set price = 0.1 + 0.2 where id = 2",
            r"price .* where id is 2 \(0.30000000000000004 is not exact",
        ),
        ("update plans set included_credits = 7.5 where id = 3", r"included_credits .* id is 3 \(7\.5 is no whole"),
        ("update plans set hidden = 2 where id = 1", r"plans\.hidden .* \('2' is neither true nor false\)"),
        ("update plans set created_on = 20241101", r"plans\.created_on .* \('20241101' is no day"),
        ("update plans set created_on = '0000-00-00'", r"plans\.created_on does not fit date32"),
        ("update plans set price = 1e30", r"plans\.price does not fit"),
        ("update plans set price = 'free'", r"plans\.price .* \('free' is not a number"),
        ("update plans set included_credits = 9223372036854775808", r"plans\.included_credits does not fit int64"),
        ("update plans set name = x'ff'", r"plans\.name does not fit string"),
        ("update marketplace_pricing_dimensions set pricing_tiers = '[1'", r"pricing_tiers does not fit string"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_id_and_never_rounded(
    tmp_path: Path, change: str, told: str
) -> None:
    with pytest.raises(PullRefused, match=told):
        plans_db.bring(load_sqlite(tmp_path / "plans.sqlite", change), tmp_path / "out")
    assert list((tmp_path / "out").glob("*.csv")) == []


# Read-only


@everywhere
def test_nothing_can_be_written_through_our_connection(loaded) -> None:
    url = loaded()
    with pytest.raises(PullRefused), opened(url) as connection:
        connection.exec_driver_sql("update plans set price = 1")
    with pytest.raises(PullRefused), opened(url) as connection:
        connection.exec_driver_sql("create table mine (id integer)")
    assert rows(url, "plans")[0]["price"] == Decimal("299.00")


@each_server
def test_a_user_who_may_only_select_is_enough(loaded) -> None:
    url = loaded()
    grants = [f"grant select on {name} to {{user}}" for name in TABLES]
    with reader(url, *grants) as careful:
        assert rows(careful, "plans") == rows(url, "plans")
        with pytest.raises(SQLAlchemyError, match=r"denied"):
            run(careful, "update plans set price = 1")


@everywhere
def test_a_view_is_as_good_as_a_table(engine: str, loaded) -> None:
    url = loaded("alter table plans rename to offers", "create view plans as select * from offers where id < 4")
    assert [row["id"] for row in rows(url, "plans")] == [1, 2, 3]


@everywhere
def test_all_tables_are_read_as_of_one_moment(engine: str, loaded) -> None:
    url = loaded("pragma journal_mode = wal") if engine == "sqlite" else loaded()
    with plans_db.reading(url) as database:
        assert sum(batch.num_rows for batch in database.batches("plans")) == 7
        run(url, "delete from gateway_products")
        assert sum(batch.num_rows for batch in database.batches("gateway_products")) == 6


SERIES = {
    "mariadb_url": (200_000, "seq_7_to_{last}"),
    "postgres_url": (100_000, "generate_series(7, {last}) as seq"),
}
MEGABYTE = 1 << 20


def resident() -> int:
    """The memory this process holds now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@each_server
def test_a_large_table_is_never_held_whole(engine: str, loaded) -> None:
    many, series = SERIES[engine]
    values = "seq, 1, 'stripe', 'prod_UTtKp8BBHoo8jC', 'price_1TUvXMJ64NJeR1n97xgOUuuC'"
    url = loaded(f"insert into gateway_products select {values} from {series.format(last=many)}")
    with plans_db.reading(url) as database:
        list(database.batches("plans"))  # what a first reading needs once
        start = resident()
        told = [(batch.num_rows, resident() - start) for batch in database.batches("gateway_products")]
    assert sum(rows for rows, _ in told) == many
    assert max(rows for rows, _ in told) <= plans_db.BATCH
    assert max(grown for _, grown in told) < 10 * MEGABYTE, told


# Where it is


@pytest.mark.server
def test_a_schema_is_found_by_name_or_by_the_search_path(postgres_url: str) -> None:
    load_server(postgres_url, "create schema billing", *(f"alter table {name} set schema billing" for name in TABLES))
    try:
        assert len(rows(postgres_url, "plans", "billing")) == 7
        assert len(rows(f"{postgres_url}?options=-csearch_path%3Dbilling", "plans")) == 7
        with pytest.raises(
            PullRefused, match=r"PostgreSQL database app .* has no table plans: this user sees no table"
        ):
            rows(postgres_url, "plans")
        with pytest.raises(PullRefused, match=r"schema bill, has no table plans"):
            rows(postgres_url, "plans", "bill")
    finally:
        run(postgres_url, "drop schema billing cascade")


@pytest.mark.server
def test_ssl_parameters_reach_the_driver(mariadb_url: str, postgres_url: str) -> None:
    load_server(postgres_url)
    assert len(rows(f"{postgres_url}?sslmode=prefer", "plans")) == 7
    for url in (f"{postgres_url}?sslmode=require", f"{mariadb_url}&ssl_verify_cert=true&ssl_verify_identity=true"):
        with pytest.raises(PullRefused, match="agree on no encryption; check the ssl parameters"):
            rows(url, "plans")


def test_a_sqlite_file_that_is_not_there_is_missing_and_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'plans.sqlite'}"
    assert plans_db.is_missing(url)
    with pytest.raises(PullRefused, match="it is no SQLite database"):
        rows(url, "plans")
    assert not (tmp_path / "plans.sqlite").exists()
    assert not plans_db.is_missing("mysql+pymysql://reader:pw@127.0.0.1/vellocity")


def test_a_sqlite_file_may_have_an_odd_name(tmp_path: Path) -> None:
    url = plans_db.checked(load_sqlite(tmp_path / "a #1 & 50%.sqlite"), "url")
    assert len(rows(url, "plans")) == 7


def test_a_sqlite_path_is_relative_to_its_file_and_a_server_url_is_left_alone() -> None:
    assert plans_db.located("sqlite:///plans.sqlite", Path("data")) == "sqlite:///data/plans.sqlite"
    server = "mysql+pymysql://reader:pw@127.0.0.1:3306/vellocity?charset=utf8mb4"
    assert plans_db.located(server, Path("data")) == server


# One sentence


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("postgres://u:p@h/x", "postgresql+psycopg://u:p@h/x"),
        ("postgresql://u:p@h/x?sslmode=require", "postgresql+psycopg://u:p@h/x?sslmode=require"),
        ("mysql://u:p@h:3306/x", "mysql+pymysql://u:p@h:3306/x"),
        ("mariadb://u:p%40q@h/x", "mariadb+pymysql://u:p%40q@h/x"),
        ("sqlite:///a/b.sqlite", "sqlite:///a/b.sqlite"),
    ],
)
def test_an_address_as_hosting_companies_write_it_is_understood(url: str, meant: str) -> None:
    assert plans_db.checked(url, "url") == meant


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("oracle://u:hush@h/x", "there is no kind 'oracle', the nearest is '.*'; write sqlite:///file"),
        ("postgressql://u:hush@h/x", "there is no kind 'postgressql', the nearest is 'postgresql'"),
        ("postgresql+asyncpg://u:hush@h/x", "the driver 'asyncpg' is not one of ours; write postgresql\\+psycopg://"),
        ("mysql+mysqldb://u:hush@h/x", "the driver 'mysqldb' is not one of ours; write mysql\\+pymysql://"),
        ("mysql+pymysql://u:a@hush@h/x", "its password holds an @; write that as %40"),
        ("mysql+pymysql://u:hush@h:3306", "it names no database; write mysql\\+pymysql://user:password@host:3306/name"),
        ("sqlite://", "it names no database; write sqlite:///file"),
        ("hush", "write sqlite:///file, mysql\\+pymysql://"),
        ("mysql+pymysql://u:hush@h:port/x", "write sqlite:///file, mysql\\+pymysql://"),
    ],
)
def test_an_address_that_cannot_be_meant_is_one_sentence(url: str, told: str) -> None:
    with pytest.raises(
        PullRefused, match=f"PLANS_DB_URL is no address of a database that can be read.*{told}"
    ) as refused:
        plans_db.checked(url, "PLANS_DB_URL")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("127.0.0.1:", "no-such-host.invalid:", r"on no-such-host\.invalid:.* no machine is known by the name"),
        (":PORT", ":FREE", "nothing answers at its host and port"),
        ("desk:desk", "nobody:s3cret", "as nobody cannot be read: it does not take that user or password"),
        ("desk:desk", "desk:s3cret", "as desk cannot be read: it does not take that user or password"),
        ("/app", "/shop", "database shop on .*: it has no database of that name|may not read"),
        ("/app", "/app?s3cret=1", "its URL holds a parameter that the driver does not know"),
    ],
)
@each_server
def test_a_server_that_lets_us_not_in_is_one_sentence(
    engine: str, request: pytest.FixtureRequest, old: str, new: str, told: str
) -> None:
    url = request.getfixturevalue(engine).partition("?")[0]
    port = url.rpartition(":")[2].partition("/")[0]
    wrong = url.replace(old.replace("PORT", port), new.replace("FREE", str(free_port())))
    assert wrong != url
    with pytest.raises(PullRefused, match=told) as refused:
        rows(wrong, "plans")
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.__suppress_context__


@each_server
def test_a_table_that_may_not_be_read_says_what_to_grant(loaded) -> None:
    with reader(loaded(), "grant select on gateway_products to {user}") as careful:
        with pytest.raises(
            PullRefused, match=r"as looker (cannot be read: its user may not read it|has no table plans)"
        ) as told:
            rows(careful, "plans")
        assert "look@me" not in str(told.value)
        assert "grant" in str(told.value)


@everywhere
def test_a_missing_table_is_answered_with_the_nearest(loaded) -> None:
    url = loaded("alter table plans rename to plan")
    with pytest.raises(PullRefused, match=r"has no table plans: the nearest is plan; grant"):
        rows(url, "plans")


@everywhere
def test_a_missing_column_is_answered_with_the_nearest(loaded) -> None:
    url = loaded("alter table plans rename column included_credits to included_credit_pool")
    with pytest.raises(PullRefused, match="no column included_credits; the nearest is included_credit_pool"):
        rows(url, "plans")


def test_a_database_without_tables_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(PullRefused, match=r"empty\.sqlite has no table plans: this user sees no table in it"):
        rows(f"sqlite:///{tmp_path / 'empty.sqlite'}", "plans")


def test_what_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("id,name\n" * 1000)
    with pytest.raises(PullRefused, match=r"x\.sqlite cannot be read: it is no SQLite database; check the file"):
        rows(f"sqlite:///{tmp_path / 'x.sqlite'}", "plans")


# Drift

PLANS = TABLES["plans"]
AS_DECLARED: Columns = {
    "id": Column("integer", False),
    "name": Column("text", False),
    "slug": Column("text", False),
    "price": Column("decimal(12, 2)", True),
    "frequency": Column("text", False),
    "hidden": Column("boolean", False),
    "included_credits": Column("integer", True),
    "created_on": Column("date", False),
}
NOTE = Column("text", True)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ({}, {}, []),
        ({"note": NOTE}, None, ["plans has a new column note (text), which is not read"]),
        ({"note": NOTE}, {}, ["plans has a new column note (text), which is not read"]),
        ({"note": NOTE}, {"note": NOTE}, ["plans has a column note (text), which is not read"]),
        ({}, {"note": NOTE}, ["plans has lost the column note (text) since 2026-09-30"]),
        (
            {"notes": NOTE},
            {"note": NOTE},
            ["plans: the column note seems to be called notes since 2026-09-30; it is not read"],
        ),
        (
            {"price": Column("float", True)},
            {},
            [
                "plans.price was decimal(12, 2) and is now float",
                "plans.price is float where decimal(12, 2) is declared: "
                "a float cannot hold every price, so what it holds is taken digit by digit",
            ],
        ),
        (
            {"price": Column("decimal(14, 4)", True)},
            None,
            [
                "plans.price is decimal(14, 4) where decimal(12, 2) is declared: "
                "every value is checked and none is rounded"
            ],
        ),
        ({"price": Column("decimal(10, 2)", True)}, None, []),
        (
            {"created_on": Column("timestamp", False)},
            None,
            ["plans.created_on is timestamp where date is declared: its day in UTC is taken"],
        ),
        (
            {"id": Column("integer", True)},
            None,
            ["plans.id may be empty, and it is the key: a row without it is rejected"],
        ),
        ({"name": Column("text", True)}, {}, ["plans.name may now be empty"]),
    ],
)
def test_drift_is_told_by_column_name(now: dict[str, Any], before: dict[str, Any] | None, told: list[str]) -> None:
    earlier = None if before is None else {**AS_DECLARED, **before}
    assert drift("plans", PLANS, {**AS_DECLARED, **now}, earlier, "2026-09-30") == told


@everywhere
def test_a_database_that_changed_since_the_last_pull_says_how(engine: str, loaded, tmp_path: Path) -> None:
    before = plans_db.bring(loaded("alter table plans add column note varchar(10)"), tmp_path / "before")
    changed = loaded("alter table plans add column annual_discount decimal(5, 2)")
    after = plans_db.bring(changed, tmp_path / "after", earlier=before.marks, since="2026-09-30")
    assert after.drift == (
        "plans has a new column annual_discount (decimal(5, 2)), which is not read",
        "plans has lost the column note (text) since 2026-09-30",
    )
    assert [path.read_bytes() for path in after.paths] == [path.read_bytes() for path in before.paths]
