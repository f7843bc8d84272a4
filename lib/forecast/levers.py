"""What a reader turns: factors on the numbers that are drawn and two shares, the same on every path.

A lever acts on the drawn numbers and not on the draws, so that a world with levers is paired with the one without: what
differs between them is the lever alone. Neutral levers change no digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lib.catalog.document import nearest
from lib.forecast.beliefs import MAY_CHOOSE, AssumptionsError
from lib.forecast.ladder import ANNUAL, CLIMB, DOWN_A_TIER, RUNGS, TERMS, UP_A_TIER, Ladder
from lib.forecast.parameters import Parameters
from lib.forecast.prior import MARKETPLACE
from lib.segments import LADDER, PERSONAS, SELLERS, UNKNOWN

Floats = NDArray[np.float64]
CLIMBS = tuple(LADDER)[:-1]  # the rungs one can climb from
CHOOSING = tuple(rung for rung in MAY_CHOOSE if rung != UNKNOWN)  # of whom we know that they may buy on AWS
_NAMES: Mapping[str, tuple[str, ...]] = {"arrivals": RUNGS, "climbs": CLIMBS, "churn_of": PERSONAS}
_ANSWERS = ("arrivals", "churn", "churn_of")  # of customers, to a changed price


def _nothing() -> Mapping[str, float]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Levers:
    """Factors (1 changes nothing) and shares (None changes nothing).

    `arrivals` by rung; `climbs` by the rung climbed from; `tier_ups` and `tier_downs` of every persona; `churn` of
    everybody and `churn_of` a persona, which are multiplied; `third_party`, the part of new sellers that uses an
    integrator; `aws_share`, the part of new AWS customers, partners and sellers that buys on AWS.
    """

    arrivals: Mapping[str, float] = field(default_factory=_nothing)
    climbs: Mapping[str, float] = field(default_factory=_nothing)
    tier_ups: float = 1.0
    tier_downs: float = 1.0
    churn: float = 1.0
    churn_of: Mapping[str, float] = field(default_factory=_nothing)
    third_party: float | None = None
    aws_share: float | None = None

    def __post_init__(self) -> None:
        for name, allowed in _NAMES.items():
            for key, factor in getattr(self, name).items():
                if key not in allowed:
                    raise AssumptionsError(f"the lever {name} has no {key!r}; {nearest(key, allowed)}")
                _check_factor(f"{name} of {key}", factor)
        for name in ("tier_ups", "tier_downs", "churn"):
            _check_factor(name, getattr(self, name))
        for name in ("third_party", "aws_share"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise AssumptionsError(f"the lever {name} is {share}; write a share from 0 to 1, 20 % as 0.2")

    @property
    def are_neutral(self) -> bool:
        """Whether nothing is turned."""
        return not self.turned

    @property
    def turned(self) -> dict[str, float]:
        """What is not where it starts, by its name, as in arrivals.seller."""
        groups = {f"{name}.{key}": factor for name in _NAMES for key, factor in getattr(self, name).items()}
        factors = {**groups, "tier_ups": self.tier_ups, "tier_downs": self.tier_downs, "churn": self.churn}
        shares = {"third_party": self.third_party, "aws_share": self.aws_share}
        given = {name: share for name, share in shares.items() if share is not None}
        return {**{name: factor for name, factor in factors.items() if factor != 1}, **given}

    @property
    def answer_a_price(self) -> bool:
        """Whether any is turned that customers may answer a price by: who leaves, and who arrives."""
        return any(name.partition(".")[0] in _ANSWERS for name in self.turned)

    def churn_for(self, persona: str) -> float:
        """The factor on a persona's churn."""
        return self.churn * self.churn_of.get(persona, 1.0)


def pulled(parameters: Parameters, levers: Levers, ladder: Ladder) -> Parameters:
    """The same draws with levers turned; chances stay between 0 and 1, and `capped` says where they were held there."""
    if levers.are_neutral:
        return parameters
    return replace(
        parameters,
        moves=_held(_moves(parameters, levers, ladder), ladder),
        leaving=_leaving(parameters.leaving, levers),
        arrivals=parameters.arrivals * np.array([[levers.arrivals.get(rung, 1.0)] for rung in RUNGS]),
        third_party=_given(parameters.third_party, levers.third_party),
        rail_share=_rails(parameters.rail_share, levers.aws_share, ladder),
    )


