"""One block of paths in every world of a question: what no thread shares with another but the memory it fills.

A block's numbers depend on the seed, its place and nothing else. Worlds in which everybody does the same are walked
once and priced each; who their customers are is written once, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

import numpy as np

from lib.forecast.coming import Coming
from lib.forecast.crowd import WholeCrowd
from lib.forecast.luck import For, Luck
from lib.forecast.parameters import Parameters
from lib.forecast.paths import Paths
from lib.forecast.prices import Money
from lib.forecast.rates import Rates, rates
from lib.forecast.start import Start
from lib.forecast.walk import Priced, walk

Draw = Callable[[np.random.Generator, int], Parameters]
CUSTOMERS = ("customers_by_persona", "customers_by_tier", "arrived", "left")


@dataclass(frozen=True, eq=False)
class World:
    """One way things may be: how its parameters are drawn for some paths, its prices, and who comes beside."""

    draw_parameters: Draw
    money: Money
    coming: Coming


@dataclass(frozen=True, eq=False)
class Task:
    """What every block of one run shares: where its results go, how far each block is, and for which world it walked.

    `ends` are the paths of each block, from the first to before the last; `walked` by block and world is the world
    whose customers are this one's too.
    """

    start: Start
    worlds: tuple[World, ...]
    lists: tuple[Priced, ...]
    kept: tuple[Paths, ...]
    seed: int
    block: int
    ends: tuple[tuple[int, int], ...]
    stop: Event
    done: list[float]
    walked: list[dict[int, int]]


class _Stopped(Exception):
    """Somebody asked to stop while a block was on its way."""


def walk_block(task: Task, number: int) -> bool:
    """Walk one block of paths in every world; whether it is whole. The first is, even where it was told to stop."""
    if task.stop.is_set() and number:
        return False
    luck, (low, high) = Luck(task.seed, number), task.ends[number]
    drawn = [_drawn(world, luck, task, high - low) for world in task.worlds]
    together = _walked_once(task, drawn)
    to_walk = [drawn[worlds[0]] for worlds in reversed(together)]
    drawn.clear()  # numbers that are not needed any more take room that a crowd could have
    task.walked[number].update({world: worlds[0] for worlds in together for world in worlds})
    try:
        for turn, worlds in enumerate(together):
            _walk(task, worlds, rates(to_walk.pop(), task.start.ladder), luck, (turn, len(together)))
    except _Stopped:
        return False
    return True


def with_customers(task: Task, number: int, blocks: int) -> Paths:
    """A world's paths of the first blocks, with the customers that were written for the world it shared a walk with."""
    walked = [block[number] for block in task.walked[:blocks]]
    paths = task.kept[number]
    if all(other == walked[0] for other in walked):
        paths = replace(paths, **{name: getattr(task.kept[walked[0]], name) for name in CUSTOMERS})
    else:
        for other, ends in zip(walked, task.ends, strict=False):
            for name in CUSTOMERS if other != number else ():
                getattr(paths, name)[..., slice(*ends)] = getattr(task.kept[other], name)[..., slice(*ends)]
    return replace(_between(paths, 0, task.ends[blocks - 1][1]), is_part=blocks < len(task.ends))


def _drawn(world: World, luck: Luck, task: Task, paths: int) -> Parameters:
    """The parameters of a block: always drawn for a whole one, so that fewer paths are the first of them."""
    parameters = world.draw_parameters(luck.generator(For.PARAMETERS), task.block)
    parameters.check(task.start.ladder)
    return Parameters(**{name: array[..., :paths] for name, array in vars(parameters).items()})


def _walked_once(task: Task, drawn: Sequence[Parameters]) -> list[list[int]]:
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


def _walk(task: Task, worlds: list[int], chances: Rates, luck: Luck, turn: tuple[int, int]) -> None:
    """Walk the paths of a block once, for all worlds that share the walk; `turn` is which walk of how many."""
    ends = task.ends[luck.block]
    lists = [task.lists[number] for number in worlds]
    tables = [one for each in lists for one in each.tables]
    crowd = WholeCrowd(task.start, chances, tables, luck, ends[0])
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
