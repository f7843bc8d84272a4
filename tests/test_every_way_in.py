"""The same world through real servers: a database, two buckets and an API say what the sample's files say, to the cell.

Plans come from MariaDB, metering and the AWS feeds from buckets, Stripe from its API, each read by its real client; the
rest from folders. What is built from them is held against the warehouse of the sample as everybody gets it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import ROOT
from tests.servers.s3 import KEYS, Server
from tests.servers.stripe import KEY
from tests.servers.stripe_world import stripe_stand_in
from tests.sources.plans import load_server

SAMPLE = ROOT / "var" / "sample"
ACCOUNTS_FOR_FILES = {"source_status", "file_load", "file_column", "column_match", "schema_drift", "source_note"}
LEAST_ROWS = {"plan": 7, "usage_month": 20_000, "contract": 400, "invoice_line": 20_000, "settlement": 8_000}


def bucket_block(name: str, server: Server) -> str:
    """A source in a bucket of its own name, filled with what the sample has of it."""
    files = {
        f"daily/{path.relative_to(SAMPLE / name).as_posix()}": path.read_bytes()
        for path in (SAMPLE / name).rglob("*")
        if path.is_file()
    }
    bucket = f"the-{name}"
    server.fill(bucket, files)
    where = f'bucket = "{bucket}"\nprefix = "daily/"\nendpoint = "{server.url}"\nregion = "us-east-1"'
    return f'[{name}]\nkind = "s3"\n{where}\n'


def sources(server: Server, stripe_url: str) -> str:
    """A sources file that names the servers, and folders for the rest."""
    folders = [f'[{name}]\nkind = "folder"\npath = "{SAMPLE / name}"\n' for name in ("crm", "company", "surfaces")]
    buckets = [bucket_block(name, server) for name in ("metering", "marketplace")]
    stripe = f'[stripe]\nkind = "stripe_api"\nendpoint = "{stripe_url}"\n'
    return "\n".join([f'world = "{SAMPLE / "world.toml"}"\n\n[plans_db]\nkind = "sql"\n', *buckets, stripe, *folders])


def run(folder: Path, verb: str, *words: str, **secrets: str) -> None:
    command = [sys.executable, "-m", "lib", verb, "--snapshots", str(folder / "snapshots"), *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **secrets}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def both(
    mariadb_url: str, s3_server: Server, desk_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's warehouse and the one that came through the servers, side by side."""
    folder = tmp_path_factory.mktemp("world")
    secrets = {**KEYS, "PLANS_DB_URL": load_server(mariadb_url), "STRIPE_API_KEY": KEY}
    with stripe_stand_in(SAMPLE) as stripe:
        (folder / "sources.toml").write_text(sources(s3_server, stripe.url))
        run(folder, "pull", "--sources", str(folder / "sources.toml"), **secrets)
    run(folder, "build")
    places = {"sample": desk_folder, "servers": folder / "snapshots" / "warehouse"}
    connection = duckdb.connect()
    for name, place in places.items():
        connection.execute(f"attach '{place / (place / 'current').read_text().strip()}' as {name} (read_only)")
    yield connection
    connection.close()


def marts(connection: duckdb.DuckDBPyConnection, world: str) -> set[str]:
    query = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'marts'"
    return {str(row[0]) for row in connection.execute(query, [world]).fetchall()}


def count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [(rows,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return int(rows)


def test_the_servers_say_what_the_samples_files_say(both: duckdb.DuckDBPyConnection) -> None:
    """One test, for the world that it needs takes long to bring."""
    insist_on_equal_marts(both)
    insist_on_equal_accounts(both)
    for name, least in LEAST_ROWS.items():
        assert count(both, f"servers.marts.{name}") >= least, name
    files = [row[0] for row in both.execute("select file from servers.raw.file_load").fetchall()]
    assert [file for file in files if file.startswith("stripe/") and not file.endswith(".jsonl")] == []
    assert len([file for file in files if file.startswith("metering/")]) == 24


def insist_on_equal_marts(both: duckdb.DuckDBPyConnection) -> None:
    names = marts(both, "sample")
    assert names == marts(both, "servers")
    for name in sorted(names - ACCOUNTS_FOR_FILES):
        for one, other in (("sample", "servers"), ("servers", "sample")):
            query = f"select * from {one}.marts.{name} except all select * from {other}.marts.{name}"
            assert both.execute(query).fetchmany(3) == [], f"marts.{name} of the {one}"


def insist_on_equal_accounts(both: duckdb.DuckDBPyConnection) -> None:
    """Every feed brings the same rows and loses none; a list without a file in the sample comes from the API alone."""
    asked = "select feed, loaded, duplicates, rejected from {}.marts.source_status"
    told = {world: dict_of(both.execute(asked.format(world)).fetchall()) for world in ("sample", "servers")}
    for feed, account in told["sample"].items():
        if account[0]:
            assert told["servers"][feed] == account, feed
    assert all(rejected == 0 for _, _, rejected in told["servers"].values())


def dict_of(rows: list[tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    return {str(name): tuple(rest) for name, *rest in rows}
