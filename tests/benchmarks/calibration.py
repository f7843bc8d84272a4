"""Do nine forecasts in ten hold what comes? Made-up companies with known rates, forecast from a short history.

Each world is a company whose rates were drawn around the beliefs, each as if the belief had been seen a stated number
of times (not the number the forecast takes it for). It lives through a short history, customer by customer in plain
Python (`tests.forecast.worlds`), and goes on living. The forecast is the product's own: the panel of the history is
counted, added to the beliefs, drawn, walked. One tier and one rail make 5 personas and "gone", six states; arrivals,
leaving by years stayed, renewals of annual contracts, climbs and the split of sellers are all inside.

Beside the full forecast stand the two that leave one of the noises out. The promise is broken, and the exit is 1, where
the full one does not cover 90 ± 5 on average over the horizons and 90 ± 7 in every cell, or where leaving a noise out
shows in no cell (under 80). The model is mended then, never the bounds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from time import monotonic
from types import MappingProxyType
from typing import Any

import numpy as np

from lib.forecast import Assumptions, Ladder, ladder, parse_assumptions
from lib.forecast.coming import no_pipeline
from lib.forecast.counted import counted
from lib.forecast.parameters import Parameters
from lib.forecast.paths import Paths
from lib.forecast.posterior import Posterior, draw, mean, posterior
from lib.forecast.prices import Money
from lib.forecast.run import World, expected, run
from lib.segments import PERSONAS
from tests.forecast.counts import nothing
from tests.forecast.worlds import Company, history, redrawn, start

ROOT = Path(__file__).parents[2]
LEVEL, HORIZONS, PATHS = 0.9, (6, 12, 24), 400
# USD a month by persona: unlike one another, so that MRR is not the count of customers over again.
PRICES = dict(zip(PERSONAS, (300, 400, 900, 1500, 1200, 500), strict=True))
# As if the base had been seen so often when a world's truth is drawn around it.
DRAWN_AROUND = {
    "moves": 40.0,
    "churn": 90.0,
    "renewals": 12.0,
    "arrivals": 8.0,
    "landings": 18.0,
    "rails": 18.0,
    "sellers": 14.0,
}
BOTH, POINT, NO_DICE = "both noises", "without parameter noise", "without process noise"
METHODS = (BOTH, POINT, NO_DICE)
MEASURES = ("mrr", "customers")


@dataclass(frozen=True)
class Setting:
    """How short a history: months on record, and customers at its beginning."""

    months: int
    customers: int

    @property
    def name(self) -> str:
        return f"{self.months} months, {self.customers} customers"


SETTINGS = (Setting(12, 300), Setting(6, 60))
Cell = tuple[str, str, str, int]  # setting, measure, method, months ahead


def beliefs(setting: Setting) -> Assumptions:
    """The base case on the scale of the company: a fifth of the customers, a fifth of the arrivals."""
    base, scale = _base(), Decimal(setting.customers) / 300
    arrivals = {
        rung: replace(one, value=Decimal(0) if rung == "unknown" else one.value * scale, low=None, high=None)
        for rung, one in base.arrivals.items()
    }
    return replace(base, arrivals=MappingProxyType(arrivals))


@cache
def _base() -> Assumptions:
    return parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text())


@cache
def graph() -> Ladder:
    """One tier, one rail: what remains are the personas."""
    return ladder(("starter",), ("stripe",))


def forecasts(known: Posterior, begin: Any, seed: int, paths: int) -> dict[str, Paths]:
    """The product's forecast, and the two with one of the noises left out."""
    months = max(HORIZONS)
    money, coming, best = _money(months), no_pipeline(months), mean(known)
    drawn = World(lambda rng, many: draw(known, rng, many), money, coming)
    single = World(lambda _, many: _repeated(best, many), money, coming)
    full, point = run((drawn, single), begin, months, paths, seed, block=paths, threads=1)
    no_dice = expected(draw(known, np.random.default_rng(seed), paths), begin, months, money, coming)
    return {BOTH: full, POINT: point, NO_DICE: no_dice}


def one_world(setting: Setting, number: int, seed: int, paths: int) -> dict[Cell, bool]:
    """One company: was what came inside the central range of every forecast?"""
    mixed = np.random.SeedSequence([seed, number, setting.customers]).generate_state(3)
    held, around = beliefs(setting), graph()
    base = mean(posterior(held, nothing(around), around))
    truth = redrawn(base, DRAWN_AROUND, around, np.random.default_rng(mixed[0]))
    company = Company(truth, around, Random(int(mixed[1])))
    company.founded(setting.customers)
    panel = history(company, setting.months, PRICES)
    known = posterior(held, counted(panel, around), around)
    told = forecasts(known, start(panel.at(panel.months[-1]), around), int(mixed[2]), paths)
    found: dict[Cell, bool] = {}
    for month in range(1, max(HORIZONS) + 1):
        company.month_passes()
        if month in HORIZONS:
            came = {"mrr": company.mrr(PRICES), "customers": len(company.customers)}
            for method, measure in product(METHODS, MEASURES):
                low, high = np.quantile(getattr(told[method], measure)[month - 1], _ends())
                found[setting.name, measure, method, month] = bool(low - 1e-6 <= came[measure] <= high + 1e-6)
    return found


