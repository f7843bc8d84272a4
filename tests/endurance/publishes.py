"""A hundred publishes under eight reading sessions: `make publishes`.

Two different warehouses are published in turn, each time under a new name, as fast as the disk lets them, and the old
files are swept at once. Six sessions are threads of one process that open the desk as the app's pages do and share what
it keeps open; two are processes of their own. Each reading must be of one warehouse, whole, and none may meet an error.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lib.desk import Desk
from lib.ui import opening
from lib.warehouse import publish
from lib.warehouse.read import Warehouse
from tests.conftest import ROOT
from tests.endurance.reading import Session, content, read_until
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import EVENTS, built, event, events

PUBLISHES, THREADS, PROCESSES = 100, 6, 2
DAY = date(2026, 5, 31)


@dataclass(frozen=True)
class Result:
    """How it went: what was published how often in how long, and what every session read and met."""

    published: int
    seconds: float
    sessions: list[Session]

    @property
    def readings(self) -> int:
        return sum(session.reads for session in self.sessions)

    @property
    def errors(self) -> list[str]:
        return [error for session in self.sessions for error in session.errors]


def opened() -> Desk:
    """Opening as a page does it, with what the app keeps open for all readers.

    Where a page would start again, because its warehouse was swept, there is nothing here to start: ask once more.
    """
    while True:
        desk: Desk | None = opening.opened_desk(opening.found(None))
        if desk is not None:
            return desk


@contextmanager
def the_app_reads(snapshots: Path) -> Iterator[None]:
    """The folder that the app opens, until the block ends; streamlit's remarks about a missing browser are not ours."""
    before = os.environ.get(opening.FOLDER_VARIABLE)
    os.environ[opening.FOLDER_VARIABLE] = str(snapshots)
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        os.environ.pop(opening.FOLDER_VARIABLE)
        if before is not None:
            os.environ[opening.FOLDER_VARIABLE] = before


def both(folder: Path) -> list[Path]:
    """Two finished warehouses that differ in usage."""
    worlds = {"even": "10", "odd": "11"}
    return [built(folder / name, {**WORLD, EVENTS: events(event("e-1", count))}).path for name, count in worlds.items()]


def publish_in_turn(out: Path, made: list[Path], times: int, pause: float = 0) -> None:
    """Copies of two warehouses under ever new names, each of which everybody sees for a moment, or so many seconds."""
    limits = out.parent / "limits.toml"
    limits.write_text("published_days = 1\nunnamed_kept = 0\n")
    for number in range(times):
        building = publish.building_path(out, f"{number:012d}")
        shutil.copyfile(made[number % len(made)], building)
        with publish.turn(out):
            publish.publish(building, publish.path_of(out, f"{number:012d}"), DAY)
            publish.sweep(out, limits)
        time.sleep(pause)


def run(folder: Path, times: int, threads: int = THREADS, processes: int = PROCESSES, pause: float = 0) -> Result:
    """So many publishes under so many sessions; AssertionError where a reading was of neither warehouse."""
    made, out, stop = both(folder), folder / "warehouse", threading.Event()
    out.mkdir()
    publish_in_turn(out, made, 1)
    command = [sys.executable, "-m", "tests.endurance.reading", str(out)]
    with ExitStack() as stack:
        stack.enter_context(the_app_reads(folder))
        apart = [stack.enter_context(_process(command)) for _ in range(processes)]
        pool = stack.enter_context(ThreadPoolExecutor(threads))
        sessions = [pool.submit(read_until, stop, opened, close=False) for _ in range(threads)]
        started = time.monotonic()
        publish_in_turn(out, made, times, pause)
        seconds = time.monotonic() - started
        stop.set()
        told = [json.loads(process.communicate()[0].splitlines()[-1]) for process in apart]
        found = [session.result() for session in sessions] + [Session(**one) for one in told]
    _insist_on_whole(found, made)
    return Result(times, seconds, found)


def _process(command: list[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # it reads from here on
    return process


def _insist_on_whole(sessions: list[Session], made: list[Path]) -> None:
    """Every warehouse said one thing wherever it was read, and it is what was built."""
    truth = {}
    for path in made:
        warehouse = Warehouse(path)
        truth[warehouse.id] = [content(warehouse)]
        warehouse.close()
    for session in sessions:
        for identifier, said in session.seen.items():
            assert truth.get(identifier) == said, f"{identifier} was read as {said}, built as {truth.get(identifier)}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="publishes") as folder:
        result = run(Path(folder), PUBLISHES)
    each = ", ".join(str(session.reads) for session in result.sessions)
    print(f"{result.published} publishes in {result.seconds:.1f} s under {len(result.sessions)} sessions")
    print(f"{result.readings} readings of every mart ({each}), each of one warehouse; {len(result.errors)} errors")
    for error in sorted(set(result.errors)):
        print(f"  {error}")
    sys.exit(bool(result.errors))


if __name__ == "__main__":
    main()
