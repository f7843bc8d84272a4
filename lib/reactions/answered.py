"""What people answer, and how sure anybody can be of it: the steps, a range, break-evens, the beliefs that matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from lib.reactions.prepare import Prepared
from lib.response import (
    Answer,
    ConversionBreakEven,
    Curve,
    People,
    Responses,
    Tornado,
    break_even_by_month,
    break_even_conversion,
    churn_curve,
    respond,
    tornado,
)
from lib.response.people import Floats

CHURN = "churn"
_POINTS = 101  # of a break-even curve: from nobody to the largest rate drawn
_BEYOND = 2.0  # a curve is drawn to twice its break-even, so that both sides of it are seen


@dataclass(frozen=True, eq=False)
class Reactions:
    """The answer of some people to a price change, USD over the window; every number but the static one is an estimate.

    `low_usd` and `high_usd` are the whole change with every belief that counts at the end of its range which makes it
    smaller, and larger; both are the static change where none counts. `break_even` is over extra churn, once, of those
    who meet the new prices; `break_even_by_month` is where it lies if the window ends with each month.
    """

    customers: tuple[str, ...]
    months: tuple[date, ...]
    people: People
    answer: Answer
    low_usd: float
    high_usd: float
    break_even: Curve
    break_even_by_month: Floats
    conversion: ConversionBreakEven
    tornado: Tornado

    @property
    def is_static(self) -> bool:
        """Whether no response is counted."""
        return not any(step.on for step in self.answer.steps[1:])


def reactions(prepared: Prepared, them: People, responses: Responses) -> Reactions:
    """Who was prepared, the same as people under two books, and what is believed of them → their answer."""
    answer, bars = respond(them, responses), tornado(them, responses)
    low, high = _range(them, responses, answer, bars)
    return Reactions(
        customers=prepared.customers,
        months=prepared.months,
        people=them,
        answer=answer,
        low_usd=low,
        high_usd=high,
        break_even=curve(them),
        break_even_by_month=break_even_by_month(them, every_month=False),
        conversion=break_even_conversion(them),
        tornado=bars,
    )


def curve(them: People, up_to: float = 0.0) -> Curve:
    """Extra churn of the people who meet the new prices → what is left of the gain, beyond the break-even and a rate.

    Without a break-even and a rate it is drawn up to the loss of all of them.
    """
    end = churn_curve(them, np.zeros(1), every_month=False).break_even
    furthest = min(max(up_to, _BEYOND * (end or 0.0)) or 1.0, 1.0)
    return churn_curve(them, np.linspace(0, furthest, _POINTS), every_month=False)


def believed_churn(them: People, responses: Responses) -> tuple[float, float]:
    """Of those who meet the new prices and are not new, the least and the most that the beliefs let leave in addition.

    Fractions, by the end of the window: a reader's own range beside the break-even, whether churn is counted or not.
    """
    asked = int(np.sum(them.is_exposed & ~them.is_new))
    alone = responses.switched({CHURN})
    cases = _ends(alone, tornado(them, alone))
    lost = [respond(them, case)[CHURN].moved / max(asked, 1) for case in cases]
    return max(min(lost), 0.0), max(*lost, 0.0)


def _range(them: People, responses: Responses, answer: Answer, bars: Tornado) -> tuple[float, float]:
    """The whole change with all beliefs that count at once where each makes it smallest, and largest."""
    if not responses.on:
        return answer.delta_usd, answer.delta_usd
    known = [change for bar in bars.bars for change in (bar.at_low_usd, bar.at_high_usd)]
    known += [respond(them, case).delta_usd for case in _ends(responses, bars)]
    return min(answer.delta_usd, *known), max(answer.delta_usd, *known)


def _ends(responses: Responses, bars: Tornado) -> tuple[Responses, Responses]:
    """All beliefs of a tornado at the ends that make the change smallest, and largest."""
    worst = best = responses
    for bar in bars.bars:
        ends = ("low", "high") if bar.at_low_usd <= bar.at_high_usd else ("high", "low")
        worst, best = worst.at(bar.key, ends[0]), best.at(bar.key, ends[1])
    return worst, best
