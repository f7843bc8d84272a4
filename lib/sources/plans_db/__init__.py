"""The plans database: three tables, read exactly, and the same from SQLite, MariaDB or MySQL, and PostgreSQL.

It is read and never written: the transaction is read-only, and a user that may only select is enough.
"""

from lib.sources.plans_db.address import checked, is_missing, located, opened
from lib.sources.plans_db.columns import Column, Columns, drift, mark
from lib.sources.plans_db.reading import BATCH, Brought, PlansDatabase, bring, fetch, reading
from lib.sources.plans_db.tables import TABLES

__all__ = [
    "BATCH",
    "TABLES",
    "Brought",
    "Column",
    "Columns",
    "PlansDatabase",
    "bring",
    "checked",
    "drift",
    "fetch",
    "is_missing",
    "located",
    "mark",
    "opened",
    "reading",
]
