"""Make the sample world: `python data/sample/generate.py --out DIR`. It imports nothing of lib."""

import argparse
import sys
from pathlib import Path

from world import build


def main() -> None:
    """Read the command line, imagine the world, write it."""
    options = _options()
    world = build.imagine(options.customers, options.seed, options.months)
    counted = build.write(world, options.out, _say)
    _say(", ".join(f"{count:,} {what}" for what, count in counted.items()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write a synthetic company's sources, the same for the same seed.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--customers", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261031)
    parser.add_argument("--months", type=int, default=24, help="months of history, ending 2026-10")
    return parser.parse_args()


def _say(what: str) -> None:
    print(f"sample world: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
