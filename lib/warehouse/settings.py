"""How this house opens DuckDB: in UTC, from one file, without asking the network for extensions."""

from __future__ import annotations

from pathlib import Path

import duckdb

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A warehouse file → a connection; only a build opens one for writing."""
    connection = duckdb.connect(str(path), read_only=read_only, config=CONFIG)
    connection.execute("set TimeZone = 'UTC'")
    return connection
