"""The plans database: plans.sql loaded into a fresh SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from world.recipe import HERE


def write(path: Path) -> None:
    """Load the portable SQL."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript((HERE / "plans.sql").read_text(encoding="utf-8"))
