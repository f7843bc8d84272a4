"""What we say, judged, and what somebody accepts of it: check and acknowledge."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from lib import reports
from lib.decisions import Accepted, DecisionError
from lib.desk import Terms, accept, read_text, with_accepted
from lib.verbs.opening import desk_of, moment, store_of
from lib.verbs.showing import print_answer
from lib.verbs.words import Arguments, day, form_of, one_thing, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    checking = verb(verbs, "check", run_check, "claims, surfaces and the book; exit 1 while a published claim is false")
    checking.add_argument("--format", choices=reports.FORMATS)
    _acknowledge_words(verb(verbs, "acknowledge", run_acknowledge, "accept a finding until a day, or take that back"))


def run_check(arguments: Arguments) -> int:
    """Judge every claim, compare the surfaces and read the book; what is accepted never turns the exit code."""
    desk, accepted = desk_of(arguments), store_of(arguments).acknowledged()
    manifest = with_accepted(desk.manifest(), accepted)
    report = reports.check(manifest, desk.findings_given(accepted), accepted)
    form = form_of(arguments, reports.FORMATS[0])
    print_answer(reports.checked(report, form, read_text(desk.data / "claims.toml")))
    return 1 if desk.has_false_promise else 0


def run_acknowledge(arguments: Arguments) -> int:
    """Put on record that somebody accepts a finding, or takes that back; or list what was ever accepted."""
    one_thing(arguments, "list", "finding", "withdraw", "who", "why", "until")
    one_thing(arguments, "withdraw", "finding", "until")
    desk, store = desk_of(arguments), store_of(arguments)
    if arguments.list:
        noted: Sequence[Accepted] = store.acknowledgements()
    elif arguments.withdraw:
        who, why = _said(arguments, "who"), _said(arguments, "why")
        noted = (store.withdraw(arguments.withdraw, who=who, why=why, when=moment()),)
    else:
        name, until = _said(arguments, "finding"), _said(arguments, "until")
        terms = Terms(_said(arguments, "who"), _said(arguments, "why"), until)
        noted = (accept(store, name, terms, found=desk.findings, as_of=desk.as_of, when=moment()),)
    report = reports.accepted(desk.manifest(), noted)
    print_answer(report if arguments.json else reports.accepted_table(report))
    return 0


def _acknowledge_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("finding", nargs="?", metavar="FINDING", help='the name that check --json gives as "claim"')
    verb.add_argument("--who", metavar="NAME", help="who accepts it, or takes it back")
    verb.add_argument("--why", metavar="TEXT")
    verb.add_argument("--until", type=day, metavar="DAY", help="the last day it is accepted")
    verb.add_argument("--withdraw", metavar="FINDING", help="take back what stands for this one")
    verb.add_argument("--list", action="store_true", help="everything that was ever accepted, the newest first")


def _said(arguments: Arguments, word: str) -> Any:
    """What an option of `acknowledge` says; refused where it says nothing."""
    if (value := getattr(arguments, word)) is not None:
        return value
    wanted = "FINDING" if word == "finding" else f"--{word}"
    raise DecisionError(f"{wanted} is missing; write acknowledge FINDING --who NAME --why TEXT --until 2027-03-31")
