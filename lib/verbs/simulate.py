"""A price change, held against today: simulate and search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib import reports
from lib.desk import HORIZONS, PAST, Desk, believed, read_text, search_prices, with_beliefs
from lib.guardrails import Limit
from lib.guardrails import parse as parse_limits
from lib.manifest import Manifest, fingerprint
from lib.response import Responses
from lib.verbs.opening import desk_of, scenario_of
from lib.verbs.showing import print_answer, progress
from lib.verbs.words import Arguments, months, verb


def add(verbs: Any) -> None:
    """Its words, among those of the other commands."""
    simulating = verb(
        verbs, "simulate", run_simulate, "a scenario against the baseline; exit 1 while a guardrail is broken"
    )
    simulating.add_argument(
        "scenarios", nargs="+", metavar="SCENARIO", help="a key of data/scenarios, or a file; several are stacked"
    )
    simulating.add_argument("--months", type=months, metavar="N", help="how many months it is held against")
    simulating.add_argument("--horizon", default=PAST, choices=HORIZONS, help="the last months, or the next")
    simulating.add_argument("--guardrails", type=Path, metavar="FILE", help="limits instead of data/guardrails.toml")
    simulating.add_argument(
        "--assumptions", type=Path, metavar="FILE", help="beliefs instead of data/assumptions/responses.toml"
    )
    simulating.add_argument("--respond", metavar="NAMES", help="responses to count too, such as churn,plan_switch")
    searching = verb(verbs, "search", run_search, "which prices would be better, within the limits of data/search.toml")
    searching.add_argument("--months", type=months, metavar="N", help="how many months it is held against")


def run_simulate(arguments: Arguments) -> int:
    """Run scenarios against the baseline, ask who answers how, and hold the change to the guardrails."""
    desk = desk_of(arguments)
    limits, on_limits = _limits(desk, arguments.guardrails)
    responses = _responses(desk, arguments)
    scenarios = [scenario_of(desk, wanted) for wanted in arguments.scenarios]
    result = desk.simulate(*scenarios, months=arguments.months, horizon=arguments.horizon)
    judged = desk.judgement(result, limits)
    manifest = with_beliefs(on_limits(result.manifest), responses, desk.responses)
    result, answered = replace(result, manifest=manifest), desk.react(result, responses)
    report = reports.simulation(result, desk.reproduction, judged, answered)
    print_answer(report if arguments.json else reports.simulation_table(report))
    return 1 if judged.is_broken else 0


def _limits(desk: Desk, path: Path | None) -> tuple[tuple[Limit, ...], Callable[[Manifest], Manifest]]:
    """The limits a change is held to, and how a manifest tells them: a file given by hand is no file of data/."""
    if path is None:
        return desk.guardrails, lambda manifest: manifest
    words = read_text(path)
    return parse_limits(words, str(path)), lambda manifest: replace(
        manifest, facts_hash=fingerprint([manifest.facts_hash, words])
    )


def _responses(desk: Desk, arguments: Arguments) -> Responses:
    """What is believed of how people answer: the file on hand, with the responses switched on that are named."""
    found = believed(arguments.assumptions) if arguments.assumptions else desk.responses
    named = [name.strip() for name in (arguments.respond or "").split(",")]
    return found if arguments.respond is None else found.switched([*found.on, *named])


def run_search(arguments: Arguments) -> int:
    """Search for better prices over today's book."""
    desk = desk_of(arguments)
    found = search_prices(desk, arguments.months or desk.billing["window_months"], _search_progress)
    report = reports.searched(found)
    print_answer(report if arguments.json else reports.searched_table(report))
    return 0


def _search_progress(share: float) -> bool:
    progress("searching for better prices", share)
    return True
