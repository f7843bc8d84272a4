"""What can go wrong with the database, in one sentence, and never in the driver's words: they may repeat a password."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from lib.databases import (
    BUSY,
    KINDS,
    LOGIN,
    LOST,
    NAME,
    NOT_LET_IN,
    OPTION,
    TEXT,
    TLS,
    USUAL,
    cause_of,
    code_of,
    network_trouble,
    place_of,
    spoken_trouble,
)

__all__ = ["BADLY_WRITTEN", "KINDS", "is_overtaken", "place_of", "told"]

_READ_ONLY, _FOLDER, _DAMAGED, _FULL, _FOREIGN, _LETTERS, _GONE = (
    "read only",
    "folder",
    "damaged",
    "full",
    "foreign",
    "letters",
    "gone",
)
_WORDS = {
    **USUAL,
    NOT_LET_IN: USUAL[LOGIN],
    BUSY: "somebody else holds it locked; try again in a moment, or close the program that has it open",
    _READ_ONLY: "it may only be read here; let this user write it, the file and its folder, or grant it insert, "
    "update and create",
    _FOLDER: "it cannot be opened; check that it is a file and that this user may write in its folder",
    _DAMAGED: "it is no database of ours or it is damaged; put it aside and take the last copy of it",
    _FULL: "there is no room left to write; make some and save again",
    _FOREIGN: "it has a table under one of our names that is not ours; name another database",
    _LETTERS: "it cannot hold every letter; make it with the encoding UTF-8",
    _GONE: "one of its tables was taken away; put it aside and take the last copy of it",
    TEXT: "it is no database of ours or it is damaged; put it aside and take the last copy of it",
    LOST: "the connection was lost; try again, and see first whether the last record is there",
}
_BY_CODE = {
    # SQLite, by the first two words of its codes
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _FOLDER,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _FULL,
    # MySQL and MariaDB
    "1045": LOGIN,
    "1698": LOGIN,
    "1044": _READ_ONLY,
    "1142": _READ_ONLY,
    "1143": _READ_ONLY,
    "1290": _READ_ONLY,
    "1792": _READ_ONLY,
    "1049": NAME,
    "1054": _FOREIGN,
    "1146": _GONE,
    "1040": BUSY,
    "1203": BUSY,
    "1205": BUSY,
    "1053": BUSY,
    "1021": _FULL,
    "1114": _FULL,
    "1366": _LETTERS,
    "2006": LOST,
    "2013": LOST,
    "2026": TLS,
    # PostgreSQL
    "42501": _READ_ONLY,
    "25006": _READ_ONLY,
    "42703": _FOREIGN,
    "42P01": _GONE,
    "42809": _FOREIGN,
    "53100": _FULL,
    "53300": BUSY,
    "55P03": BUSY,
    "57P03": BUSY,
    "57P01": LOST,
    "22P05": _LETTERS,
    "28P01": LOGIN,
    "3D000": NAME,
}
_BY_WORDS = {
    "no such table": _GONE,
    "no such column|has no column named": _FOREIGN,
    "can't encode|cannot be encoded": _LETTERS,
}
BADLY_WRITTEN = (TypeError, ValueError, AttributeError, LookupError)  # as drivers answer parameters of a URL
# Another writer was faster: a row or a table is there already or is being made, or both waited for each other.
_OVERTAKEN = {"1020", "1050", "1213", "1412", "1684", "40001", "40P01", "42710", "42P07"}


def told(error: BaseException, url: URL) -> str:
    """An error of the database or its driver → the sentence about it."""
    cause = cause_of(error)
    code = code_of(cause)
    usual = OPTION if isinstance(cause, BADLY_WRITTEN) else None
    trouble = network_trouble(cause) or _BY_CODE.get(code) or spoken_trouble(cause, _BY_WORDS) or usual
    unknown = f"it answered {type(cause).__name__}{f' {code}' if code else ''}; check the address"
    why = _WORDS[trouble] if trouble else unknown
    return f"the decisions in {place_of(url)} cannot be reached: {why} (DECISIONS_DB_URL)"


def is_overtaken(error: BaseException) -> bool:
    """Whether an error only says that another writer was faster, so that the same work may be begun again."""
    return isinstance(error, IntegrityError) or code_of(cause_of(error)) in _OVERTAKEN
