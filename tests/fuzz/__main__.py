"""Searches the readers for an input that makes one of them crash, or lose count of a line.

    python -m tests.fuzz [--inputs 100000] [--reader csv] [--seed 0]

Readers: those of usage (csv, jsonl, cloudevents, parquet, wide), of exports (export, objects), and the mapping.
The first such input is shown.
"""

import argparse
import sys
import time

from tests.fuzz.readers import READERS, search


def main() -> int:
    """One line per reader."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000, help="inputs for each reader")
    parser.add_argument("--reader", choices=READERS, action="append", help="one reader; may be given again")
    parser.add_argument("--seed", type=int, default=0, help="another seed searches elsewhere")
    asked = parser.parse_args()
    for reader in asked.reader or READERS:
        began = time.perf_counter()
        counted = search(reader, asked.inputs, asked.seed)
        told = ", ".join(f"{number:,} {what}" for what, number in counted.items())
        print(f"{reader:12} {told}; 0 crashes ({time.perf_counter() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
