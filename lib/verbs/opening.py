"""What a command opens: the desk as of a day, what people saved, the warehouse it reads, the scenarios it names."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

from lib.catalog.document import nearest, shown
from lib.catalog.scenario import Scenario, ScenarioError, parse_scenario
from lib.decisions import Store, address
from lib.desk import DATA, SNAPSHOTS, Desk, read_text
from lib.sources import snapshot
from lib.sources.pull import pull
from lib.verbs.showing import progress
from lib.verbs.words import Arguments
from lib.warehouse.build import BuildReport, build

SAMPLE = DATA.parent / "var" / "sample"


def desk_of(arguments: Arguments) -> Desk:
    """The desk that a command works at; in the default place a warehouse is built first where there is none."""
    folder = warehouse_folder(arguments)
    if arguments.snapshots == SNAPSHOTS and not (folder / "current").is_file():
        built(arguments, folder)
    return Desk.open(folder, as_of=arguments.as_of, today=this_day())


def store_of(arguments: Arguments) -> Store:
    """What people saved, decided and accepted: the same store that the pages of these snapshots use."""
    return Store(address(os.environ, arguments.snapshots.parent))


def this_day() -> date:
    """The day on which the command is given."""
    return moment().date()


def moment() -> datetime:
    """The one place where the command line reads the clock: this moment, in the machine's own time zone."""
    return datetime.now().astimezone()


def warehouse_folder(arguments: Arguments) -> Path:
    """Where the warehouse of the snapshots that are asked for is published."""
    folder: Path = arguments.snapshots / "warehouse"
    return folder


def built(arguments: Arguments, out: Path) -> BuildReport:
    """Build the newest snapshot; where nothing was pulled into the default place yet, make the sample world first."""
    snapshot.put_back(arguments.snapshots)
    if arguments.snapshots == SNAPSHOTS and not any(SNAPSHOTS.glob("????-??-??")):
        generator = DATA / "sample" / "generate.py"
        subprocess.run([sys.executable, str(generator), "--out", str(SAMPLE)], check=True, stdout=sys.stderr)
        pull(DATA / "sources.toml", SNAPSHOTS, progress=progress)
    return build(arguments.snapshots, out, progress=progress, as_of=arguments.as_of)


def scenario_of(desk: Desk, wanted: str) -> Scenario:
    """A key of data/scenarios, or a file of one; the nearest right name is said where it is neither."""
    path = Path(wanted)
    if path.suffix.lower() == ".toml" or path.name != wanted:
        if not _is_file(path):
            near = nearest(path.stem, desk.scenario_keys())
            raise ScenarioError(f"{shown(wanted)} is no file; of the scenarios on file, {near}")
        return parse_scenario(read_text(path), path.stem, where=wanted)
    return desk.scenario(wanted)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is longer than any file's
        return False
