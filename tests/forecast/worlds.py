"""Companies whose rates are known: customers followed one by one, in plain Python, by the ladder's rules.

Nothing of the engine is used here, so that a slip of one is not a slip of both. A truth is a `Parameters` of one path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import exp
from random import Random

import numpy as np

from lib.forecast.ladder import BANDS, CLIMB, MONTHS_OF_YEAR, RUNGS, TERMS, Ladder, State
from lib.forecast.panel import CustomerMonth, Panel
from lib.forecast.parameters import Parameters
from lib.forecast.start import Start
from lib.segments import LADDER, PERSONAS, SELLERS

FIRST = date(2024, 1, 1)  # month 0: a January


@dataclass
class Customer:
    """One customer as it stands; `joined` is the number of the month its first contract began in."""

    number: int
    persona: str
    tier: str
    rail: str
    is_annual: bool
    renews_in: int
    joined: int


def month(number: int) -> date:
    return date(FIRST.year + number // MONTHS_OF_YEAR, number % MONTHS_OF_YEAR + 1, 1)


class Company:
    """Customers who leave, move and come by known rates, a month after the other; `luck` decides."""

    def __init__(self, truth: Parameters, ladder: Ladder, luck: Random) -> None:
        self.truth, self.ladder, self.luck = truth, ladder, luck
        self.customers: list[Customer] = []
        self.number, self.issued = 0, 0
        self.steps: dict[State, list[tuple[State, float]]] = {state: [] for state in ladder.states}
        for move, chance in zip(ladder.moves, truth.moves[:, 0], strict=True):
            self.steps[ladder.states[move.source]].append((ladder.states[move.target], float(chance)))
        self.hazards = truth.leaving[..., 0].tolist()

    def founded(self, how_many: int) -> None:
        """Customers who came in the three years before the first month, by rung as they would come now."""
        weights = self.truth.arrivals[:, 0].tolist()
        for _ in range(how_many):
            rung = self.luck.choices(RUNGS, weights)[0]
            self._joins(rung, -self.luck.randrange(36))

    def month_passes(self) -> None:
        """Who leaves, who moves, then who comes."""
        self.number += 1
        self.customers = [one for one in self.customers if not self._leaves(one)]
        for one in self.customers:
            self._moves(one)
        for rung, rate in zip(RUNGS, self.truth.arrivals[:, 0].tolist(), strict=True):
            size = float(self.truth.dispersion[RUNGS.index(rung), 0])
            for _ in range(self._poisson(rate * self.luck.gammavariate(size, 1 / size))):
                self._joins(rung, self.number)

    def rows(self, prices: dict[str, int]) -> list[CustomerMonth]:
        """What a panel keeps of this month's end."""
        return [
            CustomerMonth(
                customer_id=f"c-{one.number:05}",
                month=month(self.number),
                persona=one.persona,
                tier=one.tier,
                rail=one.rail,
                is_annual=one.is_annual,
                renews_in=one.renews_in,
                years=(self.number - one.joined) // MONTHS_OF_YEAR,
                mrr=Decimal(prices[one.persona]),
            )
            for one in self.customers
        ]

    def mrr(self, prices: dict[str, int]) -> int:
        return sum(prices[one.persona] for one in self.customers)

    def _leaves(self, one: Customer) -> bool:
        if one.is_annual and self.number % MONTHS_OF_YEAR != one.renews_in:
            return False
        years = (self.number - 1 - one.joined) // MONTHS_OF_YEAR
        hazard = self.hazards[PERSONAS.index(one.persona)][int(one.is_annual)][min(years, len(BANDS) - 1)]
        return self.luck.random() < hazard

    def _moves(self, one: Customer) -> None:
        point = self.luck.random()
        for target, chance in self.steps[State(one.persona, one.tier)]:
            if point < chance:
                if one.is_annual and target.tier != one.tier:
                    one.renews_in = self.number % MONTHS_OF_YEAR
                one.persona, one.tier = target.persona, target.tier
                return
            point -= chance

    def _joins(self, rung: str, joined: int) -> None:
        persona = LADDER[rung][0] if rung in LADDER else rung
        if rung == "seller":
            persona = SELLERS[int(self.luck.random() < float(self.truth.third_party[0]))]
        places = [(tier, term) for tier in self.ladder.tiers for term in TERMS]
        shares = self.truth.landing[PERSONAS.index(persona), :, :, 0].ravel().tolist()
        tier, term = self.luck.choices(places, shares)[0]
        rail = self.luck.choices(self.ladder.rails, self.truth.rail_share[RUNGS.index(rung), :, 0].tolist())[0]
        self.issued += 1
        month_of_year = joined % MONTHS_OF_YEAR
        self.customers.append(Customer(self.issued, persona, tier, rail, term == "annual", month_of_year, joined))

    def _poisson(self, rate: float) -> int:
        """As many as fit into a month when each waits an exponential time (rates here are small)."""
        count, left = 0, self.luck.random()
        floor = exp(-rate)
        while left > floor:
            count += 1
            left *= self.luck.random()
        return count


