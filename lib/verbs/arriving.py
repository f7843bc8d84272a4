"""How the world comes in: pull and build."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from lib import reports
from lib.desk import DATA
from lib.sources import snapshot
from lib.sources.pull import Brought, PullRefused, pull
from lib.verbs.opening import built, this_day, warehouse_folder
from lib.verbs.showing import print_answer, progress
from lib.verbs.words import Arguments, verb
from lib.warehouse.build import build
from lib.warehouse.publish import published_days
from lib.warehouse.snapshots import days


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    pulling = verb(verbs, "pull", run_pull, "sources into a dated snapshot")
    pulling.add_argument("--sources", type=Path, default=DATA / "sources.toml", metavar="FILE")
    pulling.add_argument("--only", metavar="NAME", help="one source; the others are carried over")
    building = verb(verbs, "build", run_build, "the newest snapshot into a published warehouse")
    building.add_argument("--out", type=Path, metavar="DIR", help="where the warehouse is published")
    building.add_argument("--if-missing", action="store_true", help="do nothing where a warehouse is published")
    building.add_argument("--all", action="store_true", help="every snapshot, each under its own day")


def run_pull(arguments: Arguments) -> int:
    """Pull the sources and say what came; what is missing or was left out stands on stderr."""
    dated, brought = arguments.as_of or this_day(), list[Brought]()
    if dated > this_day():
        raise PullRefused(f"--as-of {dated} has not come yet; a snapshot is dated {this_day()} or before")
    taken = pull(arguments.sources, arguments.snapshots, dated, arguments.only, progress=progress, tell=brought.append)
    rows = [asdict(source) | {"state": source.state} for source in brought]
    manifest = {"snapshot_on": str(taken.snapshot_on), "synthetic": taken.synthetic, "fingerprint": taken.fingerprint}
    print_answer((reports.pulled if arguments.json else reports.pulled_table)(manifest, rows))
    for source in brought:
        for note in source.notes if source.files else (*source.notes, "nothing there"):
            print(f"  {source.source}: {note}", file=sys.stderr)
    return 0


def run_build(arguments: Arguments) -> int:
    """Build and publish a warehouse, and print the accounting of every feed."""
    out = arguments.out or warehouse_folder(arguments)
    if arguments.if_missing and (out / "current").is_file():
        return 0
    if arguments.all:
        return _build_all(arguments, out)
    report = built(arguments, out)
    show = reports.accounting if arguments.json else reports.accounting_table
    print_answer(show(report.id, report.accounting))
    for note in report.notes:
        print(f"  {note}", file=sys.stderr)
    newest = published_days(out)[-1]
    if report.snapshot_on < newest:
        told = f"published under its own day; the desk opens on {newest} unless asked: --as-of {report.snapshot_on}"
        print(f"{told}, or ?as_of={report.snapshot_on} in the address", file=sys.stderr)
    return 0


def _build_all(arguments: Arguments, out: Path) -> int:
    """Build every snapshot up to --as-of that has no warehouse by the rules of today, the oldest first."""
    snapshot.put_back(arguments.snapshots)
    found = [day for day in days(arguments.snapshots) if day <= (arguments.as_of or date.max)]
    built = {}
    for day in found or [arguments.as_of]:  # without a snapshot the build says what to do
        report = build(arguments.snapshots, out, progress=progress, as_of=day)
        built[f"{report.snapshot_on}"] = report.id
    lines = [f"{day}  warehouse {identifier}" for day, identifier in built.items()]
    print_answer({"warehouses": built} if arguments.json else "\n".join(lines))
    return 0
