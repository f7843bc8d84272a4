"""What may come of today's customers: forecast."""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentTypeError
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lib import reports
from lib.catalog.document import shown
from lib.desk import DATA
from lib.desk.forecast_grounds import settings_in
from lib.desk.forecasting import Asked, foretell, tested
from lib.desk.worth import worths
from lib.forecast.asking import check_asked
from lib.forecast.choices import MOST_TARGET
from lib.forecast.turning import NAMES, levers_of, written
from lib.verbs.opening import desk_of, scenario_of
from lib.verbs.showing import print_answer, progress
from lib.verbs.words import Arguments, WrongUse, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    asking = verb(verbs, "forecast", run_forecast, "what may come as the persona mix moves, as ranges and odds")
    asking.add_argument("strays", nargs="*", help=SUPPRESS)
    asking.add_argument(
        "--months",
        type=_months,
        metavar="N",
        help="how many months ahead, as delivered 6 to 60; data/forecast.toml has the limits and what is taken without",
    )
    asking.add_argument(
        "--paths",
        type=_paths,
        metavar="N",
        help="how many ways it may go, as delivered 1 to 50,000; data/forecast.toml, as for months",
    )
    asking.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="KEY",
        help="of data/scenarios, or a file; several are stacked",
    )
    asking.add_argument("--target", type=_target, metavar="USD", help="the MRR whose month is asked for, whole")
    asking.add_argument(
        "--lever",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help=f"a factor, 1 changes nothing, or a share; may be repeated. Names: {', '.join(NAMES)}",
    )


def run_forecast(arguments: Arguments) -> int:
    """Walk the paths, test the past, and tell both."""
    levers = levers_of(written(arguments.lever))
    _no_strays(arguments.strays)
    how = settings_in(DATA)
    months_ahead = how.months.start if arguments.months is None else arguments.months
    paths = how.run.paths_quick if arguments.paths is None else arguments.paths
    check_asked(months_ahead, paths, levers, how)
    desk, target = desk_of(arguments), arguments.target or how.target_mrr_usd
    scenarios = tuple(scenario_of(desk, wanted) for wanted in arguments.scenario)
    past = tested(desk, _testing)
    asked = Asked(months_ahead, paths, levers, scenarios, target)
    report = reports.forecast(foretell(desk, asked, _walking, past), past, worths(desk, asked))
    print_answer(report if arguments.json else reports.forecast_table(report))
    return 0


def _no_strays(words: Sequence[str]) -> None:
    """Refuse a word that no option asked for: simulate takes a scenario so, and here it has its option."""
    if words:
        raise WrongUse(
            f"{shown(words[0])} stands alone; if it is a scenario, name it with --scenario {shown(words[0])}"
        )


def _walking(share: float) -> bool:
    progress("walking the paths", share)
    return True


def _testing(share: float) -> bool:
    progress("making past forecasts again", share)
    return True


def _months(text: str) -> int:
    return _number(text, "number of months")


def _paths(text: str) -> int:
    return _number(text, "number of paths")


def _target(text: str) -> Decimal:
    if not re.fullmatch(r"[1-9]\d{0,9}", text, re.ASCII) or int(text) > MOST_TARGET:
        raise ArgumentTypeError(f"{shown(text)} is no MRR in whole USD; write 1 to {MOST_TARGET}")
    return Decimal(text)


def _number(text: str, what: str) -> int:
    """A whole number; how far it may go is said by what reads the file."""
    if not re.fullmatch(r"0|[1-9]\d{0,9}", text, re.ASCII):
        raise ArgumentTypeError(f"{shown(text)} is no {what}; write a whole number")
    return int(text)
