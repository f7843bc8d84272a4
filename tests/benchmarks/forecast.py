"""Measures the forecast's walk against its floor, and fails where it is slower or larger than it promises.

    python -m tests.benchmarks.forecast [--rounds 5] [--paths 10000] [--months 60] [--json]

The floor is NumPy's own binomial on the draws that the run really made: as many, each with the count and the chance it
had (those of the first block, as often as there are blocks), on two threads too; uniforms are the engine's own cost.
Both take turns in one process. The block is the desk's own (data/forecast.toml).

Promised: 10,000 paths × 60 months on the sample's own ladder in at most 4 times the floor (the worse of the
medians of CPU and of the best runs); under 200 MB more than before the run; 2,000 paths of two worlds over 24 months
within two seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast import crowd
from lib.forecast.ladder import Ladder
from lib.forecast.levers import Levers
from lib.forecast.run import run
from lib.segments import UNKNOWN
from tests.benchmarks.forecast_world import SEED, Sample, sample
from tests.benchmarks.rounds import Timing, interleaved

MOST_TIMES_FLOOR, MOST_MEGABYTES, MOST_SECONDS = 4.0, 200, 2.0
PAGE_PATHS, PAGE_MONTHS = 2_000, 24
Draws = list[tuple[NDArray[Any], NDArray[Any]]]
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Measured:
    """Engine and floor on two threads and on one, the page's run, and the memory a run adds."""

    engine: Timing
    floor: Timing
    engine_alone: Timing
    floor_alone: Timing
    page: Timing
    draws: int
    megabytes: int | None

    @property
    def times_floor(self) -> float:
        """How many times the floor the engine takes, on two threads."""
        return self.engine.at_most_over(self.floor)

    @property
    def is_met(self) -> bool:
        """Whether everything promised is kept."""
        small = self.megabytes is not None and self.megabytes < MOST_MEGABYTES
        return self.times_floor <= MOST_TIMES_FLOOR and small and self.page.best_wall <= MOST_SECONDS


@contextmanager
def recorded(draws: Draws):  # type: ignore[no-untyped-def]
    """Every binomial that a run draws meanwhile, by the counts and chances it had."""
    binomial = crowd.binomial

    def noted(uniforms: Any, n: Any, p: Any) -> Any:
        draws.append((np.array(n), p))
        return binomial(uniforms, n, p)

    crowd.binomial = noted  # type: ignore[assignment]
    try:
        yield
    finally:
        crowd.binomial = binomial


def floor_of(draws: Draws, blocks: int, threads: int) -> Callable[[], None]:
    """The same binomials by NumPy, each block with a generator of its own."""

    def one(block: int) -> None:
        dice = np.random.default_rng(block)
        for n, p in draws:
            dice.binomial(n, p)

    def every() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, range(blocks)))

    return every


