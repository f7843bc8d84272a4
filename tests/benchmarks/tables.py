"""The population and the cards as the plain tables that every other engine reads.

Each engine gets whole numbers, which are its fastest exact form: quantities in thousandths, prices in 10**-12 dollars
per thousandth, so a product is an amount in 10**-12 dollars and a line's cents are (amount + half a cent) // a cent.
"""

from collections.abc import Sequence

import numpy as np

from tests.benchmarks.population import DIMENSIONS, PLANS, Card, Population

CENT = 10**10
HALF = CENT // 2
_PER_UNIT = 1000


def usage(people: Population) -> dict[str, np.ndarray]:
    """One row per cell: customer, month, plan, dimension, steps; by customer and month, as a warehouse keeps it."""
    rows, months = people.quantities.shape
    finer = np.array([_PER_UNIT // 10**scale for _, scale, _, _ in DIMENSIONS.values()])
    return {
        "customer": np.repeat(people.customer, rows).astype(np.int32),
        "month": np.repeat(people.month, rows).astype(np.int16),
        "plan": np.repeat(people.plan, rows).astype(np.int8),
        "dimension": np.tile(np.arange(rows), months).astype(np.int8),
        "steps": (people.quantities * finer[:, None]).T.ravel(),
    }


def wide(cards: Sequence[Card]) -> dict[str, np.ndarray]:
    """One row per book, dimension and plan: allowance, two thresholds, three prices, what whole bands come to."""
    rows = []
    for book, card in enumerate(cards):
        for dimension, (unit_size, *_) in enumerate(DIMENSIONS.values()):
            p1, p2, p3 = (int(price) * (_PER_UNIT // unit_size) for price in card.prices[dimension])
            b1, b2 = (int(start) * _PER_UNIT for start in card.starts[dimension, 1:])
            for plan in range(len(PLANS)):
                included = int(card.included[plan, dimension]) * _PER_UNIT
                rows.append((book, dimension, plan, included, b1, b2, p1, p2, p3, b1 * p1, b1 * p1 + (b2 - b1) * p2))
    names = ("book", "dimension", "plan", "included", "b1", "b2", "p1", "p2", "p3", "f1", "f2")
    kinds = {"book": np.int32, "dimension": np.int8, "plan": np.int8}
    columns = np.array(rows, np.int64).T
    return {name: column.astype(kinds.get(name, np.int64)) for name, column in zip(names, columns, strict=True)}


def long(cards: Sequence[Card]) -> dict[str, np.ndarray]:
    """One row per book, dimension, plan and band: any number of bands, each with its bounds above the allowance."""
    flat = wide(cards)
    none, open_end = np.zeros_like(flat["b1"]), np.full_like(flat["b1"], 1 << 60)
    keys = {name: np.tile(flat[name], 3) for name in ("book", "dimension", "plan", "included")}
    return keys | {
        "low": np.concatenate([none, flat["b1"], flat["b2"]]),
        "high": np.concatenate([flat["b1"], flat["b2"], open_end]),
        "price": np.concatenate([flat["p1"], flat["p2"], flat["p3"]]),
    }
