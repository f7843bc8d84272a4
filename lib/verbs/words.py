"""How the words of a command are read, and what is refused of them in one sentence."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from lib.catalog.document import FIRST_DAY, LAST_DAY, shown
from lib.desk import SNAPSHOTS
from lib.refusal import Refusal

MOST_MONTHS = 60
Arguments = argparse.Namespace


class OneSentence(argparse.ArgumentParser):
    """A parser that refuses wrong words like every other wrong use: one sentence, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where the right words are."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


class WrongUse(Refusal):
    """Options that say nothing together: one of them would be ignored."""


def verb(verbs: Any, name: str, run: Callable[[Arguments], int], help_line: str) -> argparse.ArgumentParser:
    """One verb: its name, what runs it, and the options that every command takes."""
    added: argparse.ArgumentParser = verbs.add_parser(name, help=help_line, description=help_line)
    added.set_defaults(run=run)
    added.add_argument("--as-of", type=day, metavar="DATE", help="open everything as of this day")
    added.add_argument("--snapshots", type=Path, default=SNAPSHOTS, metavar="DIR")
    added.add_argument("--json", action="store_true", help="print one JSON document")
    return added


def day(text: str) -> date:
    """A day as it is written, 2026-10-31."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError(text)
        return _within(date.fromisoformat(text), text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is no day; write it as 2026-10-31") from None


def month(text: str) -> date:
    """A month as it is written, 2026-09 → its first day."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
            raise ValueError(text)
        return _within(date.fromisoformat(f"{text}-01"), text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is no month; write it as 2026-09") from None


def _within(day: date, written: str) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise argparse.ArgumentTypeError(f"{written} is too far away; write one from {FIRST_DAY} to {LAST_DAY}")
    return day


def months(text: str) -> int:
    """How many months, 1 to the most that is answered."""
    if not re.fullmatch(r"[1-9]\d?", text, re.ASCII) or int(text) > MOST_MONTHS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of months; write 1 to {MOST_MONTHS}")
    return int(text)


def one_thing(arguments: Arguments, asked: str, *others: str) -> None:
    """Refuse what is said beside an option that it does not concern."""
    if getattr(arguments, asked):
        beside = [other for other in others if getattr(arguments, other) not in (None, False)]
        if beside:
            told = ", ".join(map(_option, beside))
            raise WrongUse(f"{told} is said beside {_option(asked)}, which takes none; do one thing at a time")


def only_of(arguments: Arguments, wanted: str, form: str, option: str) -> None:
    """Refuse an option that only one form of the answer has."""
    if getattr(arguments, option) is not None and form != wanted:
        raise WrongUse(f"{_option(option)} is of a {wanted} alone, and {form} is asked for; write --format {wanted}")


def form_of(arguments: Arguments, usual: str) -> str:
    """The form an answer is asked for in; `--json` is short for one, and no other can stand beside it."""
    if arguments.json and arguments.format not in (None, "json"):
        raise WrongUse(f"--json is asked for, and --format {arguments.format}; write one of them")
    return "json" if arguments.json else arguments.format or usual


def _option(name: str) -> str:
    return name.upper() if name in ("finding", "month") else f"--{name.replace('_', '-')}"
