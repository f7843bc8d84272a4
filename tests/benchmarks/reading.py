"""Measures what full accounting costs: our reading of a clean file over a strict reader's, and fails above the limit.

    python -m tests.benchmarks.reading [--rounds 5] [--lines 1000000] [--json]

Ours is what a build does with a usage file: its lines are counted outside the parser as a pull counts them, split,
judged by every reason a line can be rejected for, and kept as events with their file and line. Strict is DuckDB's own
reader into a table of typed columns, which stops at the first fault and counts nothing. Copies are found afterwards,
over all files at once, which a strict reader does not do: that is measured beside it and nothing is promised. A ratio
is the worse of two: of the medians of CPU time (all threads), and of the best runs.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import duckdb

from lib.sources.files import count_lines
from lib.warehouse.metering import EventIntake
from lib.warehouse.relations import text_of
from lib.warehouse.snapshots import ListedFile
from lib.warehouse.vocabulary import Vocabulary
from tests.benchmarks.rounds import Timing, interleaved
from tests.warehouse.reading import FEED

DIMENSIONS = ("words", "images", "api_requests", "gtm_workflows", "video_minutes", "audio_minutes")
DAY = date(2026, 5, 31)
TYPED = "{'event_id': 'varchar', 'customer_id': 'varchar', 'dimension': 'varchar', 'occurred_at': 'timestamp', "
TYPED += "'received_at': 'timestamp', 'quantity': 'decimal(18, 6)'}"
STRICT = {
    "csv": "read_csv('{path}', header = true, auto_detect = false, columns = {typed})",
    "jsonl": "read_json('{path}', format = 'newline_delimited', columns = {typed})",
}
LIMITS = {"csv": 2.5, "jsonl": 5.0}


Look = Callable[[duckdb.DuckDBPyConnection, str], object]


@dataclass(frozen=True)
class Sums:
    """What both readers must agree on: how many events, and how much in all."""

    events: int
    quantity: str


def write(folder: Path, lines: int) -> dict[str, Path]:
    """A clean file of each form, the same events in both."""
    dice = random.Random(7)
    paths = {form: folder / f"clean.{form}" for form in STRICT}
    with paths["csv"].open("w") as table, paths["jsonl"].open("w") as objects:
        table.write("event_id,customer_id,dimension,occurred_at,received_at,quantity\n")
        for number in range(lines):
            row = _row(dice, number)
            table.write(",".join(row) + "\n")
            texts = ",".join(f'"{name}":"{text}"' for name, text in zip(FEED.columns, row[:-1], strict=False))
            objects.write(f'{{{texts},"quantity":{row[-1]}}}\n')
    return paths


def _row(dice: random.Random, number: int) -> tuple[str, ...]:
    day = date(2026, 4, 1) + timedelta(days=number % 28)
    at = f"{day}T{dice.randrange(24):02}:{dice.randrange(60):02}:{dice.randrange(60):02}Z"
    whole = str(dice.randrange(1, 100_000))
    quantity = whole if dice.random() < 0.8 else f"{dice.randrange(1000)}.{dice.randrange(1, 1_000_000):06}"
    customer, dimension = f"cust-{dice.randrange(5000):05}", dice.choice(DIMENSIONS)
    return f"evt-{number:08}", customer, dimension, at, f"{day}T23:59:59Z", quantity


def strict(form: str, path: Path, look: Look) -> object:
    """The strict reader of the database."""
    connection = duckdb.connect()
    try:
        connection.execute(f"create table event as select * from {STRICT[form].format(path=path, typed=TYPED)}")
        return look(connection, "event")
    finally:
        connection.close()


def ours(path: Path, look: Look, *, is_stored: bool) -> object:
    """Our reader with its account; `is_stored`: with copies found and raw.event written."""
    connection = duckdb.connect()
    try:
        connection.execute(text_of("macros"))
        intake = EventIntake(connection, FEED, Vocabulary({"dimension": DIMENSIONS}), DAY)
        lines = count_lines(path)
        file = ListedFile(f"metering/{path.name}", lines, lines, path.stat().st_size, "", DAY)
        intake.add(file, path)
        if not is_stored:
            return look(connection, "event_line where reason is null")
        [count], rejects = intake.store()
        assert (count.unaccounted, count.duplicates, rejects) == (0, 0, [])
        return look(connection, "raw.event")
    finally:
        connection.close()


def count(connection: duckdb.DuckDBPyConnection, table: str) -> object:
    """How many events there are: what a timed run is asked, since sums over text and over numbers cost differently."""
    return connection.execute(f"select count(*) from {table}").fetchall()


def sums(connection: duckdb.DuckDBPyConnection, table: str) -> Sums:
    """How many events, and how much in all."""
    query = f"select count(*), cast(sum(cast(quantity as decimal(18, 6))) as varchar) from {table}"
    [(events, quantity)] = connection.execute(query).fetchall()
    return Sums(events, quantity)


def insist_on_agreement(paths: dict[str, Path]) -> None:
    """Every reader brings the same events and the same sum."""
    agreed = {name: run() for name, run in _contestants(paths, sums).items()}
    assert len(set(agreed.values())) == 1, agreed


def measure(paths: dict[str, Path], rounds: int) -> dict[str, Timing]:
    """All readers agree on every event first; then they run in turn."""
    insist_on_agreement(paths)
    return interleaved(_contestants(paths, count), rounds)


def _contestants(paths: dict[str, Path], look: Look) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for form, path in paths.items():
        found[f"{form}, strict"] = partial(strict, form, path, look)
        found[f"{form}, with its account"] = partial(ours, path, look, is_stored=False)
        found[f"{form}, and copies found"] = partial(ours, path, look, is_stored=True)
    return found


def main() -> int:
    """Print the table; 1 where the account costs more than it may."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.reading", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds after the warm-up (at least 5)")
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of each file")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    asked = parser.parse_args()
    if asked.rounds < 5:
        parser.error(f"--rounds {asked.rounds} is too few to tell noise from speed; ask for at least 5")
    with tempfile.TemporaryDirectory() as folder:
        timings = measure(write(Path(folder), asked.lines), asked.rounds)
    ratios = {form: timings[f"{form}, with its account"].at_most_over(timings[f"{form}, strict"]) for form in STRICT}
    print(_as_json(timings, ratios) if asked.json else _as_text(timings, ratios, asked.lines, asked.rounds))
    return 0 if all(ratio <= LIMITS[form] for form, ratio in ratios.items()) else 1


