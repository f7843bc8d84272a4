"""What stands on the marketplace, and what to type there."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lib import reports
from lib.desk import read_text
from lib.surfaces import read_listing, unlike
from lib.verbs.opening import desk_of, scenario_of, this_day
from lib.verbs.showing import print_answer
from lib.verbs.words import Arguments, WrongUse, day, form_of, one_thing, only_of, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    _listing_words(verb(verbs, "listing", run_listing, "may it be published, what to type, who must be told"))


def run_listing(arguments: Arguments) -> int:
    """Print the listing, or what a listing file says differently."""
    one_thing(arguments, "against", "format", "json", "captured_on", "announced_on")
    form = form_of(arguments, reports.FORMS[0])
    only_of(arguments, "csv", form, "captured_on")
    desk = desk_of(arguments)
    if arguments.captured_on and arguments.captured_on > max(this_day(), desk.as_of):
        raise WrongUse(f"--captured-on {arguments.captured_on} has not come yet; write the day it was typed in")
    changes = [scenario_of(desk, wanted) for wanted in arguments.scenario]
    answer = reports.listed(desk, changes, arguments.announced_on)
    if arguments.against is None:
        print(reports.listing(answer, form, arguments.captured_on), end="")
        return 0
    where = str(arguments.against)
    found = unlike(answer.made, read_listing(read_text(arguments.against), where))
    print_answer(reports.unlike_table(found, where))
    return 1 if found else 0


def _listing_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=reports.FORMS, help="csv: the rows alone; ics: the days")
    verb.add_argument("--scenario", action="append", default=[], metavar="KEY", help="of data/scenarios, or a file")
    verb.add_argument("--announced-on", type=day, metavar="DATE", help="the day a change is announced")
    verb.add_argument("--captured-on", type=day, metavar="DATE", help="of a csv: the day it was typed in")
    verb.add_argument("--against", type=Path, metavar="FILE", help="what a csv or json says differently; exit 1")
