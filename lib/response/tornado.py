"""Which belief matters most: each at the low and at the high end of its range, all others as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib.response.answer import ORDER, Answer, respond, resumed
from lib.response.assumptions import ENDS, RESPONSES, Assumption, Responses
from lib.response.people import People


@dataclass(frozen=True)
class Bar:
    """One belief, and the whole change of revenue in USD when it lies at either end of its range."""

    key: str
    belief: Assumption
    at_low_usd: float
    at_high_usd: float

    @property
    def swing_usd(self) -> float:
        """How far apart the two ends are, zero or more."""
        return abs(self.at_high_usd - self.at_low_usd)


@dataclass(frozen=True)
class Tornado:
    """The change of revenue as believed, USD, and one bar per belief, the widest first.

    `is_hypothetical`: nothing is on, so every response was, for the picture only.
    """

    change_usd: float
    is_hypothetical: bool
    bars: tuple[Bar, ...]


def tornado(people: People, responses: Responses) -> Tornado:
    """A population and beliefs → the swing of every belief of every response that is on; of all where none is."""
    counted = responses if responses.on else responses.switched(RESPONSES)
    believed = respond(people, counted)
    bars = [_bar(people, counted, believed, key) for key, _ in counted.beliefs(counted.on)]
    ordered = sorted(bars, key=lambda bar: (-bar.swing_usd, bar.key))
    return Tornado(believed.delta_usd, not responses.on, tuple(ordered))


def _bar(people: People, responses: Responses, believed: Answer, key: str) -> Bar:
    before = ORDER.index(key.partition(".")[0])
    known = replace(believed, steps=believed.steps[:before])
    low, high = (resumed(people, responses.at(key, end), known).delta_usd for end in ENDS)
    return Bar(key, dict(responses.beliefs())[key], low, high)