def capped(parameters: Parameters, levers: Levers, ladder: Ladder) -> tuple[str, ...]:
    """Sentences on what could not be turned as far as asked: a state's moves are at most all, a chance is at most 1."""
    going = _going(_moves(parameters, levers, ladder), ladder)
    said = [
        f"moves of {state.persona} on {state.tier} would exceed all of its customers and are held at all of them"
        for state, whole in zip(ladder.states, going, strict=True)
        if (whole > 1).any()
    ]
    monthly = parameters.leaving[:, 0] * _by_persona(levers)[:, :, None]
    said += [
        f"churn of {persona} would exceed all of its customers and is held at all of them"
        for persona, hazards in zip(PERSONAS, monthly, strict=True)
        if (hazards > 1).any()
    ]
    return tuple(said)


def _moves(parameters: Parameters, levers: Levers, ladder: Ladder) -> Floats:
    factors = np.array([[_factor(levers, ladder, number)] for number in range(len(ladder.moves))])
    moves: Floats = parameters.moves * factors
    if levers.third_party is None:
        return moves
    shares = dict(zip(SELLERS, (1 - levers.third_party, levers.third_party), strict=True))
    into = {
        (move.source, ladder.states[move.target].persona): number
        for number, move in enumerate(ladder.moves)
        if move.kind == CLIMB and ladder.states[move.target].persona in SELLERS
    }
    for source in dict.fromkeys(source for source, _ in into):
        whole = sum(moves[into[source, persona]] for persona in SELLERS)
        for persona in SELLERS:
            moves[into[source, persona]] = whole * shares[persona]
    return moves


def _factor(levers: Levers, ladder: Ladder, number: int) -> float:
    move = ladder.moves[number]
    if move.kind == CLIMB:
        return levers.climbs.get(ladder.states[move.source].persona, 1.0)
    return {UP_A_TIER: levers.tier_ups, DOWN_A_TIER: levers.tier_downs}.get(move.kind, 1.0)


def _held(moves: Floats, ladder: Ladder) -> Floats:
    """Moves of a state that would exceed all of its customers, in their proportion at all of them."""
    over = np.maximum(_going(moves, ladder), 1.0)
    held: Floats = moves / over[[move.source for move in ladder.moves]]
    return held


def _going(moves: Floats, ladder: Ladder) -> Floats:
    going = np.zeros((len(ladder.states), moves.shape[-1]))
    np.add.at(going, [move.source for move in ladder.moves], moves)
    return going


def _leaving(leaving: Floats, levers: Levers) -> Floats:
    """The factor acts on the month: once on a monthly chance, on twelve months laid together at a renewal."""
    factors, annual = _by_persona(levers), TERMS.index(ANNUAL)
    pulled_ = np.minimum(leaving * factors[:, None, :, None], 1.0)
    turned = factors[:, 0] != 1
    pulled_[turned, annual] = 1 - (1 - leaving[turned, annual]) ** factors[turned][:, :, None]
    return pulled_


def _by_persona(levers: Levers) -> Floats:
    return np.array([[levers.churn_for(persona)] for persona in PERSONAS])


def _given(drawn: Floats, share: float | None) -> Floats:
    return drawn if share is None else np.full_like(drawn, share)


def _rails(shares: Floats, share: float | None, ladder: Ladder) -> Floats:
    if share is None or MARKETPLACE not in ladder.rails or len(ladder.rails) == 1:
        return shares
    given, there = shares.copy(), ladder.rails.index(MARKETPLACE)
    for rung in (RUNGS.index(rung) for rung in CHOOSING):
        others = np.delete(shares[rung], there, axis=0)
        whole = others.sum(axis=0, keepdims=True)
        even = np.full_like(others, 1 / len(others))
        given[rung] = np.insert((1 - share) * np.divide(others, whole, out=even, where=whole > 0), there, share, axis=0)
    return given


def _check_factor(name: str, factor: float) -> None:
    if not 0 <= factor < float("inf"):
        raise AssumptionsError(f"the lever {name} is {factor}; write a factor of 0 or more, 20 % less as 0.8")
