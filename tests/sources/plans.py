"""The sample's plans as SQL, loaded into whichever database a test asks for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, inspect, make_url, text

from lib.sources import plans_db

ON_LOOPBACK = (pytest.mark.server, pytest.mark.xdist_group("database"))
SERVERS = [pytest.param(fixture, marks=ON_LOOPBACK) for fixture in ("mariadb_url", "postgres_url")]
each_server = pytest.mark.parametrize("engine", SERVERS)

SCRIPT = Path(__file__).parents[2] / "data" / "sample" / "plans.sql"


def load_sqlite(path: Path, *changes: str) -> str:
    """The script in a new SQLite file, then some statements → its URL."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCRIPT.read_text())
        for change in changes:
            connection.execute(change)
        connection.commit()
    return f"sqlite:///{path}"


def load_server(url: str, *changes: str) -> str:
    """The script in an empty database of a server, then some statements → its URL; what stood there goes first."""
    emptied(url)
    run(url, *statements(SCRIPT.read_text()), *changes)
    return url


def emptied(url: str) -> None:
    """A server's database without tables and views."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        inspector = inspect(connection)
        for view in inspector.get_view_names():
            connection.execute(text(f"drop view {view}"))
        for table in inspector.get_table_names():
            connection.execute(text(f"drop table {table}"))


def run(url: str, *orders: str) -> None:
    """Statements, in one transaction."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for order in orders:
            connection.exec_driver_sql(order)


def statements(script: str) -> list[str]:
    """A script → its statements, comment lines dropped; % doubled for the driver."""
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    return [part.replace("%", "%%") for part in "\n".join(lines).split(";\n") if part.strip(" \n;")]


def rows(url: str, name: str, schema: str | None = None) -> list[dict[str, Any]]:
    """What the desk reads of one table."""
    with plans_db.reading(url, schema) as database:
        return [row for batch in database.batches(name) for row in batch.to_pylist()]


@contextmanager
def reader(url: str, *grants: str) -> Iterator[str]:
    """A user of a server who may do what `grants` say and nothing else ({user} is the name) → that user's URL."""
    name = "'looker'@'127.0.0.1'" if url.startswith("mysql") else "looker"
    word = "identified by" if url.startswith("mysql") else "password"
    run(url, f"create user {name} {word} 'look@me:5/%%'")
    try:
        run(url, *(grant.format(user=name) for grant in grants))
        yield make_url(url).set(username="looker", password="look@me:5/%").render_as_string(hide_password=False)
    finally:
        run(url, *([] if url.startswith("mysql") else [f"drop owned by {name}"]), f"drop user {name}")
