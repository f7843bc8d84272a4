"""What can go wrong with a database, in one sentence: what, where and what to do, never what the driver wrote.

A driver's own words may repeat the address it was given, password and all, so they are looked at and not passed on.
"""

from __future__ import annotations

from sqlalchemy.engine import URL

from lib.databases import (
    BUSY,
    KINDS,
    LOGIN,
    LOST,
    NAME,
    NOT_LET_IN,
    TEXT,
    TLS,
    USUAL,
    cause_of,
    code_of,
    network_trouble,
    place_of,
    spoken_trouble,
)

__all__ = ["KINDS", "place_of", "told"]

_GRANT, _TABLE, _NO_SQLITE = "grant", "table", "no sqlite"
_WORDS = {
    **USUAL,
    _GRANT: "its user may not read it; grant the user select on the tables that are asked for",
    _TABLE: "a table went away while it was read; pull again",
    BUSY: "it has too many connections, or is locked or shutting down; pull again later",
    _NO_SQLITE: "it is no SQLite database; check the file",
    TEXT: "it holds text that is not what its encoding says; mend the column's encoding there",
    LOST: "the connection was lost; pull again",
}
_BY_CODE = {
    # MySQL and MariaDB
    "1045": LOGIN,
    "1698": LOGIN,
    "1044": _GRANT,
    "1142": _GRANT,
    "1143": _GRANT,
    "1227": _GRANT,
    "1049": NAME,
    "1146": _TABLE,
    "1130": NOT_LET_IN,
    "1040": BUSY,
    "1203": BUSY,
    "1205": BUSY,
    "1053": BUSY,
    "2006": LOST,
    "2013": LOST,
    "2026": TLS,
    "3159": TLS,
    # PostgreSQL
    "42501": _GRANT,
    "42P01": _TABLE,
    "57P01": LOST,
    "57P03": BUSY,
    "53300": BUSY,
    "22021": TEXT,
}
_BY_WORDS = {"not a database|malformed|unable to open": _NO_SQLITE}


def told(error: BaseException, url: URL) -> str:
    """An error of the database or its driver → the sentence about it."""
    cause = cause_of(error)
    code = code_of(cause)
    trouble = network_trouble(cause) or _BY_CODE.get(code) or spoken_trouble(cause, _BY_WORDS)
    unknown = f"it answered {type(cause).__name__}{f' {code}' if code else ''}; check the URL"
    why = _WORDS[trouble] if trouble else unknown
    return f"{place_of(url)} cannot be read: {why} (PLANS_DB_URL, or url in the sources file)"
