"""What the forecast's MRR is made of: a bridge for the baseline, and one for what is asked, on the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.desk.forecast_grounds import Grounds
from lib.forecast.bridge import STEPS, Bridge, bridge
from lib.forecast.levers import Levers, pulled
from lib.forecast.posterior import mean
from lib.forecast.run import World
from lib.money import EXACT, round_line


@dataclass(frozen=True)
class Bridges:
    """`recorded` is today's MRR to the cent, where both bridges begin; `proposal` is None where nothing is moved."""

    recorded: Decimal
    baseline: Bridge
    proposal: Bridge | None

    @property
    def last(self) -> Bridge:
        """The bridge of what is asked for."""
        return self.proposal or self.baseline

    @property
    def changes(self) -> Mapping[str, float]:
        """What is asked less the baseline, step by step: USD a month; nothing but zeros where nothing is moved."""
        return {step: self.last.steps[step] - self.baseline.steps[step] for step in STEPS}


def bridges(on: Grounds, months: int, levers: Levers, worlds: Sequence[World]) -> Bridges:
    """The baseline's bridge, and that of a second world with its levers, at the best single value of every number."""
    best, paid_today = mean(on.known), on.ready.prices.at_start
    known = [best, pulled(best, levers, on.ladder)]
    baseline, *proposal = (
        bridge(parameters, on.start, months, world.money, paid_today, world.coming)
        for parameters, world in zip(known, worlds, strict=False)
    )
    return Bridges(_recorded(on), baseline, proposal[0] if proposal else None)


def _recorded(on: Grounds) -> Decimal:
    """What today's customers are billed a month, in cents."""
    paid = sum((months[0] for months in on.ready.prices.own), Fraction(0))
    return round_line(EXACT.divide(Decimal(paid.numerator), Decimal(paid.denominator)))