def _as_text(timings: dict[str, Timing], ratios: dict[str, float], lines: int, rounds: int) -> str:
    told = [f"{'':26}  CPU median ms  best run ms"]
    told += [
        f"{name:26}  {each.median_cpu * 1e3:13.0f}  {each.best_wall * 1e3:11.0f}" for name, each in timings.items()
    ]
    told += ["", f"I1  {'reading with full accounting over strict':48}  target   ratio"]
    for form, ratio in ratios.items():
        verdict = "pass" if ratio <= LIMITS[form] else "MISS"
        told.append(f"    {form:48}  ≤ {LIMITS[form]:<5g} {ratio:7.2f}  {verdict}")
    for form in STRICT:
        whole = timings[f"{form}, and copies found"].at_most_over(timings[f"{form}, strict"])
        told.append(f"    {form + ', and copies found':48}          {whole:7.2f}")
    return "\n".join([*told, f"\n{lines:,} lines, {rounds} interleaved rounds, every reader the same events and sum"])


def _as_json(timings: dict[str, Timing], ratios: dict[str, float]) -> str:
    seconds = {name: {"cpu": timing.cpu, "wall": timing.wall} for name, timing in timings.items()}
    told = [{"form": form, "target": LIMITS[form], "ratio": ratio} for form, ratio in ratios.items()]
    return json.dumps({"seconds": seconds, "ratios": told}, indent=2)


if __name__ == "__main__":
    sys.exit(main())
