"""How the engine lays out customers: cells of one group side by side, so that finding one reads one stretch of memory.

Outside, arrays are [classes, states] in the order of `Ladder.shape`. Inside, a path's cells are [states, terms, bands,
months, marks]; a mark is a cohort and a rail, which a customer never changes and which never change what it does. The
cells of one state, term and band are a group: all who leave with one chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import BANDS, COHORTS, MONTHS_OF_YEAR, TERMS, Ladder

GROUPS = len(TERMS) * len(BANDS)
CELLS = (len(TERMS), len(BANDS), MONTHS_OF_YEAR)


def marks(ladder: Ladder) -> int:
    """How many pairs of cohort and rail there are."""
    return len(COHORTS) * len(ladder.rails)


def by_cell(table: NDArray[Any], ladder: Ladder) -> NDArray[Any]:
    """An array […, classes, states] → […, states, terms, bands, months, marks]."""
    before = table.shape[:-2]
    split = table.reshape(*before, *ladder.shape, len(ladder.states))
    cohort, rail, term, month, band, state = range(len(before), split.ndim)
    laid = split.transpose(*range(len(before)), state, term, band, month, cohort, rail)
    return np.ascontiguousarray(laid).reshape(*before, len(ladder.states), *CELLS, marks(ladder))


def grow_older(cells: NDArray[Any], month: int) -> None:
    """A year is over for everybody whose contract renews in this month of the year: one band of years further."""
    renewing = cells[:, :, :, :, month]
    renewing[..., -1, :] += renewing[..., -2, :]
    for band in range(len(BANDS) - 2, 0, -1):
        renewing[..., band, :] = renewing[..., band - 1, :]
    renewing[..., 0, :] = 0
