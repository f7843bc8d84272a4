"""The command line: python -m lib VERB; `python -m lib --help` lists the verbs.

Exit codes: 0 done, 1 the answer is bad news (a false published claim, a broken guardrail), 2 wrong use, said in one
sentence. Long work shows its progress on stderr; `--json` prints one document that opens with its manifest.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from lib import verbs
from lib.refusal import Refusal
from lib.verbs.showing import end_progress
from lib.verbs.words import OneSentence

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(words: Sequence[str] | None = None) -> int:
    """The words of one command → its exit code; a refusal is one sentence on stderr and 2."""
    arguments = parser().parse_args(words)
    try:
        code: int = arguments.run(arguments)
        if sys.stdout is None:  # closed before we began
            return _unwritten(arguments.command, "stdout is closed; open it")
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
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        return _unwritten(arguments.command, f"{error.strerror}; make room")
    return code


def _unwritten(command: str, why: str) -> int:
    """Say that nobody can read the answer; what is left of it is let go of, so that nothing tries again at the end."""
    end_progress()
    print(f"python -m lib {command}: the answer could not be written: {why}", file=sys.stderr)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 2


def parser() -> OneSentence:
    """Every verb, its options and the function that runs it."""
    top = OneSentence(prog="python -m lib", description=__doc__.splitlines()[0] if __doc__ else None)
    among = top.add_subparsers(dest="command", required=True, metavar="VERB")
    for one in verbs.ALL:
        one.add(among)
    return top


if __name__ == "__main__":
    sys.exit(main())
