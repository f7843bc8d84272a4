"""How the desk asks what people answer to a price change: whom it knows, what they could choose, what is believed.

Who meets the new prices when is worked out once for a rollout; a moved price, or another belief, is then answered in
milliseconds. Nothing here is random: the same question has the same answer, to the last byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lib import market
from lib.catalog.book import Book
from lib.catalog.scenario import Scenario
from lib.contracts import Layer
from lib.desk import simulating
from lib.desk.papers import read_text
from lib.desk.simulation import Simulation
from lib.manifest import Manifest, fingerprint
from lib.outcome import Population, Window
from lib.reactions import Billed, Prepared, Reactions, people, prepare, reactions
from lib.response import People, Responses, parse_responses

if TYPE_CHECKING:
    from pathlib import Path

    from lib.desk.desk import Desk


def believed(path: Path) -> Responses:
    """A file of beliefs, such as data/assumptions/responses.toml; a wrong file or key is refused in one sentence."""
    return parse_responses(read_text(path), str(path))


def react(desk: Desk, simulation: Simulation, responses: Responses) -> Reactions:
    """What people answer to what was simulated, where it has reached them; with nothing on, what moved and no more."""
    prepared = _prepared(desk, simulation.layers, simulation.population, simulation.window)
    billed = Billed.of_outcomes(simulation.baseline, simulation.reached, simulation.window)
    return reactions(prepared, people(prepared, simulation.layers, billed), responses)


@dataclass(frozen=True)
class Asking:
    """A population ready to be asked under any prices that one scenario's dates and rollout may bring."""

    ready: simulating.Ready
    prepared: Prepared

    def under(self, book: Book) -> People:
        """Who may answer a book; with the prices of a scenario they are those of `react`."""
        layer = replace(self.ready.prepared.layer, laid_over=lambda _: book)
        return people(self.prepared, [layer], Billed.of_answer(self.ready.under(book)))

    def answer(self, them: People, responses: Responses) -> Reactions:
        """What they answer."""
        return reactions(self.prepared, them, responses)


def asking(desk: Desk, scenario: Scenario, months: int, horizon: str) -> Asking:
    """A scenario's dates and rollout over the desk's population, ready to be asked; refused as `simulate` is.

    Prices may differ afterwards, but not which plans and dimensions there are.
    """
    ready = simulating.ready(desk, scenario, months, horizon)
    return Asking(ready, _prepared(desk, [ready.prepared.layer], ready.population, ready.prepared.window))


def with_beliefs(manifest: Manifest, responses: Responses, on_file: Responses) -> Manifest:
    """A manifest that names what is believed of people, where any response is counted, or the beliefs are a reader's.

    While nobody is asked, by the beliefs on file, it stays as it is: no number of the result stands on them.
    """
    if not responses.on and _numbers(responses) == _numbers(on_file):
        return manifest
    counted = ", ".join(name.replace("_", " ") for name in responses.on) or "none counted"
    return replace(
        manifest,
        assumptions=f"{manifest.assumptions} + {responses.name} ({counted})",
        assumptions_hash=fingerprint([manifest.assumptions_hash, responses.on, _numbers(responses)]),
    )


def _numbers(responses: Responses) -> dict[str, object]:
    return {key: (one.value, one.low, one.high) for key, one in responses.beliefs()}


def _prepared(desk: Desk, layers: Sequence[Layer], population: Population, window: Window) -> Prepared:
    leaving = {persona: belief.value for persona, belief in desk.assumptions.churn.items()}
    open_rails = {row["customer_id"]: market.open_rails(row, desk.rails) for row in desk.warehouse.rows("customer")}
    return prepare(desk.book, layers, population, window, desk.reach, leaving, open_rails)
