"""What a panel shows, counted: who stayed, moved, left and came, as the posterior asks for it.

Two neighbouring month ends are one month of the ladder, and who was there at its beginning was at risk. All about
exposure is what stood at the beginning: a monthly customer is exposed to leaving every month, an annual one in the
month of its anniversary. Who survived then stayed, moved, or did what is not of this model and is set aside with a
reason. A rung or a tier that is skipped counts as passing each, up the rungs first, then through the tiers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import BANDS, MONTHS_OF_YEAR, RUNGS, TERMS, Ladder, State
from lib.forecast.panel import CustomerMonth, Panel, PanelError, SetAside
from lib.segments import LADDER, PERSONAS, SELLERS, UNKNOWN

DOWN, KNOWN, UNASKED = "down the ladder", "a fact became known", "a fact is not known any more"
UNEXPLAINED = "the CRM does not say when its facts changed"
OFF, ON = "no place on the ladder any more", "a place on the ladder again"
_LEVEL = {persona: level for level, personas in enumerate(LADDER.values()) for persona in personas}
Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """What was seen between month ends; every array holds whole numbers.

    `moves` by place in `Ladder.moves` and `stayed` by state are customer-months that survived; `left` of `exposed` by
    persona, term and band are customer-months of monthly customers and renewals of annual ones, of which
    `left_mid_term` ended in another month and are counted as though they had not renewed. `arrivals` by month and rung
    hold those who `returned`; `landed` is by persona, tier and term, `on_rail` by rung and rail. `sellers` became or
    came as one: self-managed, 3PI. `passed` are moves beyond the first of a customer's month. A panel without
    a history shows nobody moving and nobody staying: what nobody recorded is no evidence of either.
    """

    moves: Counts
    stayed: Counts
    left: Counts
    exposed: Counts
    arrivals: Counts
    returned: Counts
    landed: Counts
    on_rail: Counts
    sellers: Counts
    months: int
    set_aside: tuple[SetAside, ...]
    left_mid_term: int
    passed: int
    lacks_history: bool

    def __add__(self, later: Counted) -> Counted:
        """Two spans of months, one after the other, as one; both of one ladder."""
        pairs = {field.name: (getattr(self, field.name), getattr(later, field.name)) for field in fields(self)}
        joined: dict[str, Any] = {name: np.concatenate(pairs.pop(name)) for name in ("arrivals", "returned")}
        lacks_history = any(pairs.pop("lacks_history"))
        added = {name: first + second for name, (first, second) in pairs.items()}
        return Counted(**joined, **added, lacks_history=lacks_history)


def counted(panel: Panel, ladder: Ladder) -> Counted:
    """A panel → what its months show on a ladder; a tier, rail or persona that the ladder lacks is refused."""
    for row in panel.rows:
        if State(row.persona, row.tier) not in ladder.place or row.rail not in ladder.rails:
            raise PanelError(
                f"{row.customer_id} is {row.persona} on {row.tier} by {row.rail}, and the ladder has no such place: "
                f"its tiers are {', '.join(ladder.tiers)}, its rails {', '.join(ladder.rails)}"
            )
    tally = _Tally(panel, ladder)
    for number, (before, after) in enumerate(pairwise(panel.months)):
        tally.month(number, before, after)
    return tally.counted()


class _Tally:
    """The counts so far; `seen` is who has been a customer until then."""

    def __init__(self, panel: Panel, ladder: Ladder) -> None:
        self.panel, self.ladder = panel, ladder
        self.edges = {(move.source, move.target): place for place, move in enumerate(ladder.moves)}
        self.seen = {*panel.seen_before, *_ids(panel, panel.months[0])}
        self.aside: list[SetAside] = []
        self.left_mid_term = self.passed = 0
        months, rungs, personas = len(panel.months) - 1, len(RUNGS), len(PERSONAS)
        self.moves, self.stayed = np.zeros(len(ladder.moves)), np.zeros(len(ladder.states))
        self.left, self.exposed = (np.zeros((personas, len(TERMS), len(BANDS))) for _ in range(2))
        self.arrivals, self.returned = (np.zeros((months, rungs)) for _ in range(2))
        self.landed = np.zeros((personas, len(ladder.tiers), len(TERMS)))
        self.on_rail, self.sellers = np.zeros((rungs, len(ladder.rails))), np.zeros(len(SELLERS))

    def counted(self) -> Counted:
        """What has been counted."""
        return Counted(
            moves=self.moves,
            stayed=self.stayed,
            left=self.left,
            exposed=self.exposed,
            arrivals=self.arrivals,
            returned=self.returned,
            landed=self.landed,
            on_rail=self.on_rail,
            sellers=self.sellers,
            months=len(self.panel.months) - 1,
            set_aside=tuple(self.aside),
            left_mid_term=self.left_mid_term,
            passed=self.passed,
            lacks_history=self.panel.lacks_history,
        )

    def month(self, number: int, before: date, after: date) -> None:
        """Count one month: from one month's end to the next."""
        first, then = (_by_id(self.panel.at(month)) for month in (before, after))
        off, on = ({one.customer_id for one in self.panel.aside_at(month)} for month in (after, before))
        for customer, row in first.items():
            if customer in off:
                self._set_aside(row, after, OFF)
                continue
            self._risk(row, after, left=customer not in then)
            if customer in then:
                self._survived(row, then[customer])
        for customer, row in then.items():
            if customer in on:
                self._set_aside(row, after, ON)
            elif customer not in first:
                self._arrived(number, row, customer in self.seen)
        self.seen |= _ids(self.panel, after)

    def _risk(self, row: CustomerMonth, after: date, *, left: bool) -> None:
        place = PERSONAS.index(row.persona), int(row.is_annual), min(row.years, len(BANDS) - 1)
        is_due = not row.is_annual or row.renews_in == (after.month - 1) % MONTHS_OF_YEAR
        self.exposed[place] += is_due or left
        self.left[place] += left
        self.left_mid_term += left and not is_due

    def _survived(self, row: CustomerMonth, then: CustomerMonth) -> None:
        reason = _not_of_this_model(row, then, self.panel)
        if reason:
            self._set_aside(then, then.month, reason)
            return
        steps = list(pairwise(self._way(row, then)))
        if self.panel.lacks_history:
            return
        self.stayed[self._place(row.persona, row.tier)] += not steps
        self.passed += max(len(steps) - 1, 0)
        for step in steps:
            self.moves[self.edges[step]] += 1
        if _is_seller(then.persona) and not _is_seller(row.persona):
            self.sellers[SELLERS.index(then.persona)] += 1

    def _way(self, row: CustomerMonth, then: CustomerMonth) -> Iterator[int]:
        """The places of the states on the way, the first and the last included."""
        for persona in _rungs_between(row.persona, then.persona):
            yield self._place(persona, row.tier)
        start, end = (self.ladder.tiers.index(one.tier) for one in (row, then))
        for tier in range(start + 1, end + 1) if end > start else range(start - 1, end - 1, -1):
            yield self._place(then.persona, self.ladder.tiers[tier])

    def _arrived(self, number: int, row: CustomerMonth, is_back: bool) -> None:
        persona, rung = PERSONAS.index(row.persona), RUNGS.index(_rung(row.persona))
        self.arrivals[number, rung] += 1
        self.returned[number, rung] += is_back
        self.landed[persona, self.ladder.tiers.index(row.tier), int(row.is_annual)] += 1
        self.on_rail[rung, self.ladder.rails.index(row.rail)] += 1
        if _is_seller(row.persona):
            self.sellers[SELLERS.index(row.persona)] += 1

    def _place(self, persona: str, tier: str) -> int:
        return self.ladder.place[State(persona, tier)]

    def _set_aside(self, row: CustomerMonth, month: date, reason: str) -> None:
        self.aside.append(SetAside(row.customer_id, month, reason, row.mrr))


