"""Who it was: exact counts, nobody twice, every set as likely as any other."""

from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.luck import For, Luck
from lib.forecast.placing import picked, taken


def uniforms(seed: int):  # type: ignore[no-untyped-def]
    return Luck(seed, 0).at(For.WHO_MOVES, 0)


GROUPS = st.lists(st.lists(st.integers(0, 6), min_size=4, max_size=4), min_size=1, max_size=30)


@settings(deadline=None)
@given(GROUPS, st.data(), st.integers(0, 99))
def test_as_many_as_asked_and_never_more_than_there_are(
    groups: list[list[int]], data: st.DataObject, seed: int
) -> None:
    counts = np.array(groups)
    how_many = np.array([data.draw(st.integers(0, int(row.sum()))) for row in counts])
    found = taken(counts, how_many, uniforms(seed))
    assert found.sum(axis=1).tolist() == how_many.tolist()
    assert ((found >= 0) & (found <= counts)).all()


@pytest.mark.parametrize("how_many", [1, 2, 3, 5, 6])
def test_the_shares_are_the_multivariate_hypergeometric(how_many: int) -> None:
    """20,000 groups of 2, 1 and 4 customers; every way to take so many, enumerated with binomial coefficients."""
    cells, groups = (2, 1, 4), 20_000
    found = taken(np.tile(cells, (groups, 1)), np.full(groups, how_many), uniforms(how_many))
    ways = [way for way in product(*(range(cell + 1) for cell in cells)) if sum(way) == how_many]
    chances = [
        prod(comb(cell, part) for cell, part in zip(cells, way, strict=True)) / comb(7, how_many) for way in ways
    ]
    seen = [int((found == way).all(axis=1).sum()) for way in ways]
    assert sum(seen) == groups
    assert stats.chisquare(seen, np.array(chances) * groups).pvalue > 0.001


@pytest.mark.parametrize(("among", "how_many"), [(3, 2), (6, 2), (6, 3)])
def test_ranks_are_in_random_order_and_never_equal(among: int, how_many: int) -> None:
    """Every ordered choice of different ranks is as likely: 3·2, 6·5 and 6·5·4 of them, of 24,000 groups."""
    groups = 24_000
    _, rank = picked(np.full(groups, how_many), np.full(groups, among), uniforms(among))
    rows = rank.reshape(groups, how_many)
    assert (np.sort(rows, axis=1)[:, 1:] > np.sort(rows, axis=1)[:, :-1]).all()
    codes = rows @ among ** np.arange(how_many)
    seen = np.unique(codes, return_counts=True)[1]
    assert len(seen) == prod(range(among - how_many + 1, among + 1))
    assert stats.chisquare(seen).pvalue > 0.001


def test_a_group_is_picked_from_alike_whatever_the_others_do() -> None:
    among = np.array([9, 40, 25])
    alone, rank_alone = picked(np.array([0, 11, 0]), among, uniforms(3))
    group, rank = picked(np.array([9, 11, 2]), among, uniforms(3))
    assert (alone == 1).all()
    assert np.array_equal(rank[group == 1], rank_alone)


def test_one_more_customer_changes_few_picks() -> None:
    """10,000 groups of 50 and of 51: the same uniforms find the same rank or its neighbour."""
    groups = np.full(10_000, 1)
    _, fewer = picked(groups, np.full(10_000, 50), uniforms(5))
    _, more = picked(groups, np.full(10_000, 51), uniforms(5))
    assert ((more - fewer >= 0) & (more - fewer <= 1)).all()


@pytest.mark.parametrize(("there", "how_many"), [(0, 1), (3, 4), (3, 30)])
def test_more_than_there_are_is_refused(there: int, how_many: int) -> None:
    with pytest.raises(AssumptionsError, match="more customers are picked of a group than are there"):
        taken(np.array([[there, 0], [5, 5]]), np.array([how_many, 1]), uniforms(1))
