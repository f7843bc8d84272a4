"""Where decisions may be kept, as tests try it: SQLite, MariaDB by both of its names, PostgreSQL; each still empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine

from lib.decisions import Store, address
from lib.decisions.tables import METADATA
from tests.sources.plans import ON_LOOPBACK, SERVERS

ENGINES = ["sqlite", *SERVERS, pytest.param("mariadb", marks=ON_LOOPBACK)]
everywhere = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def store_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where nothing was ever written, in a database of a kind: for tests that run `everywhere`."""
    with nothing_written(engine, request, tmp_path) as place:
        yield place


@pytest.fixture
def store(store_url: str) -> Store:
    """The store there."""
    return Store(store_url)


@contextmanager
def nothing_written(engine: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of a store in which nothing was ever written, in a database of a kind."""
    if engine == "sqlite":
        yield address({}, folder)
        return
    given = request.getfixturevalue("mariadb_url" if engine == "mariadb" else engine)
    given = given.replace("mysql+", "mariadb+") if engine == "mariadb" else given
    _reset(given)
    yield given
    _reset(given)


def _reset(url: str) -> None:
    """A server's database without our tables."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        METADATA.drop_all(connection)
