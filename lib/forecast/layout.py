"""How the engine lays out customers: cells of one month of renewal side by side, for a month reads and changes those.

Outside, arrays are [classes, states] in the order of `Ladder.shape`. Inside, the cells of all paths are [months, bands,
paths, states, terms, marks]; a mark is a cohort and a rail, which a customer never changes and which never change what
it does. The customers of one state, term and band are a group: all who leave with one chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import BANDS, COHORTS, TERMS, Ladder
from lib.forecast.luck import Places

GROUPS = len(TERMS) * len(BANDS)
MONTHLY_TERM, ANNUAL_TERM = range(len(TERMS))


def marks(ladder: Ladder) -> int:
    """How many pairs of cohort and rail there are."""
    return len(COHORTS) * len(ladder.rails)


def by_cell(table: NDArray[Any], ladder: Ladder) -> NDArray[Any]:
    """An array […, classes, states] → […, months, bands, states, terms, marks]."""
    before = table.shape[:-2]
    split = table.reshape(*before, *ladder.shape, len(ladder.states))
    cohort, rail, term, month, band, state = range(len(before), split.ndim)
    laid = split.transpose(*range(len(before)), month, band, state, term, cohort, rail)
    return np.ascontiguousarray(laid).reshape(*laid.shape[:-2], marks(ladder))


def grow_older(renewing: NDArray[Any]) -> None:
    """A year is over for all of [bands, …]: one band of years further, the last one stays."""
    last = len(renewing) - 1
    renewing[last] += renewing[last - 1]
    renewing[1:last] = renewing[: last - 1]
    renewing[0] = 0


def row_of(state: Places, group: Places, month: Places | int, states: int) -> Places:
    """Where customers of a state, group and month stand, in [months, bands, states, terms] laid flat."""
    term, band = np.divmod(np.arange(GROUPS), len(BANDS))
    row: Places = np.take(band * states * len(TERMS) + term, group)
    row += state * len(TERMS)
    row += month * (len(BANDS) * states * len(TERMS))
    return row
