"""Measures how much surer a difference is on the same luck than on independent luck, and fails below what is promised.

    python -m tests.benchmarks.pairing [--paths 2000] [--months 24] [--json]

For each proposal on the sample: the variance of the difference in MRR at the last month, with baseline and proposal on
independent draws, over the one on the same draws. Promised: at least 20 for every case.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

import numpy as np

from lib.forecast.ladder import RUNGS
from lib.forecast.levers import Levers
from lib.forecast.run import World, run
from tests.benchmarks.forecast_world import SEED, Sample, sample

FEWEST_TIMES = 20


def cases(made: Sample) -> dict[str, World]:
    """A price change, fewer who leave, more who come."""
    return {
        "starter-plus-10": made.world(["starter-plus-10"]),
        "churn −20 %": made.world(levers=Levers(churn=0.8)),
        "arrivals +10 %": made.world(levers=Levers(arrivals=dict.fromkeys(RUNGS, 1.1))),
    }


def times_surer(made: Sample, proposals: Mapping[str, World], months: int, paths: int) -> dict[str, float]:
    """By proposal: the variance of the difference on independent draws over the one on the same draws."""
    worlds = list(proposals.values())
    without, *same_luck = run([made.world(), *worlds], made.start, months, paths, SEED, made.block)
    other_luck = run(worlds, made.start, months, paths, SEED + 1, made.block)
    return {
        name: float(np.var(other.mrr[-1] - without.mrr[-1]) / np.var(same.mrr[-1] - without.mrr[-1]))
        for name, same, other in zip(proposals, same_luck, other_luck, strict=True)
    }


def main() -> int:
    """Print a line for each case; 1 where the promise is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.pairing", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--paths", type=int, default=2_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the text")
    asked = parser.parse_args()
    made = sample(asked.months)
    found = times_surer(made, cases(made), asked.months, asked.paths)
    if asked.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print(f"how many times smaller the variance of the difference is on the same luck, promised {FEWEST_TIMES}:")
        for name, times in found.items():
            print(f"{name:<18} {times:10.1f}")
    return 0 if min(found.values()) >= FEWEST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())
