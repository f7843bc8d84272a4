"""The sample's recipe at the size the page is promised for: 24 months of 5,000 customers each, and their warehouse.

`python -m tests.benchmarks.large_world` writes it below var/large, prints where, and does nothing where it stands; it
takes two to three minutes and a gigabyte. The generator of `data/sample` draws it with other dials: more customers, who
stay longer; one event per customer, month and dimension, because the page rates months and not events; no private
offers and no planted faults. Customers come over all the months, leave and change plans, so that 24 months of 5,000 a
month, 120,000 customer-months, are those of 7,600 customers. Then the real `pull` and the real `build` take it in.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LARGE = ROOT / "var" / "large"
SAMPLE = ROOT / "data" / "sample"
SOURCES = ("metering", "stripe", "marketplace", "crm", "company", "surfaces")
# What a build is made from, besides the snapshot: the same files as the Makefile's warehouse.
BUILT_FROM = (
    "lib/warehouse",
    "lib/mapping.py",
    "data/feeds",
    *(f"data/{name}.toml" for name in ("catalog", "billing", "segments", "stages")),
)

CUSTOMERS = 7_600  # who came in the 24 months: on average more than 5,000 of them are served in a month
MONTHS = 24
SEED = 20261120
DIALS: dict[str, dict[str, Any]] = {
    "contracts": {
        "launch_share": 0.5,
        "churn_per_month": {"starter": 0.014, "accelerate": 0.008, "command": 0.005},
        "annual_churn": 0.1,
    },
    "shape": {"not_offered_share": 0.0, "stray_share": 0.0},
    "metering": {"late_share": 0.0, "duplicate_share": 0.0, "conflict_share": 0.0, "seat_left_share": 0.0},
}


def folder() -> Path:
    """Where the large world's snapshots and warehouse are, made first where they are missing or out of date."""
    if _mark() != _read(LARGE / "made.json"):
        _make()
    if not _is_built():
        _tell("building its warehouse")
        _run("-m", "lib", "build", "--snapshots", str(LARGE / "snapshots"))
    return LARGE / "snapshots"


def _make() -> None:
    """Draw the world, pull it, and leave a mark that says of which dials."""
    (LARGE / "made.json").unlink(missing_ok=True)
    LARGE.mkdir(parents=True, exist_ok=True)
    _run("-m", "tests.benchmarks.large_world", "--draw")
    sources = LARGE / "sources.toml"
    blocks = [f'[{name}]\nkind = "folder"\npath = "world/{name}"\n' for name in SOURCES]
    plans = '[plans_db]\nkind = "sql"\nurl = "sqlite:///world/plans.sqlite"\n'
    sources.write_text("\n".join(['world = "world/world.toml"', plans, *blocks]))
    shutil.rmtree(LARGE / "snapshots", ignore_errors=True)
    _run("-m", "lib", "pull", "--sources", str(sources), "--snapshots", str(LARGE / "snapshots"))
    shutil.rmtree(LARGE / "world")  # the snapshot holds all of it
    (LARGE / "made.json").write_text(_mark())


def draw(out: Path) -> None:
    """Turn the generator's dials and write its world."""
    sys.path.insert(0, str(SAMPLE))
    from world import build, events, recipe  # type: ignore[import-not-found]

    dials = recipe.read("recipe.toml")  # read once and remembered: what is changed here is what the generator sees
    for table, changed in DIALS.items():
        dials[table].update(changed)
    for usage in dials["usage"].values():
        usage["events"] = 0  # at least one event is sent all the same
    dials["offer"], dials["faults"]["kept_at_old_price"] = [], []
    dials["faults"]["deleted_plan"]["started_on"] = date.min
    events.WEEK_DAYS = 31  # seats are read once a month
    build.write(build.imagine(CUSTOMERS, SEED, MONTHS), out, _tell)


def _mark() -> str:
    """What the world was made from, in one line: the dials, the generator's files and this one."""
    digest = hashlib.sha256()
    for file in (*_files(SAMPLE), Path(__file__)):
        digest.update(file.read_bytes())
    return json.dumps([CUSTOMERS, MONTHS, SEED, DIALS, digest.hexdigest()])


def _is_built() -> bool:
    current = LARGE / "snapshots" / "warehouse" / "current"
    if not current.exists():
        return False
    made_from = [LARGE / "made.json", *(file for name in BUILT_FROM for file in _files(ROOT / name))]
    return max(file.stat().st_mtime for file in made_from) <= current.stat().st_mtime


def _files(place: Path) -> Iterator[Path]:
    found = [place] if place.is_file() else sorted(place.rglob("*"))
    return (file for file in found if file.is_file() and file.suffix != ".pyc")


def _read(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


def _run(*words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=sys.stderr)


def _tell(what: str) -> None:
    print(f"large world: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if "--draw" in sys.argv:
        draw(LARGE / "world")
    else:
        print(folder())
