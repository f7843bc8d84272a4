"""A price change answered: static first, then one response after the other, each a step of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from lib.response import effects
from lib.response.assumptions import RESPONSES, Assumption, Response, Responses
from lib.response.people import Floats, People

STATIC = "static"
ORDER = (STATIC, *RESPONSES)

EFFECTS: Mapping[str, Callable[[People, Response, effects.Paid], effects.Effect]] = MappingProxyType(
    {
        "plan_switch": effects.plan_switch,
        "term_switch": effects.term_switch,
        "rail_switch": effects.rail_switch,
        "usage": effects.usage,
        "churn": effects.churn,
        "conversion": effects.conversion,
    }
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        STATIC: "the same customers, usage and plans at the new prices, as far as they reach",
        "plan_switch": "who saves more than is forgone today, and the friction, takes the cheapest plan",
        "term_switch": "per point by which the annual saving changes, a share of customers changes term",
        "rail_switch": "per point by which the other rail becomes cheaper, a share of those who may use it moves",
        "usage": "usage above the allowance follows its marginal price",
        "churn": "who meets a higher bill leaves more often, from that month on",
        "conversion": "new customers who see another price sign more or less often",
    }
)


@dataclass(frozen=True, eq=False)
class Step:
    """What is left after one response: `revenue` is m, USD by month; `delta_usd` this step's own part of the change.

    `moved` is the expected number of customers that answered so (for static: whose bills change); churn and
    conversion count those lost, negative where more stay or sign. `bills` (m × n, USD) and `moved_share` (n) are the
    same by customer. `inputs` are the beliefs of the response, whether it is on or not.
    """

    name: str
    on: bool
    words: str
    inputs: Mapping[str, Assumption]
    revenue: Floats
    delta_usd: float
    moved: float
    moved_share: Floats
    bills: Floats


@dataclass(frozen=True, eq=False)
class Answer:
    """Every step in the fixed order, over today's revenue by month (m, USD)."""

    baseline: Floats
    steps: tuple[Step, ...]

    def __getitem__(self, name: str) -> Step:
        return self.steps[ORDER.index(name)]

    @property
    def delta_usd(self) -> float:
        """The whole change of revenue against today's book, all steps together."""
        return float(np.sum(self.steps[-1].revenue - self.baseline))


def respond(people: People, responses: Responses) -> Answer:
    """A population and what is believed of it → the change of revenue, step by step.

    A response that is off hands the same arrays on, untouched, and its delta is exactly 0.
    """
    return resumed(people, responses, Answer(people.baseline.sum(axis=1), (_static(people),)))


def resumed(people: People, responses: Responses, known: Answer) -> Answer:
    """The same answer where its first steps are known already, at least the static one."""
    steps = known.steps
    for name in ORDER[len(steps) :]:
        steps = (*steps, _answered(people, responses[name], name, steps))
    return replace(known, steps=steps)


def _static(people: People) -> Step:
    moved = np.any(people.proposed != people.baseline, axis=0).astype(np.float64)
    revenue = people.proposed.sum(axis=1)
    delta = float(np.sum(revenue - people.baseline.sum(axis=1)))
    return Step(
        STATIC, True, WORDS[STATIC], MappingProxyType({}), revenue, delta, float(moved.sum()), moved, people.proposed
    )


def _answered(people: People, response: Response, name: str, steps: Sequence[Step]) -> Step:
    before = steps[-1]
    if not response.on:
        nobody = np.zeros(people.customers)
        return Step(name, False, WORDS[name], response.beliefs, before.revenue, 0.0, 0.0, nobody, before.bills)
    changed_plan = steps[1].moved_share if len(steps) > 1 else np.zeros(people.customers)
    bills, moved = EFFECTS[name](people, response, effects.Paid(before.bills, changed_plan))
    revenue = bills.sum(axis=1)
    delta = float(np.sum(revenue - before.revenue))
    return Step(name, True, WORDS[name], response.beliefs, revenue, delta, float(moved.sum()), moved, bills)
