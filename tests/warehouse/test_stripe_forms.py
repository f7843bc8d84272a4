"""One Stripe account in each form it comes in: the same customers, contracts, invoices and settlements."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lib.sources.pull import pull
from lib.warehouse.build import BuildReport, build
from tests.conftest import ROOT
from tests.servers.stripe import KEY
from tests.servers.stripe_world import stripe_stand_in

DAY = date(2026, 10, 31)
ACCOUNTS_FOR_FILES = {"source_status", "file_load", "file_column", "column_match", "schema_drift", "source_note"}


def pulled(folder: Path, sample: Path, stripe: str) -> BuildReport:
    """A sample world whose Stripe account is pulled as a block says, and its warehouse."""
    folders = ("metering", "marketplace", "crm", "company")
    blocks = [f'[{name}]\nkind = "folder"\npath = "{sample / name}"\n' for name in folders]
    blocks.append(f'[plans_db]\nkind = "sql"\nurl = "sqlite:///{sample}/plans.sqlite"\n')
    folder.mkdir()
    (folder / "sources.toml").write_text("".join([*blocks, f"[stripe]\n{stripe}\n"]))
    pull(folder / "sources.toml", folder / "snapshots", DAY, environ={"STRIPE_API_KEY": KEY})
    return build(folder / "snapshots", folder / "warehouse")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A small sample world whose Stripe account comes as exports and through the API, side by side."""
    folder = tmp_path_factory.mktemp("forms")
    sample = folder / "sample"
    made = [sys.executable, "data/sample/generate.py", "--out", str(sample), "--customers", "60", "--months", "14"]
    subprocess.run(made, cwd=ROOT, check=True, capture_output=True)
    with stripe_stand_in(sample) as server:
        api = pulled(folder / "api", sample, f'kind = "stripe_api"\nendpoint = "{server.url}"')
    exports = pulled(folder / "exports", sample, f'kind = "folder"\npath = "{sample / "stripe"}"')
    connection = duckdb.connect()
    connection.execute(f"attach '{exports.path}' as exports (read_only)")
    connection.execute(f"attach '{api.path}' as api (read_only)")
    yield connection
    connection.close()


def marts(connection: duckdb.DuckDBPyConnection, world: str) -> set[str]:
    query = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'marts'"
    return {str(row[0]) for row in connection.execute(query, [world]).fetchall()}


def test_the_api_says_what_the_exports_say_mart_by_mart(both: duckdb.DuckDBPyConnection) -> None:
    names = marts(both, "exports")
    assert names == marts(both, "api")
    for name in sorted(names - ACCOUNTS_FOR_FILES):
        for one, other in (("exports", "api"), ("api", "exports")):
            query = f"select * from {one}.marts.{name} except all select * from {other}.marts.{name}"
            assert both.execute(query).fetchall() == [], f"marts.{name} of the {one}"


def test_what_is_compared_is_not_empty(both: duckdb.DuckDBPyConnection) -> None:
    for name, least in {"contract": 40, "invoice_line": 900, "settlement": 350, "recurring_month": 300}.items():
        [(rows,)] = both.execute(f"select count(*) from api.marts.{name}").fetchall()
        assert rows >= least, name


def test_no_object_of_the_api_is_rejected(both: duckdb.DuckDBPyConnection) -> None:
    assert both.execute("select * from api.raw.reject").fetchall() == []
