"""Where decisions are kept: one address, work done in whole transactions, tables made by the first that writes.

SQLite, PostgreSQL and MariaDB behave alike here: work is kept whole or not at all, and where two write at once the
slower begins again on what the faster left, so that nothing is lost and nobody is told of an engine's quarrels.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from lib.catalog.document import shown
from lib.decisions import troubles
from lib.decisions.refusal import DecisionError
from lib.decisions.tables import METADATA, SCHEMA, VERSION

T = TypeVar("T")

VARIABLE, FILE = "DECISIONS_DB_URL", "decisions.sqlite"
DRIVERS = {"sqlite": "", "mysql": "+pymysql", "mariadb": "+pymysql", "postgresql": "+psycopg"}
SHAPES = "sqlite:///file, mysql+pymysql://user:password@host:3306/name, postgresql+psycopg://user:password@host/name"
SECONDS_TO_WAIT = 10  # for a server to answer, or for another writer to finish
ATTEMPTS = 50  # each failed one is a record that somebody else wrote: so many at once are no people
PAUSE = 0.005  # seconds, more with every attempt: all of them take some six seconds

# Each statement sees what others have finished, and a text that is too long is an error and not shortened.
_ON_CONNECT = {
    "mysql": (
        "set session transaction isolation level read committed",
        "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
        f"set session innodb_lock_wait_timeout = {SECONDS_TO_WAIT}",
    ),
    "postgresql": (
        "set session characteristics as transaction isolation level read committed",
        "set client_encoding to 'UTF8'",
        f"set lock_timeout to '{SECONDS_TO_WAIT}s'",
    ),
}
_ON_CONNECT["mariadb"] = _ON_CONNECT["mysql"]


class _Overtaken(Exception):
    """Another writer was faster."""


def address(environ: Mapping[str, str], folder: Path) -> str:
    """What the environment says in DECISIONS_DB_URL, or a SQLite file in a folder → the URL for a store."""
    return environ.get(VARIABLE) or URL.create("sqlite", database=str(folder / FILE)).render_as_string()


def checked_address(url: str) -> URL:
    """A URL, refused unless records can be kept there; it may hold a password, so it is not shown."""
    wrong = f"{VARIABLE} is no address of a database that decisions can be kept in"
    try:
        written = make_url(url)
    except (SQLAlchemyError, ValueError):
        raise DecisionError(f"{wrong}; write {SHAPES}") from None
    name, _, driver = written.drivername.partition("+")
    kind = {"postgres": "postgresql"}.get(name, name)
    if kind not in DRIVERS or driver not in ("", "pysqlite" if kind == "sqlite" else DRIVERS[kind][1:]):
        [near] = get_close_matches(kind, DRIVERS, n=1, cutoff=0.0)
        raise DecisionError(f"{wrong}: the nearest to {written.drivername!r} is {near + DRIVERS[near]!r}")
    if kind == "sqlite":
        _insist_on_a_file(written, wrong)
    if not written.database:
        raise DecisionError(f"{wrong}: it names no database; write {SHAPES}")
    return written.set(drivername=f"{kind}{DRIVERS[kind]}")


def _insist_on_a_file(place: URL, wrong: str) -> None:
    if not place.database or ":memory:" in place.database or "\0" in place.database:
        raise DecisionError(f"{wrong}: a database in memory forgets every decision; name a file as in sqlite:///file")
    if place.query or place.database.startswith("file:"):
        raise DecisionError(f"{wrong}: a SQLite file takes no parameters; write sqlite:///file")


@dataclass(frozen=True)
class Database:
    """One place where records are kept. Its address may hold a password and is not shown."""

    url: URL = field(repr=False)
    patience: float = SECONDS_TO_WAIT

    @property
    def place(self) -> str:
        """Where it is, as a reader knows it."""
        return troubles.place_of(self.url)

    def read(self, work: Callable[[Connection], T], nothing: T, since: int = 1) -> T:
        """What work finds, or `nothing` where nobody has written yet; reading makes neither a file nor a table.

        `since` is the version of the tables that what work reads came with: older tables hold nothing of it.
        """
        if self._is_no_file_yet():
            return nothing
        return self._insistently(
            "rw", lambda connection: work(connection) if self._version(connection) >= since else nothing
        )

    def write(self, work: Callable[[Connection], T]) -> T:
        """Work in one transaction, kept whole or not at all; begun again where another writer was faster.

        Work must look before it writes: begun again, it finds what the other left.
        """
        self._is_no_file_yet()
        return self._insistently("rwc", lambda connection: work(self._prepared(connection)))

    def _insistently(self, mode: str, work: Callable[[Connection], T]) -> T:
        for attempt in range(ATTEMPTS):
            time.sleep(attempt * PAUSE)
            try:
                with self._transaction(mode) as connection:
                    return work(connection)
            except _Overtaken:
                continue
        raise DecisionError(f"the decisions in {self.place} are written by too many at once; try again in a moment")

    def _prepared(self, connection: Connection) -> Connection:
        """Make the tables that are not there; their version is written last, so that half of them are none.

        Every version so far only added tables, so older ones are brought up to date by making what they lack.
        """
        there = self._version(connection)
        if there < VERSION:
            METADATA.create_all(connection)
            now_there = update(SCHEMA).where(SCHEMA.c.version == there) if there else insert(SCHEMA).values(place=1)
            connection.execute(now_there.values(version=VERSION))
        return connection

    def _version(self, connection: Connection) -> int:
        """Which version of the tables is there, 0 for none; a newer one than ours is refused."""
        if not inspect(connection).has_table(SCHEMA.name):
            return 0
        version = connection.execute(select(SCHEMA.c.version)).scalar() or 0
        if version > VERSION:
            raise DecisionError(
                f"the decisions in {self.place} were written by a newer desk (tables {version}, this one knows "
                f"{VERSION}); bring this desk up to date"
            )
        return int(version)

    def _is_no_file_yet(self) -> bool:
        """Whether this is a SQLite file that is not there; a folder that is not there is refused."""
        if self.url.get_backend_name() != "sqlite":
            return False
        file = Path(str(self.url.database))
        try:
            if not file.parent.is_dir():
                raise DecisionError(
                    f"{file.parent} is no folder, so no decision can be kept in {file}; make it ({VARIABLE})"
                )
            return not file.exists()
        except OSError:
            told = f"no file can be called {shown(str(file))}, so no decision can be kept there"
            raise DecisionError(f"{told}; write a shorter name ({VARIABLE})") from None

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        with self._spoken():
            connection = self._connected(mode)
        with self._spoken(), connection, connection.begin():
            yield connection

    def _connected(self, mode: str) -> Connection:
        try:
            return self._engine(mode).connect()
        except troubles.BADLY_WRITTEN as option:  # one that the driver does not know, or cannot read
            raise DecisionError(troubles.told(option, self.url)) from None

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """Whatever goes wrong inside is one sentence without the password, or somebody else being faster."""
        try:
            yield
        except (SQLAlchemyError, OSError, UnicodeError) as error:
            if troubles.is_overtaken(error):
                raise _Overtaken from None
            raise DecisionError(troubles.told(error, self.url)) from None

    def _engine(self, mode: str) -> Engine:
        kind = self.url.get_backend_name()
        if kind == "sqlite":
            return _sqlite(self.url, mode, self.patience)
        waiting = {} if "connect_timeout" in self.url.query else {"connect_timeout": int(self.patience) or 1}
        engine = create_engine(self.url, poolclass=NullPool, connect_args=waiting)

        @event.listens_for(engine, "connect")
        def tell(session: Any, _record: Any) -> None:
            with session.cursor() as cursor:
                for order in _ON_CONNECT[kind]:
                    cursor.execute(order)
            session.commit()

        return engine


def _sqlite(place: URL, mode: str, patience: float) -> Engine:
    """A SQLite file: readers wait for the one writer, and a writer takes its turn before it looks."""
    file = place.set(database=f"file:{quote(place.database or '')}").update_query_dict({"mode": mode, "uri": "true"})
    engine = create_engine(file, poolclass=NullPool, connect_args={"timeout": patience})
    opening = "begin immediate" if mode == "rwc" else "begin"

    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(session: Any, _record: Any) -> None:
        session.isolation_level = None
        session.execute("pragma foreign_keys = on")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(opening)

    return engine
