"""How the engine lays out customers: cells of one month of renewal side by side, for a month reads and changes those.

Outside, arrays are [classes, states] in the order of `Ladder.shape`. Inside, a path's cells are [states, months, terms,
bands, marks]; a mark is a cohort and a rail, which a customer never changes and which never change what it does. The
customers of one state, term and band are a group: all who leave with one chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import BANDS, COHORTS, MONTHS_OF_YEAR, TERMS, Ladder

GROUPS = len(TERMS) * len(BANDS)
CELLS = (MONTHS_OF_YEAR, len(TERMS), len(BANDS))


def marks(ladder: Ladder) -> int:
    """How many pairs of cohort and rail there are."""
    return len(COHORTS) * len(ladder.rails)


def by_cell(table: NDArray[Any], ladder: Ladder) -> NDArray[Any]:
    """An array […, classes, states] → […, states, months, terms, bands, marks]."""
    before = table.shape[:-2]
    split = table.reshape(*before, *ladder.shape, len(ladder.states))
    cohort, rail, term, month, band, state = range(len(before), split.ndim)
    laid = split.transpose(*range(len(before)), state, month, term, band, cohort, rail)
    return np.ascontiguousarray(laid).reshape(*before, len(ladder.states), *CELLS, marks(ladder))


def grow_older(renewing: NDArray[Any]) -> None:
    """A year is over for all of [P, states, terms, bands, marks]: one band of years further, the last one stays.

    Laid flat, the next band of a customer is a fixed step away: three long sums instead of many short ones.
    """
    younger = renewing.copy()
    younger[:, :, :, -1] = 0
    laid, step = younger.reshape(-1), renewing.shape[4]
    change = -laid
    change[step:] += laid[:-step]
    renewing += change.reshape(renewing.shape)