def coverage(
    worlds: int, seeds: Iterable[int], settings: Iterable[Setting], paths: int = PATHS, cores: int = 2
) -> dict[Cell, float]:
    """The share of worlds whose future lay inside, by cell."""
    tasks = list(product(settings, range(worlds), seeds))
    hits: dict[Cell, list[bool]] = {}
    for found in _worked(tasks, paths, cores):
        for cell, inside in found.items():
            hits.setdefault(cell, []).append(inside)
    return {cell: sum(inside) / len(inside) for cell, inside in sorted(hits.items())}


def _worked(tasks: list[tuple[Setting, int, int]], paths: int, cores: int) -> Iterator[dict[Cell, bool]]:
    if cores == 1:
        yield from (one_world(*task, paths) for task in tasks)
        return
    began = monotonic()
    with ProcessPoolExecutor(cores) as pool:
        for done, future in enumerate(as_completed([pool.submit(one_world, *task, paths) for task in tasks]), 1):
            if done % 50 == 0 or done == len(tasks):
                print(f"{done} of {len(tasks)} worlds, {monotonic() - began:.0f} s", file=sys.stderr)
            yield future.result()


def broken(found: dict[Cell, float]) -> list[str]:
    """Sentences on what does not hold; none where the promise is kept."""
    said = []
    for setting, measure in dict.fromkeys((cell[0], cell[1]) for cell in found):
        cells = {cell[3]: share for cell, share in found.items() if cell[:3] == (setting, measure, BOTH)}
        average = sum(cells.values()) / len(cells)
        if abs(average - LEVEL) > 0.05:
            said.append(f"{setting}, {measure}: {average:.1%} on average over the horizons, not 90 ± 5")
        said += [
            f"{setting}, {measure}, {months} months: {share:.1%}, not 90 ± 7"
            for months, share in cells.items()
            if abs(share - LEVEL) > 0.07
        ]
    for method in (POINT, NO_DICE):
        lowest = min(share for cell, share in found.items() if cell[2] == method)
        if lowest >= 0.8:
            said.append(f"{method}: every cell covers {lowest:.1%} or more, so the noise would not be missed")
    return said


def table(found: dict[Cell, float]) -> str:
    lines = [f"{'coverage of 90 % ranges':58}" + "".join(f"{months:>7} m" for months in HORIZONS) + "   average"]
    for setting, measure, method in dict.fromkeys(cell[:3] for cell in found):
        shares = [found[setting, measure, method, months] for months in HORIZONS]
        numbers = "".join(f"{share:>9.1%}" for share in (*shares, sum(shares) / len(shares)))
        lines.append(f"{setting:25} {measure:10} {method:25}" + numbers)
    return "\n".join(lines)


def _ends() -> tuple[float, float]:
    return (1 - LEVEL) / 2, (1 + LEVEL) / 2


def _money(months: int) -> Money:
    around = graph()
    prices = np.array([float(PRICES[state.persona]) for state in around.states])
    recurring = np.broadcast_to(prices, (months, int(np.prod(around.shape)), len(prices))).copy()
    return Money(recurring, np.zeros_like(recurring), np.ones((1, 1)), np.zeros(1), np.ones(1))


def _repeated(best: Parameters, paths: int) -> Parameters:
    return Parameters(**{name: np.repeat(array, paths, axis=-1) for name, array in vars(best).items()})


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.calibration", description=__doc__)
    asked.add_argument("--worlds", type=int, default=400)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--paths", type=int, default=PATHS)
    asked.add_argument("--cores", type=int, default=2)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    found = coverage(given.worlds, range(1, given.seeds + 1), SETTINGS, given.paths, given.cores)
    said = broken(found)
    if given.json:
        cells = [
            dict(zip(("setting", "measure", "method", "months", "coverage"), (*cell, share), strict=True))
            for cell, share in found.items()
        ]
        print(
            json.dumps(
                {
                    "worlds": given.worlds,
                    "seeds": given.seeds,
                    "paths": given.paths,
                    "drawn_around": DRAWN_AROUND,
                    "cells": cells,
                    "broken": said,
                },
                indent=1,
            )
        )
    else:
        print(table(found), *said, "kept" if not said else "broken", sep="\n")
    return bool(said)


if __name__ == "__main__":
    sys.exit(main())
