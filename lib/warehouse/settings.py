"""How this house opens DuckDB: in UTC, and without asking the network for extensions."""

from __future__ import annotations

from pathlib import Path

import duckdb

SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "TimeZone": "'UTC'",
    "enable_progress_bar": "false",  # it would stand in the middle of a document that is printed
}


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A warehouse file → a connection; only a build opens one for writing."""
    connection = duckdb.connect(str(path), read_only=read_only)
    for name, value in SETTINGS.items():  # not as `config`: that would bar every other reader in this process
        connection.execute(f"set {name} = {value}")
    return connection
