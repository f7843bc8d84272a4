"""Many paths in blocks on two threads, the worlds of a question on the same luck; and their expectation.

A block's numbers depend on the seed, its place and nothing else: not on the threads, not on how many blocks follow.
NumPy lets go of the interpreter in its large operations, so two threads use two cores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.coming import Coming
from lib.forecast.crowd import WholeCrowd
from lib.forecast.expecting import ExpectedCrowd
from lib.forecast.luck import For, Luck
from lib.forecast.parameters import Parameters
from lib.forecast.paths import Paths
from lib.forecast.prices import Money
from lib.forecast.rates import rates
from lib.forecast.start import Start
from lib.forecast.walk import Crowd, Flows, Priced, empty_paths, priced, walk

BLOCK = 500
PAUSE = 0.05  # seconds between two looks at how far the threads are
Progress = Callable[[float], bool | None]
Draw = Callable[[np.random.Generator, int], Parameters]


@dataclass(frozen=True, eq=False)
class World:
    """One way things may be: how its parameters are drawn for some paths, its prices, and who comes beside."""

    draw_parameters: Draw
    money: Money
    coming: Coming


@dataclass(frozen=True, eq=False)
class _Task:
    """What every block of one run shares."""

    start: Start
    worlds: tuple[World, ...]
    lists: tuple[Priced, ...]
    kept: tuple[Paths, ...]
    seed: int
    block: int
    stop: Event
    done: list[float]


class _Stopped(Exception):
    """Somebody asked to stop while a block was on its way."""


def run(
    worlds: Sequence[World],
    start: Start,
    months: int,
    paths: int,
    seed: int,
    progress: Progress | None = None,
    threads: int = 2,
    block: int = BLOCK,
) -> tuple[Paths, ...]:
    """The paths of every world over so many months, in the order of `worlds`; same seed, same numbers.

    `progress` is told the share that is done, on the caller's thread; if it answers False the walk stops, and the
    whole blocks done by then come back, the first paths of the same run, marked `is_part` (at least one block).
    """
    if not worlds or months < 1 or paths < 1:
        raise AssumptionsError(
            f"{len(worlds)} worlds, {months} months and {paths} paths: a run needs one of each at least"
        )
    blocks = [(low, min(low + block, paths)) for low in range(0, paths, block)]
    lists = tuple(priced(world.money, start.ladder, months) for world in worlds)
    kept = tuple(empty_paths(start, months, paths, whole=True) for _ in worlds)
    task = _Task(start, tuple(worlds), lists, kept, seed, block, Event(), [0.0] * len(blocks))
    whole = _in_threads(task, blocks, progress, threads)
    return kept if whole == paths else tuple(replace(_between(one, 0, whole), is_part=True) for one in kept)


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


def _in_threads(task: _Task, blocks: Sequence[tuple[int, int]], progress: Progress | None, threads: int) -> int:
    """Walk every block → how many paths are whole from the first one on."""
    with ThreadPoolExecutor(threads) as pool:
        walking = [pool.submit(_block, task, number, *ends) for number, ends in enumerate(blocks)]
        try:
            for _ in _looks(walking):
                if progress and progress(sum(task.done) / len(blocks)) is False:
                    task.stop.set()
        except BaseException:
            task.stop.set()
            raise
    whole = [future.result() for future in walking]
    return blocks[(whole.index(False) if False in whole else len(whole)) - 1][1]


def _looks(walking: Sequence[Future[bool]]) -> Iterator[None]:
    """A look at the threads every so often, until all are done."""
    left: set[Future[bool]] = set(walking)
    while left:
        _, left = wait(left, timeout=PAUSE, return_when=FIRST_COMPLETED)
        yield


def _block(task: _Task, number: int, low: int, high: int) -> bool:
    """Walk one block of paths in every world; whether it is whole."""
    luck = Luck(task.seed, number)
    drawn = [_drawn(world, luck, task, high - low) for world in task.worlds]
    together = _walked_once(task, drawn)
    try:
        for turn, worlds in enumerate(together):
            _walk(task, worlds, drawn[worlds[0]], luck, (low, high), (turn, len(together)))
    except _Stopped:
        return False
    return True


def _drawn(world: World, luck: Luck, task: _Task, paths: int) -> Parameters:
    """The parameters of a block: always drawn for a whole one, so that fewer paths are the first of them."""
    parameters = world.draw_parameters(luck.generator(For.PARAMETERS), task.block)
    parameters.check(task.start.ladder)
    return Parameters(**{name: array[..., :paths] for name, array in vars(parameters).items()})


def _walked_once(task: _Task, drawn: Sequence[Parameters]) -> list[list[int]]:
    """The worlds by walk: those in which nobody does anything else differ in their prices alone."""
    together: list[list[int]] = []
    for number, world in enumerate(task.worlds):
        for worlds in together:
            if drawn[worlds[0]].same_as(drawn[number]) and _same_around(task.worlds[worlds[0]], world):
                worlds.append(number)
                break
        else:
            together.append([number])
    return together


def _same_around(one: World, other: World) -> bool:
    return one.money.starts == other.money.starts and one.coming.same_as(other.coming)


def _walk(
    task: _Task, worlds: list[int], parameters: Parameters, luck: Luck, ends: tuple[int, int], turn: tuple[int, int]
) -> None:
    """Walk the paths from `ends[0]` to before `ends[1]` once, for all worlds that share the walk."""
    lists = [task.lists[number] for number in worlds]
    tables = [one for each in lists for one in each.tables]
    crowd = WholeCrowd(task.start, rates(parameters, task.start.ladder), tables, luck, ends[0])
    kept = [_between(task.kept[number], *ends) for number in worlds]

    def watch(h: int, *_: Any) -> None:
        task.done[luck.block] = (turn[0] + (h + 1) / len(kept[0].months)) / turn[1]
        if task.stop.is_set() and luck.block:
            raise _Stopped

    walk(crowd, task.start, task.worlds[worlds[0]].coming, lists, kept, watch)


def _between(paths: Paths, low: int, high: int) -> Paths:
    """Some of the paths, on the same memory."""
    arrays: dict[str, Any] = {
        name: array[..., low:high] for name, array in vars(paths).items() if isinstance(array, np.ndarray)
    }
    return replace(paths, **arrays)
