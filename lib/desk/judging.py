"""How the desk judges a simulation: what margin each outcome leaves, and which guardrails the change keeps.

Whatever nobody recorded, such as a unit cost, stays missing on its way through: the limits on it are undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib import costs, guardrails
from lib.catalog.rollout import FACTS
from lib.costs import DimensionMargin, Margins, Missing
from lib.desk.selling import sale_terms
from lib.desk.simulation import Simulation
from lib.guardrails import ClaimChanges, Evidence, Limit, Verdict
from lib.impact.by_book import cliffs_by_book
from lib.outcome import Outcome, Population

if TYPE_CHECKING:
    from lib.desk.desk import Desk

BASELINE, PROPOSED, REACHED = "baseline", "proposed", "reached"
OUTCOMES = (BASELINE, PROPOSED, REACHED)
_CLIFFS = "customers_on_a_cliff"  # the one measure that is looked for only where a limit asks: it takes longest


@dataclass(frozen=True)
class Judgement:
    """A simulation judged: every limit's verdict, margins and dimensions by outcome, and what becomes of promises."""

    verdicts: tuple[Verdict, ...]
    margins: Mapping[str, Margins]
    dimensions: Mapping[str, tuple[DimensionMargin, ...]]
    claims: ClaimChanges

    @property
    def is_broken(self) -> bool:
        """Whether any limit is broken."""
        return guardrails.broken(self.verdicts)


def judgement(desk: Desk, simulation: Simulation, limits: Sequence[Limit] | None = None) -> Judgement:
    """A simulation against limits, those of data/guardrails.toml unless others are passed."""
    asked = desk.guardrails if limits is None else tuple(limits)
    left, by_dimension = margins(desk, simulation), dimension_margins(desk, simulation)
    before, after = desk.judged(), desk.judged(*simulation.scenarios)
    evidence = Evidence(
        customers=simulation.customers,
        baseline=simulation.baseline.revenue,
        proposed=simulation.proposed.revenue,
        margin=left[PROPOSED].total,
        dimensions=by_dimension[PROPOSED],
        list_prices=guardrails.list_price_moves(*simulation.books),
        unit_prices=guardrails.unit_price_moves(*simulation.books),
        findings=after,
        findings_before=before,
        facts=facts(simulation.population),
        on_cliff=_on_cliff(desk, simulation, asked),
    )
    verdicts = guardrails.judge(asked, guardrails.measures(asked, evidence))
    return Judgement(verdicts, left, by_dimension, guardrails.claim_changes(before, after))


def verdicts(desk: Desk, simulation: Simulation, limits: Sequence[Limit] | None = None) -> tuple[Verdict, ...]:
    """Every limit's verdict on a simulation, everybody reached at once, in the order of the file."""
    return judgement(desk, simulation, limits).verdicts


def margins(desk: Desk, simulation: Simulation) -> dict[str, Margins]:
    """What baseline, proposed and reached leave of their revenue, by month of the window and in total.

    The marketplace's fee is read as the outcome's own book reads it. Usage is the same in all three: nobody reacts.
    """
    known = sale_terms(desk)
    return {
        name: costs.margins(
            outcome,
            simulation.population.usage,
            desk.costs,
            simulation.window,
            reading,
            costs.marketplace_fees(outcome.lines, desk.rails, known),
        )
        for name, (outcome, reading) in _outcomes(simulation).items()
    }


def dimension_margins(desk: Desk, simulation: Simulation) -> dict[str, tuple[DimensionMargin, ...]]:
    """What every dimension brings, costs and leaves, in baseline, proposed and reached."""
    return {
        name: costs.dimension_margins(outcome, simulation.population.usage, desk.costs, simulation.window)
        for name, (outcome, _) in _outcomes(simulation).items()
    }


def facts(population: Population) -> dict[str, dict[str, str]]:
    """What a limit's `where` may ask of a customer, from the newest contract; a fact nobody recorded is left out."""
    contracts = sorted(population.contracts.values(), key=lambda one: (one.started_on, one.contract_id))
    newest = {one.customer_id: one for one in contracts}
    return {
        customer: {fact: value for fact in FACTS if (value := contract.fact(fact)) is not None}
        for customer, contract in newest.items()
    }


def _outcomes(simulation: Simulation) -> dict[str, tuple[Outcome, str]]:
    """Each outcome with its book's reading of the marketplace's fee; who is reached by when changes no reading."""
    was, becomes = (book.settings["marketplace_fee"] for book in simulation.books)
    return {
        BASELINE: (simulation.baseline, was),
        PROPOSED: (simulation.proposed, becomes),
        REACHED: (simulation.reached, becomes),
    }


def _on_cliff(desk: Desk, simulation: Simulation, limits: Sequence[Limit]) -> frozenset[str] | Missing:
    if not any(limit.measure == _CLIFFS for limit in limits):
        return Missing.of("a limit that asks for cliffs")
    found = cliffs_by_book(
        simulation.shelf, simulation.population, simulation.window, desk.reach, simulation.proposed.lines
    )
    return found.customers
