"""What can go wrong with a database, in one sentence: what, where and what to do, never what the driver wrote.

A driver's own words may repeat the address it was given, password and all, so they are looked at and not passed on.
"""

from __future__ import annotations

import re
from socket import gaierror

from sqlalchemy.engine import URL

KINDS = {"mysql": "MySQL", "mariadb": "MariaDB", "postgresql": "PostgreSQL"}

_HOST = "no machine is known by the name of its host; check the host"
_PORT = "nothing answers at its host and port; check both, and that the database runs"
_SILENT = "nothing answered in time; check the host, and that a firewall lets this machine through"
_LOGIN = "it does not take that user or password; check both, signs like @ : / % written as %40 %3A %2F %25"
_NAME = "it has no database of that name; check the name at the end"
_GRANT = "its user may not read it; grant the user select on the tables that are asked for"
_TABLE = "a table went away while it was read; pull again"
_TLS = "the two sides agree on no encryption; check the ssl parameters of its URL, and the files they name"
_NOT_LET_IN = "it lets this user not in from this machine; allow it there"
_BUSY = "it has too many connections, or is locked or shutting down; pull again later"
_OPTION = "its URL holds a parameter that the driver does not know; check what stands behind the ?"
_NO_SQLITE = "it is no SQLite database; check the file"
_TEXT = "it holds text that is not what its encoding says; mend the column's encoding there"
_LOST = "the connection was lost; pull again"

_BY_NUMBER = {  # MySQL and MariaDB
    1045: _LOGIN,
    1698: _LOGIN,
    1044: _GRANT,
    1142: _GRANT,
    1143: _GRANT,
    1227: _GRANT,
    1049: _NAME,
    1146: _TABLE,
    1130: _NOT_LET_IN,
    1040: _BUSY,
    1203: _BUSY,
    1205: _BUSY,
    1053: _BUSY,
    2006: _LOST,
    2013: _LOST,
    2026: _TLS,
    3159: _TLS,
}
_BY_STATE = {"42501": _GRANT, "42P01": _TABLE, "57P01": _LOST, "57P03": _BUSY, "53300": _BUSY, "22021": _TEXT}
_BY_WORDS = {  # PostgreSQL and SQLite tell no number before they have let one in
    "failed to resolve|could not translate host|name or service not known": _HOST,
    "no pg_hba.conf entry|host .* is not allowed": _NOT_LET_IN,
    r"\b(ssl|tls|certificate)\b": _TLS,
    "password|authentication|role .* does not exist": _LOGIN,
    "database .* does not exist": _NAME,
    "too many (clients|connections)|remaining connection slots|is locked|starting up|shutting down": _BUSY,
    "timeout|timed out": _SILENT,
    "refused|unreachable|no such file": _PORT,
    "invalid (uri|connection|dsn)|keyword argument|connection option": _OPTION,
    "not a database|malformed|unable to open": _NO_SQLITE,
    "could not decode": _TEXT,
    "closed the connection|server closed|connection .*lost": _LOST,
}


def place_of(url: URL) -> str:
    """A database as a reader knows it: kind, name, host and user, or the file."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    where = f" on {url.host}{port}" if url.host else ""
    who = f" as {url.username}" if url.username else ""
    return f"{KINDS[url.get_backend_name()]} database {url.database}{where}{who}"


def told(error: BaseException, url: URL) -> str:
    """An error of the database or its driver → the sentence about it."""
    cause = getattr(error, "orig", None) or error
    why = _why(cause) or f"it answered {type(cause).__name__}{_state(cause)}; check the URL"
    return f"{place_of(url)} cannot be read: {why} (PLANS_DB_URL, or url in the sources file)"


def _why(cause: BaseException) -> str | None:
    beneath = getattr(cause, "original_exception", cause)  # where pymysql keeps what the network said
    for kind, words in {gaierror: _HOST, TimeoutError: _SILENT, ConnectionError: _PORT}.items():
        if isinstance(beneath, kind):
            return words
    number, state = (cause.args or (None,))[0], getattr(cause, "sqlstate", None)
    if state in _BY_STATE or number in _BY_NUMBER:
        return _BY_STATE.get(str(state)) or _BY_NUMBER[number]
    said = str(cause)
    return next((words for pattern, words in _BY_WORDS.items() if re.search(pattern, said, re.IGNORECASE)), None)


def _state(cause: BaseException) -> str:
    """The code of an error, where it has one: digits and letters that no password can hide among."""
    code = getattr(cause, "sqlstate", None) or (cause.args or ("",))[0]
    return f" {code}" if re.fullmatch(r"\d{1,5}|[0-9A-Z]{5}", str(code)) else ""
