"""The moves behind a forecast, in numbers a founder can argue with: who is expected to go where, how often it was seen.

A row is one possible move of one persona. Its expected number stands beside what our history shows and what the beliefs
alone would have said, each with the customer-months in which it could happen, so that three rates can be compared.
Nothing is drawn: expectations, hence floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lib.forecast.ladder import RUNGS, Ladder, Move
from lib.forecast.parameters import Parameters
from lib.forecast.prior import Counts
from lib.forecast.start import Start
from lib.forecast.walk import Flows
from lib.segments import LADDER, PERSONAS, SELLERS

LEAVES, ARRIVES = "leaves", "arrives"
TAKEN, BELIEVED = range(2)


@dataclass(frozen=True)
class Often:
    """How often something happens, and the customer-months in which it could; for arrivals the months."""

    times: float
    at_risk: float

    @property
    def rate(self) -> float | None:
        """Times a customer-month (a month for arrivals); None where it could not have happened."""
        return self.times / self.at_risk if self.at_risk else None


@dataclass(frozen=True)
class ExpectedMove:
    """One possible move of one persona over the months to come.

    `kind` is one of the ladder's kinds, `leaves` or `arrives`; `source` is None for arrivals, `target` for leaving.
    `expected` is what the forecast takes, over all its months; `believed` the same from the beliefs without our
    history; `seen` our history, whose arrivals count those who came back too.
    """

    source: str | None
    target: str | None
    kind: str
    expected: Often
    believed: Often
    seen: Often

    @property
    def changes_total(self) -> int:
        """What one such move does to the number of customers."""
        return {LEAVES: -1, ARRIVES: 1}.get(self.kind, 0)


@dataclass(frozen=True)
class ExpectedMoves:
    """A row for each possible move, persona by persona; customers today and expected at the end of all months."""

    rows: tuple[ExpectedMove, ...]
    months: int
    customers_before: float
    customers_after: float

    @property
    def arrivals_less_leavers(self) -> float:
        """The rows that change the number of customers, added up: the change from before to after."""
        return sum(row.changes_total * row.expected.times for row in self.rows)


@dataclass(frozen=True, eq=False)
class _Expected:
    """One variant of the flows over all months: who stood where, by state; who moved, left, came by persona."""

    stood: np.ndarray  # [S] customer-months at the months' starts
    moved: np.ndarray  # [moves]
    left: np.ndarray  # [S]
    arrived: np.ndarray  # [personas]
    months: int


def expected_moves(flows: Flows, parameters: Parameters, start: Start, counted: Counts) -> ExpectedMoves:
    """Flows of two variants, as the forecast takes them and as the beliefs alone have it, and our history → the table.

    `parameters` are those of the flows, of two paths in that order.
    """
    taken, believed = (_over_all_months(flows, parameters, start, variant) for variant in (TAKEN, BELIEVED))
    rows = (row for persona in PERSONAS for row in _of(persona, taken, believed, counted, start.ladder))
    before, after = float(start.counts.sum()), float(flows.customers[-1, :, TAKEN].sum())
    return ExpectedMoves(tuple(rows), taken.months, before, after)


def _over_all_months(flows: Flows, parameters: Parameters, start: Start, variant: int) -> _Expected:
    stood = start.counts.sum(axis=0) + flows.customers[:-1, :, variant].sum(axis=0)
    return _Expected(
        stood=stood,
        moved=flows.moved[:, :, variant].sum(axis=0),
        left=flows.left[:, :, variant].sum(axis=0),
        arrived=_by_persona(flows.arrived[:, :, variant].sum(axis=0), float(parameters.third_party[variant])),
        months=len(flows.moved),
    )


def _by_persona(by_rung: np.ndarray, third_party: float) -> np.ndarray:
    """Arrivals by rung, sellers split as believed."""
    split = dict(zip(SELLERS, (1 - third_party, third_party), strict=True))
    arrived = np.zeros(len(PERSONAS))
    for rung, number in zip(RUNGS, by_rung, strict=True):
        for persona in LADDER.get(rung, (rung,)):
            arrived[PERSONAS.index(persona)] += number * split.get(persona, 1)
    return arrived


def _of(persona: str, taken: _Expected, believed: _Expected, counted: Counts, ladder: Ladder) -> Iterator[ExpectedMove]:
    number, states = PERSONAS.index(persona), _states(persona, ladder)
    came = Often(float(counted.landed[number].sum()), counted.months)
    yield ExpectedMove(None, persona, ARRIVES, _arriving(taken, number), _arriving(believed, number), came)
    stayers = float(counted.stayed[states].sum() + counted.moves[_edges(ladder, states)].sum())
    for kind, target in _ways(persona, ladder):
        edges = _edges(ladder, states, (kind, target))
        ours, theirs = _moving(taken, states, edges), _moving(believed, states, edges)
        yield ExpectedMove(persona, target, kind, ours, theirs, Often(float(counted.moves[edges].sum()), stayers))
    gone = float(counted.left[number].sum())
    ours, theirs = _leaving(taken, states), _leaving(believed, states)
    yield ExpectedMove(persona, None, LEAVES, ours, theirs, Often(gone, stayers + gone))


def _arriving(variant: _Expected, persona: int) -> Often:
    return Often(float(variant.arrived[persona]), variant.months)


def _moving(variant: _Expected, states: Sequence[int], edges: Sequence[int]) -> Often:
    """Who left cannot move: the survivors of each month are at risk."""
    return Often(float(variant.moved[edges].sum()), float((variant.stood - variant.left)[states].sum()))


def _leaving(variant: _Expected, states: Sequence[int]) -> Often:
    """Annual customers stand at risk in every month here, though they may leave in one only: a rate over all."""
    return Often(float(variant.left[states].sum()), float(variant.stood[states].sum()))


def _states(persona: str, ladder: Ladder) -> list[int]:
    return [place for place, state in enumerate(ladder.states) if state.persona == persona]


def _ways(persona: str, ladder: Ladder) -> list[tuple[str, str]]:
    """Kind of move and persona it leads to, each once, in the ladder's order."""
    states = _states(persona, ladder)
    return list(dict.fromkeys(_way(move, ladder) for move in ladder.moves if move.source in states))


def _edges(ladder: Ladder, states: Sequence[int], way: tuple[str, str] | None = None) -> list[int]:
    """The numbers of the moves out of some states, all or those of one way."""
    numbered = enumerate(ladder.moves)
    return [n for n, move in numbered if move.source in states and way in (None, _way(move, ladder))]


def _way(move: Move, ladder: Ladder) -> tuple[str, str]:
    return move.kind, ladder.states[move.target].persona
