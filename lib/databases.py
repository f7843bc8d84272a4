"""A SQL database as a reader knows it, and its troubles by kind, told apart without a word of the driver's.

A driver's own words may repeat the address it was given, password and all: they are looked at and never passed on. What
a trouble means to whoever reads, or writes, is for the room that asks to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from socket import gaierror
from types import MappingProxyType

from sqlalchemy.engine import URL

KINDS = {"mysql": "MySQL", "mariadb": "MariaDB", "postgresql": "PostgreSQL"}

HOST, PORT, SILENT, LOGIN, NAME, NOT_LET_IN, TLS, BUSY, OPTION, LOST, TEXT = (
    "host",
    "port",
    "silent",
    "login",
    "name",
    "not let in",
    "tls",
    "busy",
    "option",
    "lost",
    "text",
)
# What is the same to whoever asks.
USUAL: Mapping[str, str] = MappingProxyType(
    {
        HOST: "no machine is known by the name of its host; check the host",
        PORT: "nothing answers at its host and port; check both, and that the database runs",
        SILENT: "nothing answered in time; check the host, and that a firewall lets this machine through",
        LOGIN: "it does not take that user or password; check both, signs like @ : / % written as %40 %3A %2F %25",
        NAME: "it has no database of that name; check the name at the end",
        NOT_LET_IN: "it lets this user not in from this machine; allow it there",
        TLS: "the two sides agree on no encryption; check the ssl parameters of its URL, and the files they name",
        OPTION: "its URL holds a parameter that the driver does not know or cannot read; check what stands behind "
        "the ?",
    }
)
_BY_WORDS = {  # before they have let one in, servers and drivers tell no code
    "failed to resolve|could not translate host|name or service not known": HOST,
    "no pg_hba.conf entry|host .* is not allowed": NOT_LET_IN,
    r"\b(ssl|tls|certificate)\b": TLS,
    "password|authentication|role .* does not exist": LOGIN,
    "database .* does not exist": NAME,
    "too many (clients|connections)|remaining connection slots|is locked|starting up|shutting down": BUSY,
    "timeout|timed out": SILENT,
    "refused|unreachable|no such file": PORT,
    "invalid (uri|connection|dsn)|keyword argument|connection option": OPTION,
    "could not decode": TEXT,
    "closed the connection|server closed|connection .*lost": LOST,
}
_OF_THE_NETWORK = {gaierror: HOST, TimeoutError: SILENT, ConnectionError: PORT}
_CODE = re.compile(r"\d{1,5}|[0-9A-Z]{5}")  # no password can hide among these


def place_of(url: URL) -> str:
    """A database as a reader knows it: kind, name, host and user, or the file."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    where = f" on {url.host}{port}" if url.host else ""
    who = f" as {url.username}" if url.username else ""
    return f"{KINDS[url.get_backend_name()]} database {url.database}{where}{who}"


def cause_of(error: BaseException) -> BaseException:
    """What lies under SQLAlchemy's error."""
    return getattr(error, "orig", None) or error


def code_of(cause: BaseException) -> str:
    """The code of an error, where it has one: SQLite's words, the number of MariaDB, the state of PostgreSQL."""
    if named := getattr(cause, "sqlite_errorname", None):
        return "_".join(str(named).split("_")[:2])
    codes = (str(code) for code in ((cause.args or ("",))[0], getattr(cause, "sqlstate", "")))
    return next((code for code in codes if _CODE.fullmatch(code)), "")


def network_trouble(cause: BaseException) -> str | None:
    """The kind of a trouble that the network tells; None where it tells none."""
    beneath = getattr(cause, "original_exception", cause)  # where pymysql keeps what the network said
    return next((trouble for kind, trouble in _OF_THE_NETWORK.items() if isinstance(beneath, kind)), None)


def spoken_trouble(cause: BaseException, own: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """The kind of a trouble by the words of its error, `own` patterns after the usual ones; None where none fits."""
    said = str(cause)
    patterns = {**_BY_WORDS, **own}.items()
    return next((trouble for pattern, trouble in patterns if re.search(pattern, said, re.IGNORECASE)), None)
