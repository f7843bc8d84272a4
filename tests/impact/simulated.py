"""Simulations of a few people on the book of the specification, without a desk and a warehouse."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lib.catalog.book import Book
from lib.catalog.rollout import Rollout
from lib.catalog.scenario import diff, overlaid
from lib.contracts import Layer, Waiting
from lib.desk.simulation import PAST, Simulation, run
from lib.manifest import Manifest
from lib.outcome import Population
from tests.impact.people import REACH, WINDOW
from tests.impact.people import run as rated
from tests.specification import current

NOTICE = {rail: Waiting(60) for rail in REACH}


def simulated(
    population: Population,
    changes: Mapping[str, Any],
    window: tuple[date, date] = WINDOW,
    where: Mapping[str, Sequence[str]] | None = None,
) -> Simulation:
    """What changes of the book do to a population, for everybody or for those with some facts."""

    def laid_over(book: Book) -> Book:
        return overlaid(book, changes, "a case")

    rollout = Rollout(where={name: tuple(words) for name, words in (where or {}).items()})
    layer = Layer(laid_over, window[0], rollout, NOTICE)
    baseline, book = rated(current(), population, window), laid_over(current())
    ran = run(baseline, current(), [layer], population, window, REACH)
    return Simulation(
        scenarios=(),
        horizon=PAST,
        window=window,
        effective=(window[0],),
        layers=(layer,),
        changes=diff(current(), book),
        books=(current(), book),
        shelf=ran.at_once,
        population=population,
        baseline=baseline,
        proposed=ran.proposed,
        reached=ran.reached,
        parts=ran.parts,
        recurring=ran.recurring,
        customers=ran.customers,
        warnings=(),
        incomplete=(),
        unmetered=(),
        manifest=Manifest(window[1], current().id, ""),
    )


def together(*populations: Population) -> Population:
    """Contracts of several customers as one population, each under a number of its own."""
    contracts, usage = {}, []
    for number, one in enumerate(populations, 1):
        for key, contract in one.contracts.items():
            own = f"{key}-{number}"
            contracts[own] = replace(contract, contract_id=own, customer_id=f"c-{number}")
            usage += [replace(cell, contract_id=own) for cell in one.usage if cell.contract_id == key]
    return Population(contracts, tuple(usage))


def about(population: Population, **facts: str) -> Population:
    """The same people, with facts of their customers."""
    contracts = {key: replace(one, about=facts) for key, one in population.contracts.items()}
    return Population(contracts, population.usage)
