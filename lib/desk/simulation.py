"""What a simulation is: scenarios over one population, with everybody reached at once, and as they are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.book import Book
from lib.catalog.document import nearest
from lib.catalog.rollout import OwnNotice
from lib.catalog.scenario import Change, Scenario, ScenarioError
from lib.contracts import Layer, Reach, Shelf, Waiting
from lib.freshness import SourceState
from lib.manifest import Manifest
from lib.moved import MovedMonth, Parts, moved, moved_months, told_apart
from lib.outcome import CustomerChange, Outcome, Population, Window, counts, difference, outcome
from lib.rails import Notice, Rails

PAST, AHEAD = "past", "ahead"
HORIZONS = (PAST, AHEAD)


@dataclass(frozen=True)
class Simulation:
    """Scenarios over usage months: the baseline, the proposal with everybody reached at once, and as it is reached.

    Nobody reacts. `effective` is the day each scenario takes effect within the window, `layers` the scenarios on those
    days; `horizon` whether the months really were, or are today's contracts carried on. `shelf` says which book
    `proposed` gives each contract: one that a scenario does not ask for stays on today's. `warnings` are what a careful
    buyer would ask about the proposed book and not about today's; `incomplete` names the feeds that are missing, so
    that a part is never taken for the whole; `unmetered` the customers carried on without a full month of usage.
    """

    scenarios: tuple[Scenario, ...]
    horizon: str
    window: Window
    effective: tuple[date, ...]
    layers: tuple[Layer, ...]
    changes: tuple[Change, ...]
    books: tuple[Book, Book]
    shelf: Shelf
    population: Population
    baseline: Outcome
    proposed: Outcome
    reached: Outcome
    parts: Parts
    recurring: tuple[MovedMonth, ...]
    customers: tuple[CustomerChange, ...]
    warnings: tuple[str, ...]
    incomplete: tuple[SourceState, ...]
    unmetered: tuple[str, ...]
    manifest: Manifest

    @property
    def name(self) -> str:
        """What the scenarios are called together."""
        return " + ".join(scenario.name for scenario in self.scenarios)

    @property
    def delta(self) -> Decimal:
        """Proposed less baseline revenue over the window, everybody reached: what could move."""
        return self.proposed.revenue - self.baseline.revenue

    @property
    def moved(self) -> Decimal:
        """What moved of it within the window."""
        return self.reached.revenue - self.baseline.revenue

    @property
    def groups(self) -> dict[str, int]:
        """Customers by the change of their bill, everybody reached."""
        return counts(self.customers)


@dataclass(frozen=True)
class Run:
    """Three outcomes over one population, and what of the difference moved; `at_once` is the proposed one's shelf."""

    at_once: Shelf
    proposed: Outcome
    reached: Outcome
    parts: Parts
    recurring: tuple[MovedMonth, ...]
    customers: tuple[CustomerChange, ...]


def run(
    baseline: Outcome,
    book: Book,
    layers: Sequence[Layer],
    population: Population,
    window: Window,
    reach: Mapping[str, Reach],
) -> Run:
    """A baseline outcome of a book, and layers over it → the same with everybody reached, and as they are reached."""
    at_once, dated = [replace(layer, effective=date.min) for layer in layers], list(layers)
    steps = [Shelf((book,), (*at_once[:place], *dated[place:])) for place in range(len(dated) + 1)]
    outcomes = [outcome(shelf, population, window, reach) for shelf in steps]
    proposed, reached = outcomes[-1], told_apart(baseline, outcomes)
    return Run(
        steps[-1],
        proposed,
        reached,
        moved(baseline, proposed, reached),
        moved_months(Shelf((book,)), steps, population, window, reach),
        difference(baseline, proposed),
    )


def dated(scenarios: Sequence[Scenario], window: Window, horizon: str = PAST) -> tuple[Scenario, ...]:
    """Scenarios → the same on the days they take effect within a window; one without a day on the window's first.

    Their own days count in months to come, and where one lies inside the window. Where none lies inside months that are
    over they are replayed: the first takes effect on the window's first day, and the others, and what they freeze, as
    long after it as they are apart.
    """
    days = [one.effective for one in scenarios if one.effective]
    is_replayed = horizon == PAST and days and not any(window[0] <= day < window[1] for day in days)
    by = window[0] - min(days) if is_replayed else timedelta(0)
    return tuple(_later(one, one.effective or window[0] - by, by) for one in scenarios)


def _later(scenario: Scenario, day: date, by: timedelta) -> Scenario:
    notice = {
        rail: replace(own, freeze_until=own.freeze_until and own.freeze_until + by)
        for rail, own in scenario.rollout.notice.items()
    }
    return replace(scenario, effective=day + by, rollout=replace(scenario.rollout, notice=notice))


def layer(scenario: Scenario, laid_over: Callable[[Book], Book], rails: Rails) -> Layer:
    """A dated scenario and what it makes of a book → the layer, with each rail's wait: its own, else the rail's."""
    waiting = {
        key: _waiting(scenario, rail.notices, scenario.rollout.notice.get(key, OwnNotice()))
        for key, rail in rails.items()
    }
    return Layer(laid_over, scenario.effective or date.min, scenario.rollout, waiting)


def _waiting(scenario: Scenario, notices: Sequence[Notice], own: OwnNotice) -> Waiting:
    if own.days is not None:
        return Waiting(own.days, own.lands_on, own.freeze_until)
    by_name = {notice.name: notice for notice in notices}
    if own.name is not None and own.name not in by_name:
        raise ScenarioError(
            f"{scenario.where} names the notice {own.name!r}, which data/rails.toml has not; "
            f"{nearest(own.name, by_name)}"
        )
    chosen = by_name[own.name] if own.name else notices[0]
    return Waiting(chosen.days, chosen.lands_on, own.freeze_until)


def check_where(scenario: Scenario, population: Population) -> None:
    """Refuse a scenario that asks for a fact nobody has: it would change nothing without a word."""
    for fact, wanted in scenario.rollout.where.items():
        known = {value for one in population.contracts.values() if (value := one.fact(fact))}
        for value in (one for one in wanted if one not in known):
            problem = f"{scenario.where}: where.{fact} is {value!r}, and no contract has it"
            raise ScenarioError(f"{problem}; {nearest(value, sorted(known))}")
