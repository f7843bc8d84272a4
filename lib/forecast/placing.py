"""Which customers it was: so many of each group, without replacement, at work only where there is somebody to pick.

Each pick is a rank among the customers of its group, no rank twice; the customer of a rank is found by counting through
the group's cells. Uniforms are named by group and turn, so that two worlds with the same group pick the same ranks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.luck import Floats, Places

TURNS = 1 << 20  # places kept apart for the picks of one group
AGAIN = 1 << 42  # places kept apart for drawing them all once more
Uniforms = Callable[[Places], Floats]


def taken(counts: NDArray[Any], how_many: NDArray[Any], uniforms: Uniforms) -> NDArray[np.int64]:
    """How many of each cell are among `how_many` [G] picked of the customers in cells `counts` [G, C]."""
    group, rank = picked(how_many, counts.sum(axis=1), uniforms)
    cell, _ = counted_through(counts[group].T, rank)
    found = np.bincount(group * counts.shape[1] + cell, minlength=counts.size)
    return found.reshape(counts.shape)


def turns(how_many: NDArray[Any]) -> tuple[Places, Places]:
    """So many of each group → the group and the turn (0, 1 …) of every one, group after group."""
    some = np.flatnonzero(how_many != 0)  # four times as quick as to look for numbers that are not 0
    each = how_many[some]
    who = np.repeat(np.arange(len(some)), each)
    return some[who], np.arange(len(who)) - (np.cumsum(each) - each)[who]


def picked(how_many: NDArray[Any], among: NDArray[Any], uniforms: Uniforms) -> tuple[Places, Places]:
    """So many of each group's customers, any set as likely as any other → the group of each and its rank there.

    The ranks of a group are in random order and no two are equal; groups stand in their own order.
    """
    if (how_many > among).any():
        raise AssumptionsError("more customers are picked of a group than are there; pick at most all of them")
    group, turn = turns(how_many)
    rank = (uniforms(group * TURNS + turn) * among[group]).astype(np.int64)
    several = (how_many > 1)[group]
    most = several & (2 * how_many > among)[group]
    if several.any():
        _draw_repeats_again(np.flatnonzero(several & ~most), group, turn, rank, among, uniforms)
    if most.any():
        rank[most] = _shuffled(np.unique(group[most]), how_many, among, uniforms)
    return group, rank


def counted_through(counts: NDArray[Any], rank: Places) -> tuple[Places, Places]:
    """The cell in which each rank is found, its column of `counts` being its group's cells, and its rank in that.

    Ranks are below what their group's cells add up to.
    """
    through = np.zeros((len(counts) + 1, len(rank)), np.int32)
    for number, here in enumerate(counts):
        np.add(through[number], here, out=through[number + 1])
    cell = np.add.reduce(through[1:] <= rank, axis=0, dtype=np.int64)
    return cell, rank - np.take(through, cell * len(rank) + np.arange(len(rank)))


def _draw_repeats_again(
    doubtful: Places, group: Places, turn: Places, rank: Places, among: NDArray[Any], uniforms: Uniforms
) -> None:
    """Draw a rank again while another pick of its group has it: at most half are taken, so it soon finds a free one."""
    attempt = 0
    while len(repeated := _repeated(doubtful, group, rank)):
        attempt += 1
        places = group[repeated] * TURNS + turn[repeated] + attempt * AGAIN
        rank[repeated] = (uniforms(places) * among[group[repeated]]).astype(np.int64)
        again = np.zeros(len(among), np.bool_)
        again[group[repeated]] = True
        doubtful = doubtful[again[group[doubtful]]]


def _repeated(doubtful: Places, group: Places, rank: Places) -> Places:
    """Those of the picks that another one before them equals, in group and rank."""
    key = (group[doubtful] << np.int64(32)) + rank[doubtful]
    order = np.argsort(key, kind="stable")
    repeated: Places = doubtful[order[1:][key[order[1:]] == key[order[:-1]]]]
    return repeated


def _shuffled(crowded: Places, how_many: NDArray[Any], among: NDArray[Any], uniforms: Uniforms) -> Places:
    """Where more than half of a group is picked: all its ranks in random order, and the first so many of them."""
    whole, rank = turns(among[crowded])
    order = np.lexsort((uniforms(crowded[whole] * TURNS + rank + AGAIN), whole))
    first: Places = rank[order][rank < how_many[crowded][whole]]
    return first
