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
from lib.forecast.turning import NAMES, levers_of, written
from lib.verbs.opening import desk_of, scenario_of
from lib.verbs.showing import print_answer, progress
from lib.verbs.words import Arguments, months, verb

_MOST_PATHS, _MOST_TARGET = 50_000, Decimal(10) ** 12


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    asking = verb(verbs, "forecast", run_forecast, "what may come as the persona mix moves, as ranges and odds")
    asking.add_argument("--months", type=months, metavar="N", help="how many months ahead; data/forecast.toml's usual")
    asking.add_argument("--paths", type=_paths, metavar="N", help="how many ways it may go; 2,000 unless said")
    asking.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="KEY",
        help="of data/scenarios, or a file; several are stacked",
    )
    asking.add_argument("--target", type=_target, metavar="USD", help="the MRR whose month is asked for")
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


def _paths(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII) or int(text) > _MOST_PATHS:
        raise ArgumentTypeError(f"{shown(text)} is no number of paths; write 1 to {_MOST_PATHS}")
    return int(text)


def _target(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,13}(\.\d{1,2})?", text, re.ASCII) or not 0 < Decimal(text) <= _MOST_TARGET:
        raise ArgumentTypeError(f"{shown(text)} is no MRR in USD; write it as 250000")
    return Decimal(text)
