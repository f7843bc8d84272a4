"""What a command shows: its answer on stdout, and how far long work is on stderr."""

from __future__ import annotations

import json
import sys

_unfinished: list[str] = []  # the step whose line of progress has no end yet


def print_answer(answer: object) -> None:
    """Print words as they are, and anything else as one JSON document."""
    print(answer if isinstance(answer, str) else json.dumps(answer, indent=2, ensure_ascii=False))


def progress(step: str, share: float) -> None:
    """Say on stderr how far a step is; a terminal sees it move, a log gets its last line."""
    end = "\n" if share >= 1 else ""
    if sys.stderr.isatty():
        print(f"\r\033[K{share:4.0%} {step}", end=end, file=sys.stderr, flush=True)
        _unfinished[:] = [] if end else [step]
    elif end:  # a log keeps every line, so it gets the last one
        print(f"{share:4.0%} {step}", file=sys.stderr, flush=True)


def end_progress() -> None:
    """End the line of a step that did not come to its end."""
    if _unfinished:
        print(file=sys.stderr)
