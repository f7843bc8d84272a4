"""The command line: python -m lib VERB; `python -m lib --help` lists the verbs.

Exit codes: 0 done, 1 the answer is bad news (a false published claim, a broken guardrail), 2 wrong use, said in one
sentence. Long work shows its progress on stderr; `--json` prints one document that opens with its manifest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from lib import verbs
from lib.refusal import Refusal
from lib.verbs.showing import end_progress
from lib.verbs.words import OneSentence


def main(words: Sequence[str] | None = None) -> int:
    """The words of one command → its exit code; a refusal is one sentence on stderr and 2."""
    arguments = parser().parse_args(words)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except Refusal as refusal:
        end_progress()
        print(f"python -m lib {arguments.command}: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        end_progress()
        print(f"python -m lib {arguments.command}: stopped; nothing half done is left in sight", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def parser() -> OneSentence:
    """Every verb, its options and the function that runs it."""
    top = OneSentence(prog="python -m lib", description=__doc__.splitlines()[0] if __doc__ else None)
    among = top.add_subparsers(dest="command", required=True, metavar="VERB")
    for one in verbs.ALL:
        one.add(among)
    return top


if __name__ == "__main__":
    sys.exit(main())