def contestants(made: Sample, months: int, paths: int, alone: int) -> tuple[dict[str, Callable[[], object]], int]:
    """Engine and floor, on two threads all the paths and on one thread the first `alone`; and how many draws."""
    draws: Draws = []
    one, block = [made.world()], made.block
    with recorded(draws):
        run(one, made.start, months, min(block, paths), SEED, block, threads=1)
    blocks, few = -(-paths // block), -(-alone // block)
    found = {
        "engine": lambda: run(one, made.start, months, blocks * block, SEED, block, threads=2),
        "floor": floor_of(draws, blocks, 2),
        "engine alone": lambda: run(one, made.start, months, few * block, SEED, block, threads=1),
        "floor alone": floor_of(draws, few, 1),
    }
    return found, blocks * sum(n.size for n, _ in draws)


def measure(made: Sample, months: int, paths: int, rounds: int) -> Measured:
    """Everything promised, in one process but for the memory."""
    runs, draws = contestants(made, months, paths, alone=min(paths, 4 * made.block))
    page = [made.world(), made.world(levers=Levers(churn=0.8))]
    runs["page"] = lambda: run(page, made.start, PAGE_MONTHS, PAGE_PATHS, SEED, made.block)
    took = interleaved(runs, rounds)
    return Measured(
        engine=took["engine"],
        floor=took["floor"],
        engine_alone=took["engine alone"],
        floor_alone=took["floor alone"],
        page=took["page"],
        draws=draws,
        megabytes=memory_elsewhere(months, paths),
    )


def memory_elsewhere(months: int, paths: int) -> int | None:
    """Megabytes a run adds at its peak, in a process of its own; None, and no promise kept, where nothing tells."""
    if not RESET.exists():
        return None
    asked = [sys.executable, "-m", __spec__.name, "--memory", f"--months={months}", f"--paths={paths}"]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def memory_here(months: int, paths: int) -> int:
    """Baseline and a proposal of other prices and other moves: this process's peak, less what it held before."""
    made = sample(months)
    worlds = [made.world(), made.world(["starter-plus-10"], Levers(churn=0.8))]  # everything differs: two walks
    RESET.write_text("5")  # the peak begins again at what is held here
    before = _kilobytes("VmRSS")
    kept = run(worlds, made.start, months, paths, SEED, made.block)
    assert kept[0].paths == paths
    return (_kilobytes("VmHWM") - before) // 1024


def _kilobytes(name: str) -> int:
    return int(next(line.split()[1] for line in STATUS.read_text().splitlines() if line.startswith(name + ":")))


def edges(graph: Ladder) -> Counter[str]:
    """The possible moves by kind, and leaving, which is possible from every state; without the unknown persona."""
    known = [number for number, state in enumerate(graph.states) if state.persona != UNKNOWN]
    found = Counter(move.kind for move in graph.moves if move.source in known)
    return found + Counter({"leaving": len(known)})


def as_text(found: Measured, graph: Ladder, paths: int, months: int) -> str:
    """The report a person reads."""
    known = edges(graph)
    unknown = len(graph.moves) + len(graph.states) - known.total()
    states = sum(state.persona != UNKNOWN for state in graph.states) + 1
    lines = [
        f"{paths:,} paths × {months} months × {states} states, {os.cpu_count()} cores: {found.draws:,} binomials",
        f"edges: {', '.join(f'{kind} {number}' for kind, number in known.items())} = {known.total()},"
        f" and {unknown} of customers of unknown persona",
        "",
        "                          engine s   floor s   ratio   promised",
        _row("two threads", found.engine, found.floor, f"{found.times_floor:5.2f}", f"at most {MOST_TIMES_FLOOR:g}"),
        _row(
            "one thread, first blocks",
            found.engine_alone,
            found.floor_alone,
            f"{found.engine_alone.at_most_over(found.floor_alone):5.2f}",
            "",
        ),
        f"{PAGE_PATHS:,} paths × {PAGE_MONTHS} months of two worlds, a lever pulled: {found.page.best_wall:.2f} s,"
        f" promised at most {MOST_SECONDS:g}",
        f"memory at the run's peak above before it: {found.megabytes} MB, promised under {MOST_MEGABYTES}",
        "everything promised is kept" if found.is_met else "NOT everything promised is kept",
    ]
    return "\n".join(lines)


def _row(name: str, engine: Timing, floor: Timing, ratio: str, promised: str) -> str:
    return f"{name:<26}{engine.best_wall:8.2f}  {floor.best_wall:8.2f}   {ratio}   {promised}".rstrip()


def as_json(found: Measured, graph: Ladder) -> dict[str, Any]:
    """The report a program reads."""
    return {
        "edges": dict(edges(graph)),
        "draws": found.draws,
        "times_floor": found.times_floor,
        "times_floor_on_one_thread": found.engine_alone.at_most_over(found.floor_alone),
        "engine_seconds": found.engine.best_wall,
        "floor_seconds": found.floor.best_wall,
        "page_seconds": found.page.best_wall,
        "megabytes": found.megabytes,
        "is_met": found.is_met,
    }


def main() -> int:
    """Print the report; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.forecast", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds after the warm-up")
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the text")
    parser.add_argument("--memory", action="store_true", help="only the megabytes that a run adds in this process")
    asked = parser.parse_args()
    if asked.memory:
        print(memory_here(asked.months, asked.paths))
        return 0
    began = time.perf_counter()
    made = sample(asked.months)
    found = measure(made, asked.months, asked.paths, asked.rounds)
    if asked.json:
        print(json.dumps(as_json(found, made.ladder), indent=2))
    else:
        print(as_text(found, made.ladder, asked.paths, asked.months))
        print(f"measured in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 0 if found.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
