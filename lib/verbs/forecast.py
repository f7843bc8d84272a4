"""What may come of today's customers: forecast."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from decimal import Decimal
from typing import Any

from lib import reports
from lib.catalog.document import shown
from lib.desk.forecast_grounds import settings
from lib.desk.forecasting import Asked, foretell, tested
from lib.desk.worth import worths
from lib.forecast.asking import check_asked
from lib.forecast.choices import MOST_MONTHS, MOST_PATHS, MOST_TARGET
from lib.forecast.turning import NAMES, levers_of, written
from lib.verbs.opening import desk_of, scenario_of
from lib.verbs.showing import print_answer, progress
from lib.verbs.words import Arguments, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    asking = verb(verbs, "forecast", run_forecast, "what may come as the persona mix moves, as ranges and odds")
    asking.add_argument("--months", type=_months, metavar="N", help="how many months ahead; data/forecast.toml's start")
    asking.add_argument(
        "--paths", type=_paths, metavar="N", help="how many ways it may go; data/forecast.toml's quick look"
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
    desk = desk_of(arguments)
    how = settings(desk)
    scenarios = tuple(scenario_of(desk, wanted) for wanted in arguments.scenario)
    months_ahead, paths = arguments.months or how.months.start, arguments.paths or how.run.paths_quick
    target = arguments.target or how.target_mrr_usd
    check_asked(months_ahead, paths, levers, how)
    past = tested(desk, _testing)
    asked = Asked(months_ahead, paths, levers, scenarios, target)
    report = reports.forecast(foretell(desk, asked, _walking, past), past, worths(desk, asked))
    print_answer(report if arguments.json else reports.forecast_table(report))
    return 0


def _walking(share: float) -> bool:
    progress("walking the paths", share)
    return True


def _testing(share: float) -> bool:
    progress("making past forecasts again", share)
    return True


def _months(text: str) -> int:
    return _whole(text, "number of months", MOST_MONTHS)


def _paths(text: str) -> int:
    return _whole(text, "number of paths", MOST_PATHS)


def _target(text: str) -> Decimal:
    return Decimal(_whole(text, "MRR in whole USD", MOST_TARGET))


def _whole(text: str, what: str, most: int) -> int:
    if not re.fullmatch(r"[1-9]\d{0,9}", text, re.ASCII) or int(text) > most:
        raise ArgumentTypeError(f"{shown(text)} is no {what}; write 1 to {most}")
    return int(text)
