"""How the desk runs a simulation: which months and contracts it is held against, and which books the scenarios make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from lib import rails
from lib.ahead import Ahead, carried_on
from lib.catalog.book import Book
from lib.catalog.lint import lint
from lib.catalog.passing_on import Keep, passed_on
from lib.catalog.scenario import Scenario, ScenarioError, diff, overlay
from lib.claims.parse import parse as parse_claims
from lib.desk.papers import DeskError, read_text
from lib.desk.products import refuse_another_product
from lib.desk.simulation import HORIZONS, PAST, Simulation, check_where, dated, layer, run
from lib.outcome import Outcome, Population, Window, outcome, without_price
from lib.periods import last_full_months
from lib.replay import Answer, Prepared, answer, prepare
from lib.surfaces import LISTING

if TYPE_CHECKING:
    from lib.desk.desk import Desk

# What a simulation stands on; with one of them missing it still answers, and says that it is a part.
SIMULATED = ("event", "stripe_subscription", "marketplace_agreement", "private_offer", "company")


def simulate(desk: Desk, scenarios: Sequence[Scenario], months: int, horizon: str) -> Simulation:
    """Scenarios over the desk's population; refused where usage, or the contracts of every rail, are missing.

    A scenario that takes the price from something that is billed is refused: no price is not a price of zero.
    """
    desk.require("event")
    desk.require("stripe_subscription", "marketplace_agreement")
    for scenario in scenarios:
        check_where(scenario, desk.population)
    held = _held(desk, scenarios, months, horizon)
    layers = [layer(one, laid_over(desk, one), desk.rails) for one in dated(scenarios, held.window, horizon)]
    book = reduce(lambda book, one: one.laid_over(book), layers, desk.book)
    everybody = desk.with_events(desk.book, book, everybody=held.population)
    baseline = _baseline(desk, everybody, held.window)
    ran = run(baseline, desk.book, layers, everybody, held.window, desk.reach)
    _check_prices(scenarios, baseline, ran.proposed)
    return Simulation(
        scenarios=tuple(scenarios),
        horizon=horizon,
        window=held.window,
        effective=tuple(one.effective for one in layers),
        layers=tuple(layers),
        changes=diff(desk.book, book),
        books=(desk.book, book),
        shelf=ran.at_once,
        population=everybody,
        baseline=baseline,
        proposed=ran.proposed,
        reached=ran.reached,
        parts=ran.parts,
        recurring=ran.recurring,
        customers=ran.customers,
        warnings=tuple(found.sentence for found in lint(book) if found not in lint(desk.book)),
        incomplete=tuple(desk.missing(*SIMULATED)),
        unmetered=held.unmetered,
        manifest=replace(desk.manifest(*scenarios), months=months, horizon=horizon),
    )


@dataclass(frozen=True)
class Ready:
    """A population, prepared for every book that one scenario's dates and rollout may bring."""

    population: Population
    prepared: Prepared
    effective: date
    unmetered: tuple[str, ...]

    def under(self, book: Book) -> Answer:
        """What a book changes; every number is that of `simulate`."""
        return answer(self.prepared, book)


def ready(desk: Desk, scenario: Scenario, months: int, horizon: str, book: Book | None = None) -> Ready:
    """A scenario's dates and rollout over the desk's population, ready for any prices; refused as `simulate` is.

    Prices that look at single events are those of today's book, or of `book`: then everybody is rated line by line.
    """
    desk.require("event")
    desk.require("stripe_subscription", "marketplace_agreement")
    check_where(scenario, desk.population)
    held = _held(desk, [scenario], months, horizon)
    (at,) = dated([scenario], held.window, horizon)
    one = layer(at, laid_over(desk, at), desk.rails)
    books = (desk.book, book or desk.book)
    everybody = desk.with_events(*books, everybody=held.population)
    by_event = any(price.per_event for each in books for price in each.prices.values())
    prepared = prepare(desk.book, one, everybody, held.window, desk.reach, line_by_line=by_event)
    return Ready(everybody, prepared, one.effective, held.unmetered)


def laid_over(desk: Desk, scenario: Scenario) -> Callable[[Book], Book]:
    """What a scenario makes of a book; where it no longer absorbs a rail's fee, the fee goes into the rail's prices."""

    def laid(book: Book) -> Book:
        try:
            becomes = overlay(book, scenario)
        except ScenarioError:
            refuse_another_product(desk.data, scenario, book.product)
            raise
        passing = [rail for rail in desk.rails if book.absorbs(rail) and not becomes.absorbs(rail)]
        return passed_on(book, becomes, {rail: _keep(desk, rail, scenario) for rail in passing})

    return laid


def _keep(desk: Desk, rail: str, scenario: Scenario) -> Keep:
    rate = rails.public_rate(desk.rails[rail], max(scenario.effective or desk.recorded_on, desk.recorded_on))
    if rate is None:
        raise ScenarioError(
            f"{scenario.where} passes on what {desk.rails[rail].label} keeps, and a part of that is a fixed sum: "
            "write the prices instead"
        )
    listing = parse_claims(read_text(desk.data / "claims.toml")).surfaces[LISTING]
    return Keep(rate, max(listing.decimals.values()))


def _held(desk: Desk, scenarios: Sequence[Scenario], months: int, horizon: str) -> Ahead:
    """What the scenarios are held against: the last months as they were, or today's contracts carried on."""
    if horizon not in HORIZONS:
        raise DeskError(f"a simulation looks at months that are {' or '.join(HORIZONS)}, not {horizon!r}")
    if horizon == PAST:
        return Ahead(desk.population, last_full_months(desk.recorded_on, months), ())
    counted = {key for key, item in desk.book.dimensions.items() if not item.is_metered}
    starts = min((one.effective for one in scenarios if one.effective), default=None)
    return carried_on(desk.population, counted, desk.recorded_on, months, starts)


def _baseline(desk: Desk, everybody: Population, window: Window) -> Outcome:
    if everybody == desk.population and window == desk.window:
        return desk.baseline
    return outcome([desk.book], everybody, window, desk.reach)


def _check_prices(scenarios: Sequence[Scenario], baseline: Outcome, proposed: Outcome) -> None:
    if lost := without_price(baseline, proposed):
        what = lost[0].dimension or "the plan"
        names = " + ".join(scenario.name for scenario in scenarios)
        raise ScenarioError(
            f"{what} of {lost[0].contract.plan_key} has no price under {names}: {len(lost)} lines; set a price"
        )
