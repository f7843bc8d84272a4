"""What can go wrong with the database, in one sentence, and never in the driver's words: they may repeat a password."""

from __future__ import annotations

import re
from socket import gaierror

from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

KINDS = {"mysql": "MySQL", "mariadb": "MariaDB", "postgresql": "PostgreSQL"}

_BUSY = "somebody else holds it locked; try again in a moment, or close the program that has it open"
_READ_ONLY = "it may only be read here; let this user write it, the file and its folder, or grant it insert and create"
_FOLDER = "it cannot be opened; check that it is a file and that this user may write in its folder"
_DAMAGED = "it is no database of ours or it is damaged; put it aside and take the last copy of it"
_FULL = "there is no room left to write; make some and save again"
_FOREIGN = "it has a table under one of our names that is not ours; name another database"
_HOST = "no machine is known by the name of its host; check the host"
_PORT = "nothing answers at its host and port; check both, and that the database runs"
_SILENT = "nothing answered in time; check the host, and that a firewall lets this machine through"
_LOGIN = "it does not take that user or password; check both, signs like @ : / % written as %40 %3A %2F %25"
_NAME = "it has no database of that name; check the name at the end"
_TLS = "the two sides agree on no encryption; check the ssl parameters of its URL, and the files they name"
_OPTION = "its URL holds a parameter that the driver does not know or cannot read; check what stands behind the ?"
_LETTERS = "it cannot hold every letter; make it with the encoding UTF-8"
_LOST = "the connection was lost; try again, and see first whether the last record is there"

_BY_CODE = {
    # SQLite, by the first two words of its codes
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _FOLDER,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _FULL,
    # MySQL and MariaDB
    "1045": _LOGIN,
    "1698": _LOGIN,
    "1044": _READ_ONLY,
    "1142": _READ_ONLY,
    "1143": _READ_ONLY,
    "1290": _READ_ONLY,
    "1792": _READ_ONLY,
    "1049": _NAME,
    "1054": _FOREIGN,
    "1040": _BUSY,
    "1203": _BUSY,
    "1205": _BUSY,
    "1053": _BUSY,
    "1021": _FULL,
    "1114": _FULL,
    "1366": _LETTERS,
    "2006": _LOST,
    "2013": _LOST,
    "2026": _TLS,
    # PostgreSQL
    "42501": _READ_ONLY,
    "25006": _READ_ONLY,
    "42703": _FOREIGN,
    "42809": _FOREIGN,
    "53100": _FULL,
    "53300": _BUSY,
    "55P03": _BUSY,
    "57P03": _BUSY,
    "57P01": _LOST,
    "22P05": _LETTERS,
    "28P01": _LOGIN,
    "3D000": _NAME,
}
_BY_WORDS = {  # before they have let one in, servers and drivers tell no code
    "failed to resolve|could not translate host|name or service not known": _HOST,
    r"\b(ssl|tls|certificate)\b": _TLS,
    "password|authentication|role .* does not exist|no pg_hba.conf entry|is not allowed": _LOGIN,
    "database .* does not exist": _NAME,
    "too many (clients|connections)|remaining connection slots|starting up|shutting down": _BUSY,
    "timeout|timed out": _SILENT,
    "refused|unreachable|no such file": _PORT,
    "invalid (uri|connection|dsn)|keyword argument|connection option": _OPTION,
    "no such column|has no column named": _FOREIGN,
    "could not decode": _DAMAGED,
    "can't encode|cannot be encoded": _LETTERS,
    "closed the connection|server closed|connection .*lost": _LOST,
}
BADLY_WRITTEN = (TypeError, ValueError, AttributeError, LookupError)  # as drivers answer parameters of a URL
# Another writer was faster: a row or a table is there already or is being made, or both waited for each other.
_OVERTAKEN = {"1020", "1050", "1213", "1412", "1684", "40001", "40P01", "42710", "42P07"}


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
    code = _code(cause)
    why = _why(cause, code) or f"it answered {type(cause).__name__}{f' {code}' if code else ''}; check the address"
    return f"the decisions in {place_of(url)} cannot be reached: {why} (DECISIONS_DB_URL)"


def is_overtaken(error: BaseException) -> bool:
    """Whether an error only says that another writer was faster, so that the same work may be begun again."""
    return isinstance(error, IntegrityError) or _code(getattr(error, "orig", None) or error) in _OVERTAKEN


def _why(cause: BaseException, code: str) -> str | None:
    beneath = getattr(cause, "original_exception", cause)  # where pymysql keeps what the network said
    for kind, words in {gaierror: _HOST, TimeoutError: _SILENT, ConnectionError: _PORT}.items():
        if isinstance(beneath, kind):
            return words
    if code in _BY_CODE:
        return _BY_CODE[code]
    said = str(cause)
    usual = _OPTION if isinstance(cause, BADLY_WRITTEN) else None
    return next((words for pattern, words in _BY_WORDS.items() if re.search(pattern, said, re.IGNORECASE)), usual)


def _code(cause: BaseException) -> str:
    """The code of an error, where it has one: SQLite's words, the number of MariaDB, the state of PostgreSQL."""
    if named := getattr(cause, "sqlite_errorname", None):
        return "_".join(str(named).split("_")[:2])
    for code in ((cause.args or ("",))[0], getattr(cause, "sqlstate", "")):
        if re.fullmatch(r"\d{1,5}|[0-9A-Z]{5}", str(code)):  # no password can hide among these
            return str(code)
    return ""
