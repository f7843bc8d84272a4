"""kill -9 at random moments of pull and build: `make kills`.

Two worlds take turns. In every round a pull of the other world is killed, then finished, then its build is killed, then
finished; after every kill what stands must be wholly one world or wholly the other, and after every finish it must be
what an undisturbed run made. A reader opens and reads the desk all the while.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lib.sources import files, snapshot
from lib.sources.pull import pull
from lib.warehouse import publish
from lib.warehouse.build import build
from lib.warehouse.read import open_current
from tests.conftest import ROOT
from tests.endurance.reading import content
from tests.endurance.world import DAY, WORLDS, done, started, write_world

SEED, KILLS = 20261126, 30
SHORTEST = 0.02  # seconds: nothing has begun before


@dataclass
class Tally:
    """What was killed and what stood afterwards."""

    kills: dict[str, list[float]] = field(default_factory=lambda: {"pull": [], "build": []})
    stood: dict[str, dict[str, int]] = field(default_factory=lambda: {"pull": {}, "build": {}})
    reader: dict[str, object] = field(default_factory=dict)

    def add(self, verb: str, moment: float, stood: str) -> None:
        self.kills[verb].append(moment)
        self.stood[verb][stood] = self.stood[verb].get(stood, 0) + 1


@dataclass(frozen=True)
class Truth:
    """What an undisturbed run of each world made: the snapshot's manifest, and the content of its warehouse."""

    snapshots: dict[str, str]
    warehouses: dict[str, str]


class Ground:
    """The two worlds, and the snapshots and warehouses that are killed over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources = {name: write_world(folder / name, name) for name in WORLDS}
        self.seconds: dict[str, float] = {}

    def words(self, verb: str, world: str, snapshots: Path) -> list[str]:
        asked = ["--sources", str(self.sources[world])] if verb == "pull" else []
        return [verb, *asked, "--snapshots", str(snapshots)]

    def finish(self, verb: str, world: str, snapshots: Path) -> None:
        """A run to its end; how long it took says within which time the next of its kind is killed."""
        start = time.monotonic()
        done(*self.words(verb, world, snapshots))
        self.seconds[verb] = time.monotonic() - start

    def truth(self) -> Truth:
        """Each world pulled and built in a place of its own, where nobody kills anything."""
        pulled, built = {}, {}
        for world in WORLDS:
            apart = self.folder / f"undisturbed-{world}"
            pull(self.sources[world], apart)
            build(apart, apart / "warehouse")
            pulled[whole_snapshot(apart)] = world
            built[standing(apart / "warehouse")] = world
        assert len(pulled) == len(built) == len(WORLDS), "the two worlds must differ"
        return Truth(pulled, built)


def whole_snapshot(snapshots: Path) -> str:
    """What the day's snapshot says of itself, every file of it being the one that it describes."""
    snapshot.put_back(snapshots)  # what every pull and build does first
    [day] = snapshot.dated_folders(snapshots)
    assert str(day) == DAY
    taken = snapshot.read(snapshots / DAY)
    for file in taken.files:
        size = files.measure(taken.folder / file.path)
        assert (size.sha256, size.bytes, size.lines) == (file.sha256, file.bytes, file.lines), file.path
    return (taken.folder / snapshot.MANIFEST).read_text()


def standing(out: Path) -> str:
    """The content of the warehouse that everybody sees."""
    warehouse = open_current(out)
    try:
        return content(warehouse)
    finally:
        warehouse.close()


def killed(words: list[str], moment: float) -> bool:
    """A run of the command line that is killed at a moment; False where it had ended before."""
    process = started(*words)
    time.sleep(moment)
    process.kill()
    process.communicate()
    return process.returncode < 0


@contextmanager
def a_reader(out: Path, tally: Tally) -> Iterator[None]:
    """A process that opens and reads the desk, over and over, until the block ends."""
    command = [sys.executable, "-m", "tests.endurance.reading", str(out)]
    reader = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    reader.stdout.readline()
    try:
        yield
    finally:
        told, _ = reader.communicate()
        tally.reader = json.loads(told.splitlines()[-1])


def run(folder: Path, kills: int, seed: int) -> Tally:
    """So many kills of pull and of build; AssertionError where anything is lost, torn or not as undisturbed."""
    ground, tally, dice = Ground(folder), Tally(), random.Random(seed)
    truth, snapshots = ground.truth(), folder / "snapshots"
    for verb in ("pull", "build"):
        ground.finish(verb, WORLDS[0], snapshots)  # the clock of the first kills
    with a_reader(snapshots / "warehouse", tally):
        turn = 0
        while min(map(len, tally.kills.values())) < kills:
            turn += 1
            one_round(ground, truth, tally, dice, WORLDS[turn % 2], kills)
    seen = {said for contents in tally.reader["seen"].values() for said in contents}  # type: ignore[attr-defined]
    assert tally.reader["errors"] == [] and seen <= truth.warehouses.keys(), tally.reader
    return tally


def one_round(ground: Ground, truth: Truth, tally: Tally, dice: random.Random, world: str, kills: int) -> None:
    """Pull and build another world, each killed once on its way, and held against an undisturbed run."""
    snapshots = ground.folder / "snapshots"
    for verb, known in (("pull", truth.snapshots), ("build", truth.warehouses)):
        words, moment = ground.words(verb, world, snapshots), dice.uniform(SHORTEST, ground.seconds[verb])
        if len(tally.kills[verb]) < kills and killed(words, moment):
            tally.add(verb, moment, "after" if _stands(verb, snapshots, known) == world else "before")
        ground.finish(verb, world, snapshots)
        assert _stands(verb, snapshots, known) == world, f"{verb} again did not make what an undisturbed run makes"
    forget_the_other(snapshots / "warehouse")


def _stands(verb: str, snapshots: Path, known: dict[str, str]) -> str:
    """Which world stands, whole; a state between the two is in neither of the undisturbed runs."""
    assert standing(snapshots / "warehouse")
    state = whole_snapshot(snapshots) if verb == "pull" else standing(snapshots / "warehouse")
    assert state in known, f"a kill of {verb} left something between two states"
    return known[state]


def forget_the_other(out: Path) -> None:
    """Take away the warehouse of the world before, so that its next build has everything to do again."""
    limits = out.parent / "limits.toml"
    limits.write_text("published_days = 1\nunnamed_kept = 0\n")
    with publish.turn(out):
        publish.sweep(out, limits)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kills") as folder:
        tally = run(Path(folder), KILLS, SEED)
    for verb, moments in tally.kills.items():
        spread = f"{min(moments):.2f} s to {max(moments):.2f} s after its start"
        print(f"{verb}: {len(moments)} kills, {spread}; afterwards stood {tally.stood[verb]}; 0 partial, 0 lost")
    print(f"reader: {tally.reader['reads']} readings meanwhile, 0 errors; every pull and build after a kill succeeded")


if __name__ == "__main__":
    main()
