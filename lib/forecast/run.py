"""Many paths in blocks on two threads, the worlds of a question on the same luck; and their expectation.

A block's numbers depend on the seed, its place and nothing else: not on the threads, not on how many blocks follow.
NumPy lets go of the interpreter in its large operations, so two threads use two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.blocks import Task, World, walk_block, with_customers
from lib.forecast.coming import Coming
from lib.forecast.expecting import ExpectedCrowd
from lib.forecast.parameters import Parameters
from lib.forecast.paths import Paths
from lib.forecast.prices import Money
from lib.forecast.rates import rates
from lib.forecast.start import Start
from lib.forecast.walk import Crowd, Flows, empty_paths, priced, walk

__all__ = ["World", "expected", "expected_with_flows", "run"]

TURN = 0.0005  # seconds for which a thread may keep the interpreter
PAUSE = 0.05  # seconds between two looks at how far the threads are
Progress = Callable[[float], bool | None]


def run(
    worlds: Sequence[World],
    start: Start,
    months: int,
    paths: int,
    seed: int,
    block: int,
    progress: Progress | None = None,
    threads: int = 2,
) -> tuple[Paths, ...]:
    """The paths of every world over so many months, in the order of `worlds`; same seed and block, same numbers.

    `progress` is told the share that is done, on the caller's thread; if it answers False the walk stops, and the
    whole blocks done by then come back, the first paths of the same run, marked `is_part` (at least one block).
    """
    if not worlds or months < 1 or paths < 1:
        raise AssumptionsError(
            f"{len(worlds)} worlds, {months} months and {paths} paths: a run needs one of each at least"
        )
    task = _task(tuple(worlds), start, months, paths, seed, block)
    whole = _in_threads(task, progress, threads)
    return tuple(with_customers(task, number, whole) for number in range(len(worlds)))


def _task(worlds: tuple[World, ...], start: Start, months: int, paths: int, seed: int, block: int) -> Task:
    ends = tuple((low, min(low + block, paths)) for low in range(0, paths, block))
    first = priced(worlds[0].money, start.ladder, months)
    return Task(
        start=start,
        worlds=worlds,
        lists=(first, *(priced(world.money, start.ladder, months, first) for world in worlds[1:])),
        kept=tuple(empty_paths(start, months, paths, whole=True) for _ in worlds),
        seed=seed,
        block=block,
        ends=ends,
        stop=Event(),
        done=[0.0] * len(ends),
        walked=[{} for _ in ends],
    )


def expected(parameters: Parameters, start: Start, months: int, money: Money, coming: Coming) -> Paths:
    """The expectation under each variant of the parameters: paths are variants, customers are not whole."""
    return expected_with_flows(parameters, start, months, money, coming)[0]


def expected_with_flows(
    parameters: Parameters, start: Start, months: int, money: Money, coming: Coming
) -> tuple[Paths, Flows]:
    """The expectation, and who is expected to leave, move and come in every month."""
    parameters.check(start.ladder)
    one = priced(money, start.ladder, months)
    paths = empty_paths(start, months, parameters.paths, whole=False)
    seen: list[tuple[NDArray[Any], ...]] = []

    def watch(_: int, left: NDArray[Any], moved: NDArray[Any], arrived: NDArray[Any], crowd: Crowd) -> None:
        seen.append((left.T, moved.T, arrived.T, crowd.customers.T))

    walk(ExpectedCrowd(start, rates(parameters, start.ladder), one.tables), start, coming, [one], [paths], watch)
    left, moved, arrived, customers = (np.stack(part) for part in zip(*seen, strict=True))
    return paths, Flows(left=left, moved=moved, arrived=arrived, customers=customers)


def _in_threads(task: Task, progress: Progress | None, threads: int) -> int:
    """Walk every block → how many blocks are whole from the first one on."""
    with SHORT_TURNS, ThreadPoolExecutor(threads) as pool:
        walking = [pool.submit(walk_block, task, number) for number in range(len(task.ends))]
        try:
            for _ in _looks(walking):
                if progress and progress(sum(task.done) / len(task.done)) is False:
                    task.stop.set()
        except BaseException:
            task.stop.set()
            raise
    whole = [future.result() for future in walking]
    return whole.index(False) if False in whole else len(whole)


class _ShortTurns:
    """Threads take turns sooner than Python lets them usually, while any run is on its way: the first run in sets the
    turn, the last one out sets what stood before.

    A step of a month is over in a fraction of a turn: waiting 5 ms between steps of 0.1 ms costs two threads a quarter
    of their time.
    """

    def __init__(self) -> None:
        self.runs, self.before, self.lock = 0, sys.getswitchinterval(), Lock()

    def __enter__(self) -> None:
        with self.lock:
            if not self.runs:
                self.before = sys.getswitchinterval()
                sys.setswitchinterval(TURN)
            self.runs += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.runs -= 1
            if not self.runs:
                sys.setswitchinterval(self.before)


SHORT_TURNS = _ShortTurns()  # one for the process, as the turn is


def _looks(walking: Sequence[Future[bool]]) -> Iterator[None]:
    """A look at the threads every so often, until all are done; raises what a block raised."""
    left: set[Future[bool]] = set(walking)
    while left:
        done, left = wait(left, timeout=PAUSE, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        yield
