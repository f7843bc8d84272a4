"""Make the sample world: `python data/sample/generate.py --out DIR`. It imports nothing of lib."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from world import build


def main() -> None:
    """Read the command line, imagine the world, write it."""
    options = _options()
    build.write(build.imagine(options.customers, options.seed, options.months, options.months_ago), options.out, _say)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write a synthetic company's sources, the same for the same seed.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--customers", type=_between(1, 9_999), default=400, help="ids have four digits")
    parser.add_argument("--seed", type=int, default=20261031)
    parser.add_argument("--months", type=_between(1, 24), default=24, help="months of history, ending 2026-10")
    parser.add_argument(
        "--months-ago", type=_between(0, 23), default=0, help="write it as it was known at the end of an earlier month"
    )
    return parser.parse_args()


def _between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least:,} to {most:,}")
        return int(text)

    return number


def _say(what: str) -> None:
    print(f"sample world: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