def history(company: Company, months: int, prices: dict[str, int]) -> Panel:
    """So many months, one after the other, as a panel; it has one month end more than that."""
    rows, seen = company.rows(prices), [month(company.number)]
    for _ in range(months):
        company.month_passes()
        rows += company.rows(prices)
        seen.append(month(company.number))
    return Panel(tuple(seen), tuple(rows))


def start(rows: Sequence[CustomerMonth], ladder: Ladder) -> Start:
    """The customers of one month's end by class and state."""
    counts = np.zeros((*ladder.shape, len(ladder.states)), dtype=np.int64)
    for one in rows:
        band = min(one.years, len(BANDS) - 1)
        rail = ladder.rails.index(one.rail)
        counts[0, rail, int(one.is_annual), one.renews_in, band, ladder.place[State(one.persona, one.tier)]] += 1
    return Start(ladder, rows[0].month, counts.reshape(-1, len(ladder.states)))


def redrawn(base: Parameters, worth: dict[str, float], ladder: Ladder, rng: np.random.Generator) -> Parameters:
    """A truth around a base of one path: every row drawn anew, as if the base had been seen `worth` times."""
    third_party = rng.beta(*_two(base.third_party[0] * worth["sellers"], worth["sellers"]))
    leaving = base.leaving.copy()
    for place in np.ndindex(base.leaving.shape[:3]):
        often = worth["churn" if place[1] == 0 else "renewals"]
        leaving[place] = rng.beta(*_two(base.leaving[place][0] * often, often))
    return replace(
        base,
        moves=_redrawn_moves(base, worth["moves"], third_party, ladder, rng),
        leaving=leaving,
        arrivals=rng.gamma(np.maximum(base.arrivals * worth["arrivals"], 1e-300), 1 / worth["arrivals"]),
        third_party=np.array([third_party]),
        landing=_rows(base.landing, worth["landings"], rng),
        rail_share=_rows(base.rail_share, worth["rails"], rng),
    )


def _redrawn_moves(
    base: Parameters, worth: float, third_party: float, ladder: Ladder, rng: np.random.Generator
) -> np.ndarray:
    moves = base.moves.copy()
    for source, state in enumerate(ladder.states):
        edges = [at for at, move in enumerate(ladder.moves) if move.source == source]
        into = [at for at in edges if state.persona == "aws_partner" and ladder.moves[at].kind == CLIMB]
        single = [at for at in edges if at not in into]
        chances = [*base.moves[single, 0], *([base.moves[into, 0].sum()] if into else [])]
        drawn = _dirichlet(np.array([*chances, 1 - sum(chances)]) * worth, rng)
        moves[single, 0] = drawn[: len(single)]
        for at in into:
            is_third = ladder.states[ladder.moves[at].target].persona == SELLERS[1]
            moves[at, 0] = drawn[-2] * (third_party if is_third else 1 - third_party)
    return moves


def _rows(shares: np.ndarray, worth: float, rng: np.random.Generator) -> np.ndarray:
    drawn = shares.copy()
    for row in range(len(shares)):
        drawn[row] = _dirichlet(shares[row].ravel() * worth, rng).reshape(shares[row].shape)
    return drawn


def _dirichlet(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    weights = np.array([rng.gamma(one) if one > 0 else 0.0 for one in alpha])
    return weights / weights.sum()


def _two(happens: float, whole: float) -> tuple[float, float]:
    return max(float(happens), 1e-12), max(float(whole - happens), 1e-12)
