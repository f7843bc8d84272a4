"""The sample's plans as SQL, loaded into whichever database a test asks for."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, inspect, text

SCRIPT = Path(__file__).parents[2] / "data" / "sample" / "plans.sql"


def load_sqlite(path: Path) -> str:
    """The script in a new SQLite file → its URL."""
    connection = sqlite3.connect(path)
    connection.executescript(SCRIPT.read_text())
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def load_server(url: str) -> None:
    """The script in an empty database of a server; tables of an earlier test go first."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.execute(text(f"drop table {table}"))
        for statement in statements(SCRIPT.read_text()):
            connection.exec_driver_sql(statement)
    engine.dispose()


def statements(script: str) -> list[str]:
    """A script → its statements, comment lines dropped; % doubled for the driver."""
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    return [part.replace("%", "%%") for part in "\n".join(lines).split(";\n") if part.strip(" \n;")]
