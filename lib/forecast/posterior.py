"""What is believed and what was seen, added up: the numbers of the forecast with how well they are known.

A belief counts as so many observations (`worth`) that went exactly as believed; what was seen is added to them. That
makes every answer a closed form: Dirichlet rows of moves, landings and rails, Beta for leaving and for the split of
sellers, Gamma for arrivals. The scatter of arrivals is believed and not learnt. Whoever has no data shows the belief.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import Assumptions
from lib.forecast.ladder import CLIMB, KINDS, Ladder
from lib.forecast.parameters import Parameters
from lib.forecast.prior import Counts, Prior, prior
from lib.segments import PERSONAS, SELLERS

Floats = NDArray[np.float64]
SELF_MANAGED, THIRD_PARTY = SELLERS


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is taken: the parameters of every row, believed (`before`), seen and together.

    `moving` [S, stay and KINDS], `leaving` [K, terms, bands, leave and stay], `landing` [K, tiers × terms], `rails`
    [rungs, R] and `sellers` [with an integrator, without] are Dirichlet rows on their last axis; `arrivals` are the
    shape by rung and `months` the rate of a Gamma; `dispersion` is the same on every path. `counted` is what was seen
    before old months of arrivals were let fade.
    """

    ladder: Ladder
    before: Prior
    seen: Prior
    counted: Counts

    def row(self, name: str) -> Floats:
        """Believed and seen together, of one of the fields of a prior."""
        together: Floats = getattr(self.before, name) + getattr(self.seen, name)
        return np.where(self.before.cannot_be(name, self.ladder), 0.0, together)

    @property
    def months(self) -> float:
        """The rate of the Gamma of arrivals: months believed and months counted."""
        return self.before.months + self.seen.months

    @cached_property
    def without_data(self) -> tuple[str, ...]:
        """Personas of whom no customer-month is on record: theirs are the beliefs alone."""
        tiers = len(self.ladder.tiers)
        moving = self.seen.moving.reshape(len(PERSONAS), tiers, -1).sum(axis=(1, 2))
        months = moving + self.seen.leaving.sum(axis=(1, 2, 3))
        return tuple(persona for persona, count in zip(PERSONAS, months, strict=True) if not count)


def posterior(assumptions: Assumptions, counted: Counts, ladder: Ladder) -> Posterior:
    """Beliefs and what was counted of our history → what is taken; refuses beliefs that lack a tier of the ladder."""
    memory = float(assumptions.arrivals_memory.value)
    return Posterior(ladder, prior(assumptions, ladder), _seen(counted, ladder, memory), counted)


def draw(known: Posterior, rng: np.random.Generator, paths: int) -> Parameters:
    """One value of every number for each path, as likely as it is known: drawn once, it holds for all months."""
    moving, leaving, landing, rails, sellers = (
        _drawn(known.row(name), rng, paths) for name in ("moving", "leaving", "landing", "rails", "sellers")
    )
    arrivals = rng.standard_gamma(known.row("arrivals")[:, None], (len(known.before.arrivals), paths)) / known.months
    return _parameters(known, moving, leaving, landing, rails, sellers, arrivals)


def mean(known: Posterior) -> Parameters:
    """The best single value of every number, as one path."""
    moving, leaving, landing, rails, sellers = (
        _shares(known.row(name))[..., None] for name in ("moving", "leaving", "landing", "rails", "sellers")
    )
    arrivals = known.row("arrivals")[:, None] / known.months
    return _parameters(known, moving, leaving, landing, rails, sellers, arrivals)


def _parameters(
    known: Posterior, moving: Floats, leaving: Floats, landing: Floats, rails: Floats, sellers: Floats, arrivals: Floats
) -> Parameters:
    ladder, paths = known.ladder, arrivals.shape[-1]
    return Parameters(
        moves=_edges(moving, sellers[0], ladder),
        leaving=leaving[..., 0, :],
        arrivals=arrivals,
        dispersion=np.repeat(known.before.dispersion[:, None], paths, axis=1),
        third_party=sellers[0],
        landing=landing.reshape(len(PERSONAS), len(ladder.tiers), -1, paths),
        rail_share=rails,
    )


def _edges(moving: Floats, third_party: Floats, ladder: Ladder) -> Floats:
    """Rows by kind of move → every edge; a climb into "seller" is one entry, split by who uses an integrator."""
    parts = {SELF_MANAGED: 1 - third_party, THIRD_PARTY: third_party}
    edges = np.empty((len(ladder.moves), moving.shape[-1]))
    for number, move in enumerate(ladder.moves):
        chance = moving[move.source, 1 + KINDS.index(move.kind)]
        target = ladder.states[move.target].persona
        edges[number] = chance * parts[target] if move.kind == CLIMB and target in parts else chance
    return edges


def _drawn(rows: Floats, rng: np.random.Generator, paths: int) -> Floats:
    """Dirichlet rows on the last axis → shares, the paths after it; the mean where all were too small to draw."""
    drawn = rng.standard_gamma(rows[..., None], (*rows.shape, paths))
    whole = drawn.sum(axis=-2, keepdims=True)
    fallback = np.broadcast_to(_shares(rows)[..., None], drawn.shape).copy()
    shares: Floats = np.divide(drawn, whole, out=fallback, where=whole > 0)
    return shares


def _shares(rows: Floats) -> Floats:
    shares: Floats = rows / rows.sum(axis=-1, keepdims=True)
    return shares


def _seen(counted: Counts, ladder: Ladder, memory: float) -> Prior:
    """What was counted, laid out as beliefs are; of arrivals a month counts half after `memory` months, and so on."""
    weights = 0.5 ** (np.arange(len(counted.arrivals))[::-1] / memory)
    moving = np.zeros((len(ladder.states), 1 + len(KINDS)))
    moving[:, 0] = counted.stayed
    for move, often in zip(ladder.moves, counted.moves, strict=True):
        moving[move.source, 1 + KINDS.index(move.kind)] += often
    return Prior(
        moving=moving,
        leaving=np.stack([counted.left, counted.exposed - counted.left], axis=-1),
        arrivals=weights @ counted.arrivals,
        months=float(weights.sum()),
        dispersion=np.zeros(counted.arrivals.shape[1]),
        landing=counted.landed.reshape(len(PERSONAS), -1),
        rails=counted.on_rail,
        sellers=counted.sellers[::-1],
    )
