"""Three outcomes over one population, line beside line: what of every difference moved, and what held the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from lib.contracts import REPRICED, STATES
from lib.money import EXACT, total
from lib.outcome import Line, Outcome

ZERO = Decimal(0)


@dataclass(frozen=True)
class MovedLine:
    """One invoice line that the change touches: its amount in the baseline, with everybody reached, and as reached.

    `line` is the line as it was reached; its `state` says what holds what has not moved.
    """

    line: Line
    baseline: Decimal
    could: Decimal
    did: Decimal

    @property
    def moved(self) -> Decimal:
        """What has moved of it."""
        return EXACT.subtract(self.did, self.baseline)

    @property
    def held(self) -> Decimal:
        """What could have moved of it and did not."""
        return EXACT.subtract(self.could, self.did)


@dataclass(frozen=True)
class Parts:
    """Every line that a change touches. `by_state` sums to `could`, and its repriced part is `did`."""

    lines: tuple[MovedLine, ...]

    @property
    def could(self) -> Decimal:
        """What the change would bring with everybody reached at once."""
        return total(EXACT.subtract(one.could, one.baseline) for one in self.lines)

    @property
    def did(self) -> Decimal:
        """What the change brought of that by the end of the window."""
        return total(one.moved for one in self.lines)

    @property
    def by_state(self) -> dict[str, Decimal]:
        """The difference by state, every state named."""
        return _by_state(self.lines)

    @property
    def by_month(self) -> dict[date, dict[str, Decimal]]:
        """The same month by month, of those months in which a line changes."""
        months: dict[date, list[MovedLine]] = {}
        for one in self.lines:
            months.setdefault(one.line.month, []).append(one)
        return {month: _by_state(months[month]) for month in sorted(months)}


def moved(baseline: Outcome, could: Outcome, did: Outcome) -> Parts:
    """Three outcomes over one population and window → the lines that differ, each with its three amounts."""
    rows = zip(baseline.lines, could.lines, did.lines, strict=True)
    found = (
        MovedLine(after, was.amount or ZERO, at_once.amount or ZERO, after.amount or ZERO)
        for was, at_once, after in rows
    )
    return Parts(tuple(one for one in found if not one.baseline == one.could == one.did))


def told_apart(baseline: Outcome, steps: Sequence[Outcome]) -> Outcome:
    """Several changes as they are reached → the same, each line with the state of the first that would move it.

    The first step is as the changes are reached; each after it has one change more, in their order, that everybody is
    reached by. A change that leaves a line as it is holds nothing of it.
    """
    if len(steps) <= 2:  # one change is the only one that could
        return steps[0]
    rows = zip(baseline.lines, *(step.lines for step in steps), strict=True)
    return Outcome(tuple(_told(*row) for row in rows))


def _told(was: Line, *steps: Line) -> Line:
    line, amounts = steps[0], [step.amount for step in steps]
    place = first_change(amounts)
    state = REPRICED if place is None and line.amount != was.amount else steps[place or 0].state
    return line if state == line.state else replace(line, state=state)


def first_change(amounts: Sequence[object]) -> int | None:
    """The place of the first amount whose next one is another; None where all are alike."""
    return next((place for place, (one, other) in enumerate(pairwise(amounts)) if one != other), None)


def _by_state(lines: Iterable[MovedLine]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = dict.fromkeys(STATES, ZERO)
    for one in lines:
        sums[REPRICED] = EXACT.add(sums[REPRICED], one.moved)
        sums[one.line.state] = EXACT.add(sums[one.line.state], one.held)
    return sums
