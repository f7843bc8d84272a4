"""What is believed, as if it had been seen: every row of beliefs times how many observations it counts as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import MAY_CHOOSE, SELLER, Assumptions, AssumptionsError, Belief
from lib.forecast.ladder import BANDS, CLIMB, DOWN_A_TIER, KINDS, MONTHLY, RUNGS, TERMS, UP_A_TIER, Ladder, Move
from lib.segments import PERSONAS, SELLERS

Floats = NDArray[np.float64]
MARKETPLACE = "aws"  # the rail that `aws_share` is about


class Counts(Protocol):
    """What was counted of our history: see `lib.forecast.counted`."""

    @property
    def moves(self) -> Floats: ...  # noqa: D102

    @property
    def stayed(self) -> Floats: ...  # noqa: D102

    @property
    def left(self) -> Floats: ...  # noqa: D102

    @property
    def exposed(self) -> Floats: ...  # noqa: D102

    @property
    def arrivals(self) -> Floats: ...  # noqa: D102

    @property
    def landed(self) -> Floats: ...  # noqa: D102

    @property
    def on_rail(self) -> Floats: ...  # noqa: D102

    @property
    def sellers(self) -> Floats: ...  # noqa: D102

    @property
    def months(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Prior:
    """Observations by row, believed or seen: see `posterior.Posterior` for what each array holds."""

    moving: Floats
    leaving: Floats
    arrivals: Floats
    months: float
    dispersion: Floats
    landing: Floats
    rails: Floats
    sellers: Floats

    def cannot_be(self, name: str, ladder: Ladder) -> NDArray[np.bool_]:
        """Where nothing may stand whatever the records say: who is not on AWS cannot buy there."""
        cannot = np.zeros(getattr(self, name).shape, dtype=bool)
        if name == "rails" and len(ladder.rails) > 1:
            for number, rung in enumerate(RUNGS):
                for rail, key in enumerate(ladder.rails):
                    cannot[number, rail] = key == MARKETPLACE and rung not in MAY_CHOOSE
        return cannot


def prior(assumptions: Assumptions, ladder: Ladder) -> Prior:
    """Every belief times its worth, on the states, rungs and rails of a ladder; refuses beliefs that lack its tiers."""
    worth = {key: float(one.value) for key, one in assumptions.worth.items()}
    with_integrator = float(assumptions.seller_3pi_share.value)
    return Prior(
        moving=worth["moves"] * _moving(assumptions, ladder),
        leaving=_leaving(assumptions, worth),
        arrivals=worth["arrivals"] * np.array([float(assumptions.arrivals[rung].value) for rung in RUNGS]),
        months=worth["arrivals"],
        dispersion=np.full(len(RUNGS), float(assumptions.arrivals_dispersion.value)),
        landing=worth["landings"] * np.repeat(_landing(assumptions, ladder)[None], len(PERSONAS), axis=0),
        rails=worth["rails"] * np.array([_rails(assumptions, rung, ladder) for rung in RUNGS]),
        sellers=worth["sellers"] * np.array([with_integrator, 1 - with_integrator]),
    )


def _moving(assumptions: Assumptions, ladder: Ladder) -> Floats:
    """Chances a month by state: staying, then every kind of move."""
    rows = np.zeros((len(ladder.states), 1 + len(KINDS)))
    for move in ladder.moves:
        rows[move.source, 1 + KINDS.index(move.kind)] = _chance(assumptions, move, ladder)
    going = rows.sum(axis=1)
    if (going > 1).any():
        state = ladder.states[int(going.argmax())]
        raise AssumptionsError(f"moves of {state.persona} on {state.tier} add up to {going.max():g}; at most 1")
    rows[:, 0] = 1 - going
    return rows


def _chance(assumptions: Assumptions, move: Move, ladder: Ladder) -> float:
    source, target = ladder.states[move.source], ladder.states[move.target]
    if move.kind == UP_A_TIER:
        return _of_tier(assumptions.tier_ups, source.tier, "tier_up_per_month")
    if move.kind == DOWN_A_TIER:
        return _of_tier(assumptions.tier_downs, source.tier, "tier_down_per_month")
    wanted = SELLER if move.kind == CLIMB and target.persona in SELLERS else target.persona
    return float(assumptions.moves[source.persona, wanted].value)


def _of_tier(beliefs: Mapping[str, Belief], tier: str, section: str) -> float:
    if tier not in beliefs:
        raise AssumptionsError(f"{section} lacks {tier!r}, a tier of the book: state every belief, a zero too")
    return float(beliefs[tier].value)


def _leaving(assumptions: Assumptions, worth: dict[str, float]) -> Floats:
    """Observations of leaving and staying: customer-months of monthly contracts, renewals of annual ones."""
    rows = np.empty((len(PERSONAS), len(TERMS), len(BANDS), 2))
    for person, persona in enumerate(PERSONAS):
        for number, band in enumerate(BANDS):
            for place, term in enumerate(TERMS):
                if term == MONTHLY:
                    chance, often = assumptions.churn_in(persona, band), worth["churn"]
                else:
                    chance, often = assumptions.lost_at_renewal(persona, band), worth["renewals"]
                rows[person, place, number] = often * float(chance), often * float(1 - chance)
    return rows


def _landing(assumptions: Assumptions, ladder: Ladder) -> Floats:
    """Shares of tiers × terms among new customers; tiers that the ladder lacks are left out of the whole."""
    shares = np.array([_of_tier(assumptions.landing, tier, "landing_share") for tier in ladder.tiers])
    annual = np.array([_of_tier(assumptions.annual, tier, "annual_share") for tier in ladder.tiers])
    if not shares.sum():
        raise AssumptionsError("landing_share leaves nobody for the tiers of the book")
    shares = shares / shares.sum()
    return np.stack([shares * (1 - annual), shares * annual], axis=1).ravel()


def _rails(assumptions: Assumptions, rung: str, ladder: Ladder) -> Floats:
    """Shares of the rails among a rung's new customers: the believed one on AWS, the others alike."""
    others = [rail for rail in ladder.rails if rail != MARKETPLACE]
    if not others or MARKETPLACE not in ladder.rails:
        return np.full(len(ladder.rails), 1 / len(ladder.rails))
    there = float(assumptions.aws_share[rung].value) if rung in MAY_CHOOSE else 0.0
    return np.array([there if rail == MARKETPLACE else (1 - there) / len(others) for rail in ladder.rails])
