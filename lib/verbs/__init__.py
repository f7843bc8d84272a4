"""Every verb of the command line: a file for each, or for those that belong together.

A file adds its verbs with their words, and runs them: the words of one command in, its exit code out. Exit codes:
0 done, 1 the answer is bad news (a false published claim, a broken guardrail), 2 wrong use, said in one sentence.
"""

from lib.verbs import arriving, books, check, decisions, forecast, listing, rate, simulate

ALL = (arriving, rate, simulate, forecast, check, books, decisions, listing)

__all__ = ["ALL"]
