"""What every test may ask for, and the rule that a skipped test is never a quiet one.

`shared`         the folder of outside papers and golden numbers beside this repository
`desk_folder`    where the sample warehouse is published; `warehouse` is it, opened, and `desk` the desk on it
`mariadb_url`    an empty MariaDB database on loopback; `postgres_url` an empty PostgreSQL database
`asked_once`     the command line opens a desk, simulates and judges once for a file of tests, not at every call
`aws_server`     AWS Marketplace and Partner Central on loopback, with a fresh seller whose keys the environment holds
`s3_server`      a server that speaks S3 on loopback, with its log of requests; `s3_url` is its address
`app_server`     the desk as founders see it, served once; `serve` starts another with its own environment
`browser_page`   a fresh tab of a headless Chromium at 1440 x 900, in a profile that holds nothing of earlier ones
"""

import fcntl
import gc
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.nodeid import NodeId
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page

from lib.desk import Desk
from tests.servers import app, aws, chromium, mariadb, postgres, s3
from tests.sources import aws_world

if TYPE_CHECKING:
    from lib.warehouse.read import Warehouse

pytest_plugins = ["tests.stores"]

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
MARK_OF_FIXTURE = {
    "chromium_browser": "browser",
    "mariadb_url": "server",
    "postgres_url": "server",
    "aws_server": "server",
    "s3_server": "server",
}
WORKER_OF_FIXTURE = {
    "chromium_browser": "desk",
    "app_server": "desk",
    "mariadb_url": "servers",
    "postgres_url": "servers",
    "s3_server": "servers",
}

settings.register_profile("desk", derandomize=True, deadline=None)
settings.register_profile("fuzz", max_examples=1000, derandomize=False, deadline=None)  # make fuzz
settings.load_profile("desk")


def cases(name: str, table: str = "case") -> list[Any]:
    """The rows of tests/cases/<name>.toml as parameters named by their sentences, numbers exact."""
    text = (ROOT / "tests" / "cases" / f"{name}.toml").read_text()
    rows = tomllib.loads(text, parse_float=Decimal)[table]
    return [pytest.param(row, id=row["name"]) for row in rows]


def absent(reason: str | None) -> None:
    """Skip the test where the machine lacks what it needs; None means nothing is lacking."""
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = ROOT.parent / "shared"
    absent(None if folder.is_dir() else f"{folder} is not here: put the shared papers beside the repository")
    return folder


@pytest.fixture(scope="session")
def desk_folder() -> Path:
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    folder = var / "snapshots" / "warehouse"
    with (var / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker builds, the others wait for it
        if not (folder / "current").exists():
            subprocess.run([sys.executable, "-m", "lib", "build", "--if-missing"], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def desk(desk_folder: Path) -> Iterator[Desk]:
    """The desk on the sample world, opened once for a worker; nothing may change it."""
    opened = Desk.open(desk_folder)
    yield opened
    opened.warehouse.close()


class Kept:
    """Answers to questions that were asked before, and what they were asked of, so that no id names another thing."""

    def __init__(self) -> None:
        self.found: dict[object, tuple[object, Any]] = {}

    def once(self, key: Callable[..., object], make: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, asked once for a key."""

        def asked(*of: Any, **options: Any) -> Any:
            name = (make.__name__, key(*of, **options))
            if name not in self.found:
                self.found[name] = (of, make(*of, **options))
            return self.found[name][1]

        return asked

    def forget(self) -> None:
        """From now on everything is asked again."""
        self.found.clear()


@pytest.fixture(scope="module")
def asked_once() -> Iterator[Kept]:
    """The command line in this process opens a published desk once, and simulates and judges a change once, for all
    tests of a file that asks for this: they hold what it makes of the answer. An opened desk never changes."""
    kept = Kept()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "open", staticmethod(kept.once(_opening, Desk.open)))
        patch.setattr(
            Desk, "simulate", kept.once(lambda desk, *laid, **asked: (id(desk), repr(laid), repr(asked)), Desk.simulate)
        )
        patch.setattr(
            Desk,
            "judgement",
            kept.once(lambda desk, found, *limits: (id(desk), id(found), repr(limits)), Desk.judgement),
        )
        yield kept


def _opening(folder: Path, **asked: object) -> object:
    """What tells one opening from another: the folder, what it has published, and the days."""
    current = folder / "current"
    return folder.resolve(), current.read_text() if current.exists() else None, repr(asked)


@pytest.fixture(scope="session")
def warehouse(desk_folder: Path) -> "Warehouse":
    from lib.warehouse.read import open_current

    return open_current(desk_folder)


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    absent(mariadb.missing())
    with mariadb.running() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    absent(postgres.missing())
    with postgres.running() as url:
        yield url


@pytest.fixture
def aws_server(tmp_path: Path) -> Iterator[aws.Aws]:
    with aws.signed_in(tmp_path), aws.running(aws_world.world()) as running:
        yield running


@pytest.fixture(scope="session")
def s3_server() -> Iterator[s3.Server]:
    with s3.running() as server:
        yield server


@pytest.fixture(scope="session")
def s3_url(s3_server: s3.Server) -> str:
    return s3_server.url


@pytest.fixture(scope="session")
def serve(desk_folder: Path) -> Callable[..., AbstractContextManager[app.App]]:
    return app.running


@pytest.fixture(scope="session")
def app_server(serve: Callable[..., AbstractContextManager[app.App]]) -> Iterator[app.App]:
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    absent(chromium.missing())
    with chromium.running(chromium.SHARED) as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_profile(chromium_browser: Browser) -> Iterator[BrowserContext]:
    with chromium.one_profile(chromium_browser) as profile:
        yield profile


@pytest.fixture
def browser_page(browser_profile: BrowserContext) -> Iterator[Page]:
    page = browser_profile.new_page()
    yield page
    chromium.forget(page)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """Mark tests by what they ask for, and keep those that share a server, or a file, on one worker."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        for fixture in asked & MARK_OF_FIXTURE.keys():
            item.add_marker(MARK_OF_FIXTURE[fixture])
    yield
    if config.getoption("loadgroup", False):
        workers = _workers(items)
        for item in items:
            item._id = NodeId.parse(f"{item.nodeid}@{workers[_file(item)]}")


def _workers(items: list[pytest.Item]) -> dict[str, str]:
    """File → what its tests share: servers that some of them ask for, what pages have read and kept, or itself.

    pytest-xdist 3.8 tells groups by the end of an id, and writes it where pytest 9.2 no longer looks: we write it.
    """
    servers: dict[str, set[str]] = {}
    for item in items:
        asked = WORKER_OF_FIXTURE.keys() & set(getattr(item, "fixturenames", ()))
        servers.setdefault(_file(item), set()).update(WORKER_OF_FIXTURE[fixture] for fixture in asked)
    return {
        file: min(found, default="pages" if file.startswith("tests/pages/") else file)
        for file, found in servers.items()
    }


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: no search for garbage needs to walk through it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under REQUIRE_ALL=1 a test that could not run has failed."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = (
            "failed",
            f"{item.nodeid} was skipped, and REQUIRE_ALL=1: {report.longrepr[2]}",
        )
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    """The count of skipped tests stands last, right above pytest's own closing line."""
    yield
    terminalreporter.write_line(f"skipped: {len(terminalreporter.stats.get('skipped', []))}")