def _by_id(rows: Sequence[CustomerMonth]) -> dict[str, CustomerMonth]:
    return {row.customer_id: row for row in rows}


def _ids(panel: Panel, month: date) -> set[str]:
    return {row.customer_id for row in panel.at(month)} | {entry.customer_id for entry in panel.aside_at(month)}


def _not_of_this_model(row: CustomerMonth, then: CustomerMonth, panel: Panel) -> str | None:
    if row.persona == then.persona:
        return None
    if (then.customer_id, then.month) in panel.unexplained:
        return UNEXPLAINED
    if UNKNOWN in (row.persona, then.persona):
        return KNOWN if row.persona == UNKNOWN else UNASKED
    return DOWN if _LEVEL[then.persona] < _LEVEL[row.persona] else None


def _rungs_between(first: str, last: str) -> list[str]:
    """The personas on the way up, both ends included; one where nothing changes, two where it is sideways."""
    if first == last:
        return [first]
    levels = list(LADDER.values())
    return [first, *(persona for (persona,) in levels[_LEVEL[first] + 1 : _LEVEL[last]]), last]


def _rung(persona: str) -> str:
    return next((rung for rung, personas in LADDER.items() if persona in personas), UNKNOWN)


def _is_seller(persona: str) -> bool:
    return persona in SELLERS
