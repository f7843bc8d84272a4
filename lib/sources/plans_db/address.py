"""The URL of a plans database: what it may name, how it is spoken of without its password, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from lib.sources.plans_db import troubles
from lib.sources.refusal import PullRefused

DRIVERS = {"sqlite": "pysqlite", "mysql": "pymysql", "mariadb": "pymysql", "postgresql": "psycopg"}
EXAMPLES = {
    "sqlite": "sqlite:///file",
    "mysql": "mysql+pymysql://user:password@host:3306/name",
    "mariadb": "mariadb+pymysql://user:password@host:3306/name",
    "postgresql": "postgresql+psycopg://user:password@host:5432/name",
}
SHAPES = ", ".join(EXAMPLES[kind] for kind in ("sqlite", "mysql", "postgresql"))
SECONDS_TO_CONNECT = 10

# What a session is told before anything is read: nothing may be written, all tables are read as of one moment, and
# times are told in UTC.
_MYSQL = (
    "set session transaction isolation level repeatable read",
    "set session transaction read only",
    "set session time_zone = '+00:00'",
)
_POSTGRES = (
    "set session characteristics as transaction isolation level repeatable read, read only",
    "set timezone to 'UTC'",
    "set datestyle to 'ISO, YMD'",
    "set client_encoding to 'UTF8'",
)


def checked(url: str, where: str) -> str:
    """A URL, refused unless it names a database that can be asked here; it may hold a password, so it is not shown."""
    wrong = f"{where} is no address of a database that can be read"
    try:
        written = make_url(url)
    except (SQLAlchemyError, ValueError):
        raise PullRefused(f"{wrong}; write {SHAPES}") from None
    place = _with_driver(written, wrong)
    if "@" in (place.host or ""):
        raise PullRefused(f"{wrong}: its password holds an @; write that as %40")
    if not place.database:
        raise PullRefused(f"{wrong}: it names no database; write {EXAMPLES[place.get_backend_name()]}")
    try:
        place.get_dialect().import_dbapi()
    except ImportError as missing:
        raise PullRefused(
            f"{wrong}: the package {missing.name} is not installed; bring it with: make install"
        ) from None
    return place.render_as_string(hide_password=False)


def _with_driver(place: URL, wrong: str) -> URL:
    """The URL with its driver written out; `postgres://` and `mysql://` are what hosting companies hand out."""
    name, _, driver = place.drivername.partition("+")
    kind = {"postgres": "postgresql"}.get(name, name)
    if kind not in DRIVERS:
        [near] = get_close_matches(kind, DRIVERS, n=1, cutoff=0.0)
        raise PullRefused(f"{wrong}: there is no kind {name!r}, the nearest is {near!r}; write {SHAPES}")
    if driver not in ("", DRIVERS[kind]):
        raise PullRefused(f"{wrong}: the driver {driver!r} is not one of ours; write {EXAMPLES[kind]}")
    return place.set(drivername=f"{kind}+{DRIVERS[kind]}" if kind != "sqlite" else kind)


def located(url: str, folder: Path) -> str:
    """A URL whose SQLite file is meant relative to `folder` → one that holds from anywhere."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and place.database:
        place = place.set(database=str(folder / place.database))
    return place.render_as_string(hide_password=False)


def is_missing(url: str) -> bool:
    """Whether the URL is a SQLite file that is not there."""
    place = make_url(url)
    return place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file()


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """A connection that can read and not write; whatever goes wrong inside is one sentence without the password."""
    place = make_url(url)
    engine: Engine | None = None
    try:
        engine = _engine(place)
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, TypeError, OSError, UnicodeError) as error:  # TypeError: an option no driver knows
        raise PullRefused(troubles.told(error, place)) from None
    finally:
        if engine is not None:
            engine.dispose()


def _engine(place: URL) -> Engine:
    if place.get_backend_name() == "sqlite":
        return _sqlite(place)
    waiting = {} if "connect_timeout" in place.query else {"connect_timeout": SECONDS_TO_CONNECT}
    engine = create_engine(place, poolclass=NullPool, connect_args=waiting)
    orders = _POSTGRES if place.get_backend_name() == "postgresql" else _MYSQL

    @event.listens_for(engine, "connect")
    def tell(session: Any, _record: Any) -> None:
        with session.cursor() as cursor:
            for order in orders:
                cursor.execute(order)
        session.commit()

    return engine


def _sqlite(place: URL) -> Engine:
    """SQLite opened as a file that cannot be written, all of it read in one transaction."""
    file = place.set(database=f"file:{quote(place.database or '')}").update_query_dict({"mode": "ro", "uri": "true"})
    engine = create_engine(file, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(session: Any, _record: Any) -> None:
        session.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("begin")

    return engine
