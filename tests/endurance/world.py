"""Two small worlds as a company keeps them: folders of exports and a plans database, named in a sources file."""

import gzip
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.sources.plans import load_sqlite
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import EVENTS, event, events

DAY = "2026-05-31"
WORLDS = ("even", "odd")
COUNT = 5_000  # events; enough that reading them takes a good part of a build
FOLDERS = ("metering", "stripe", "marketplace", "crm", "company")


def write_world(folder: Path, name: str) -> Path:
    """One of the two worlds → its sources file. They differ in usage and in a price of the plans database."""
    many = (event(f"e-{number}", "10" if name == "even" else "11") for number in range(COUNT))
    for path, text in {**WORLD, EVENTS: events(*many)}.items():
        if path.split("/")[0] != "plans_db":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            raw = text if isinstance(text, bytes) else text.encode()
            (folder / path).write_bytes(gzip.compress(raw, mtime=0) if path.endswith(".gz") else raw)
    load_sqlite(folder / "plans.sqlite", f"update plans set price = {299 if name == 'even' else 301} where id = 1")
    (folder / "world.toml").write_text(f"as_of = {DAY}\nsynthetic = true\n")
    blocks = [f'[{source}]\nkind = "folder"\npath = "{source}"\n' for source in FOLDERS if (folder / source).is_dir()]
    sources = folder / "sources.toml"
    sources.write_text(
        'world = "world.toml"\n[plans_db]\nkind = "sql"\nurl = "sqlite:///plans.sqlite"\n' + "".join(blocks)
    )
    return sources


def started(*words: str) -> subprocess.Popen[bytes]:
    """`python -m lib` with some words, begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "lib", *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def done(*words: str) -> None:
    """`python -m lib` with some words, to its end, which must be a good one."""
    process = started(*words)
    _, told = process.communicate()
    assert process.returncode == 0, told.decode()[-500:]
