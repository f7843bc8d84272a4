"""Measures in a browser how long a moved lever of the forecast takes to its redrawn page, and fails above two seconds.

    python -m tests.benchmarks.redraw [--rounds 12]

The page is served as `make run` serves it, on the sample, with as many paths and months as it opens with. The clock is
the browser's own, as in the race: from the key that moves the lever to the new headline, and to the last change inside
the fan before the page stands still. No value comes twice, so that no cache answers. The promise is for two cores with
nothing else to do: the load of the machine is printed beside it.
"""

import argparse
import os
import statistics
import sys

from tests.benchmarks.race import AS_RUN, CHART, NUMBER, WARM_UP, Contestant, Lever
from tests.servers import app, chromium

PROMISED, FEWEST, MOST = 2000, 5, 15  # milliseconds; rounds: the lever has twenty places above its own
LEVER = Lever(
    "persona mix", "/persona_mix", ".st-key-persona_mix_lever_arrivals_seller :is(input, [role=slider])", "ArrowRight"
)


def measured(rounds: int) -> Contestant:
    """Serve the page, open it, and move its lever round by round."""
    with app.running(AS_RUN) as served, chromium.running() as browser:
        ours = Contestant(LEVER, browser.new_page(viewport=chromium.DESKTOP))
        ours.open(served.url)
        for number in range(WARM_UP + rounds):
            ours.turn(number)
        return ours


def told(taken: dict[str, list[float]]) -> tuple[str, bool]:
    """What was found, as a table, and whether the median redraw keeps its promise."""
    lines = [f"{'ms':28}{'median':>10}{'slowest':>10}{'at most':>10}"]
    for name in (NUMBER, CHART):
        lines.append(
            f"{f'to the {name}':28}{statistics.median(taken[name]):>10.0f}{max(taken[name]):>10.0f}{PROMISED:>10}"
        )
    return "\n".join(lines), statistics.median(taken[CHART]) <= PROMISED


def main() -> int:
    """Measure; 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.redraw")
    parser.add_argument("--rounds", type=int, default=12, help=f"turns after the warm-up, {FEWEST} to {MOST}")
    asked = parser.parse_args()
    if not FEWEST <= asked.rounds <= MOST:
        parser.error(f"--rounds {asked.rounds}: ask for {FEWEST} to {MOST}, so that no value comes twice")
    if reason := chromium.missing():
        parser.error(reason)
    table, is_kept = told(measured(asked.rounds).taken)
    print(table)
    print(f"load of the machine over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
