"""What customers are worth under one table of prices, counted along with every customer who comes, goes or moves.

Reading every cell in every month would cost more than the walk itself, so a value is changed by what changed: the cells
that a step emptied and filled, and the cells whose price is another than in the month before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.ladder import Ladder
from lib.forecast.layout import by_cell
from lib.forecast.luck import Floats, Places


@dataclass(frozen=True, eq=False)
class Table:
    """USD of one customer by month to come and cell: `price` [H, months, bands, states, terms, marks]."""

    price: Floats
    rails: int

    def risen(self, h: int, state: int) -> Floats:
        """How far the prices of a state's cells are above the month before [months, bands, terms, marks]."""
        risen: Floats = self.price[h, :, :, state] - self.price[h - 1, :, :, state]
        return risen

    @cached_property
    def changes(self) -> tuple[tuple[int, ...], ...]:
        """The states with another price than in the month before, by month; the first follows on itself."""
        months = [(one != other).any(axis=(0, 1, 3, 4)) for one, other in pairwise(self.price)]
        return ((), *(tuple(np.flatnonzero(month).tolist()) for month in months))

    @cached_property
    def has_steps(self) -> bool:
        """Whether the years a customer stayed change what it pays at all."""
        return any(bool((month[:, 1:] != month[:, :-1]).any()) for month in self.price)


def table(price: Floats, ladder: Ladder) -> Table:
    """Prices [H, classes, states] → the same by cell."""
    return Table(by_cell(price, ladder), len(ladder.rails))


class Tally:
    """What the customers of every path are worth: `value` [P × states × rails] in USD of the month."""

    def __init__(self, prices: Table, start: NDArray[Any], paths: int) -> None:
        """Every path begins with the customers of `start`, at the prices of the first month."""
        self.prices, self.paths = prices, paths
        self.states = prices.price.shape[3]
        self.value = np.tile(worth(prices, 0, start[:, :, None]).reshape(-1), paths)

    @property
    def by_rail(self) -> Floats:
        """The value by path, state and rail."""
        return self.value.reshape(self.paths, self.states, self.prices.rails)

    def reprice(self, h: int, cells: NDArray[Any]) -> None:
        """Today's customers at the prices of month `h`, where those are others than a month before."""
        for state in self.prices.changes[h]:
            risen = self.prices.risen(h, state)
            month, band, term, mark = np.nonzero(risen)
            by_rail = np.zeros((self.prices.rails, len(mark)))
            by_rail[mark % self.prices.rails, np.arange(len(mark))] = risen[month, band, term, mark]
            self.by_rail[:, state] += (by_rail @ cells[month, band, :, state, term, mark]).T

    def count(self, h: int, state: Places, cells: Places, signs: Floats) -> None:
        """Customers have come (1) or gone (-1): each by path and state in one number, and by cell of a price."""
        rails = self.prices.rails
        prices = np.take(self.prices.price[h].reshape(-1), cells)
        np.add.at(self.value, state * rails + cells % rails, signs * prices)

    def age(self, h: int, month: int, cells: NDArray[Any]) -> None:
        """Before those who renew in this month of the year grow older: what they pay more for it."""
        if self.prices.has_steps:
            steps = np.diff(self.prices.price[h, month], axis=0)
            more = np.einsum("bpstm,bstm->psm", cells[month, :-1], steps)
            self.by_rail[:] += more.reshape(self.paths, self.states, -1, self.prices.rails).sum(axis=2)


def worth(prices: Table, h: int, cells: NDArray[Any]) -> Floats:
    """The value by path, state and rail, every cell read: at the start, and for customers that are not whole."""
    by_mark = np.einsum("ybpstm,ybstm->psm", cells, prices.price[h])
    total: Floats = by_mark.reshape(*by_mark.shape[:2], -1, prices.rails).sum(axis=2)
    return total
