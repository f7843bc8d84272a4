"""The contestants, the check that all of them give the same numbers, and the promises they are measured by."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lib.kernel.bills import bills, compared, terms_of
from lib.kernel.grid import grid
from lib.kernel.prefix import PrefixSums, prefix_sums
from tests.benchmarks.engines import DuckDb, Pandas, Polars, as_array
from tests.benchmarks.population import book_of, cards, cube_of, in_order_of, population
from tests.benchmarks.rounds import Contestants, Timing, interleaved
from tests.benchmarks.tables import CENT

BOOKS = 1000
JOINED = 50  # books in one of DuckDB's cross joins: its time is linear in them, and memory is not free
GROWTH = 10


@dataclass(frozen=True)
class Ratio:
    """One promise: how many times the other's time ours is, or the other way round where the target is a ceiling."""

    key: str
    words: str
    target: float
    measured: float
    is_ceiling: bool = False

    @property
    def is_met(self) -> bool:
        return self.measured <= self.target if self.is_ceiling else self.measured >= self.target


@dataclass(frozen=True)
class Result:
    """What one run measured; `notes` are ratios nothing was promised about."""

    cells: int
    rounds: int
    timings: dict[str, Timing]
    ratios: tuple[Ratio, ...]
    notes: tuple[tuple[str, float], ...]
    total_usd: str


def measure(cells: int, rounds: int, note: Callable[[str], None]) -> Result:
    """Build everything, let the engines agree, then run the rounds."""
    note(f"building {cells:,} cells and {BOOKS:,} books")
    people, listed = population(cells), cards(BOOKS)
    cube, books = cube_of(people), [terms_of(book_of(card)) for card in listed]
    sums, stacked, larger = prefix_sums(cube), grid(cube, books), _larger_sums(cells)
    duck, merge, polars = DuckDb(people, listed[:JOINED]), Pandas(people, listed[0]), Polars(people, listed[0])
    contestants: Contestants = {
        "memory floor": lambda: people.quantities.sum(),
        "kernel, bills": lambda: bills(cube, books[0]),
        "DuckDB, bills": duck.bills_wide,
        "Polars, bills": polars.bills_wide,
        "pandas merge, bills": merge.bills_long,
        "prefix sums, a total": lambda: sums.total(books[0]),
        "DuckDB, a total": lambda: duck.totals(1),
        f"prefix sums, {BOOKS} totals": lambda: sums.totals(stacked),
        f"prefix sums, {BOOKS} totals of {GROWTH} times the cells": lambda: larger.totals(stacked),
        f"DuckDB, {JOINED} totals": lambda: duck.totals(JOINED),
        f"kernel, {BOOKS} books' winners": lambda: list(compared(cube, books[0], books)),
        f"DuckDB, {JOINED} rounded totals": lambda: duck.rounded_totals(JOINED),
        "DuckDB, bills, a row per band": duck.bills_long,
        "Polars, bills, a row per band": polars.bills_long,
        "pandas merge, bills, three bands in a row": merge.bills_wide,
        "a grid of books as arrays": lambda: grid(cube, books),
    }
    note("checking that every engine gives the same cents")

    found = bills(cube, books[0])
    assert found.slower == 0, "the kernel measured is the fast one"
    mine = in_order_of(people, found.by_month)
    for engine in (duck, merge, polars):
        for shape in ("bills_wide", "bills_long"):
            assert np.array_equal(as_array(getattr(engine, shape)(), people), mine), f"{engine.name}, {shape}"
    totals = sums.totals(stacked)
    amounts = duck.totals(JOINED)["amount"].to_pylist()
    assert [totals.of(book) for book in range(JOINED)] == [Fraction(int(amount), 100 * CENT) for amount in amounts]
    assert sums.total(books[0]).of() == totals.of(0), "one book alone"
    cents = [int(number) for number in duck.rounded_totals(JOINED)["cents"].to_pylist()]
    assert [int(one.total * 100) for one in compared(cube, books[0], books[:JOINED])] == cents
    note(f"{rounds} rounds, interleaved")
    timings = interleaved(contestants, rounds)
    return Result(cells, rounds, timings, tuple(_ratios(timings)), tuple(_notes(timings)), str(found.total))


def _larger_sums(cells: int) -> PrefixSums:
    """Ten times the cells, of which only the running sums are kept."""
    return prefix_sums(cube_of(population(cells * GROWTH)))


def _ratios(t: dict[str, Timing]) -> list[Ratio]:
    ours, many = t["kernel, bills"], t[f"prefix sums, {BOOKS} totals"]
    grown = t[f"prefix sums, {BOOKS} totals of {GROWTH} times the cells"]
    winners, share = t[f"kernel, {BOOKS} books' winners"], BOOKS / JOINED
    return [
        Ratio("R1", "one book, every customer-month: DuckDB over ours", 8, t["DuckDB, bills"].over(ours)),
        Ratio("R1", "… Polars over ours", 15, t["Polars, bills"].over(ours)),
        Ratio("R1", "… pandas merge over ours", 50, t["pandas merge, bills"].over(ours)),
        Ratio("R2", "… ours over reading the cube once", 20, ours.at_most_over(t["memory floor"]), is_ceiling=True),
        Ratio("R3", "one book's total: DuckDB over ours", 12, t["DuckDB, a total"].over(t["prefix sums, a total"])),
        Ratio(
            "R4",
            f"{BOOKS} books' totals: DuckDB cross join over ours",
            500,
            t[f"DuckDB, {JOINED} totals"].over(many, share),
        ),
        Ratio("R5", f"… ours, {GROWTH} times the cells over these", 3, grown.at_most_over(many), is_ceiling=True),
        Ratio(
            "R6",
            f"{BOOKS} books' winners and losers: DuckDB cross join, totals only, over ours",
            1.5,
            t[f"DuckDB, {JOINED} rounded totals"].over(winners, share),
        ),
    ]


def _notes(t: dict[str, Timing]) -> list[tuple[str, float]]:
    ours, many = t["kernel, bills"], t[f"prefix sums, {BOOKS} totals"]
    return [
        ("R1 with a row per band: DuckDB over ours", t["DuckDB, bills, a row per band"].over(ours)),
        ("R1 with a row per band: Polars over ours", t["Polars, bills, a row per band"].over(ours)),
        ("R1 with three bands in a row: pandas over ours", t["pandas merge, bills, three bands in a row"].over(ours)),
        ("R4 with the books made into arrays each time", _with_arrays(t, many)),
    ]


def _with_arrays(t: dict[str, Timing], many: Timing) -> float:
    stack = t["a grid of books as arrays"]
    cpu = [a + b for a, b in zip(many.cpu, stack.cpu, strict=True)]
    wall = [a + b for a, b in zip(many.wall, stack.wall, strict=True)]
    return t[f"DuckDB, {JOINED} totals"].over(Timing(tuple(cpu), tuple(wall)), BOOKS / JOINED)
