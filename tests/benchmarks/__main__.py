"""Measures the kernel against the other engines, and fails where it is slower than it promises.

    python -m tests.benchmarks [--rounds 7] [--cells 960000] [--json]

Everything is rated in one process, round-robin, after a warm-up in which all engines must give the same cents. A ratio
is the worse of two: of the medians of CPU time (all threads), and of the best runs. What is promised, and why these:
R1 one book, every customer's every month; R2 the same over reading the cube once; R3 one book's total; R4 a thousand
books' totals; R5 how R4 grows with ten times the cells; R6 a thousand books' winners and losers.
"""

import argparse
import json
import resource
import sys
import time

from tests.benchmarks.report import as_json, as_text
from tests.benchmarks.run import measure


def main() -> int:
    """Print the table; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds after the warm-up (at least 5)")
    parser.add_argument(
        "--cells", type=int, default=960_000, help="cells of the cube; R5 compares it with ten times that"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    asked = parser.parse_args()
    if asked.rounds < 5:
        parser.error(f"--rounds {asked.rounds} is too few to tell noise from speed; ask for at least 5")
    began = time.perf_counter()
    result = measure(asked.cells, asked.rounds, note=lambda words: print(words, file=sys.stderr))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if asked.json:
        print(json.dumps(as_json(result, peak), indent=2))
    else:
        print(as_text(result, peak, time.perf_counter() - began))
    return 0 if all(ratio.is_met for ratio in result.ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
