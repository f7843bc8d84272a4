"""Who a customer can be in the forecast, and where it can go within one month; what is not listed has no mass at all.

A state is a persona on a tier. "Becomes a seller" is one climb, and the split into self-managed and 3PI is drawn
inside it; the flow between the two is sideways. Nobody skips a rung or climbs down, a change of tier goes to its
neighbour, and a customer of unknown persona changes tier or leaves and nothing else. Leaving is possible from every
state, and final.

Beside its state a customer has a class, which decides when it may leave and what it pays: arrived before or after a
price change, rail, term, the month of the year in which its contract renews, and how many years it has stayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from lib.segments import LADDER, PERSONAS, SELLERS, UNKNOWN

CLIMB, SIDEWAYS, UP_A_TIER, DOWN_A_TIER = "climb", "sideways", "up a tier", "down a tier"
KINDS = (CLIMB, SIDEWAYS, UP_A_TIER, DOWN_A_TIER)
COHORTS = ("here", "new")
RUNGS = (*LADDER, UNKNOWN)  # where a customer may stand when it arrives
MONTHLY, ANNUAL = TERMS = ("monthly", "annual")
MONTHS_OF_YEAR = 12
BANDS = ("first_year", "second_year", "later")


@dataclass(frozen=True)
class State:
    """A persona of the maturity ladder on a tier of the book."""

    persona: str
    tier: str


@dataclass(frozen=True)
class Move:
    """One possible move within a month, by the places of its two states in `Ladder.states`."""

    source: int
    target: int
    kind: str


@dataclass(frozen=True)
class Ladder:
    """Every state and every possible move, for the tiers of a book (lowest first) and the rails that are sold on."""

    tiers: tuple[str, ...]
    rails: tuple[str, ...]

    @cached_property
    def states(self) -> tuple[State, ...]:
        """Personas in the ladder's order, each on every tier; the unknown persona last."""
        return tuple(State(*pair) for pair in product(PERSONAS, self.tiers))

    @cached_property
    def place(self) -> dict[State, int]:
        """Where each state stands in `states`."""
        return {state: number for number, state in enumerate(self.states)}

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every possible move but leaving: the edges of the graph, by source and then in the order of `KINDS`."""
        found = [self._move(state, *step) for state in self.states for step in self._steps(state)]
        return tuple(sorted(found, key=lambda move: (move.source, KINDS.index(move.kind), move.target)))

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """The class axes, in their order: cohort, rail, term, month of renewal (0 is January), years stayed."""
        return len(COHORTS), len(self.rails), len(TERMS), MONTHS_OF_YEAR, len(BANDS)

    def _move(self, source: State, persona: str, tier: str, kind: str) -> Move:
        return Move(self.place[source], self.place[State(persona, tier)], kind)

    def _steps(self, state: State) -> Iterator[tuple[str, str, str]]:
        for persona in _next_rung(state.persona):
            yield persona, state.tier, CLIMB
        for persona in SELLERS if state.persona in SELLERS else ():
            if persona != state.persona:
                yield persona, state.tier, SIDEWAYS
        for lower, higher in pairwise(self.tiers):
            if state.tier == lower:
                yield state.persona, higher, UP_A_TIER
            if state.tier == higher:
                yield state.persona, lower, DOWN_A_TIER


def ladder(tiers: Sequence[str], rails: Sequence[str]) -> Ladder:
    """Tiers of a book, lowest first, and rails by key → everything a customer can be and do."""
    return Ladder(tuple(tiers), tuple(rails))


def _next_rung(persona: str) -> tuple[str, ...]:
    """The personas one rung up; none for a seller, and none for a persona that nobody knows."""
    if persona == UNKNOWN:
        return ()
    return next((above for below, above in pairwise(LADDER.values()) if persona in below), ())
