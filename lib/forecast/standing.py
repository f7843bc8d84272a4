"""Where the customers of one month's end stand in the model, and what one of each place pays.

Forecasts of the past are made from the panel alone, so both are read off its rows: nothing of today's price list or of
today's customers may slip into what was known then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import numpy as np

from lib.forecast.ladder import BANDS, COHORTS, MONTHS_OF_YEAR, TERMS, Ladder, State
from lib.forecast.panel import CustomerMonth
from lib.forecast.prices import Money

Group = tuple[object, ...]


def standing(rows: Sequence[CustomerMonth], ladder: Ladder) -> np.ndarray:
    """Customers at one month's end → whole numbers by class and state, all of them `here`."""
    counts = np.zeros((int(np.prod(ladder.shape)), len(ladder.states)), dtype=np.int64)
    for row in rows:
        place = (0, ladder.rails.index(row.rail), int(row.is_annual), row.renews_in, min(row.years, len(BANDS) - 1))
        counts[np.ravel_multi_index(place, ladder.shape), ladder.place[State(row.persona, row.tier)]] += 1
    return counts


def money_of(rows: Sequence[CustomerMonth], ladder: Ladder, months: int) -> Money:
    """What customers pay at one month's end → the same for every month to come; without overage, before any fee."""
    recurring = np.broadcast_to(paid(rows, ladder), (months, int(np.prod(ladder.shape)), len(ladder.states)))
    tiers, rails = len(ladder.tiers), len(ladder.rails)
    nothing = np.broadcast_to(0.0, recurring.shape)
    return Money(recurring, nothing, np.ones((tiers, 1)), np.zeros(tiers), np.ones(rails))


def paid(rows: Sequence[CustomerMonth], ladder: Ladder) -> np.ndarray:
    """Mean MRR in USD of one customer by class and state.

    Of those with the same persona, tier, rail and term; where nobody is, of those of the tier, rail and term, then of
    the tier and term, of the tier, and of all. So today's customers, each at its place's price, add up to today's MRR.
    """
    means = _means(rows)
    table = np.zeros((len(ladder.rails), len(TERMS), len(ladder.states)))
    for (r, rail), (t, _), (s, state) in product(enumerate(ladder.rails), enumerate(TERMS), enumerate(ladder.states)):
        groups = _groups(state.persona, state.tier, rail, bool(t))
        table[r, t, s] = next((means[group] for group in groups if group in means), 0.0)
    whole = np.broadcast_to(
        table[None, :, :, None, None, :], (len(COHORTS), *table.shape[:2], MONTHS_OF_YEAR, len(BANDS), table.shape[2])
    )
    return whole.reshape(-1, len(ladder.states))


def at_prices_of(then: Sequence[CustomerMonth], later: Sequence[CustomerMonth]) -> float:
    """What later customers would pay, USD a month, had no price moved since then.

    Whoever was here then on the same tier, rail and term pays what it paid; everybody else what one of its place paid.
    """
    means, own = _means(then), {(row.customer_id, row.tier, row.rail, row.is_annual): row.mrr for row in then}
    total = 0.0
    for row in later:
        groups = _groups(row.persona, row.tier, row.rail, row.is_annual)
        paid_then = own.get((row.customer_id, row.tier, row.rail, row.is_annual))
        place = next((means[group] for group in groups if group in means), 0.0)
        total += place if paid_then is None else float(paid_then)
    return total


def _means(rows: Sequence[CustomerMonth]) -> dict[Group, float]:
    known: defaultdict[Group, list[float]] = defaultdict(list)
    for row in rows:
        if row.mrr is not None:
            for group in _groups(row.persona, row.tier, row.rail, row.is_annual):
                known[group].append(float(row.mrr))
    return {group: sum(values) / len(values) for group, values in known.items()}


def _groups(persona: str, tier: str, rail: str, is_annual: bool) -> tuple[Group, ...]:
    """From the narrowest to everybody."""
    return (persona, tier, rail, is_annual), (tier, rail, is_annual), (tier, is_annual), (tier,), ()
