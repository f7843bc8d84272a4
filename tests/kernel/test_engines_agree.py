"""The benchmark's other engines bill the benchmark's population as the kernel does, cent by cent."""

from fractions import Fraction

import numpy as np
import pytest

from lib.kernel.bills import bills, by_customer, compared, terms_of
from lib.kernel.grid import grid
from lib.kernel.prefix import prefix_sums
from tests.benchmarks.engines import DuckDb, Pandas, as_array
from tests.benchmarks.population import book_of, cards, cube_of, in_order_of, population
from tests.benchmarks.rounds import interleaved
from tests.benchmarks.tables import CENT

PEOPLE, CARDS = population(9_600), cards(5)


@pytest.fixture(scope="module")
def books():
    return [terms_of(book_of(card)) for card in CARDS]


@pytest.fixture(scope="module")
def duckdb_engine():
    return DuckDb(PEOPLE, CARDS)


@pytest.mark.parametrize("shape", ["bills_wide", "bills_long"])
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_every_bill_is_the_same_cent_by_cent(books, duckdb_engine, engine, shape):
    other = duckdb_engine if engine == "duckdb" else Pandas(PEOPLE, CARDS[0])
    found = bills(cube_of(PEOPLE), books[0])
    assert found.slower == 0
    assert as_array(getattr(other, shape)(), PEOPLE).tolist() == in_order_of(PEOPLE, found.by_month).tolist()


def test_every_book_s_total_is_the_same_rounded_and_unrounded(books, duckdb_engine):
    cube = cube_of(PEOPLE)
    unrounded = prefix_sums(cube).totals(grid(cube, books))
    amounts = duckdb_engine.totals(len(books))["amount"].to_pylist()
    assert [unrounded.of(book) for book in range(5)] == [Fraction(int(amount), 100 * CENT) for amount in amounts]
    rounded = [int(comparison.total * 100) for comparison in compared(cube, books[0], books)]
    assert rounded == [int(cents) for cents in duckdb_engine.rounded_totals(len(books))["cents"].to_pylist()]


def test_nearly_half_of_all_cells_lie_above_their_allowance():
    """A benchmark in which most cells cost nothing would flatter whoever skips them."""
    included = CARDS[0].included[PEOPLE.plan].T * np.array([1, 1, 1000, 1000, 1, 1, 1, 1])[:, None]
    assert 0.4 < (PEOPLE.quantities > included).mean() < 0.6


def test_the_winners_are_those_whose_bill_falls(books):
    cube = cube_of(PEOPLE)
    before, after = (by_customer(cube, bills(cube, book)) for book in books[:2])
    (comparison,) = compared(cube, books[0], books[1:2])
    assert (comparison.more, comparison.less) == (int((after > before).sum()), int((after < before).sum()))
    assert comparison.more + comparison.less + comparison.same == PEOPLE.customers


def test_rounds_are_interleaved_and_the_first_is_not_counted():
    called = []
    contestants = {name: (lambda name=name: called.append(name)) for name in ("a", "b")}
    timings = interleaved(contestants, rounds=3)
    assert called == ["a", "b"] * 4
    assert {name: len(timing.cpu) for name, timing in timings.items()} == {"a": 3, "b": 3}
